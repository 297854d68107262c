"""Users hear once in a period that their credits run out, while there is still time to do something about it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing import credits, mails, periods
from billing.models import CreditBalance, UsagePeriod
from billing.subscriptions import current_of

LOOK_BACK = timedelta(hours=3)  # longer than the task's pause, so that a missed turn is made up for


def tell_of_low_credits(now: datetime | None = None) -> int:
    """Mail those whose spending has lately left them with few credits. Returns how many were told."""
    now = now or timezone.now()
    recent = CreditBalance.objects.low().spent_since(now - LOOK_BACK).select_related("user")
    return sum(_tell(balance.user, now) for balance in recent)


@transaction.atomic
def _tell(user: Any, now: datetime) -> bool:
    bounds = periods.bounds_of(current_of(user), now)
    balance = credits.lock(user)
    period = periods.open_period(user, bounds)
    untold = UsagePeriod.objects.filter(pk=period.pk, credits_low_at=None)
    if not untold.update(credits_low_at=now):
        return False
    mails.credits_low(user, balance.credits_remaining)
    return True
