from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base import Row
from billing.models.plans import CURRENCY
from billing.querysets import CreditPackQuerySet


class CreditPack(Row):
    """Credits that can be bought once, beside any plan. Staff edit it; who has bought one keeps what they bought."""

    name = models.CharField(max_length=60)
    credits = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    price_cents = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    currency = models.CharField(max_length=3, default="USD", validators=[RegexValidator(CURRENCY)])
    active = models.BooleanField(default=True, help_text=_("Off: no longer sold."))
    sort_order = models.IntegerField(default=0)
    external_id = models.CharField(
        max_length=100, null=True, blank=True, unique=True, help_text=_("What Stripe calls it: a product.")
    )

    objects = CreditPackQuerySet.as_manager()

    class Meta:
        ordering = ("sort_order", "id")
        constraints = [
            models.CheckConstraint(condition=Q(credits__gt=0), name="pack_has_credits"),
            models.CheckConstraint(condition=Q(price_cents__gt=0), name="pack_has_a_price"),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="pack_currency"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.external_id = self.external_id or None  # an empty text would count as taken
