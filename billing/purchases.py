"""What was paid for is granted: once per invoice, once per payment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from billing import catalog, mails, stripe_api
from billing.credits import grant
from billing.customers import owner_of
from billing.enums import BillingInterval, OperationType
from billing.models import UsageHistory
from billing.periods import bounds_at


def invoice_key(invoice_id: str) -> str:
    """The ledger's key of what an invoice granted."""
    return f"stripe:invoice:{invoice_id}"


def payment_key(payment_intent: str) -> str:
    """The ledger's key of what a payment for a pack granted."""
    return f"stripe:payment:{payment_intent}"


def subscription_of(invoice: stripe_api.Json) -> str | None:
    """The subscription that an invoice is for, if it is for one."""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    found: str | None = details.get("subscription")
    return found


def grant_invoice(invoice: stripe_api.Json, notes: list[str]) -> Any:
    """Grant the credits that a paid invoice brings, and send the receipt; once. Returns the user, if there is one."""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    user = owner_of(invoice["customer"], (details.get("metadata") or {}).get("user"))
    if user is None:
        notes.append("Nobody here: nothing was granted.")
        return None
    credits, key = credits_of(invoice), invoice_key(invoice["id"])
    is_new = not UsageHistory.objects.filter(key=key).exists()
    if credits and is_new:
        reason = _("Credits of the plan, invoice %(number)s") % {"number": invoice["number"] or invoice["id"]}
        grant(user, credits, reason=reason, key=key)
    if invoice["amount_paid"] and is_new:
        mails.receipt(
            user, invoice["amount_paid"], invoice["currency"], credits, invoice["hosted_invoice_url"]
        )
    return user


def credits_of(invoice: stripe_api.Json) -> int:
    """The credits that an invoice pays for: a period's, and for a change of plan the difference for the rest of one.

    Of a change's lines, those below zero give back what is left of the plan before.
    """
    credits = 0.0
    for line in invoice["lines"]["data"]:
        if plan := _plan_of(line):
            sign = 1 if line["amount"] >= 0 else -1
            share = _share(line) if _is_proration(line) else 1
            credits += sign * share * catalog.period_credits(plan, _interval_of(line))
    return max(round(credits), 0)


def grant_pack(session: stripe_api.Json, notes: list[str]) -> Any:
    """Grant the credits of a pack that has been paid for, as many as were sold; once. Returns the user."""
    user = owner_of(session["customer"], session["client_reference_id"])
    credits = int((session["metadata"] or {}).get("credits", 0))
    if user is None or not credits:
        notes.append("Nobody here, or no pack of ours: nothing was granted.")
        return user
    if session["payment_status"] != "paid":
        return user  # a payment that takes days: its success is an event of its own
    key = payment_key(session["payment_intent"])
    if not UsageHistory.objects.filter(key=key).exists():
        reason = _("Bought: %(name)s") % {"name": session["metadata"].get("name", "")}
        grant(user, credits, reason=reason, key=key, operation=OperationType.PURCHASE)
        mails.receipt(user, session["amount_total"], session["currency"], credits)
    return user


def _plan_of(line: stripe_api.Json) -> Any:
    details = (line.get("pricing") or {}).get("price_details") or {}
    return catalog.plan_of_product(details["product"]) if details.get("product") else None


def _is_proration(line: stripe_api.Json) -> bool:
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return bool(details.get("proration"))


def _interval_of(line: stripe_api.Json) -> BillingInterval:
    price = line["pricing"]["price_details"]["price"]
    recurring = (price if isinstance(price, dict) else stripe_api.price(price)).get("recurring") or {}
    return BillingInterval(recurring.get("interval", BillingInterval.MONTH))


def _share(line: stripe_api.Json) -> float:
    """How much of a whole period a line is for, from 0 to 1; it ends when the period does."""
    start, end = (datetime.fromtimestamp(line["period"][name], UTC) for name in ("start", "end"))
    if _interval_of(line) == BillingInterval.YEAR:
        begun = end.replace(year=end.year - 1, day=min(end.day, 28) if end.month == 2 else end.day)
    else:
        begun = bounds_at(end, end - timedelta(seconds=1)).starts_at
    return min((end - start) / (end - begun), 1.0)
