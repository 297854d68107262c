from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow, Row
from billing.enums import BillingInterval, BillingSource, EventState, SubscriptionStatus
from billing.models.plans import Plan
from billing.querysets import SubscriptionEventQuerySet, SubscriptionQuerySet


class Subscription(OwnedRow):
    """A user's plan with the limits as sold: a plan edited later, or a special deal, leaves them alone."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=20, choices=SubscriptionStatus, default=SubscriptionStatus.ACTIVE)

    stripe_customer_id = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001  unique if any
    stripe_subscription_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    stripe_price_id = models.CharField(max_length=100, blank=True)
    stripe_current_period_end = models.DateTimeField(null=True, blank=True)
    interval = models.CharField(
        max_length=10, choices=BillingInterval, blank=True, help_text=_("Empty: nothing is paid.")
    )
    next_plan = models.ForeignKey(
        Plan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Takes the plan's place when the period ends."),
    )
    next_interval = models.CharField(max_length=10, choices=BillingInterval, blank=True)
    past_due_since = models.DateTimeField(
        null=True, blank=True, help_text=_("The plan ends so many days after it.")
    )

    monthly_character_limit = models.PositiveIntegerField(
        null=True, blank=True, default=10_000, help_text=_("Empty: unlimited.")
    )
    monthly_voice_clones = models.PositiveIntegerField(
        null=True, blank=True, default=1, help_text=_("Empty: unlimited.")
    )
    allow_custom_voices = models.BooleanField(default=False)
    allow_commercial_use = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(status__in=SubscriptionStatus.current()),
                name="subscription_one_current",
                violation_error_message=_("This person has a current subscription already."),
            ),
            # Who comes back after their subscription expired is the same customer there
            models.UniqueConstraint(
                fields=["stripe_customer_id"],
                condition=Q(status__in=SubscriptionStatus.current()),
                name="subscription_one_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=SubscriptionStatus.values), name="subscription_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=SubscriptionStatus.CANCELLED) | Q(cancelled_at__isnull=False),
                name="subscription_cancelled_at",
                violation_error_message=_("A cancelled subscription has the time of its cancellation."),
            ),
        ]
        indexes = [
            models.Index(fields=["stripe_customer_id"], name="subscription_customer"),
            models.Index(fields=["status"], name="subscription_status"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} ({self.get_status_display()})"

    @property
    def is_current(self) -> bool:
        return self.status in SubscriptionStatus.current()

    @property
    def ends_with_period(self) -> bool:
        """It was cancelled and runs until the period ends."""
        return self.status == SubscriptionStatus.CANCELLED


class SubscriptionEvent(Row):
    """What a payment service told us, kept as it came, and what became of it.

    An event may come before we know whose it is; then it has no user.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="subscription_events",
    )
    source = models.CharField(max_length=20, choices=BillingSource, default=BillingSource.STRIPE)
    event_id = models.CharField(max_length=100, unique=True, help_text=_("What the source calls it."))
    event_type = models.CharField(max_length=100)
    plan_key = models.CharField(max_length=40, blank=True)
    status = models.CharField(
        max_length=40, blank=True, help_text=_("Of the subscription, in the source's words.")
    )
    occurred_at = models.DateTimeField(default=timezone.now)
    metadata = models.JSONField(default=dict, blank=True, help_text=_("The event as it came."))

    state = models.CharField(max_length=20, choices=EventState, default=EventState.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    notes = models.TextField(blank=True, help_text=_("What staff should know or do about it."))
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="event_state_known"),
            models.CheckConstraint(condition=Q(source__in=BillingSource.values), name="event_source_known"),
        ]
        indexes = [
            models.Index(fields=["occurred_at"], name="event_occurred_at"),
            models.Index(
                fields=["created_at"],
                name="event_unhandled",
                condition=Q(state__in=[EventState.RECEIVED, EventState.FAILED]),
            ),
        ]

    def __str__(self) -> str:
        return self.event_type
