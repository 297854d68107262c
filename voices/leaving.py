"""Who leaves takes everything along: rows at once, blobs right after.

The names of the blobs are written down in the transaction that deletes the rows that knew them, so a crash at
any point leaves nothing behind for ever: the hourly purge looks for what is still written down.
"""

from functools import partial
from typing import Any

from celery import current_app
from django.core.files.storage import default_storage
from django.db import transaction

from accounts import sessions
from billing.changes import end_with_account
from voices import charging
from voices.models import DoomedBlob, StorageObject, Take, Voice, VoiceGeneration
from voices.objects import throw_away

BATCH = 500


@transaction.atomic
def delete_user(user: Any) -> None:
    """Delete a user for good, with all that is theirs; the blobs follow when the transaction is through."""
    # With the row locked, nobody can store another blob for this user that we would not see
    type(user).objects.select_for_update().get(pk=user.pk)
    sessions.end(user)
    names = list(StorageObject.all_objects.for_user(user).values_list("pathname", flat=True))
    if user.image:
        names.append(user.image.name)
    DoomedBlob.objects.bulk_create(DoomedBlob(pathname=name) for name in names)
    end_with_account(user)
    user.delete()
    transaction.on_commit(
        partial(current_app.send_task, "voices.tasks.remove_blobs", queue="default"), robust=True
    )


@transaction.atomic
def delete_voice(voice: Voice) -> None:
    """Delete a voice with the scripts that it spoke and their takes. The audios made with it stay."""
    blobs = set(Take.objects.filter(segment__generation__voice=voice).values_list("object_id", flat=True))
    for generation in VoiceGeneration.objects.select_for_update().filter(voice=voice).order_by("pk"):
        charging.forget(generation)
    voice.delete()
    throw_away(StorageObject.objects.filter(pk__in=blobs | {voice.sample_id}))


def remove_blobs() -> int:
    """Remove the blobs of those who have left, and forget their names. Returns how many."""
    removed = 0
    while doomed := list(DoomedBlob.objects.order_by("pk")[:BATCH]):
        for blob in doomed:
            default_storage.delete(blob.pathname)
            blob.delete()
            removed += 1
    return removed
