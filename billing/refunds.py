"""Money that went back takes its credits along: never below zero, and the rest is noted for staff."""

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing import purchases, stripe_api
from billing.credits import account_of, lock, take
from billing.customers import owner_of
from billing.models import UsageHistory


def take_back(charge: stripe_api.Json, notes: list[str], *, lost_cents: int = 0) -> Any:
    """Take back the share of a charge's credits that was refunded or lost in a dispute. Returns the user.

    What was taken back before counts: partial refunds, duplicates and any order add up to the same.
    """
    user = owner_of(charge["customer"], (charge["metadata"] or {}).get("user"))
    if user is None:
        notes.append("Nobody here: nothing was taken back.")
        return None
    granted = _granted(charge, notes)
    back_cents = min(charge["amount_refunded"] + lost_cents, charge["amount"])
    share = granted * back_cents // charge["amount"] if charge["amount"] else 0
    with transaction.atomic():
        account_of(user)
        balance = lock(user)
        due = share - _taken_before(user, charge["id"])
        credits = min(due, balance.credits_remaining)
        if credits > 0:
            key = f"{_prefix(charge['id'])}{back_cents}:{share}:{due - credits}"
            take(user, credits, reason=_("Money was paid back"), key=key)
    if due > credits:
        notes.append(
            f"{due - credits} of {share} credits could not be taken back: the balance holds no more. "
            "They were spent; whether to ask for them is for you to decide."
        )
    return user


def _prefix(charge_id: str) -> str:
    return f"stripe:back:{charge_id}:"


def _taken_before(user: Any, charge_id: str) -> int:
    rows = UsageHistory.objects.for_user(user).filter(key__startswith=_prefix(charge_id))
    return int(rows.aggregate(total=Sum("credits_used"))["total"] or 0)


def _granted(charge: stripe_api.Json, notes: list[str]) -> int:
    """How many credits the charge brought. If the news of its payment is still on its way, they are granted first."""
    payment = charge["payment_intent"]
    if not payment:
        return 0
    if invoice_id := stripe_api.invoice_of_payment(payment):
        key = purchases.invoice_key(invoice_id)
        if not UsageHistory.objects.filter(key=key).exists():
            invoice = stripe_api.invoice(invoice_id)
            if invoice["status"] == "paid":
                purchases.grant_invoice(invoice, notes)
    else:
        key = purchases.payment_key(payment)
        session = stripe_api.session_of_payment(payment)
        if session and not UsageHistory.objects.filter(key=key).exists():
            purchases.grant_pack(session, notes)
    row = UsageHistory.objects.filter(key=key).first()
    return -row.credits_used if row else 0
