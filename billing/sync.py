"""One idempotent function that brings a subscription's row to what Stripe says of it now."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing import banner, catalog, mails, stripe_api
from billing.customers import owner_of, take_turns
from billing.enums import BillingInterval, SubscriptionStatus
from billing.exceptions import PaymentError
from billing.models import Plan, Subscription
from billing.subscriptions import LIMITS, lock_user

# Stripe's words for ours. "incomplete" has none: its first payment has not been made, so there is nothing yet
STATUS = {
    "active": SubscriptionStatus.ACTIVE,
    "trialing": SubscriptionStatus.ACTIVE,
    "past_due": SubscriptionStatus.PAST_DUE,
    "unpaid": SubscriptionStatus.PAST_DUE,
    "paused": SubscriptionStatus.EXPIRED,
    "canceled": SubscriptionStatus.EXPIRED,
    "incomplete_expired": SubscriptionStatus.EXPIRED,
}


@dataclass
class Outcome:
    """What came of it: the row, if the subscription is somebody's here, and what staff should know."""

    subscription: Subscription | None = None
    status: str = ""
    notes: list[str] = field(default_factory=list)


@transaction.atomic
def sync_subscription(stripe_id: str, customer: str) -> Outcome:
    """Fetch the subscription anew and write what it says: plan, limits as sold, status, period, what comes next.

    Calls in any order and number end the same. PaymentError where Stripe does not answer: nothing is written.
    """
    take_turns(customer)
    row = Subscription.objects.filter(stripe_subscription_id=stripe_id).select_related("plan", "user").first()
    remote = _fetch(stripe_id)
    if remote is None:
        return _end_missing(row)
    outcome = Outcome(row, remote["status"])
    user = row.user if row else owner_of(remote["customer"], remote["metadata"].get("user"))
    status = STATUS.get(remote["status"])
    if status is None or (row is None and status == SubscriptionStatus.EXPIRED):
        return outcome
    sold = catalog.plan_of_price(_item(remote)["price"])
    if user is None or sold is None:
        outcome.notes.append("Nobody here, or no plan of ours: nothing was done.")
        return outcome
    lock_user(user)
    if status in SubscriptionStatus.current() and not _is_the_one(user, remote, outcome):
        return outcome
    before = _Was.of(row)
    row = row or Subscription(user=user, stripe_subscription_id=stripe_id)
    outcome.subscription = _write(row, remote, status, *sold)
    _tell(before, row)
    return outcome


def _fetch(stripe_id: str) -> stripe_api.Json | None:
    try:
        return stripe_api.subscription(stripe_id)
    except PaymentError as error:
        if error.missing:
            return None
        raise


def _end_missing(row: Subscription | None) -> Outcome:
    """Stripe knows no such subscription any more."""
    if row and row.is_current:
        before = _Was.of(row)
        row.status = SubscriptionStatus.EXPIRED
        row.save(update_fields=["status", "updated_at"])
        _tell(before, row)
    return Outcome(row, "missing")


def _is_the_one(user: Any, remote: stripe_api.Json, outcome: Outcome) -> bool:
    """Make room for this subscription; False if a newer one has its place. Paid twice, the older one ends."""
    others = Subscription.objects.for_user(user).current().exclude(stripe_subscription_id=remote["id"])
    for other in others:
        rival = _fetch(other.stripe_subscription_id) if other.stripe_subscription_id else None
        if rival and STATUS.get(rival["status"]) in SubscriptionStatus.current():
            older, newer = sorted((rival, remote), key=lambda one: (one["created"], one["id"]))
            stripe_api.end_now(older["id"])
            outcome.notes.append(
                f"Paid twice: {older['id']} was ended in favour of {newer['id']}. Please refund what it cost."
            )
            if older is remote:
                return False
        other.status = SubscriptionStatus.EXPIRED
        other.save(update_fields=["status", "updated_at"])
    return True


def _write(
    row: Subscription,
    remote: stripe_api.Json,
    status: SubscriptionStatus,
    plan: Plan,
    interval: BillingInterval,
) -> Subscription:
    item = _item(remote)
    if row.plan_id != plan.pk:
        row.plan = plan
        for name in LIMITS:  # as sold: what staff change later leaves them alone
            setattr(row, name, getattr(plan, name))
    ends = remote["cancel_at_period_end"] or remote["cancel_at"]
    if status == SubscriptionStatus.ACTIVE and ends:
        status = SubscriptionStatus.CANCELLED
    if status == SubscriptionStatus.PAST_DUE:
        row.past_due_since = row.past_due_since or timezone.now()
    elif status != SubscriptionStatus.EXPIRED:
        row.past_due_since = None
    row.cancelled_at = _time(remote["canceled_at"]) or (timezone.now() if ends else None)
    row.status, row.interval = status, interval
    row.stripe_customer_id, row.stripe_price_id = remote["customer"], item["price"]["id"]
    row.stripe_current_period_end = _time(item["current_period_end"])
    row.next_plan, row.next_interval = _next(remote)
    row.save()
    return row


def _next(remote: stripe_api.Json) -> tuple[Plan | None, str]:
    """What the schedule puts in the plan's place when the period ends."""
    schedule = remote.get("schedule")
    if not schedule or not schedule.get("current_phase"):
        return None, ""
    ends = schedule["current_phase"]["end_date"]
    coming = [phase for phase in schedule["phases"] if phase["start_date"] >= ends]
    sold = catalog.plan_of_price(stripe_api.price(coming[0]["items"][0]["price"])) if coming else None
    return sold or (None, "")


@dataclass(frozen=True)
class _Was:
    """What a subscription was before, for the mail that says what is different."""

    plan_id: Any = None
    status: str = ""

    @classmethod
    def of(cls, row: Subscription | None) -> "_Was":
        return cls(row.plan_id, row.status) if row else cls()


def _tell(before: _Was, row: Subscription) -> None:
    """Say what has changed, by mail and on the pages."""
    banner.show(row.user_id, row.status == SubscriptionStatus.PAST_DUE)
    if row.status == SubscriptionStatus.PAST_DUE and before.status != row.status:
        mails.payment_failed(row)
    elif (before.plan_id, before.status) != (row.plan_id, row.status):
        mails.plan_changed(row, paid_again=before.status == SubscriptionStatus.PAST_DUE)


def _item(remote: stripe_api.Json) -> stripe_api.Json:
    return dict(remote["items"]["data"][0])


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
