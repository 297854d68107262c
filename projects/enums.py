"""The states and choices of projects, and which state may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ESTIMATING = "estimating", _("Estimating")
    READY = "ready", _("Ready")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def open(cls) -> tuple["ProjectStatus", ...]:
        """There is still something to do."""
        return cls.DRAFT, cls.ESTIMATING, cls.READY, cls.IN_PROGRESS

    @property
    def may_become(self) -> frozenset["ProjectStatus"]:
        return TRANSITIONS[self]


TRANSITIONS: dict[ProjectStatus, frozenset[ProjectStatus]] = {
    ProjectStatus.DRAFT: frozenset({ProjectStatus.ESTIMATING, ProjectStatus.CANCELLED}),
    ProjectStatus.ESTIMATING: frozenset({ProjectStatus.READY, ProjectStatus.CANCELLED}),
    ProjectStatus.READY: frozenset({ProjectStatus.IN_PROGRESS, ProjectStatus.CANCELLED}),
    ProjectStatus.IN_PROGRESS: frozenset({ProjectStatus.COMPLETED, ProjectStatus.CANCELLED}),
    ProjectStatus.COMPLETED: frozenset(),
    ProjectStatus.CANCELLED: frozenset(),
}


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class ProjectAudioStatus(models.TextChoices):
    PENDING = "pending", _("Waiting")
    IN_PROGRESS = "in_progress", _("In work")
    COMPLETED = "completed", _("Done")


class Specialization(models.TextChoices):
    VOICE_OVER = "voice-over", _("Voice-over")
    AUDIO_EDITING = "audio-editing", _("Audio editing")
    TRANSLATION = "translation", _("Translation")
    SOUND_DESIGN = "sound-design", _("Sound design")
    MIXING_MASTERING = "mixing-mastering", _("Mixing and mastering")


class EventKind(models.TextChoices):
    """What happened to a project."""

    CREATED = "created", _("Made")
    MOVED = "moved", _("Moved on")
    ASSIGNED = "assigned", _("Given to an expert")
    NOTE = "note", _("Note")
