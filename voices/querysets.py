"""Every read of the studio's tables. A user's rows are reached through `for_user` alone."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
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

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def public(self) -> Self:
        """What users let others speak with, with the owner's name and picture (and nothing else of theirs)."""
        private = [
            f"user__{name}" for name in ("email", "password", "last_login", "is_superuser", "is_staff")
        ]
        return self.active().filter(is_public=True).select_related("user").defer(*private)

    def with_generation_count(self) -> Self:
        """Adds `generation_count`: how many scripts were spoken with the voice."""
        return self.annotate(generation_count=Count("generations"))

    def search(self, text: str) -> Self:
        return matching(self, text)


class VoiceTemplateQuerySet(models.QuerySet):
    def for_picker(self) -> Self:
        """Featured ones first, then by name."""
        return self.order_by("-is_featured", "name")

    def search(self, text: str) -> Self:
        return matching(self, text)


class VoiceGenerationQuerySet(OwnedQuerySet):
    def active(self) -> Self:
        return self.filter(status__in=GenerationStatus.active())

    def recent(self) -> Self:
        """With their voices, newest first."""
        return self.select_related("voice").order_by("-pk")

    def history(self) -> Self:
        """What each cost: only the text, audio, cost, length and the voice's name are read, newest first."""
        fields = ("text", "title", "audio", "cost", "character_count", "created_at", "status", "voice__name")
        return self.recent().only(*fields)

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
        waiting: SegmentQuerySet = SegmentQuerySet(apps.get_model("voices", "Segment")).filter(
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
    def library(self) -> Self:
        """With their voices, newest first."""
        return self.select_related("voice").order_by("-pk")

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
