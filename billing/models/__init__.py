from billing.models.credits import CreditBalance, UsageHistory
from billing.models.plans import AdminSettings, Feature, Plan
from billing.models.subscriptions import Subscription, SubscriptionEvent
from billing.models.usage import UsageLog, UsagePeriod

__all__ = [
    "AdminSettings",
    "CreditBalance",
    "Feature",
    "Plan",
    "Subscription",
    "SubscriptionEvent",
    "UsageHistory",
    "UsageLog",
    "UsagePeriod",
]
