"""Which plan a user is on."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from billing.enums import PlanKey, SubscriptionStatus
from billing.exceptions import BillingError
from billing.models import Plan, Subscription
from billing.plans import ensure_plan

LIMITS = ("monthly_character_limit", "monthly_voice_clones", "allow_custom_voices", "allow_commercial_use")


def current_of(user: Any) -> Subscription:
    """The user's current subscription, with its plan; one to the free plan is made where there is none."""
    found = Subscription.objects.for_user(user).current().first()
    return found or _start(user, ensure_plan(PlanKey.FREE), unless_there_is_one=True)


def put_on_plan(user: Any, plan: Plan) -> Subscription:
    """Let the user's current subscription end and one to `plan` begin, with the limits as they are now.

    Who is on the plan already stays as they are, limits included. BillingError where Stripe keeps the
    subscription: there it must be changed, or it would go on being paid.
    """
    current = Subscription.objects.for_user(user).current().first()
    if current and current.stripe_subscription_id:
        raise BillingError(_("Stripe keeps this subscription. Change or cancel it there."))
    return _start(user, plan)


def grace_ends(subscription: Subscription) -> datetime | None:
    """When a plan that is not paid for ends; None where nothing is due."""
    since = subscription.past_due_since
    return since + timedelta(days=settings.VOICECRAFT_GRACE_DAYS) if since else None


@transaction.atomic
def _start(user: Any, plan: Plan, *, unless_there_is_one: bool = False) -> Subscription:
    lock_user(user)
    current = Subscription.objects.for_user(user).current().first()
    if current and (unless_there_is_one or current.plan_id == plan.pk):
        return current
    if current:
        current.status = SubscriptionStatus.EXPIRED
        current.save(update_fields=["status", "updated_at"])
    return Subscription.objects.create(user=user, plan=plan, **{name: getattr(plan, name) for name in LIMITS})


def lock_user(user: Any) -> None:
    """Two who would start a subscription for one user at once take turns."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
