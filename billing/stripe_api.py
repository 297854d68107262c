"""Stripe, through one door: the only module that knows its library.

Everything comes back as plain dicts, every call ends within bounded time, and every failure is a PaymentError.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from billing.exceptions import BadSignature, PaymentError

TIMEOUT_SECONDS = 10
RETRIES = 2  # the library repeats a call under the same idempotency key
INVOICES_SHOWN = 12
API = "https://api.stripe.com"
PAGES = ("https://checkout.stripe.com", "https://billing.stripe.com")  # where payers are sent

Json = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)


def is_set_up() -> bool:
    """A key is set: payments are possible."""
    return bool(settings.STRIPE_SECRET_KEY)


def is_test() -> bool:
    """No money moves: the key is one of Stripe's test mode, or the local server's."""
    return settings.STRIPE_SECRET_KEY.startswith(("sk_test", "rk_test"))


def pages() -> tuple[str, ...]:
    """The origins of the pages where people pay."""
    return (settings.STRIPE_API_BASE,) if settings.STRIPE_API_BASE else PAGES


def verify(body: bytes, signature: str) -> Json:
    """The event that a webhook brought. BadSignature where it was not signed by Stripe, or too long ago."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise BadSignature("STRIPE_WEBHOOK_SECRET is not set")
    try:
        return (
            _client().construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET).to_dict(for_json=True)
        )
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise BadSignature(str(error)) from error


def _speaks(call: Callable[P, T]) -> Callable[P, T]:
    """The function speaks with Stripe: its failures become PaymentErrors."""

    @wraps(call)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> T:
        with _failures():
            return call(*args, **kwargs)

    return speaking


# --- What is sold -------------------------------------------------------------------------------------------
@_speaks
def ensure_product(product_id: str, name: str, *, active: bool, description: str = "") -> None:
    """Bring the product to what is given; made, under that id, if there is none."""
    wanted: Json = {"name": name, "active": active, "description": description}
    products = _client().v1.products
    try:
        found = products.retrieve(product_id)
    except stripe.InvalidRequestError as error:
        if not _is_missing(error):
            raise
        made = {"id": product_id} | {name: value for name, value in wanted.items() if value != ""}
        products.create(made, _once())  # type: ignore[arg-type]
        return
    if any((found[name] or "") != value for name, value in wanted.items()):
        products.update(product_id, wanted, _once())  # type: ignore[arg-type]


@_speaks
def ensure_price(
    product_id: str,
    lookup_key: str,
    cents: int,
    currency: str,
    interval: str | None,
    metadata: dict[str, str],
) -> str:
    """The id of the price known as `lookup_key`, which costs so much: a new one where the old cost something else.

    Who pays an old price goes on paying it. `interval` is "month" or "year", None for what is paid once.
    """
    prices = _client().v1.prices
    currency = currency.lower()
    found = prices.list({"lookup_keys": [lookup_key], "active": True, "limit": 1}).data
    if found and (found[0].unit_amount, found[0].currency, found[0].product) == (cents, currency, product_id):
        return found[0].id
    params: Json = {
        "product": product_id,
        "unit_amount": cents,
        "currency": currency,
        "lookup_key": lookup_key,
        "transfer_lookup_key": True,
        "metadata": metadata,
    }
    if interval:
        params["recurring"] = {"interval": interval}
    made = prices.create(params, _once())  # type: ignore[arg-type]
    if found:
        prices.update(found[0].id, {"active": False}, _once())
    return made.id


@_speaks
def price(price_id: str) -> Json:
    return _plain(_client().v1.prices.retrieve(price_id))


# --- Customers and the pages where they pay -----------------------------------------------------------------
@_speaks
def create_customer(email: str, name: str, user_id: str, *, key: str) -> str:
    """A customer's id: the same one for the same `key`, within a day."""
    customers = _client().v1.customers
    customer = customers.create(
        {"email": email, "name": name or email, "metadata": {"user": user_id}}, {"idempotency_key": key}
    )
    return customer.id


@_speaks
def open_checkout(customer: str, params: Json) -> str:
    """The address of a page to pay on. Pages that the customer left open before can no longer be paid on."""
    sessions = _client().v1.checkout.sessions
    for left in sessions.list({"customer": customer, "status": "open"}).data:
        sessions.expire(left.id, options=_once())
    session = sessions.create({**params, "customer": customer}, _once())  # type: ignore[arg-type]
    return str(session.url)


@_speaks
def open_portal(customer: str, return_url: str) -> str:
    """The address of the page where the customer keeps cards, addresses and invoices."""
    portal = _client().v1.billing_portal.sessions
    return portal.create({"customer": customer, "return_url": return_url}, _once()).url


# --- What there is ------------------------------------------------------------------------------------------
@_speaks
def subscription(subscription_id: str) -> Json:
    """The subscription as it is now, with its schedule if it has one."""
    return _plain(_client().v1.subscriptions.retrieve(subscription_id, {"expand": ["schedule"]}))


@_speaks
def checkout_session(session_id: str) -> Json:
    return _plain(_client().v1.checkout.sessions.retrieve(session_id))


@_speaks
def session_of_payment(payment_intent: str) -> Json | None:
    """The Checkout in which a payment was made."""
    found = _client().v1.checkout.sessions.list({"payment_intent": payment_intent, "limit": 1}).data
    return _plain(found[0]) if found else None


@_speaks
def invoice(invoice_id: str) -> Json:
    return _plain(_client().v1.invoices.retrieve(invoice_id))


@_speaks
def invoice_of_payment(payment_intent: str) -> str | None:
    """The id of the invoice that a payment paid."""
    wanted: Json = {"payment": {"type": "payment_intent", "payment_intent": payment_intent}, "limit": 1}
    found = _client().v1.invoice_payments.list(wanted).data  # type: ignore[arg-type]
    return _plain(found[0])["invoice"] if found else None


@_speaks
def invoices(customer: str) -> list[Json]:
    """The customer's newest invoices, without those that are still being written."""
    found = _client().v1.invoices.list({"customer": customer, "limit": INVOICES_SHOWN}).data
    return [_plain(one) for one in found if one.status != "draft"]


@_speaks
def next_invoice(subscription_id: str) -> Json:
    """What the next invoice will say as things stand."""
    return _plain(_client().v1.invoices.create_preview({"subscription": subscription_id}))


@_speaks
def charge(charge_id: str) -> Json:
    return _plain(_client().v1.charges.retrieve(charge_id))


@_speaks
def dispute(dispute_id: str) -> Json:
    return _plain(_client().v1.disputes.retrieve(dispute_id))


# --- Changes of a subscription ------------------------------------------------------------------------------
@_speaks
def preview_change(remote: Json, price_id: str) -> Json:
    """The invoice that `change_now` would write."""
    details: Json = {
        "items": [{"id": _item(remote)["id"], "price": price_id}],
        "proration_behavior": "always_invoice",
    }
    params: Json = {"subscription": remote["id"], "subscription_details": details}
    return _plain(_client().v1.invoices.create_preview(params))  # type: ignore[arg-type]


@_speaks
def change_now(remote: Json, price_id: str) -> None:
    """Move the subscription to another price, and charge the difference; if that fails, nothing has changed."""
    params: Json = {
        "items": [{"id": _item(remote)["id"], "price": price_id}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
        "cancel_at_period_end": False,
    }
    _client().v1.subscriptions.update(remote["id"], params, _once())  # type: ignore[arg-type]


@_speaks
def change_later(remote: Json, price_id: str) -> None:
    """Let the subscription move to another price when what was paid for ends."""
    schedules = _client().v1.subscription_schedules
    schedule = schedules.create({"from_subscription": remote["id"]}, _once())
    item = _item(remote)
    now: Json = {
        "items": [{"price": item["price"]["id"], "quantity": 1}],
        "start_date": _plain(schedule)["phases"][0]["start_date"],
        "end_date": item["current_period_end"],
    }
    later: Json = {
        "items": [{"price": price_id, "quantity": 1}],
        "proration_behavior": "none",
        "duration": {"interval": price(price_id)["recurring"]["interval"], "interval_count": 1},
    }
    params: Json = {"end_behavior": "release", "phases": [now, later]}
    schedules.update(schedule.id, params, _once())  # type: ignore[arg-type]


@_speaks
def forget_later_change(remote: Json) -> None:
    """Let the subscription go on as it is."""
    if remote.get("schedule"):
        _client().v1.subscription_schedules.release(remote["schedule"]["id"], options=_once())


@_speaks
def end_with_period(subscription_id: str, *, end: bool) -> None:
    """Whether the subscription ends when what was paid for ends."""
    _client().v1.subscriptions.update(subscription_id, {"cancel_at_period_end": end}, _once())


@_speaks
def end_now(subscription_id: str) -> None:
    """End the subscription at once, without giving money back. One that has ended, or is unknown, is fine."""
    try:
        _client().v1.subscriptions.cancel(subscription_id, options=_once())
    except stripe.InvalidRequestError as error:
        if not _is_missing(error):
            raise


# --- The library --------------------------------------------------------------------------------------------
def _client() -> stripe.StripeClient:
    if not is_set_up():
        raise PaymentError(_("Payment is not set up here."), permanent=True)
    return _client_of(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE or API)


@cache
def _client_of(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def _once() -> Any:
    """A key of this one call, so that the library's own repetitions count once."""
    return {"idempotency_key": f"voicecraft-{uuid4()}"}


def _plain(found: Any) -> Json:
    return dict(found.to_dict(for_json=True))


def _item(remote: Json) -> Json:
    return dict(remote["items"]["data"][0])


def _is_missing(error: stripe.StripeError) -> bool:
    return error.code == "resource_missing" or error.http_status == 404


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except stripe.CardError as error:
        message = _("The card was refused: %(reason)s Nothing has changed.") % {
            "reason": error.user_message or _("no reason was given.")
        }
        raise PaymentError(message, permanent=True) from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        message = _(
            "The payment service cannot be reached. Nothing has changed; please try again in a minute."
        )
        raise PaymentError(message, permanent=False) from error
    except stripe.StripeError as error:
        permanent = 400 <= (error.http_status or 500) < 500
        logger.log(logging.WARNING, "Stripe: %s", error)
        message = _("The payment service refused this. Nothing has changed; please tell us if it goes on.")
        raise PaymentError(message, permanent=permanent, missing=_is_missing(error)) from error
