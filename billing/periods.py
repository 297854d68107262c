"""The periods that allowances are counted by, in UTC.

A paid subscription's months end on the day on which its own period does, also within a year that was paid at
once; everybody else's are calendar months. A row for a period is made when something is first used in it.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from billing.models import Subscription, UsagePeriod


@dataclass(frozen=True)
class Bounds:
    """A period: from `starts_at` up to, and without, `ends_at`."""

    starts_at: datetime
    ends_at: datetime


def bounds_at(period_end: datetime | None, moment: datetime) -> Bounds:
    """The month that `moment` lies in, counted from `period_end`; the calendar's where there is none.

    A period's end that has passed is counted on from: the news of its renewal may still be on its way.
    """
    moment = moment.astimezone(UTC)
    anchor = (period_end or datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC)
    months = (moment.year - anchor.year) * 12 + moment.month - anchor.month
    if _shifted(anchor, months) > moment:
        months -= 1
    return Bounds(_shifted(anchor, months), _shifted(anchor, months + 1))


def bounds_of(subscription: Subscription, moment: datetime) -> Bounds:
    """The bounds of the subscription's period that `moment` lies in."""
    return bounds_at(subscription.stripe_current_period_end, moment)


def newest_in(user: Any, bounds: Bounds) -> UsagePeriod | None:
    """The row that counts within `bounds`, if anything was used yet. One query."""
    newest = UsagePeriod.objects.for_user(user).begun_before(bounds.ends_at).first()
    return newest if newest and newest.starts_at >= bounds.starts_at else None


def open_period(user: Any, bounds: Bounds) -> UsagePeriod:
    """The row that counts within `bounds`, made if need be. The caller holds the lock of the user's balance.

    A user's rows never overlap: where a change of plan moves the bounds, the period before ends when the new one
    begins, and one that began within the new bounds goes on to their end.
    """
    newest = UsagePeriod.objects.for_user(user).begun_before(bounds.ends_at).first()
    if newest and newest.starts_at >= bounds.starts_at:
        return _ending(newest, bounds.ends_at)
    if newest and newest.ends_at > bounds.starts_at:
        _ending(newest, bounds.starts_at)
    return UsagePeriod.objects.create(user=user, starts_at=bounds.starts_at, ends_at=bounds.ends_at)


def _ending(period: UsagePeriod, ends_at: datetime) -> UsagePeriod:
    if period.ends_at != ends_at:
        period.ends_at = ends_at
        period.save(update_fields=["ends_at", "updated_at"])
    return period


def _shifted(anchor: datetime, months: int) -> datetime:
    """`anchor` that many months on; a day that the month does not have is its last."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = min(anchor.day, monthrange(year, month + 1)[1])
    return anchor.replace(year=year, month=month + 1, day=day)
