from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow
from billing.enums import UsageAction
from billing.querysets import UsageLogQuerySet, UsagePeriodQuerySet


class UsageLog(OwnedRow):
    """One thing that a user did, for figures and limits of rate."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="usage")
    action = models.CharField(max_length=30, choices=UsageAction)
    character_count = models.PositiveIntegerField(null=True, blank=True)
    cost = models.PositiveIntegerField(null=True, blank=True, help_text=_("credits"))
    metadata = models.JSONField(default=dict, blank=True)

    objects = UsageLogQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(action__in=UsageAction.values), name="usage_action_known")
        ]
        indexes = [
            models.Index(fields=["action"], name="usage_action"),
            models.Index(fields=["created_at"], name="usage_created_at"),
            models.Index(fields=["user", "action", "created_at"], name="usage_user_action_created"),
        ]

    def __str__(self) -> str:
        return self.get_action_display()


class UsagePeriod(OwnedRow):
    """What a user has used of their allowance in one period, so that a check reads one row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="usage_periods")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text=_("The first moment that is not in it."))
    characters = models.PositiveBigIntegerField(default=0)
    clones = models.PositiveIntegerField(default=0)
    credits_low_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the user was told that their credits run out.")
    )

    objects = UsagePeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "starts_at"], name="period_once_per_user"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="period_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"
