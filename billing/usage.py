"""What a user has, and what they used: the figures behind the meter in the header and the page of usage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing import credits, periods
from billing.enums import OperationType, UsageAction
from billing.models import Reservation, Subscription, UsageHistory, UsageLog
from billing.periods import Bounds
from billing.subscriptions import current_of

DAYS = (7, 30, 90)  # what the chart can look back
SIGNS = {"spent": {"credits_used__gt": 0}, "received": {"credits_used__lt": 0}}


@dataclass(frozen=True)
class Allowance:
    """What a plan includes in a period, and how much of it is used. `included` is None where all is."""

    included: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.included is None else max(self.included - self.used, 0)


@dataclass(frozen=True)
class Meter:
    """What a user has left now. The period ends, and the allowances begin anew, at `bounds.ends_at`."""

    plan: str
    balance: int
    characters: Allowance
    clones: Allowance
    bounds: Bounds


@dataclass(frozen=True)
class Day:
    """One day of the chart: its figure for each operation."""

    day: date
    amounts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.amounts.values())


def meter_of(user: Any) -> Meter:
    """What the user has left. Two queries."""
    subscription = (
        Subscription.objects.for_user(user).current().select_related("user__credit_balance").first()
    )
    if subscription is None or not hasattr(subscription.user, "credit_balance"):
        balance, subscription = credits.account_of(user), current_of(user)
    else:
        balance = subscription.user.credit_balance
    bounds = periods.bounds_of(subscription, timezone.now())
    period = periods.newest_in(user, bounds)
    return Meter(
        plan=subscription.plan.name,
        balance=balance.credits_remaining,
        characters=Allowance(subscription.monthly_character_limit, period.characters if period else 0),
        clones=Allowance(subscription.monthly_voice_clones, period.clones if period else 0),
        bounds=bounds,
    )


def credits_by_day(user: Any, days: int) -> list[Day]:
    """Credits that each operation cost, on each of the last `days` days (UTC). What came back counts off its day."""
    rows = (
        UsageHistory.objects.for_user(user)
        .filter(timestamp__gte=_first_moment(days), operation_type__in=OperationType.priced())
        .annotate(day=TruncDate("timestamp", tzinfo=UTC))
        .values_list("day", "operation_type")
        .annotate(total=Sum("credits_used"))
        .order_by()
    )
    return _each_day(rows, days)


def characters_by_day(user: Any, days: int) -> list[Day]:
    """Characters that were spoken, on each of the last `days` days (UTC)."""
    rows = (
        UsageLog.objects.for_user(user)
        .filter(created_at__gte=_first_moment(days), action=UsageAction.GENERATE_VOICE)
        .annotate(day=TruncDate("created_at", tzinfo=UTC))
        .values_list("day", "action")
        .annotate(total=Sum("character_count"))
        .order_by()
    )
    return _each_day(rows, days)


def totals(days: Iterable[Day]) -> dict[str, int]:
    """What each operation adds up to, the most first."""
    sums: dict[str, int] = {}
    for day in days:
        for operation, amount in day.amounts.items():
            sums[operation] = sums.get(operation, 0) + amount
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def ledger_rows(user: Any, *, operation: str = "", sign: str = "") -> QuerySet[UsageHistory]:
    """The user's ledger, newest first: of one operation, only what was `spent` or `received`. Others are ignored."""
    rows = UsageHistory.objects.for_user(user).newest_first()
    if operation in OperationType.values:
        rows = rows.filter(operation_type=operation)
    return rows.filter(**SIGNS.get(sign, {}))


def scripts(user: Any) -> QuerySet[Reservation]:
    """What was charged, or is held, for each piece of work on a script, newest first."""
    return Reservation.objects.for_user(user).filter(operation=OperationType.GENERATE_VOICE).order_by("-pk")


def scripts_behind(rows: Iterable[UsageHistory]) -> dict[UUID, UUID]:
    """Ledger row -> the script that it is about, where there is one still. One query."""
    reservations = {row.pk: row.details.get("reservation") for row in rows}
    known = dict(
        Reservation.objects.filter(pk__in=[pk for pk in reservations.values() if pk])
        .exclude(generation=None)
        .values_list("pk", "generation")
    )
    found = {row: known.get(UUID(pk)) for row, pk in reservations.items() if pk}
    return {row: generation for row, generation in found.items() if generation}


def ledger_table(rows: QuerySet[UsageHistory]) -> Iterator[list[str]]:
    """The ledger as lines of a table for other programs, the heads first."""
    yield ["time", "operation", "credits", "balance", "about"]
    for row in rows.iterator():
        yield [
            row.timestamp.isoformat(timespec="seconds"),
            row.operation_type,
            str(-row.credits_used),
            str(row.balance_after),
            _harmless(row.reason),
        ]


def _harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _first_moment(days: int) -> datetime:
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)


def _each_day(rows: Iterable[tuple[date, str, int | None]], days: int) -> list[Day]:
    first = _first_moment(days).date()
    found: dict[date, dict[str, int]] = {first + timedelta(days=n): {} for n in range(days)}
    for day, operation, total in rows:
        if total and total > 0:
            found.setdefault(day, {})[operation] = total
    return [Day(day, amounts) for day, amounts in sorted(found.items())]
