"""Rows that tests of the tables share, made as plainly as the database allows."""

from typing import Any

from django.utils import timezone

from projects.models import ExpertProfile, Project
from tests.helpers.work import tone_template
from voices.collection import adopt
from voices.models import Audio, StorageObject, Voice, VoiceGeneration


def voice_of(user: Any, **fields: Any) -> Voice:
    """The user's tone voice, or another one with these fields."""
    if not fields:
        return adopt(user, tone_template())
    return Voice.objects.create(user=user, **{"name": "Own voice", "model": "tone"} | fields)


def generation_of(user: Any, **fields: Any) -> VoiceGeneration:
    """A script's row alone, with no segments."""
    text = fields.setdefault("text", "A sentence.")
    defaults = {"voice": fields.get("voice") or voice_of(user), "model": "tone", "character_count": len(text)}
    return VoiceGeneration.objects.create(user=user, **defaults | fields)


def audio_of(user: Any, filename: str = "A sound", **fields: Any) -> Audio:
    """An audio with no sound behind it."""
    return Audio.objects.create(user=user, filename=filename, **fields)


def blob_of(user: Any, pathname: str, **fields: Any) -> StorageObject:
    """A blob's row with no blob behind it."""
    return StorageObject.objects.create(
        user=user, **{"pathname": pathname, "name": pathname, "size": 1} | fields
    )


def project_of(user: Any, name: str = "A project", **fields: Any) -> Project:
    return Project.objects.create(user=user, name=name, **fields)


def expert_of(user: Any, **fields: Any) -> ExpertProfile:
    """An approved expert."""
    return ExpertProfile.objects.create(user=user, **{"approved_at": timezone.now()} | fields)
