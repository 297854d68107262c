"""Previews of invoices: the real change is made, its invoice is read, and everything is undone."""

from . import invoices, subscriptions
from .clock import renew
from .contract import Json
from .errors import StripeFailure, invalid
from .items import current_period
from .store import Store


class _Seen(Exception):
    """Undoes a change, with the invoice that it made."""

    def __init__(self, invoice: Json) -> None:
        super().__init__()
        self.invoice = invoice


def create(store: Store, params: Json) -> Json:
    """Return the invoice that a change of a subscription, or its next period, would make."""
    try:
        with store.change():
            if "subscription" in params:
                raise _Seen(_of_subscription(store, params))
            raise _Seen(_of_new(store, params))
    except _Seen as seen:
        return _as_preview(store, seen.invoice)


def _of_subscription(store: Store, params: Json) -> Json:
    subscription = store.find("subscription", params["subscription"], "subscription")
    wanted = params.get("subscription_details") or {}
    if wanted.get("items"):
        names = {"items", "proration_behavior", "proration_date"}
        change = {name: value for name, value in wanted.items() if name in names}
        before = subscription["latest_invoice"]
        # Not to be paid: what its card would do is no matter here
        change["payment_behavior"] = "default_incomplete"
        subscription = subscriptions.change_items(store, subscription, change)
        if subscription["latest_invoice"] != before:
            return store.get(subscription["latest_invoice"])
    ends = wanted.get("cancel_at_period_end", subscription["cancel_at_period_end"])
    last = current_period(subscription)[1]
    over = subscription["status"] not in {"active", "trialing", "past_due"}
    if over or ends or (subscription["cancel_at"] and subscription["cancel_at"] <= last):
        raise StripeFailure(
            404,
            f"No upcoming invoices for customer: {subscription['customer']}",
            code="invoice_upcoming_none",
        )
    renew(store, subscription["id"])
    return store.get(store.get(subscription["id"])["latest_invoice"])


def _of_new(store: Store, params: Json) -> Json:
    wanted = params.get("subscription_details") or {}
    if "customer" not in params or not wanted.get("items"):
        raise invalid("You must provide a `subscription`, or a `customer` and `subscription_details[items]`.")
    asked = {
        "customer": params["customer"],
        "items": wanted["items"],
        "payment_behavior": "default_incomplete",
    }
    return store.get(subscriptions.create(store, asked)["latest_invoice"])


def _as_preview(store: Store, invoice: Json) -> Json:
    invoice.update(
        id=f"upcoming_{invoice['id']}", status="draft", number=None, hosted_invoice_url=None, invoice_pdf=None,
        effective_at=None, ending_balance=invoice["ending_balance"] or 0, status_transitions={
            "finalized_at": None, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None},
        amount_paid=0, amount_remaining=invoice["amount_due"], attempted=False, attempt_count=0,
        lines=invoices.listed(invoice["lines"]["data"], f"/v1/invoices/upcoming_{invoice['id']}/lines"),
    )  # fmt: skip
    return invoice
