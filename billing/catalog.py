"""What is sold, as Stripe knows it: a product for each plan and pack, a price for each way to pay for it."""

from django.utils.translation import gettext as _

from billing import stripe_api
from billing.enums import BillingInterval, BillingSource, CallToAction
from billing.exceptions import BillingError
from billing.models import CreditPack, Plan

MONTHS = {BillingInterval.MONTH: 1, BillingInterval.YEAR: 12}


def price_cents(plan: Plan, interval: str) -> int | None:
    """What a period of `interval` costs in minor units; None where that is a matter of talking."""
    return plan.price_yearly_cents if interval == BillingInterval.YEAR else plan.price_monthly_cents


def period_credits(plan: Plan, interval: str) -> int:
    """The credits that come with a period: a year brings twelve months' worth at once."""
    return plan.credits * MONTHS.get(BillingInterval(interval or BillingInterval.MONTH), 1)


def is_for_sale(plan: Plan, interval: str) -> bool:
    """It can be paid for in Checkout."""
    return bool(plan.active and plan.cta_type == CallToAction.CHECKOUT and price_cents(plan, interval))


def plan_price(plan: Plan, interval: BillingInterval) -> str:
    """The id of the price at Stripe, brought to what staff have set. BillingError where it is not for sale."""
    cents = price_cents(plan, interval)
    if not cents or not is_for_sale(plan, interval):
        raise BillingError(_("This plan cannot be bought that way."))
    product = _plan_product(plan)
    key = f"{product}-{interval}"
    about = {"plan": plan.key, "interval": interval.value}
    return stripe_api.ensure_price(product, key, cents, plan.currency, interval.value, about)


def pack_price(pack: CreditPack) -> str:
    """The id of a pack's price at Stripe, brought to what staff have set."""
    product = pack.external_id or f"voicecraft-pack-{pack.pk}"
    stripe_api.ensure_product(product, pack.name, active=pack.active)
    if pack.external_id != product:
        pack.external_id = product
        pack.save(update_fields=["external_id", "updated_at"])
    about = {"pack": str(pack.pk), "credits": str(pack.credits)}
    return stripe_api.ensure_price(product, f"{product}-once", pack.price_cents, pack.currency, None, about)


def push() -> int:
    """Bring all plans and packs at Stripe to what staff have set; safe to repeat. Returns how many prices there are."""
    prices = 0
    for plan in Plan.objects.all():
        intervals = [interval for interval in BillingInterval if is_for_sale(plan, interval)]
        for interval in intervals:
            plan_price(plan, interval)
        if not intervals and plan.external_id and plan.billing_source == BillingSource.STRIPE:
            _plan_product(plan)  # no longer sold: say so there too
        prices += len(intervals)
    for pack in CreditPack.objects.on_sale():
        pack_price(pack)
        prices += 1
    return prices


def plan_of_price(price: stripe_api.Json) -> tuple[Plan, BillingInterval] | None:
    """The plan that a price at Stripe is for, and for how long one pays with it; None if it is none of ours."""
    recurring = price.get("recurring") or {}
    plan = plan_of_product(price["product"])
    if plan is None or recurring.get("interval") not in BillingInterval.values:
        return None
    return plan, BillingInterval(recurring["interval"])


def plan_of_product(product: str) -> Plan | None:
    """The plan that a product at Stripe stands for."""
    return Plan.objects.filter(billing_source=BillingSource.STRIPE, external_id=product).first()


def _plan_product(plan: Plan) -> str:
    linked = plan.billing_source == BillingSource.STRIPE and plan.external_id
    product = linked or f"voicecraft-plan-{plan.key}"
    stripe_api.ensure_product(product, plan.name, active=plan.active, description=plan.description)
    if not linked:
        plan.billing_source, plan.external_id = BillingSource.STRIPE, product
        plan.save(update_fields=["billing_source", "external_id", "updated_at"])
    return product
