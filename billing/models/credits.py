from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow, Row
from billing.enums import OperationType
from billing.querysets import CreditBalanceQuerySet, UsageHistoryQuerySet


class CreditBalance(OwnedRow):
    """What a user can spend: the ledger's sum with the sign turned. Only `billing.credits` writes it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="credit_balance"
    )
    credits_remaining = models.IntegerField(default=0)
    last_synced_at = models.DateTimeField(default=timezone.now, help_text=_("When it last changed."))

    objects = CreditBalanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(credits_remaining__gte=0), name="balance_not_below_zero")
        ]
        indexes = [models.Index(fields=["credits_remaining"], name="balance_remaining")]

    def __str__(self) -> str:
        return str(self.credits_remaining)


class UsageHistory(Row):
    """The ledger: one row for each change of a balance, never changed afterwards (a trigger holds that).

    `credits_used` is above zero where credits were spent or taken and below zero where they were granted or
    given back. So at any time: balance = -sum(credits_used) = `balance_after` of the newest row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="usage_history")
    credit_balance = models.ForeignKey(CreditBalance, on_delete=models.CASCADE, related_name="usage_history")
    operation_type = models.CharField(max_length=30, choices=OperationType)
    credits_used = models.IntegerField(help_text=_("Above zero: spent. Below zero: granted or given back."))
    balance_after = models.IntegerField()
    key = models.CharField(
        max_length=120, unique=True, help_text=_("The same for each attempt at one change.")
    )
    reason = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The member of staff who did it, where one did."),
    )
    timestamp = models.DateTimeField(default=timezone.now)

    objects = UsageHistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger row")
        verbose_name_plural = _("ledger")
        constraints = [
            models.CheckConstraint(condition=~Q(credits_used=0), name="ledger_changes_something"),
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="ledger_not_below_zero"),
            models.CheckConstraint(
                condition=Q(operation_type__in=OperationType.values), name="ledger_type_known"
            ),
            models.CheckConstraint(
                condition=Q(credits_used__lt=0)
                | ~Q(operation_type__in=[OperationType.GRANT, OperationType.PURCHASE]),
                name="ledger_grants_are_below_zero",
            ),
        ]
        indexes = [
            models.Index(fields=["timestamp"], name="ledger_timestamp"),
            models.Index(fields=["operation_type"], name="ledger_operation_type"),
            models.Index(fields=["user", "-id"], name="ledger_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_operation_type_display()}: {-self.credits_used:+d}"
