from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.files.storage import default_storage
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.base import OwnedRow, Row
from accounts.search import search_field, search_indexes, words_field
from accounts.tags import clean_tags_constraint
from voices.enums import AudioFormat, AudioStatus, StorageProvider, UploadSource
from voices.querysets import AudioQuerySet, LivingManager, StorageObjectQuerySet


class StorageObject(OwnedRow):
    """One blob on the storage: who owns it, where it lies, what it is. Blobs are written once and never changed."""

    provider = models.CharField(max_length=20, choices=StorageProvider, default=StorageProvider.LOCAL)
    pathname = models.CharField(max_length=300, unique=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    etag = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the content")
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = LivingManager.from_queryset(StorageObjectQuerySet)()
    all_objects = StorageObjectQuerySet.as_manager()

    class Meta:
        base_manager_name = "all_objects"
        indexes = [
            models.Index(fields=["provider"], name="object_provider"),
            models.Index(fields=["deleted_at"], name="object_deleted_at"),
            models.Index(fields=["created_at"], name="object_created_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where the storage serves it: signed and short-lived on S3."""
        return default_storage.url(self.pathname)


class DoomedBlob(Row):
    """A blob whose owner has left: written in the transaction that deletes them, gone once the blob is."""

    pathname = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.pathname


class Audio(OwnedRow):
    """A finished sound in the user's library, made here or brought along."""

    filename = models.CharField(max_length=200)
    object = models.ForeignKey(
        StorageObject, on_delete=models.RESTRICT, null=True, blank=True, related_name="audios"
    )
    duration = models.FloatField(
        null=True, blank=True, help_text="seconds", validators=[MinValueValidator(0)]
    )
    file_size = models.PositiveBigIntegerField(null=True, blank=True, help_text="bytes")
    format = models.CharField(max_length=10, choices=AudioFormat, default=AudioFormat.MP3)
    voice = models.ForeignKey(
        "voices.Voice", on_delete=models.SET_NULL, null=True, blank=True, related_name="audios"
    )
    text = models.TextField(blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    peaks = models.JSONField(default=list, blank=True, help_text="the waveform, 0 to 100")
    upload_source = models.CharField(max_length=20, choices=UploadSource, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=AudioStatus, default=AudioStatus.READY)
    deleted_at = models.DateTimeField(null=True, blank=True)

    words = words_field(["filename", "description"], tags="tags")
    search = search_field(["filename", "description"], texts=["text"], tags="tags")

    objects = LivingManager.from_queryset(AudioQuerySet)()
    all_objects = AudioQuerySet.as_manager()

    class Meta:
        base_manager_name = "all_objects"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AudioStatus.values), name="audio_status_known"),
            models.CheckConstraint(
                condition=Q(duration__isnull=True) | Q(duration__gte=0), name="audio_duration"
            ),
            clean_tags_constraint("audio_tags_clean"),
        ]
        indexes = [
            models.Index(fields=["status"], name="audio_status"),
            models.Index(fields=["created_at"], name="audio_created_at"),
            models.Index(fields=["user", "status"], name="audio_user_status"),
            models.Index(fields=["user", "created_at"], name="audio_user_created_at"),
            models.Index(fields=["user", "-id"], name="audio_living", condition=Q(deleted_at__isnull=True)),
            GinIndex(fields=["tags"], name="audio_tags"),
            *search_indexes("audio"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def duration_seconds(self) -> float | None:
        return self.duration
