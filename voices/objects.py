"""Blobs: every byte that is kept lies behind a StorageObject, on a local folder or in an S3 bucket."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from accounts.base import new_id
from voices.enums import StorageProvider
from voices.models import StorageObject

PURGE_BATCH = 200


def write_blob(user: Any, content: bytes, *, name: str, extension: str, content_type: str) -> StorageObject:
    """Put `content` on the storage and return its unsaved StorageObject.

    The caller saves it together with the row that points to it, or calls `remove_blob` when that fails: so a
    crash can leave a blob without a row, but never a row without its blob.
    """
    pathname = default_storage.save(f"{user.pk}/{new_id()}.{extension}", ContentFile(content))
    return StorageObject(
        user=user,
        provider=StorageProvider.S3 if settings.AWS_STORAGE_BUCKET_NAME else StorageProvider.LOCAL,
        pathname=pathname,
        name=name,
        content_type=content_type,
        size=len(content),
        etag=hashlib.sha256(content).hexdigest(),
    )


def read_blob(stored: StorageObject) -> bytes:
    """The whole content; FileNotFoundError where the blob is gone."""
    with default_storage.open(stored.pathname) as file:
        content: bytes = file.read()
    return content


def remove_blob(stored: StorageObject) -> None:
    """Take the blob of an unsaved StorageObject off the storage."""
    default_storage.delete(stored.pathname)


def throw_away(objects: models.QuerySet[StorageObject]) -> int:
    """Mark objects as deleted; `purge` removes their blobs later. Returns how many."""
    return objects.filter(deleted_at__isnull=True).update(deleted_at=timezone.now())


def purge(*, older_than: datetime | None = None) -> int:
    """Remove the blobs and rows of objects that were thrown away long enough ago. Returns how many.

    The blob goes first: a crash in between leaves a row that the next purge finds again.
    """
    moment = older_than or timezone.now() - timedelta(days=settings.VOICECRAFT_TRASH_DAYS)
    removed = 0
    for stored in StorageObject.all_objects.thrown_away_before(moment).order_by("pk")[:PURGE_BATCH]:
        remove_blob(stored)
        stored.delete()
        removed += 1
    return removed
