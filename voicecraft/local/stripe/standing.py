"""How a subscription stands: what payments, failures and endings make of it."""

from .contract import Json
from .store import Store

OVER = {"canceled", "incomplete_expired"}


def after_payment(store: Store, subscription_id: str, invoice: Json) -> None:
    """An invoice of it was paid: it is active, and a change that waited for the money is made."""
    subscription = store.get(subscription_id)
    waiting = store.note(subscription_id).get("pending")
    if waiting and waiting["invoice"] == invoice["id"]:
        subscription.update(waiting["values"], pending_update=None)
        store.annotate(subscription_id, pending=None)
        store.save(subscription, "customer.subscription.updated")
        store.emit("customer.subscription.pending_update_applied", subscription)
    if subscription["status"] in {"incomplete", "past_due", "unpaid"} and not _owes(store, subscription_id):
        subscription["status"] = "trialing" if _on_trial(store, subscription) else "active"
        store.save(subscription, "customer.subscription.updated")


def _on_trial(store: Store, subscription: Json) -> bool:
    return bool(subscription["trial_end"] and subscription["trial_end"] > store.now())


def _owes(store: Store, subscription_id: str) -> bool:
    return any(
        ((invoice["parent"] or {}).get("subscription_details") or {}).get("subscription") == subscription_id
        for invoice in store.all("invoice", status="open")
    )


def after_failure(store: Store, subscription_id: str, invoice: Json, *, gave_up: bool) -> None:
    """An invoice of it was not paid: it is past due, or over if that was the last attempt."""
    subscription = store.get(subscription_id)
    if subscription["status"] in OVER:
        return
    if gave_up:
        end(store, subscription, reason="payment_failed")
        return
    waiting = store.note(subscription_id).get("pending")
    if subscription["status"] in {"active", "trialing"} and not (
        waiting and waiting["invoice"] == invoice["id"]
    ):
        subscription["status"] = "past_due"
        store.save(subscription, "customer.subscription.updated")


def end(
    store: Store, subscription: Json, *, reason: str = "cancellation_requested", at: int | None = None
) -> Json:
    """End a subscription now. Its drafts are not collected any more."""
    when = at or store.now()
    if schedule_id := subscription["schedule"]:
        schedule = store.get(schedule_id)
        schedule.update(status="canceled", canceled_at=when, current_phase=None)
        store.save(schedule, "subscription_schedule.canceled")
    subscription.update(
        status="canceled", ended_at=when, canceled_at=subscription["canceled_at"] or when, pending_update=None
    )
    details = subscription["cancellation_details"]
    details["reason"] = details["reason"] or reason
    store.save(subscription)
    store.emit("customer.subscription.deleted", subscription)
    for invoice in store.all("invoice"):
        parent = (invoice["parent"] or {}).get("subscription_details")
        if parent and parent["subscription"] == subscription["id"] and invoice["status"] in {"draft", "open"}:
            invoice.update(auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None)
            store.save(invoice, "invoice.updated")
    return subscription
