"""What each type of Stripe's events means here. The object is always fetched anew: events come in any order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from billing import mails, purchases, refunds, stripe_api
from billing.banner import show
from billing.customers import owner_of
from billing.enums import SubscriptionStatus
from billing.models import Subscription, SubscriptionEvent
from billing.sync import sync_subscription


@dataclass
class Handling:
    """One event under way: its object as it was sent, and what the row will say of it."""

    event: SubscriptionEvent
    thing: dict[str, Any]
    customer: str | None
    notes: list[str] = field(default_factory=list)
    user: Any = None
    plan_key: str = ""
    status: str = ""


def _checkout(handling: Handling) -> None:
    session = stripe_api.checkout_session(handling.thing["id"])
    handling.status = session["payment_status"]
    if session["mode"] == "subscription" and session["subscription"]:
        _sync(handling, session["subscription"])
    elif session["mode"] == "payment":
        handling.user = purchases.grant_pack(session, handling.notes)


def _checkout_failed(handling: Handling) -> None:
    """A payment that takes days, such as a bank debit, did not arrive."""
    session = stripe_api.checkout_session(handling.thing["id"])
    handling.status = session["payment_status"]
    handling.user = owner_of(session["customer"], session["client_reference_id"])
    if handling.user and session["mode"] == "payment":
        mails.purchase_failed(handling.user, session["metadata"].get("name", ""))
    elif session["mode"] == "subscription" and session["subscription"]:
        _sync(handling, session["subscription"])


def _checkout_expired(handling: Handling) -> None:
    """Nobody paid on that page; nothing is owed or given."""
    handling.status = "expired"


def _subscription(handling: Handling) -> None:
    _sync(handling, handling.thing["id"])


def _invoice(handling: Handling) -> None:
    """Paid or not paid: the subscription says what follows; paid ones bring their credits."""
    invoice = stripe_api.invoice(handling.thing["id"])
    if subscription_id := purchases.subscription_of(invoice):
        _sync(handling, subscription_id)
    handling.status = invoice["status"]
    if invoice["status"] == "paid":
        handling.user = purchases.grant_invoice(invoice, handling.notes)


def _refunded(handling: Handling) -> None:
    handling.user = refunds.take_back(stripe_api.charge(handling.thing["id"]), handling.notes)


def _dispute_opened(handling: Handling) -> None:
    dispute = stripe_api.dispute(handling.thing["id"])
    handling.status = dispute["status"]
    handling.user = _owner_of_charge(dispute["charge"])
    handling.notes.append(f"Dispute {dispute['id']} ({dispute['reason']}): answer it in Stripe's dashboard.")


def _dispute_closed(handling: Handling) -> None:
    dispute = stripe_api.dispute(handling.thing["id"])
    handling.status = dispute["status"]
    charge = stripe_api.charge(dispute["charge"])
    lost_cents = dispute["amount"] if dispute["status"] == "lost" else 0
    handling.user = refunds.take_back(charge, handling.notes, lost_cents=lost_cents)


def _customer_deleted(handling: Handling) -> None:
    """Whoever they were, nothing of theirs is left at Stripe: subscriptions ended with the customer."""
    rows = Subscription.objects.filter(stripe_customer_id=handling.thing["id"]).select_related("plan", "user")
    for row in rows:
        handling.user = row.user
        if row.is_current and row.stripe_subscription_id:
            row.status = SubscriptionStatus.EXPIRED
            mails.plan_changed(row)
            show(row.user_id, past_due=False)
        row.stripe_customer_id = None
        row.save(update_fields=["status", "stripe_customer_id", "updated_at"])


def _sync(handling: Handling, subscription_id: str) -> None:
    outcome = sync_subscription(subscription_id, handling.customer or "")
    handling.notes += outcome.notes
    handling.status = outcome.status
    if outcome.subscription:
        handling.user = outcome.subscription.user
        handling.plan_key = outcome.subscription.plan.key


def _owner_of_charge(charge_id: str) -> Any:
    return owner_of(stripe_api.charge(charge_id)["customer"])


HANDLERS: dict[str, Callable[[Handling], None]] = {
    "checkout.session.completed": _checkout,
    "checkout.session.async_payment_succeeded": _checkout,
    "checkout.session.async_payment_failed": _checkout_failed,
    "checkout.session.expired": _checkout_expired,
    "customer.subscription.created": _subscription,
    "customer.subscription.updated": _subscription,
    "customer.subscription.deleted": _subscription,
    "customer.subscription.paused": _subscription,
    "customer.subscription.resumed": _subscription,
    "invoice.paid": _invoice,
    "invoice.payment_failed": _invoice,
    "invoice.payment_action_required": _invoice,
    "charge.refunded": _refunded,
    "charge.dispute.created": _dispute_opened,
    "charge.dispute.closed": _dispute_closed,
    "customer.deleted": _customer_deleted,
}
