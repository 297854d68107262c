"""What happens by itself as time goes on: renewals, retries, ends. The clock can be moved on."""

from collections.abc import Callable, Iterator
from functools import partial

from . import checkout, invoices, payments, schedules
from .contract import Json
from .items import current_period, priced, set_period
from .periods import period_end
from .standing import end
from .store import Store
from .subscriptions import kept_lines

INCOMPLETE_SECONDS = 23 * 3600
Happening = tuple[int, int, Callable[[], object]]


def move_to(store: Store, until: int) -> int:
    """Let time pass until then, and everything that is due happen in its order. Returns the time it is.

    The clock never goes back.
    """
    with store.lock:
        if (behind := until - store.now()) > 0:
            target = store.now() + behind
            run_due(store, target)
            store.offset_seconds += behind
            store.write()
        return store.now()


def run_due(store: Store, until: int | None = None) -> None:
    """Do what is due until a time, or now; each thing at the time it is due."""
    with store.lock:
        target = store.now() if until is None else until
        while due := min(
            (one for one in happenings(store) if one[0] <= target), key=lambda one: one[:2], default=None
        ):
            store.frozen = due[0]
            store.request = {"id": None, "idempotency_key": None}
            try:
                with store.change():
                    due[2]()
            finally:
                store.frozen = None


def happenings(store: Store) -> Iterator[Happening]:
    """Yield all that is to come: when, its rank among what comes at the same time, and how to do it."""
    for obj in list(store.objects.values()):
        match obj["object"]:
            case "subscription":
                yield from _of_subscription(store, obj)
            case "invoice":
                yield from _of_invoice(store, obj)
            case "checkout.session" if obj["status"] == "open":
                yield obj["expires_at"], 3, partial(checkout.expire, store, obj["id"], {})
            case "payment_intent":
                if at := store.note(obj["id"]).get("settles_at"):
                    yield at, 2, partial(settle, store, obj["id"])


def _of_subscription(store: Store, subscription: Json) -> Iterator[Happening]:
    subscription_id, status = subscription["id"], subscription["status"]
    if status == "incomplete":
        yield subscription["created"] + INCOMPLETE_SECONDS, 1, lambda: _expire(store, subscription_id)
    if subscription["pending_update"]:
        expires = subscription["pending_update"]["expires_at"]
        yield expires, 1, lambda: _drop_pending(store, subscription_id)
    if status in {"active", "trialing", "past_due"}:
        stop = current_period(subscription)[1]
        if subscription["cancel_at"] and subscription["cancel_at"] <= stop:
            yield subscription["cancel_at"], 0, lambda: end(store, store.get(subscription_id))
        else:
            yield stop, 0, lambda: renew(store, subscription_id)


def _of_invoice(store: Store, invoice: Json) -> Iterator[Happening]:
    invoice_id = invoice["id"]
    if invoice["status"] == "draft" and invoice["automatically_finalizes_at"]:
        yield invoice["automatically_finalizes_at"], 2, lambda: _collect(store, invoice_id)
    if invoice["status"] == "open" and invoice["next_payment_attempt"]:
        yield invoice["next_payment_attempt"], 2, lambda: invoices.pay(store, invoice_id)


def renew(store: Store, subscription_id: str) -> None:
    """A period ends: the next one begins, with a draft of its invoice."""
    subscription = store.get(subscription_id)
    start, at = current_period(subscription)
    if subscription["schedule"]:
        subscription = schedules.begin_phase(store, subscription, at)
    if subscription["status"] == "trialing" and not _trial_may_end(store, subscription):
        return
    if subscription["status"] == "canceled":
        return
    customer = store.get(subscription["customer"])
    items = subscription["items"]["data"]
    set_period(
        items, at, period_end(subscription["billing_cycle_anchor"], items[0]["price"]["recurring"], at)
    )
    first, last = current_period(subscription)
    lines = kept_lines(store, subscription_id)
    lines += [invoices.draft_line(item, priced(item), first, last) for item in items]
    invoice = invoices.build(store, customer, lines, "subscription_cycle", subscription)
    kept_lines(store, subscription_id, invoice["id"])
    invoice.update(
        period_start=start, period_end=at, automatically_finalizes_at=at + invoices.DRAFT_SECONDS,
        next_payment_attempt=at + invoices.DRAFT_SECONDS,
    )  # fmt: skip
    store.save(invoice)
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    subscription["latest_invoice"] = invoice["id"]
    store.save(subscription, "customer.subscription.updated")


def _trial_may_end(store: Store, subscription: Json) -> bool:
    """Without a card a trial ends as its settings say: paused, over, or with an invoice that is not paid."""
    customer = store.get(subscription["customer"])
    if subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]:
        return True
    wish = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if wish == "cancel":
        end(store, subscription)
    elif wish == "pause":
        subscription["status"] = "paused"
        store.save(subscription)
        store.emit("customer.subscription.paused", subscription)
    return bool(wish == "create_invoice")


def _collect(store: Store, invoice_id: str) -> None:
    invoice = invoices.finalize(store, store.get(invoice_id))
    invoices.pay(store, invoice["id"])


def _expire(store: Store, subscription_id: str) -> None:
    subscription = store.get(subscription_id)
    subscription.update(status="incomplete_expired", ended_at=store.now())
    store.save(subscription, "customer.subscription.updated")
    invoice = store.get(subscription["latest_invoice"])
    if invoice["status"] == "open":
        invoices.void(store, invoice)


def _drop_pending(store: Store, subscription_id: str) -> None:
    subscription = store.get(subscription_id)
    invoice = store.get(store.note(subscription_id)["pending"]["invoice"])
    store.annotate(subscription_id, pending=None)
    subscription["pending_update"] = None
    store.save(subscription, "customer.subscription.updated")
    store.emit("customer.subscription.pending_update_expired", subscription)
    if invoice["status"] == "open":
        invoices.void(store, invoice)


def settle(store: Store, intent_id: str) -> None:
    """A bank debit ends: what waited for its money hears of it."""
    intent = payments.settle(store, store.get(intent_id))
    for payment in store.all("invoice_payment"):
        if payment["payment"]["payment_intent"] == intent_id:
            invoice = store.get(payment["invoice"])
            mark = invoices.mark_paid if intent["status"] == "succeeded" else None
            _ = mark(store, invoice) if mark else invoices.mark_failed(store, invoice, intent)
    for session in store.all("checkout.session", payment_intent=intent_id):
        checkout.settled(store, session, paid=intent["status"] == "succeeded")
