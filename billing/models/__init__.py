from billing.models.credits import CreditBalance, UsageHistory
from billing.models.packs import CreditPack
from billing.models.plans import AdminSettings, Feature, Plan
from billing.models.reservations import Reservation
from billing.models.subscriptions import Subscription, SubscriptionEvent
from billing.models.usage import UsageLog, UsagePeriod

__all__ = [
    "AdminSettings",
    "CreditBalance",
    "CreditPack",
    "Feature",
    "Plan",
    "Reservation",
    "Subscription",
    "SubscriptionEvent",
    "UsageHistory",
    "UsageLog",
    "UsagePeriod",
]
