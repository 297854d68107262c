from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from billing.credits import account_of, grant, take
from billing.enums import OperationType, PlanKey, SubscriptionStatus
from billing.exceptions import BillingError, InsufficientCredits, KeyReused
from billing.models import AdminSettings, CreditBalance, Plan, Subscription, UsageHistory
from billing.plans import DEFAULT_COSTS, PLANS, cost_of, ensure_plan
from billing.seeding import seed_costs, seed_plans
from billing.subscriptions import current_of, put_on_plan


def ledger(user):
    return list(
        UsageHistory.objects.for_user(user)
        .order_by("pk")
        .values_list("operation_type", "credits_used", "balance_after")
    )


def balance(user):
    """As the row has it, and as the ledger adds up."""
    return (
        CreditBalance.objects.for_user(user).get().credits_remaining,
        -UsageHistory.objects.for_user(user).total(),
    )


def test_a_new_user_gets_the_free_plan_and_100_credits_through_the_ledger(alice, charlie):
    assert account_of(alice).credits_remaining == 100
    assert ledger(alice) == [("grant", -100, 100)]
    assert current_of(alice).plan.key == PlanKey.FREE
    assert CreditBalance.objects.for_user(charlie).count() == 0
    assert account_of(alice).credits_remaining == 100
    assert ledger(alice) == [("grant", -100, 100)]


def test_credits_are_granted_and_taken(alice, bob):
    grant(alice, 50, reason="Sorry", key="a", by=bob)
    row = take(alice, 30, reason="Mistake", key="b", by=bob)
    assert ledger(alice) == [("grant", -100, 100), ("grant", -50, 150), ("adjustment", 30, 120)]
    assert (row.reason, row.by, balance(alice)) == ("Mistake", bob, (120, 120))


def test_the_same_key_counts_once(alice, bob):
    first = grant(alice, 50, reason="Sorry", key="a")
    assert grant(alice, 50, reason="Sorry", key="a") == first
    assert balance(alice) == (150, 150)
    for other in (alice, 51), (bob, 50):
        with pytest.raises(KeyReused):
            grant(*other, reason="Sorry", key="a")
    assert (balance(alice), balance(bob)) == ((150, 150), (100, 100))


def test_nobody_spends_what_they_do_not_have(alice):
    with pytest.raises(InsufficientCredits) as refusal:
        take(alice, 101, reason="Too much", key="a", operation=OperationType.CLONE_VOICE)
    assert (refusal.value.needed, refusal.value.available) == (101, 100)
    assert ledger(alice) == [("grant", -100, 100)]


@pytest.mark.parametrize("credits", [0, -5])
def test_a_grant_is_above_zero(alice, credits):
    for change in (grant, take):
        with pytest.raises(ValueError, match="above zero"):
            change(alice, credits, reason="", key="a")


def test_the_database_keeps_the_ledger_as_it_was_written(alice):
    row = grant(alice, 50, reason="Sorry", key="a")
    for statement in (
        "UPDATE billing_usagehistory SET credits_used = -60",
        "UPDATE billing_usagehistory SET reason = ''",
        "DELETE FROM billing_usagehistory",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
    row.credits_used = -60
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    assert balance(alice) == (150, 150)


def test_the_ledger_outlives_the_member_of_staff(alice, bob):
    grant(alice, 50, reason="Sorry", key="a", by=bob)
    bob.delete()
    assert UsageHistory.objects.get(key="a").by is None


@pytest.mark.django_db(transaction=True)
def test_races_open_one_account_and_spend_nothing_twice(alice):
    def act(number):
        try:
            take(alice, 10, reason="Race", key=str(number))
        except InsufficientCredits:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(act, range(24)))
    assert sorted(results) == [False] * 14 + [True] * 10
    assert balance(alice) == (0, 0)
    assert Subscription.objects.for_user(alice).count() == 1


def test_a_change_of_plan_ends_the_one_before(alice, charlie):
    free = current_of(alice)
    pro = put_on_plan(alice, ensure_plan(PlanKey.PRO))
    free.refresh_from_db()
    assert (free.status, pro.status) == (SubscriptionStatus.EXPIRED, SubscriptionStatus.ACTIVE)
    limits = (
        pro.monthly_character_limit,
        pro.monthly_voice_clones,
        pro.allow_custom_voices,
        pro.allow_commercial_use,
    )
    assert limits == (200_000, 20, True, True)
    assert current_of(alice) == put_on_plan(alice, ensure_plan(PlanKey.PRO)) == pro
    assert current_of(charlie).plan.key == PlanKey.FREE


def test_limits_stay_as_they_were_sold(alice):
    sold = put_on_plan(alice, ensure_plan(PlanKey.STARTER))
    Plan.objects.filter(key=PlanKey.STARTER).update(monthly_character_limit=1)
    assert current_of(alice).monthly_character_limit == sold.monthly_character_limit == 50_000


def test_what_stripe_keeps_is_not_changed_by_hand(alice):
    put_on_plan(alice, ensure_plan(PlanKey.PRO))
    Subscription.objects.for_user(alice).current().update(stripe_subscription_id="sub_1")
    with pytest.raises(BillingError):
        put_on_plan(alice, ensure_plan(PlanKey.FREE))
    assert current_of(alice).plan.key == PlanKey.PRO


@pytest.mark.django_db
def test_seeding_keeps_what_staff_changed():
    assert (seed_plans(), seed_costs()) == (4, 6)
    Plan.objects.filter(key=PlanKey.PRO).update(price_monthly_cents=3_500)
    AdminSettings.objects.update(feature_costs={"clone_voice": 70})
    assert (seed_plans(), seed_costs()) == (4, 6)
    assert Plan.objects.get(key=PlanKey.PRO).price_monthly_cents == 3_500
    assert AdminSettings.objects.load().feature_costs == {**DEFAULT_COSTS, "clone_voice": 70}
    table = {plan.key: (plan.price_monthly_cents, plan.price_yearly_cents) for plan in Plan.objects.on_sale()}
    assert table == {
        "free": (0, 0),
        "starter": (900, 9_000),
        "pro": (3_500, 29_000),
        "enterprise": (None, None),
    }
    assert list(table) == list(PLANS)


@pytest.mark.django_db
def test_a_plan_has_its_own_prices_before_everybodys():
    AdminSettings.objects.load()
    AdminSettings.objects.update(feature_costs={"premium_voice": 7, "clone_voice": 60})
    costs = [cost_of(OperationType.PREMIUM_VOICE, ensure_plan(key)) for key in (PlanKey.FREE, PlanKey.PRO)]
    assert costs == [7, 0]
    assert cost_of(OperationType.CLONE_VOICE, ensure_plan(PlanKey.PRO)) == 60
    assert cost_of(OperationType.MASTER, ensure_plan(PlanKey.PRO)) == DEFAULT_COSTS[OperationType.MASTER]
    with pytest.raises(ValueError, match="no price"):
        cost_of(OperationType.GRANT, ensure_plan(PlanKey.PRO))
