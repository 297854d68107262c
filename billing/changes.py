"""Changes of a plan that is paid for: up at once, down when the period ends, and out."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import catalog, stripe_api
from billing.enums import BillingInterval, SubscriptionStatus
from billing.exceptions import BillingError, PaymentError
from billing.models import Plan, Subscription
from billing.subscriptions import current_of
from billing.sync import sync_subscription

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """What going over to another plan means: at once for `due_cents`, or when the period ends."""

    plan: Plan
    interval: BillingInterval
    at_once: bool
    due_cents: int = 0
    currency: str = ""


def preview(user: Any, plan: Plan, interval: BillingInterval) -> Change:
    """What the change would be and cost now. BillingError where there is none to make."""
    subscription = _changeable(user, plan, interval)
    if not _is_up(subscription, plan, interval):
        return Change(plan, interval, at_once=False)
    remote = stripe_api.subscription(str(subscription.stripe_subscription_id))
    invoice = stripe_api.preview_change(remote, catalog.plan_price(plan, interval))
    return Change(plan, interval, at_once=True, due_cents=invoice["amount_due"], currency=invoice["currency"])


def change(user: Any, plan: Plan, interval: BillingInterval) -> Change:
    """Change the plan: up at once, with what is left of the old one deducted; else when the period ends.

    What goes up is written by the webhook that says it was paid. PaymentError, and nothing changed, if it is not.
    """
    subscription = _changeable(user, plan, interval)
    remote = stripe_api.subscription(str(subscription.stripe_subscription_id))
    price = catalog.plan_price(plan, interval)
    stripe_api.forget_later_change(remote)
    if _is_up(subscription, plan, interval):
        stripe_api.change_now(remote, price)
        return Change(plan, interval, at_once=True)
    if remote["cancel_at_period_end"]:
        stripe_api.end_with_period(remote["id"], end=False)
    stripe_api.change_later(remote, price)
    _follow(subscription)
    return Change(plan, interval, at_once=False)


def cancel(user: Any) -> Subscription:
    """Let the plan end with the period that was paid for."""
    subscription = _paid(user)
    stripe_api.forget_later_change(stripe_api.subscription(str(subscription.stripe_subscription_id)))
    stripe_api.end_with_period(str(subscription.stripe_subscription_id), end=True)
    return _follow(subscription)


def keep(user: Any) -> Subscription:
    """Let the plan go on as it is: neither end nor become another one."""
    subscription = _paid(user)
    remote = stripe_api.subscription(str(subscription.stripe_subscription_id))
    stripe_api.forget_later_change(remote)
    if remote["cancel_at_period_end"]:
        stripe_api.end_with_period(remote["id"], end=False)
    return _follow(subscription)


def end_with_account(user: Any) -> None:
    """The account is about to be deleted: once that has committed, a worker ends what it pays for."""
    paid = Subscription.objects.for_user(user).current().exclude(stripe_subscription_id=None)
    for stripe_id in paid.values_list("stripe_subscription_id", flat=True):
        end = partial(
            current_app.send_task,
            "billing.tasks.end_subscription",
            kwargs={"stripe_id": stripe_id},
            queue="default",
        )
        transaction.on_commit(end, robust=True)


def end_unpaid() -> int:
    """End the plans whose payment failed longer ago than the grace: back to free. Returns how many."""
    limit = timezone.now() - timedelta(days=settings.VOICECRAFT_GRACE_DAYS)
    ended = 0
    for subscription in Subscription.objects.past_due_before(limit).exclude(stripe_subscription_id=None):
        try:
            # Paid in the meantime, unknown to us? Then it is no longer past due and stays
            if _follow(subscription).status == SubscriptionStatus.PAST_DUE:
                stripe_api.end_now(str(subscription.stripe_subscription_id))
                _follow(subscription)
                ended += 1
        except PaymentError:
            logger.exception("subscription %s could not be ended; tried again later", subscription.pk)
    return ended


def _is_up(subscription: Subscription, plan: Plan, interval: BillingInterval) -> bool:
    """It costs more, by the month or by the length of what is paid at once."""
    old = _rate(subscription.plan, subscription.interval)
    new = _rate(plan, interval)
    if subscription.plan_id == plan.pk:
        return interval == BillingInterval.YEAR
    return new > old


def _rate(plan: Plan, interval: str) -> float:
    months = catalog.MONTHS.get(BillingInterval(interval or BillingInterval.MONTH), 1)
    return (catalog.price_cents(plan, interval) or 0) / months


def _changeable(user: Any, plan: Plan, interval: BillingInterval) -> Subscription:
    subscription = _paid(user)
    if subscription.status == SubscriptionStatus.PAST_DUE:
        raise BillingError(_("Please pay what is due first: update your card on the billing page."))
    if not catalog.is_for_sale(plan, interval):
        raise BillingError(_("This plan cannot be bought that way."))
    if (subscription.plan_id, subscription.interval) == (plan.pk, interval):
        raise BillingError(_("You are on this plan already."))
    return subscription


def _paid(user: Any) -> Subscription:
    subscription = current_of(user)
    if not subscription.stripe_subscription_id:
        raise BillingError(_("You have no paid plan."))
    return subscription


def _follow(subscription: Subscription) -> Subscription:
    """Bring the row to what Stripe says after our call."""
    sync_subscription(str(subscription.stripe_subscription_id), str(subscription.stripe_customer_id))
    subscription.refresh_from_db()
    return subscription
