from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow
from billing.enums import OperationType, ReservationState
from billing.models.usage import UsagePeriod
from billing.querysets import ReservationQuerySet


class Reservation(OwnedRow):
    """What was set aside for one thing that a user does, until it is charged or given back.

    `from_allowance` and `credits` are what is held, or was charged: a part that was given back is in neither.
    The ledger has had the credits from the beginning; so whatever crashes, a balance never shows them as free.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reservations")
    key = models.CharField(
        max_length=120, unique=True, help_text=_("The same for each attempt at one reservation.")
    )
    operation = models.CharField(max_length=30, choices=OperationType)
    quantity = models.PositiveIntegerField(help_text=_("Characters, or units, that were asked for."))
    charged_quantity = models.PositiveIntegerField(null=True, blank=True, help_text=_("Of these, delivered."))
    from_allowance = models.PositiveIntegerField(default=0)
    credits = models.PositiveIntegerField(default=0)
    unit_cost = models.PositiveIntegerField(help_text=_("Credits, as quoted."))
    premium_cost = models.PositiveIntegerField(default=0, help_text=_("Credits, as quoted."))
    state = models.CharField(max_length=20, choices=ReservationState, default=ReservationState.RESERVED)
    period = models.ForeignKey(UsagePeriod, on_delete=models.CASCADE, related_name="reservations")
    generation = models.UUIDField(
        null=True, blank=True, help_text=_("The script it is for, as long as there is one.")
    )
    reason = models.CharField(max_length=200, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReservationState.values), name="reservation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(operation__in=OperationType.priced()), name="reservation_has_a_price"
            ),
            models.CheckConstraint(
                condition=Q(from_allowance__lte=F("quantity")), name="reservation_within_quantity"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReservationState.RELEASED) | Q(credits=0, from_allowance=0),
                name="reservation_released_holds_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["generation"], name="reservation_generation"),
            models.Index(
                fields=["created_at"], name="reservation_open", condition=Q(state=ReservationState.RESERVED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_operation_display()}: {self.quantity}"
