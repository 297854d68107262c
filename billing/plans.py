"""The plans that the product comes with, and what things cost. Staff change both; nothing here overrides them."""

from typing import Any

from billing.enums import CallToAction, OperationType, PlanKey
from billing.models import AdminSettings, Plan

OPENING_CREDITS = 100  # what a new user starts with

# Whole credits; what each is counted by stands in OperationType's labels
DEFAULT_COSTS: dict[OperationType, int] = {
    OperationType.GENERATE_VOICE: 1,
    OperationType.PREMIUM_VOICE: 1,
    OperationType.CLONE_VOICE: 50,
    OperationType.TRANSCRIBE: 2,
    OperationType.MASTER: 5,
    OperationType.ESTIMATE_PROJECT: 2,
}

PLANS: dict[str, dict[str, Any]] = {
    PlanKey.FREE: {
        "name": "Free",
        "description": "To try it out, for as long as you like.",
        "credits": 0,
        "monthly_character_limit": 10_000,
        "monthly_voice_clones": 1,
        "currency": "USD",
        "price_monthly_cents": 0,
        "price_yearly_cents": 0,
        "cta_label": "Start free",
    },
    PlanKey.STARTER: {
        "name": "Starter",
        "description": "For regular work: five times the characters, and voices of your own.",
        "credits": 500,
        "monthly_character_limit": 50_000,
        "monthly_voice_clones": 5,
        "allow_custom_voices": True,
        "currency": "USD",
        "price_monthly_cents": 900,
        "price_yearly_cents": 9_000,
        "cta_label": "Choose Starter",
    },
    PlanKey.PRO: {
        "name": "Pro",
        "description": "For what you sell: commercial use, and premium voices at no extra cost.",
        "credits": 2_000,
        "monthly_character_limit": 200_000,
        "monthly_voice_clones": 20,
        "allow_custom_voices": True,
        "allow_commercial_use": True,
        "features": {OperationType.PREMIUM_VOICE.value: 0},
        "currency": "USD",
        "price_monthly_cents": 2_900,
        "price_yearly_cents": 29_000,
        "badge": "Most popular",
        "highlight": True,
        "cta_label": "Choose Pro",
    },
    PlanKey.ENTERPRISE: {
        "name": "Enterprise",
        "description": "Without limits, on terms made for you.",
        "credits": 10_000,
        "monthly_character_limit": None,
        "monthly_voice_clones": None,
        "allow_custom_voices": True,
        "allow_commercial_use": True,
        "features": {OperationType.PREMIUM_VOICE.value: 0},
        "cta_type": CallToAction.CONTACT,
        "cta_label": "Talk to us",
    },
}


PACKS: tuple[dict[str, Any], ...] = (
    {"name": "100 credits", "credits": 100, "price_cents": 400},
    {"name": "500 credits", "credits": 500, "price_cents": 1_500},
    {"name": "2,000 credits", "credits": 2_000, "price_cents": 4_800},
)


def ensure_plan(key: str) -> Plan:
    """The plan of that key, made as the product brings it if nobody has yet; KeyError where it brings none."""
    found = Plan.objects.filter(key=key).first()
    if found is None:
        fields = PLANS[key] | {"sort_order": list(PLANS).index(key)}
        found, _created = Plan.objects.get_or_create(key=key, defaults=fields)
    return found


def costs_on(plan: Plan) -> dict[OperationType, int]:
    """Credits that one unit of each operation costs on `plan`: the plan's own price, else everybody's."""
    costs = AdminSettings.objects.load().feature_costs | plan.features
    return {operation: int(costs.get(operation, cost)) for operation, cost in DEFAULT_COSTS.items()}


def cost_of(operation: OperationType, plan: Plan) -> int:
    """Credits that one unit of `operation` costs on `plan`. ValueError where it is nothing that is sold."""
    if operation not in OperationType.priced():
        raise ValueError(f"{operation} has no price")
    return costs_on(plan)[operation]
