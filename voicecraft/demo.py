"""The demo account: on the pro plan, with a library, projects in every state and experts to give them to."""

from typing import Any

from django.conf import settings

from accounts.people import ensure_user
from billing.credits import account_of, grant
from billing.enums import PlanKey
from billing.models import UsageHistory
from billing.plans import ensure_plan
from billing.subscriptions import put_on_plan
from projects.seeding import seed_demo_projects, seed_experts
from voicecraft.staff import seed_staff_group
from voices.seeding import seed_demo_library


def seed_demo() -> Any:
    """Make the account, once: what happens to it afterwards is left alone. Returns its user."""
    password = settings.VOICECRAFT_DEMO_PASSWORD
    user = ensure_user(settings.VOICECRAFT_DEMO_EMAIL, password, name="Demo User", is_staff=True)
    done = f"demo:{user.pk}"
    if not UsageHistory.objects.filter(key=done).exists():
        user.groups.add(seed_staff_group())
        account_of(user)
        plan = ensure_plan(PlanKey.PRO)
        put_on_plan(user, plan)
        seed_demo_projects(user, seed_demo_library(user), seed_experts(password))
        grant(user, plan.credits, reason="The plan's credits", key=done)  # last: it says that all is done
    return user
