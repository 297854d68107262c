from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow, Row
from accounts.search import search_field, search_indexes, words_field
from accounts.tags import clean_tags, clean_tags_constraint, tags_field
from projects.enums import EventKind, Priority, ProjectAudioStatus, ProjectStatus
from projects.models.expert import CURRENCY, ExpertProfile
from projects.querysets import ProjectAudioQuerySet, ProjectEventQuerySet, ProjectQuerySet
from voices.models import Audio


class Project(OwnedRow):
    """Audios that belong together, on their way from a draft through an expert's hands to delivery."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=ProjectStatus, default=ProjectStatus.DRAFT)

    estimated_cost_cents = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD", validators=[RegexValidator(CURRENCY)])
    estimated_duration = models.FloatField(null=True, blank=True, help_text=_("Seconds of an expert's work."))
    estimation_data = models.JSONField(default=dict, blank=True)

    expert = models.ForeignKey(
        ExpertProfile, on_delete=models.SET_NULL, null=True, blank=True, related_name="projects"
    )
    instructions = models.TextField(blank=True)
    deadline = models.DateTimeField(null=True, blank=True)

    priority = models.CharField(max_length=10, choices=Priority, default=Priority.MEDIUM)
    tags = tags_field()
    completed_at = models.DateTimeField(null=True, blank=True)

    words = words_field(["name", "description"], tags="tags")
    search = search_field(["name", "description"], texts=["instructions"], tags="tags")

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ProjectStatus.values), name="project_status_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="project_priority_known"),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="project_currency"),
            models.CheckConstraint(
                condition=Q(estimated_duration__isnull=True) | Q(estimated_duration__gte=0),
                name="project_estimated_duration",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProjectStatus.COMPLETED) | Q(completed_at__isnull=False),
                name="project_completed_at",
            ),
            clean_tags_constraint("project_tags_clean"),
        ]
        indexes = [
            models.Index(fields=["status"], name="project_status"),
            models.Index(fields=["created_at"], name="project_created_at"),
            models.Index(fields=["user", "status"], name="project_user_status"),
            models.Index(fields=["expert", "deadline"], name="project_expert_deadline"),
            GinIndex(fields=["tags"], name="project_tags"),
            *search_indexes("project"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.tags = clean_tags(self.tags)


class ProjectAudio(Row):
    """An audio's place in a project, and how far the expert is with it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="project_audios")
    audio = models.ForeignKey(Audio, on_delete=models.CASCADE, related_name="project_audios")
    order = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=20, choices=ProjectAudioStatus, default=ProjectAudioStatus.PENDING)
    notes = models.TextField(blank=True)

    objects = ProjectAudioQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(
                fields=["project", "audio"],
                name="project_audio_once",
                violation_error_message=_("This audio is in the project already."),
            ),
            # Deferred: while audios are put into another order, two share a place until the transaction ends
            models.UniqueConstraint(
                fields=["project", "order"], name="project_order_unique", deferrable=Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProjectAudioStatus.values), name="project_audio_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order + 1}. {self.audio}"


class ProjectEvent(Row):
    """Something that happened to a project, and who did it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=EventKind)
    from_status = models.CharField(max_length=20, choices=ProjectStatus, blank=True)
    to_status = models.CharField(max_length=20, choices=ProjectStatus, blank=True)
    note = models.TextField(blank=True)

    objects = ProjectEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="project_event_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.MOVED) | ~Q(to_status=""), name="project_event_says_where_to"
            ),
        ]
        indexes = [models.Index(fields=["project", "-id"], name="project_event_newest")]

    def __str__(self) -> str:
        return self.get_kind_display()
