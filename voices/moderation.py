"""What staff decide about voices."""

from voices.models import Voice, VoiceTemplate


def hide(voice: Voice) -> None:
    """Take a voice off the public list. Its owner can still speak with it."""
    voice.is_public = False
    voice.save(update_fields=["is_public", "updated_at"])


def verify(voice: Voice) -> None:
    """Say that the voice may be shown to others."""
    voice.is_verified = True
    voice.save(update_fields=["is_verified", "updated_at"])


def withdraw_verification(voice: Voice) -> None:
    """Take that back; the voice is hidden, too."""
    voice.is_verified = voice.is_public = False
    voice.save(update_fields=["is_verified", "is_public", "updated_at"])


def feature(template: VoiceTemplate) -> None:
    """Show the template among the first."""
    template.is_featured = True
    template.save(update_fields=["is_featured", "updated_at"])


def stop_featuring(template: VoiceTemplate) -> None:
    template.is_featured = False
    template.save(update_fields=["is_featured", "updated_at"])
