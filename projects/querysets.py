"""Every read of projects and experts. A user's rows are reached through `for_user` alone."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Prefetch, Q

from accounts.base import OwnedQuerySet
from accounts.search import matching
from projects.enums import ProjectStatus
from voices.models import Audio

_LIVING = Q(project_audios__audio__deleted_at__isnull=True)  # what lies in the trash is not in the project


class ProjectQuerySet(OwnedQuerySet):
    def with_audio_count(self) -> Self:
        """Adds `audio_count`."""
        return self.annotate(audio_count=Count("project_audios", filter=_LIVING))

    def overview(self) -> Self:
        """With `audio_count` and the expert's name, newest first."""
        return self.with_audio_count().select_related("expert__user").order_by("-pk")

    def with_audios(self) -> Self:
        """With their audios in order: `project.project_audios.all()`, each with its `audio`."""
        row: Any = self.model._meta.get_field("project_audios").related_model
        return self.prefetch_related(Prefetch("project_audios", row.objects.in_order()))

    def holding(self, audio: Audio) -> Self:
        """Those that `audio` is part of, newest first."""
        return self.filter(project_audios__audio=audio).order_by("-pk")

    def of_expert(self, expert: Any) -> Self:
        """What an expert was given, with `audio_count` and the owner, the nearest deadline first."""
        return (
            self.filter(expert=expert)
            .with_audio_count()
            .select_related("user")
            .order_by(F("deadline").asc(nulls_last=True), "-pk")
        )

    def count_by_status(self) -> dict[ProjectStatus, int]:
        """How many there are in each state; none are 0."""
        counted = dict(self.order_by().values_list("status").annotate(number=Count("pk")))
        return {status: counted.get(status, 0) for status in ProjectStatus}

    def search(self, text: str) -> Self:
        return matching(self, text)


class ProjectAudioQuerySet(models.QuerySet):
    def for_user(self, user: Any) -> Self:
        return self.filter(project__user=user)

    def in_order(self) -> Self:
        """As they are played, each with its audio; without those in the trash."""
        return self.filter(audio__deleted_at__isnull=True).select_related("audio").order_by("order")


class ProjectEventQuerySet(models.QuerySet):
    def for_user(self, user: Any) -> Self:
        return self.filter(project__user=user)

    def newest_first(self) -> Self:
        return self.select_related("actor").order_by("-pk")


class ExpertProfileQuerySet(OwnedQuerySet):
    def available(self) -> Self:
        """Approved and free to take work, with the person and `project_count`, the best rated first."""
        return (
            self.filter(is_available=True, approved_at__isnull=False, user__is_active=True)
            .select_related("user")
            .annotate(project_count=Count("projects"))
            .order_by(F("rating").desc(nulls_last=True), "-completed_jobs", "pk")
        )
