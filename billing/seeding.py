"""The rows of billing that the product comes with. What staff have changed stays as it is."""

from billing.models import AdminSettings, CreditPack
from billing.plans import DEFAULT_COSTS, PACKS, PLANS, ensure_plan


def seed_plans() -> int:
    """Make the plans that are missing. Returns how many the product brings."""
    for key in PLANS:
        ensure_plan(key)
    return len(PLANS)


def seed_packs() -> int:
    """Make the credit packs, where there is none at all. Returns how many there are."""
    if not CreditPack.objects.exists():
        for position, fields in enumerate(PACKS):
            CreditPack.objects.create(**fields, sort_order=position)
    return CreditPack.objects.count()


def seed_costs() -> int:
    """Give a price to each operation that has none. Returns how many have one."""
    settings = AdminSettings.objects.load()
    costs = {
        operation.value: credits for operation, credits in DEFAULT_COSTS.items()
    } | settings.feature_costs
    if costs != settings.feature_costs:
        settings.feature_costs = costs
        settings.save(update_fields=["feature_costs", "updated_at"])
    return len(costs)
