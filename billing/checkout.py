"""The way to pay: Checkout for plans and packs, and the portal. Nothing here grants anything: webhooks do."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing import catalog, stripe_api
from billing.customers import customer_of, known_customer
from billing.enums import BillingInterval
from billing.exceptions import BillingError
from billing.models import CreditPack, Plan
from billing.subscriptions import current_of

SESSION = "{CHECKOUT_SESSION_ID}"  # Stripe puts the id in its place


@dataclass(frozen=True)
class WayBack:
    """Where people land after Checkout. `done` carries SESSION."""

    done: str
    left: str


def buy_plan(user: Any, plan: Plan, interval: BillingInterval, back: WayBack) -> str:
    """The address where the user pays for a plan. BillingError where they pay for one already."""
    if current_of(user).stripe_subscription_id:
        raise BillingError(_("You have a paid plan already. Change it on the billing page."))
    price = catalog.plan_price(plan, interval)
    about = {"user": str(user.pk), "plan": plan.key, "interval": interval.value}
    more = {"subscription_data": {"metadata": about}}
    return _open(user, "subscription", price, about, back, more)


def buy_pack(user: Any, pack: CreditPack, back: WayBack) -> str:
    """The address where the user pays for a pack: so many credits as it has now."""
    price = catalog.pack_price(pack)
    about = {"user": str(user.pk), "pack": str(pack.pk), "credits": str(pack.credits), "name": pack.name}
    more = {"payment_intent_data": {"metadata": about}}
    return _open(user, "payment", price, about, back, more)


def portal(user: Any, return_url: str) -> str:
    """The address where the user keeps cards and addresses. BillingError for who never paid."""
    customer = known_customer(user)
    if customer is None:
        raise BillingError(_("There is nothing to look after yet: you have not paid for anything."))
    return stripe_api.open_portal(customer, return_url)


def _open(
    user: Any, mode: str, price: str, about: dict[str, str], back: WayBack, more: dict[str, Any]
) -> str:
    params = {
        "mode": mode,
        "line_items": [{"price": price, "quantity": 1}],
        "client_reference_id": str(user.pk),
        "metadata": about,
        "success_url": back.done,
        "cancel_url": back.left,
        **more,
    }
    return stripe_api.open_checkout(customer_of(user), params)
