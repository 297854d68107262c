"""What can be bought."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billing import catalog, stripe_api
from billing.enums import BillingInterval, CallToAction, PlanKey
from billing.models import CreditPack, Plan, Subscription
from billing.views.paying import leads_to_stripe

# What the button under a plan does
SIGN_UP, BUY, CHANGE, CANCEL, CONTACT, NOTHING = "sign_up", "buy", "change", "cancel", "contact", "nothing"


@dataclass(frozen=True)
class Offer:
    """A plan as it is offered to one person, for one interval."""

    plan: Plan
    interval: BillingInterval
    is_current: bool
    act: str

    @property
    def cents(self) -> int | None:
        return catalog.price_cents(self.plan, self.interval)

    @property
    def credits(self) -> int:
        return catalog.period_credits(self.plan, self.interval)

    @property
    def saved_percent(self) -> int:
        """What a year at once saves against twelve months, in whole percent."""
        month, year = self.plan.price_monthly_cents, self.plan.price_yearly_cents
        return 100 - round(100 * year / (12 * month)) if month and year else 0

    @property
    def contact_url(self) -> str:
        return self.plan.cta_url or f"mailto:{settings.DEFAULT_FROM_EMAIL}"


@require_GET
@leads_to_stripe
def pricing(request: HttpRequest) -> HttpResponse:
    """Plans, monthly or yearly, what they differ in, and credit packs. Open to everybody."""
    year = request.GET.get("interval") == BillingInterval.YEAR
    interval = BillingInterval.YEAR if year else BillingInterval.MONTH
    subscription = _current(request.user)
    offers = [_offer(plan, interval, request.user, subscription) for plan in Plan.objects.on_sale()]
    context = {
        "offers": offers,
        "interval": interval,
        "saved_percent": max((offer.saved_percent for offer in offers), default=0),
        "subscription": subscription,
        "packs": CreditPack.objects.on_sale(),
        "can_pay": stripe_api.is_set_up(),
        "test_payments": stripe_api.is_test(),
    }
    return render(request, "billing/pricing.html", context)


def _current(user: Any) -> Subscription | None:
    return Subscription.objects.for_user(user).current().first() if user.is_authenticated else None


def _offer(plan: Plan, interval: BillingInterval, user: Any, subscription: Subscription | None) -> Offer:
    is_free = plan.key == PlanKey.FREE
    on_it = bool(subscription and subscription.plan_id == plan.pk)
    if user.is_authenticated and subscription is None:
        on_it = is_free  # nobody has asked yet; everybody begins there
    same_period = not (on_it and subscription and subscription.interval and subscription.interval != interval)
    is_current = on_it and same_period
    return Offer(plan, interval, is_current, _act(plan, interval, user, subscription, is_current))


def _act(
    plan: Plan, interval: BillingInterval, user: Any, subscription: Subscription | None, is_current: bool
) -> str:
    if plan.cta_type == CallToAction.CONTACT:
        return CONTACT
    if is_current:
        return NOTHING
    if not user.is_authenticated:
        return SIGN_UP
    pays = bool(subscription and subscription.stripe_subscription_id)
    if plan.key == PlanKey.FREE:
        return CANCEL if pays else NOTHING
    if not catalog.is_for_sale(plan, interval) or not stripe_api.is_set_up():
        return NOTHING
    return CHANGE if pays else BUY
