"""What a user keeps: names, tags, the trash and the way back."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from accounts.tags import clean_tags as tidy
from voices.exceptions import VoicesError
from voices.models import Audio, StorageObject
from voices.objects import throw_away

MAX_TAGS = 20
PURGE_BATCH = 200


def clean_tags(tags: list[str]) -> list[str]:
    """Tags trimmed, lower-cased, each once, in the order given; VoicesError where there are too many."""
    cleaned = tidy(tags)
    if len(cleaned) > MAX_TAGS:
        raise VoicesError(f"An audio can have {MAX_TAGS} tags at the most.")
    return cleaned


def describe(audio: Audio, *, filename: str, description: str, tags: list[str]) -> None:
    """Give an audio another name, description and tags."""
    audio.filename, audio.description, audio.tags = filename, description, clean_tags(tags)
    audio.save(update_fields=["filename", "description", "tags", "updated_at"])


def delete(audio: Audio) -> None:
    """Put an audio into the trash, from which `restore` takes it back until `purge` empties it."""
    audio.deleted_at = timezone.now()
    audio.save(update_fields=["deleted_at", "updated_at"])


def restore(audio: Audio) -> None:
    """Take an audio back out of the trash."""
    audio.deleted_at = None
    audio.save(update_fields=["deleted_at", "updated_at"])


def purge() -> int:
    """Delete for good the audios that were thrown away long enough ago; their blobs go too. Returns how many."""
    moment = timezone.now() - timedelta(days=settings.VOICECRAFT_TRASH_DAYS)
    doomed = list(Audio.all_objects.filter(deleted_at__lt=moment).order_by("pk")[:PURGE_BATCH])
    with transaction.atomic():
        throw_away(StorageObject.objects.filter(pk__in=[audio.object_id for audio in doomed]))
        Audio.all_objects.filter(pk__in=[audio.pk for audio in doomed]).delete()
    return len(doomed)


def tags_of(user: Any) -> list[str]:
    """All tags that the user's audios carry, in alphabetical order."""
    unnested = models.Func(models.F("tags"), function="unnest", output_field=models.CharField())
    return list(
        Audio.objects.for_user(user)
        .annotate(tag=unnested)
        .values_list("tag", flat=True)
        .distinct()
        .order_by("tag")
    )
