"""What things cost, and that it is charged once: quote, reserve, and then settle or release.

One rule: a plan includes characters and clones each period; beyond that, credits pay. What is reserved is taken
off the allowance and the balance at once, in one transaction with the ledger's rows and under the balance's row
lock. It is settled when the thing is done (for a part of it, if only a part was), or given back. All of these may
be called again with the same key and count once.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing import credits, ledger, periods
from billing.enums import OperationType, ReservationState, UsageAction
from billing.exceptions import InsufficientCredits, KeyReused, PriceChanged
from billing.models import CreditBalance, Reservation, Subscription, UsageLog, UsagePeriod
from billing.plans import costs_on
from billing.subscriptions import current_of

BLOCK = 100  # characters that one unit of speech has, begun ones count

# Operation -> the limit that subscriptions have for it, the counter of the periods
ALLOWANCES = {
    OperationType.GENERATE_VOICE: ("monthly_character_limit", "characters"),
    OperationType.CLONE_VOICE: ("monthly_voice_clones", "clones"),
}


@dataclass(frozen=True)
class Prices:
    """Credits per unit, as they are on the user's plan. A premium voice adds its own to each unit."""

    operation: OperationType
    unit: int
    premium: int = 0


@dataclass(frozen=True)
class Charge:
    """What a quantity costs: units of the allowance first, credits for the rest."""

    from_allowance: int
    base_credits: int
    premium_credits: int

    @property
    def credits(self) -> int:
        return self.base_credits + self.premium_credits


@dataclass(frozen=True)
class Quote:
    """What something would cost now. `allowance_left` is before it, None where the plan knows no limit."""

    prices: Prices
    quantity: int
    charge: Charge
    allowance_left: int | None
    balance: int

    @property
    def credits(self) -> int:
        return self.charge.credits

    @property
    def is_affordable(self) -> bool:
        return self.credits <= self.balance

    @property
    def balance_after(self) -> int:
        return self.balance - self.credits

    @property
    def allowance_after(self) -> int | None:
        return None if self.allowance_left is None else self.allowance_left - self.charge.from_allowance


def charge_for(prices: Prices, quantity: int, allowance_left: int | None) -> Charge:
    """The charge for `quantity` (characters of speech; else units) where so much of the allowance is left."""
    free = quantity if allowance_left is None else min(quantity, allowance_left)
    return Charge(
        free,
        _units(prices.operation, quantity - free) * prices.unit,
        _units(prices.operation, quantity) * prices.premium,
    )


def quote(user: Any, operation: OperationType, quantity: int, *, premium: bool = False) -> Quote:
    """What `quantity` (characters of speech; else units) would cost the user now. Nothing is set aside."""
    account = credits.account_of(user)
    subscription = current_of(user)
    prices = prices_on(subscription, operation, premium=premium)
    period = periods.newest_in(user, periods.bounds_of(subscription, timezone.now()))
    left = allowance_left(subscription, operation, period)
    return Quote(prices, quantity, charge_for(prices, quantity, left), left, account.credits_remaining)


def prices_on(subscription: Subscription, operation: OperationType, *, premium: bool = False) -> Prices:
    """The prices that hold for `operation` on the subscription's plan."""
    costs = costs_on(subscription.plan)
    return Prices(operation, costs[operation], costs[OperationType.PREMIUM_VOICE] if premium else 0)


def allowance_left(
    subscription: Subscription, operation: OperationType, period: UsagePeriod | None
) -> int | None:
    """What is left of the period's allowance for `operation`; 0 where there is none, None where it has no limit."""
    if operation not in ALLOWANCES:
        return 0
    limit, counter = ALLOWANCES[operation]
    included = getattr(subscription, limit)
    used = getattr(period, counter) if period else 0
    return None if included is None else max(included - used, 0)


def reserve(  # noqa: PLR0913  keywords, each of which the row says
    user: Any,
    operation: OperationType,
    quantity: int,
    *,
    key: str,
    premium: bool = False,
    most_credits: int | None = None,
    generation: UUID | None = None,
    reason: str = "",
) -> Reservation:
    """Set aside what `quantity` (characters of speech; else units) costs, allowance first. Once per `key`.

    Nothing is done and InsufficientCredits raised where the balance holds too little, PriceChanged where it
    costs more than the `most_credits` that the user agreed to. `generation` is the script that it is for.
    """
    if quantity <= 0 or operation not in UsageAction.values:
        raise ValueError("what is reserved is something that a user does, and more than none of it")
    credits.account_of(user)
    subscription = current_of(user)  # before the lock: who starts a subscription holds the user's row
    with transaction.atomic():
        balance = credits.lock(user)
        if done := Reservation.objects.filter(key=key).first():
            return _same(done, user, operation, quantity)
        period = periods.open_period(user, periods.bounds_of(subscription, timezone.now()))
        prices = prices_on(subscription, operation, premium=premium)
        charge = charge_for(prices, quantity, allowance_left(subscription, operation, period))
        _require_agreed(charge, balance, most_credits)
        reservation = Reservation.objects.create(
            user=user,
            key=key,
            operation=operation,
            quantity=quantity,
            from_allowance=charge.from_allowance,
            credits=charge.credits,
            unit_cost=prices.unit,
            premium_cost=prices.premium,
            period=period,
            generation=generation,
            reason=reason[:200],
        )
        _count(reservation, charge.from_allowance)
        _post(reservation, charge, "held")
        return reservation


def settle(key: str, quantity: int | None = None) -> Reservation:
    """Charge what was delivered, at the prices quoted, and give the rest back: all of it without a `quantity`.

    Nothing delivered (0) is a release. What has ended already stays as it ended. Reservation.DoesNotExist where
    nothing was reserved under `key`; ValueError where more was delivered than that.
    """
    user = Reservation.objects.select_related("user").get(key=key).user
    with transaction.atomic():
        credits.lock(user)
        reservation = Reservation.objects.get(key=key)
        if reservation.state != ReservationState.RESERVED:
            return reservation
        delivered = reservation.quantity if quantity is None else quantity
        if not 0 <= delivered <= reservation.quantity:
            raise ValueError(f"{delivered} of {reservation.quantity} were delivered under {key}")
        held, due = _charge_of(reservation, reservation.quantity), _charge_of(reservation, delivered)
        _give_back(reservation, held, due)
        reservation.state = ReservationState.SETTLED if delivered else ReservationState.RELEASED
        reservation.charged_quantity = delivered
        reservation.from_allowance, reservation.credits = due.from_allowance, due.credits
        reservation.save()
        if delivered:
            _log(reservation)
        return reservation


def release(key: str) -> Reservation:
    """Give back all that was reserved under `key`: the allowance to the period it came from, and the credits."""
    return settle(key, 0)


def reservations_for(generation: UUID) -> Any:
    """All that was ever reserved for a script, the oldest first."""
    return Reservation.objects.filter(generation=generation).order_by("pk")


def forget(generation: UUID) -> None:
    """The script is gone: nothing refers to it any more. Its reservations must have ended."""
    reservations_for(generation).update(generation=None)


def _units(operation: OperationType, quantity: int) -> int:
    return -(-quantity // BLOCK) if operation == OperationType.GENERATE_VOICE else quantity


def _require_agreed(charge: Charge, balance: CreditBalance, most_credits: int | None) -> None:
    if most_credits is not None and charge.credits > most_credits:
        raise PriceChanged(agreed=most_credits, needed=charge.credits)
    if charge.credits > balance.credits_remaining:
        raise InsufficientCredits(needed=charge.credits, available=balance.credits_remaining)


def _charge_of(reservation: Reservation, quantity: int) -> Charge:
    """What `quantity` costs at the prices quoted and out of the allowance that was held."""
    prices = Prices(OperationType(reservation.operation), reservation.unit_cost, reservation.premium_cost)
    return charge_for(prices, quantity, reservation.from_allowance)


def _count(reservation: Reservation, number: int) -> None:
    """Let the period's counter grow by `number`, or shrink."""
    if number and reservation.operation in ALLOWANCES:
        counter = ALLOWANCES[OperationType(reservation.operation)][1]
        UsagePeriod.objects.filter(pk=reservation.period_id).update(**{counter: F(counter) + number})


def _post(reservation: Reservation, charge: Charge, what: str) -> None:
    """The ledger's rows of a charge: the operation's own, and the premium voice's."""
    own = OperationType(reservation.operation)
    for operation, number in (
        (own, charge.base_credits),
        (OperationType.PREMIUM_VOICE, charge.premium_credits),
    ):
        if not number:
            continue
        key = f"{reservation.pk}:{what}:{operation}"
        details = {"reservation": str(reservation.pk)}
        if not ledger.write(
            reservation.user_id, operation, number, key=key, reason=reservation.reason, details=details
        ):
            raise KeyReused(key)  # the balance is locked, and was looked at


def _give_back(reservation: Reservation, held: Charge, due: Charge) -> None:
    back = Charge(
        due.from_allowance - held.from_allowance,
        due.base_credits - held.base_credits,
        due.premium_credits - held.premium_credits,
    )
    _count(reservation, back.from_allowance)
    _post(reservation, back, "back")


def _log(reservation: Reservation) -> None:
    UsageLog.objects.create(
        user_id=reservation.user_id,
        action=UsageAction(reservation.operation),
        character_count=reservation.charged_quantity
        if reservation.operation == OperationType.GENERATE_VOICE
        else None,
        cost=reservation.credits,
        metadata={"reservation": str(reservation.pk)},
    )


def _same(done: Reservation, user: Any, operation: OperationType, quantity: int) -> Reservation:
    """The row that an earlier attempt wrote; KeyReused where that one was about something else."""
    if (done.user_id, done.operation, done.quantity) != (user.pk, operation, quantity):
        raise KeyReused(done.key)
    return done
