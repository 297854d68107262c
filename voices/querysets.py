"""Every read of the studio's tables. A user's rows are reached through `for_user` alone."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.base import OwnedQuerySet
from accounts.search import matching
from voices.enums import GenerationStatus, Lane, SegmentStatus, VoiceStatus


class LivingManager(models.Manager):
    """Hides what has been thrown away; `all_objects` shows it."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(deleted_at__isnull=True)


class VoiceQuerySet(OwnedQuerySet):
    def active(self) -> Self:
        return self.filter(status=VoiceStatus.ACTIVE)


class VoiceTemplateQuerySet(models.QuerySet):
    def for_picker(self) -> Self:
        """Featured ones first, then by name."""
        return self.order_by("-is_featured", "name")


class VoiceGenerationQuerySet(OwnedQuerySet):
    def active(self) -> Self:
        return self.filter(status__in=GenerationStatus.active())

    def with_progress(self) -> Self:
        """Adds `segment_count` and `done_count`."""
        return self.annotate(
            segment_count=Count("segments"),
            done_count=Count("segments", filter=Q(segments__status=SegmentStatus.DONE)),
        )

    def search(self, text: str) -> Self:
        return matching(self, text)

    def fairest_first(self, lane: Lane) -> Self:
        """Those with a segment waiting in `lane`, in the order of turns.

        First comes the user who has the fewest segments in work, then the one who was served longest ago, then
        the older script.
        """
        waiting = self.model._meta.get_field("segments").related_model.objects.filter(
            generation=OuterRef("pk"), lane=lane
        )
        return (
            self.active()
            .filter(Exists(waiting.claimable()))
            .annotate(in_work=_segments_in_work(self.model), turn_at=_last_turn(self.model))
            .order_by("in_work", F("turn_at").asc(nulls_first=True), "pk")
        )


class SegmentQuerySet(models.QuerySet):
    def for_user(self, user: Any) -> Self:
        return self.filter(generation__user=user)

    def claimable(self) -> Self:
        """Waiting, and not told to wait longer."""
        now = timezone.now()
        return self.filter(status=SegmentStatus.PENDING).filter(Q(not_before=None) | Q(not_before__lte=now))

    def abandoned(self) -> Self:
        """Claimed by a worker that no longer gives a sign of life."""
        return self.filter(status=SegmentStatus.RUNNING, lease_until__lt=timezone.now())


class TakeQuerySet(models.QuerySet):
    def for_user(self, user: Any) -> Self:
        return self.filter(segment__generation__user=user)


class AudioQuerySet(OwnedQuerySet):
    def search(self, text: str) -> Self:
        return matching(self, text)

    def tagged(self, *tags: str) -> Self:
        """Those that carry any of the tags."""
        return self.filter(tags__overlap=list(tags))


class StorageObjectQuerySet(OwnedQuerySet):
    def thrown_away_before(self, moment: datetime) -> Self:
        return self.filter(deleted_at__lt=moment)


def _segments_in_work(generation_model: Any) -> Coalesce:
    """How many segments the owner of the outer generation has in work."""
    in_work = (
        generation_model.objects.filter(user=OuterRef("user"), segments__status=SegmentStatus.RUNNING)
        .order_by()
        .values("user")
        .annotate(number=Count("segments"))
        .values("number")
    )
    return Coalesce(Subquery(in_work), 0)


def _last_turn(generation_model: Any) -> Subquery:
    """When a worker last took a segment of any unfinished script of the outer generation's owner."""
    return Subquery(
        generation_model.objects.active()
        .filter(user=OuterRef("user"))
        .order_by()
        .values("user")
        .annotate(turn=Max("served_at"))
        .values("turn")
    )
