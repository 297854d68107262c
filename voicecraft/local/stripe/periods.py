"""Billing periods: months that keep their day, from an anchor."""

import calendar
from datetime import UTC, datetime

from .contract import Json


def period_end(anchor: int, recurring: Json, after: int) -> int:
    """Return the first boundary after this time (seconds): the anchor plus whole intervals.

    Counted from the anchor, so 31 January is followed by 28 February and then by 31 March.
    """
    steps = 1
    while (end := plus(anchor, recurring, steps)) <= after:
        steps += 1
    return end


def plus(start: int, recurring: Json, times: int = 1) -> int:
    """Return the time this many intervals after `start`; a day that a month lacks becomes its last."""
    count = recurring.get("interval_count", 1) * times
    interval = recurring["interval"]
    if interval in {"day", "week"}:
        return start + count * 86_400 * (7 if interval == "week" else 1)
    begin = datetime.fromtimestamp(start, UTC)
    months = begin.year * 12 + begin.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(begin.day, calendar.monthrange(year, month + 1)[1])
    return int(begin.replace(year=year, month=month + 1, day=day).timestamp())


def share(amount: int, start: int, end: int, at: int) -> int:
    """Return the part of an amount that falls to the time from `at` to the end, rounded half up."""
    span = end - start
    return (2 * amount * max(0, end - at) + span) // (2 * span)
