"""The voices that the studio brings along, as rows."""

from dataclasses import asdict

from voices.models import VoiceTemplate
from voices.presets import PRESETS


def seed_templates() -> int:
    """Bring the templates to what `presets` says; how often each was used is kept. Returns how many there are."""
    for preset in PRESETS:
        fields = asdict(preset)
        slug = fields.pop("slug")
        fields["sample_audio_url"] = f"audio/voices/{slug}.mp3"
        VoiceTemplate.objects.update_or_create(slug=slug, defaults=fields)
    return len(PRESETS)
