"""Credits: every change is one ledger row and one new balance, in one transaction under the balance's row lock.

The rule of signs: a ledger row's `credits_used` is above zero where credits were spent or taken and below zero
where they were granted or given back; a balance starts at 0, so balance = -sum(credits_used) always.
"""

from typing import Any

from django.db import transaction

from billing import ledger
from billing.enums import OperationType
from billing.exceptions import InsufficientCredits, KeyReused
from billing.models import CreditBalance, UsageHistory
from billing.plans import OPENING_CREDITS
from billing.subscriptions import current_of


def account_of(user: Any) -> CreditBalance:
    """The user's balance. Who has none yet gets the free plan and the opening credits, once, even in a race."""
    balance = CreditBalance.objects.for_user(user).first()
    return balance or _open(user)


def grant(
    user: Any,
    credits: int,
    *,
    reason: str,
    key: str,
    operation: OperationType = OperationType.GRANT,
    by: Any = None,
) -> UsageHistory:
    """Add `credits` to the user's balance. `key` is the same for each attempt: only the first one counts.

    `by` is the member of staff who does it, if one does. ValueError unless `credits` is above zero.
    """
    _require_positive(credits)
    return _write(user, operation, -credits, reason=reason, key=key, by=by)


def take(
    user: Any,
    credits: int,
    *,
    reason: str,
    key: str,
    operation: OperationType = OperationType.ADJUSTMENT,
    by: Any = None,
) -> UsageHistory:
    """Take `credits` off the user's balance; InsufficientCredits, and nothing done, where it holds fewer.

    As with `grant`, `key` is the same for each attempt.
    """
    _require_positive(credits)
    return _write(user, operation, credits, reason=reason, key=key, by=by)


@transaction.atomic
def _open(user: Any) -> CreditBalance:
    current_of(user)
    balance, created = CreditBalance.objects.get_or_create(user=user)
    if created:
        grant(user, OPENING_CREDITS, reason="Welcome", key=f"opening:{user.pk}")
        balance.refresh_from_db()
    return balance


def lock(user: Any) -> CreditBalance:
    """The user's balance with its row locked until the transaction ends: who changes credits takes turns here."""
    return CreditBalance.objects.select_for_update(no_key=True).get(user=user)


def _write(
    user: Any, operation: OperationType, credits_used: int, *, reason: str, key: str, by: Any
) -> UsageHistory:
    while True:
        row = ledger.write(user.pk, operation, credits_used, key=key, reason=reason, by=by)
        if row is not None:
            return row
        balance = account_of(user)  # made now, if that was the reason
        if done := UsageHistory.objects.filter(key=key).first():
            return _same(done, user, operation, credits_used)
        if balance.credits_remaining < credits_used:
            raise InsufficientCredits(needed=credits_used, available=balance.credits_remaining)


def _same(done: UsageHistory, user: Any, operation: OperationType, credits_used: int) -> UsageHistory:
    """The row that an earlier attempt wrote; KeyReused where that one was about something else."""
    if (done.user_id, done.operation_type, done.credits_used) != (user.pk, operation, credits_used):
        raise KeyReused(done.key)
    return done


def _require_positive(credits: int) -> None:
    if credits <= 0:
        raise ValueError("credits are given as a number above zero")
