"""The states and choices of the voice studio."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    NEUTRAL = "neutral", _("Neutral")


class AgeGroup(models.TextChoices):
    CHILD = "child", _("Child")
    YOUNG_ADULT = "young adult", _("Young adult")
    ADULT = "adult", _("Adult")
    SENIOR = "senior", _("Senior")


class Style(models.TextChoices):
    PROFESSIONAL = "professional", _("Professional")
    CONVERSATIONAL = "conversational", _("Conversational")
    DRAMATIC = "dramatic", _("Dramatic")
    FORMAL = "formal", _("Formal")


class VoiceStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    PROCESSING = "processing", _("Processing")
    FAILED = "failed", _("Failed")


class GenerationStatus(models.TextChoices):
    PENDING = "pending", _("Waiting")
    PROCESSING = "processing", _("Speaking")
    COMPLETED = "completed", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def active(cls) -> tuple["GenerationStatus", ...]:
        """Work is still to be done."""
        return cls.PENDING, cls.PROCESSING


class SegmentStatus(models.TextChoices):
    PENDING = "pending", _("Waiting")
    RUNNING = "running", _("Being spoken")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def unfinished(cls) -> tuple["SegmentStatus", ...]:
        """Somebody has it, or must take it."""
        return cls.PENDING, cls.RUNNING


class Lane(models.TextChoices):
    """The queue that a segment waits in: short work that somebody is waiting for is not behind a book."""

    INTERACTIVE = "interactive", _("Interactive")
    BULK = "bulk", _("Bulk")


class AudioFormat(models.TextChoices):
    MP3 = "mp3", "MP3"
    WAV = "wav", "WAV"
    FLAC = "flac", "FLAC"
    OGG = "ogg", "Ogg Opus"
    M4A = "m4a", "M4A"


class AudioStatus(models.TextChoices):
    READY = "ready", _("Ready")
    PROCESSING = "processing", _("Processing")
    FAILED = "failed", _("Failed")


class UploadSource(models.TextChoices):
    UPLOAD = "upload", _("Uploaded")
    GENERATE = "generate", _("Generated")
    IMPORT = "import", _("Imported")


class StorageProvider(models.TextChoices):
    LOCAL = "local", _("Local folder")
    S3 = "s3", _("S3 bucket")
