"""Every read of plans, subscriptions, credits and usage. A user's rows are reached by `for_user` alone."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Avg, Count, Q, Sum

from accounts.base import OwnedQuerySet
from billing.enums import EventState, ReservationState, SubscriptionStatus

LOW_BALANCE = 10  # credits; below it, users are likely to run into a refusal


class PlanQuerySet(models.QuerySet):
    def on_sale(self) -> Self:
        """What the pricing page shows, in its order."""
        return self.filter(active=True).order_by("sort_order", "pk")

    def with_subscriber_count(self) -> Self:
        """Adds `subscriber_count`: how many are on the plan now."""
        return self.annotate(
            subscriber_count=Count(
                "subscriptions", filter=Q(subscriptions__status__in=SubscriptionStatus.current())
            )
        )


class CreditPackQuerySet(models.QuerySet):
    def on_sale(self) -> Self:
        """What the pricing page shows, in its order."""
        return self.filter(active=True).order_by("sort_order", "pk")


class AdminSettingsQuerySet(models.QuerySet):
    def load(self) -> Any:
        """The one row, made at its first use."""
        settings, _created = self.get_or_create(pk="singleton")
        return settings


class SubscriptionQuerySet(OwnedQuerySet):
    def current(self) -> Self:
        """Those that hold now, with their plan: at most one per user."""
        return self.filter(status__in=SubscriptionStatus.current()).select_related("plan")

    def with_customer(self) -> Self:
        """Those that know who their user is at Stripe, the newest first."""
        return self.exclude(stripe_customer_id=None).order_by("-pk")

    def past_due_before(self, moment: datetime) -> Self:
        """Those whose payment failed before `moment` and that are still not paid."""
        return self.filter(status=SubscriptionStatus.PAST_DUE, past_due_since__lt=moment)

    def of_address(self, email: str) -> Self:
        """All subscriptions of the person with that address, newest first, with plan and user."""
        return self.filter(user__email__iexact=email).select_related("plan", "user").order_by("-pk")


class SubscriptionEventQuerySet(OwnedQuerySet):
    def failed(self) -> Self:
        return self.filter(state=EventState.FAILED)

    def waiting(self) -> Self:
        """Those that have not been handled, or not successfully, the oldest first."""
        return self.filter(state__in=[EventState.RECEIVED, EventState.FAILED]).order_by("created_at")

    def about(self, external_id: str) -> Self:
        """Those whose object is the one with this id at Stripe."""
        return self.filter(metadata__data__object__id=external_id)


class CreditBalanceQuerySet(OwnedQuerySet):
    def low(self, below: int = LOW_BALANCE) -> Self:
        """Balances under `below` credits."""
        return self.filter(credits_remaining__lt=below)

    def spent_since(self, moment: datetime) -> Self:
        """Those of users who spent credits after `moment`."""
        rows = self.model._meta.apps.get_model("billing", "UsageHistory").objects
        spending = rows.filter(
            credit_balance=models.OuterRef("pk"), credits_used__gt=0, timestamp__gte=moment
        )
        return self.filter(models.Exists(spending))


class UsageHistoryQuerySet(OwnedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def total(self) -> int:
        """The sum of the rows: minus what they leave on the balance."""
        return int(self.aggregate(total=Sum("credits_used"))["total"] or 0)

    def by_operation(self) -> models.QuerySet[Any, dict[str, Any]]:
        """For each operation its `average` credits and its `number`, the most frequent first."""
        return (
            self.order_by()
            .values("operation_type")
            .annotate(average=Avg("credits_used"), number=Count("pk"))
            .order_by("-number")
        )


class UsageLogQuerySet(OwnedQuerySet):
    def between(self, start: datetime, end: datetime) -> Self:
        """From `start` up to, and without, `end`."""
        return self.filter(created_at__gte=start, created_at__lt=end)

    def characters(self) -> int:
        """How many characters the rows add up to."""
        return int(self.aggregate(total=Sum("character_count"))["total"] or 0)


class UsagePeriodQuerySet(OwnedQuerySet):
    def at(self, moment: datetime) -> Self:
        """The period that `moment` lies in: at most one row per user."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def begun_before(self, moment: datetime) -> Self:
        """Those that began before `moment`, the newest first."""
        return self.filter(starts_at__lt=moment).order_by("-starts_at")


class ReservationQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        """Neither charged nor given back yet."""
        return self.filter(state=ReservationState.RESERVED)

    def credits(self) -> int:
        """The credits that the rows hold or have charged."""
        return int(self.aggregate(total=Sum("credits"))["total"] or 0)
