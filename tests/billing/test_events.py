"""What each piece of news does, whenever and however often it comes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from billing import banner, changes, events
from billing.credits import take
from billing.enums import BillingInterval, EventState
from billing.exceptions import BillingError, PaymentError
from billing.models import CreditPack, Plan, Subscription, SubscriptionEvent, UsageHistory
from billing.plans import ensure_plan
from billing.subscriptions import current_of
from billing.tasks import end_subscription
from tests.helpers.payments import standing, subjects
from voices.leaving import delete_user

MONTH, YEAR = BillingInterval.MONTH, BillingInterval.YEAR
STARTER, PRO = 500, 2_000  # credits a month


def remote(till, user):
    """The user's subscription as Stripe has it."""
    return till.api.subscriptions.retrieve(current_of(user).stripe_subscription_id)


def period_end(till, user):
    return datetime.fromtimestamp(remote(till, user)["items"].data[0].current_period_end, UTC)


def notes():
    return list(SubscriptionEvent.objects.exclude(notes="").order_by("pk").values_list("notes", flat=True))


# --- Renewal ------------------------------------------------------------------------------------------------
def test_a_renewal_grants_once_per_invoice(till, alice, charlie, alice_client, charlie_client):
    subscription = till.subscribe(alice_client, "starter")
    till.subscribe(charlie_client, "pro")
    first_end = current_of(alice).stripe_current_period_end
    till.server.next_period(subscription)
    till.deliver(copies=2)
    assert standing(alice) == ("starter", "active", 100 + 2 * STARTER)
    assert current_of(alice).stripe_current_period_end == period_end(till, alice) > first_end
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + 3 * STARTER)
    keys = (
        UsageHistory.objects.for_user(alice).filter(key__startswith="stripe:").values_list("key", flat=True)
    )
    invoices = till.api.invoices.list({"customer": current_of(alice).stripe_customer_id}).data
    assert set(keys) == {f"stripe:invoice:{invoice.id}" for invoice in invoices}
    assert subjects(alice).count("Receipt: $9") == 3


def test_a_renewal_of_a_plan_without_credits_grants_nothing(till, alice, alice_client):
    Plan.objects.filter(key="starter").update(credits=0)
    till.server.next_period(till.subscribe(alice_client, "starter"))
    till.deliver()
    assert standing(alice) == ("starter", "active", 100)


def test_limits_stay_as_sold_over_renewals_and_deals(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "starter")
    Plan.objects.filter(key="starter").update(monthly_character_limit=1)
    Subscription.objects.for_user(alice).current().update(monthly_voice_clones=77)
    till.server.next_period(subscription)
    till.deliver()
    sold = current_of(alice)
    assert (sold.monthly_character_limit, sold.monthly_voice_clones) == (50_000, 77)


# --- Up, down, out ------------------------------------------------------------------------------------------
def test_up_at_once_for_the_difference(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    planned = changes.preview(alice, ensure_plan("pro"), MONTH)
    assert (planned.at_once, planned.due_cents, planned.currency) == (True, 2_000, "usd")
    changes.change(alice, ensure_plan("pro"), MONTH)
    assert standing(alice) == ("starter", "active", 100 + STARTER)  # until it is said that it was paid
    till.deliver()
    assert standing(alice) == ("pro", "active", 100 + PRO)
    assert current_of(alice).monthly_character_limit == 200_000
    assert "Receipt: $20" in subjects(alice)


def test_half_a_month_up_brings_half_of_the_difference(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    start = till.server.now()
    end = period_end(till, alice).timestamp()
    till.server.advance(to=int((start + end) / 2))
    changes.change(alice, ensure_plan("pro"), MONTH)
    till.deliver()
    plan, status, balance = standing(alice)
    assert (plan, status, abs(balance - (100 + STARTER + (PRO - STARTER) / 2)) <= 1) == (
        "pro",
        "active",
        True,
    )


def test_up_to_a_year_counts_the_month_that_was_paid(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    changes.change(alice, ensure_plan("starter"), YEAR)
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + 12 * STARTER)
    assert current_of(alice).interval == "year"


def test_up_with_a_card_that_refuses_changes_nothing(till, alice, alice_client):
    till.subscribe(alice_client, "starter", card="fails_later")
    with pytest.raises(PaymentError, match="declined") as refusal:
        changes.change(alice, ensure_plan("pro"), MONTH)
    assert refusal.value.permanent is True
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + STARTER)
    assert remote(till, alice)["items"].data[0].price.unit_amount == 900


def test_down_when_the_period_ends(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "pro")
    planned = changes.preview(alice, ensure_plan("starter"), MONTH)
    assert (planned.at_once, planned.due_cents) == (False, 0)
    changes.change(alice, ensure_plan("starter"), MONTH)
    till.deliver()
    assert standing(alice) == ("pro", "active", 100 + PRO)
    sold = current_of(alice)
    assert (sold.next_plan.key, sold.next_interval, sold.monthly_character_limit) == (
        "starter",
        "month",
        200_000,
    )
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + PRO + STARTER)
    assert current_of(alice).monthly_character_limit == 50_000
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + PRO + 2 * STARTER)
    assert (current_of(alice).next_plan, current_of(alice).next_interval) == (None, "")


def test_down_from_a_year_to_a_month(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "pro", "year")
    changes.change(alice, ensure_plan("starter"), MONTH)
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + 12 * PRO + STARTER)
    assert current_of(alice).interval == "month"


def test_down_and_then_not_and_then_up(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "starter", "year")
    changes.change(alice, ensure_plan("starter"), MONTH)
    assert current_of(alice).next_interval == "month"
    changes.keep(alice)
    assert current_of(alice).next_interval == ""
    changes.change(alice, ensure_plan("starter"), MONTH)
    changes.change(alice, ensure_plan("pro"), YEAR)
    till.deliver()
    assert standing(alice)[:2] == ("pro", "active")
    assert current_of(alice).next_plan is None
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("pro", "active", 100 + 2 * 12 * PRO)


def test_another_wish_takes_the_place_of_the_one_before(till, alice, alice_client):
    till.subscribe(alice_client, "pro", "year")
    changes.change(alice, ensure_plan("starter"), MONTH)
    changes.change(alice, ensure_plan("starter"), YEAR)
    till.deliver()
    assert (current_of(alice).next_plan.key, current_of(alice).next_interval) == ("starter", "year")


def test_who_leaves_keeps_the_plan_until_the_period_ends(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "pro")
    till.does(changes.cancel, alice)
    till.deliver()
    assert standing(alice) == ("pro", "cancelled", 100 + PRO)
    assert current_of(alice).cancelled_at is not None
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("free", "active", 100 + PRO)
    assert current_of(alice).monthly_character_limit == 10_000
    assert subjects(alice)[2:] == ["Your Pro plan ends soon", "Your Pro plan has ended"]


def test_who_leaves_may_stay_after_all(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "pro")
    changes.cancel(alice)
    changes.keep(alice)
    till.deliver()
    assert standing(alice) == ("pro", "active", 100 + PRO)
    assert current_of(alice).cancelled_at is None
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice) == ("pro", "active", 100 + 2 * PRO)


def test_leaving_goes_before_a_change_to_come(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "pro")
    changes.change(alice, ensure_plan("starter"), MONTH)
    changes.cancel(alice)
    till.deliver()
    assert standing(alice) == ("pro", "cancelled", 100 + PRO)
    assert current_of(alice).next_plan is None
    till.server.next_period(subscription)
    till.deliver()
    assert standing(alice)[:2] == ("free", "active")


def test_who_comes_back_is_the_same_customer(till, alice, alice_client):
    till.server.next_period(till.subscribe(alice_client, "pro"))
    till.deliver()
    changes.cancel(alice)
    till.server.next_period(current_of(alice).stripe_subscription_id)
    till.deliver()
    till.subscribe(alice_client, "starter")
    assert standing(alice) == ("starter", "active", 100 + 2 * PRO + STARTER)
    assert len(till.api.customers.list().data) == 1


def test_changes_that_make_no_sense_are_refused(till, alice, bob, alice_client):
    with pytest.raises(BillingError, match="no paid plan"):
        changes.cancel(bob)
    till.subscribe(alice_client, "starter")
    for plan, reason in (("starter", "on this plan already"), ("enterprise", "cannot be bought")):
        with pytest.raises(BillingError, match=reason):
            changes.change(alice, ensure_plan(plan), MONTH)


# --- Not paid -----------------------------------------------------------------------------------------------
def fall_behind(till, user, client, card="fails_later"):
    """A renewal that is not paid. Returns the subscription's id."""
    subscription = till.subscribe(client, "starter", card="visa" if card == "fails_later" else card)
    if card == "fails_later":
        till.server.set_card(current_of(user).stripe_customer_id, card)
    till.server.next_period(subscription)
    till.deliver()
    return subscription


def test_a_payment_that_fails_is_said_and_the_plan_goes_on(till, alice, alice_client, charlie_client):
    fall_behind(till, alice, alice_client)
    assert standing(alice) == ("starter", "past_due", 100 + STARTER)
    assert subjects(alice)[-1] == "Your payment for Starter failed"
    assert subjects(alice).count("Your payment for Starter failed") == 1
    text = "Your last payment failed."
    assert text in alice_client.get(reverse("voices:library")).content.decode()
    assert text not in charlie_client.get(reverse("voices:library")).content.decode()


def test_a_payment_that_wants_a_confirmation_counts_as_not_paid(till, alice, alice_client):
    fall_behind(till, alice, alice_client, card="authenticate")
    assert standing(alice)[:2] == ("starter", "past_due")
    kinds = SubscriptionEvent.objects.filter(event_type="invoice.payment_action_required")
    assert [event.state for event in kinds] == [EventState.HANDLED]


def test_what_is_paid_late_is_as_if_nothing_had_been(till, alice, alice_client):
    fall_behind(till, alice, alice_client)
    till.server.set_card(current_of(alice).stripe_customer_id, "visa")
    till.server.advance(days=4)
    till.deliver()
    assert standing(alice) == ("starter", "active", 100 + 2 * STARTER)
    assert current_of(alice).past_due_since is None
    assert banner.is_shown(alice.pk) is False
    assert sorted(subjects(alice)[-2:]) == ["Receipt: $9", "You are on the Starter plan"]


def test_after_the_grace_the_plan_ends(till, alice, charlie, alice_client, charlie_client, settings):
    subscription = fall_behind(till, alice, alice_client)
    till.subscribe(charlie_client, "pro")
    assert changes.end_unpaid() == 0
    since = timezone.now() - timedelta(days=settings.VOICECRAFT_GRACE_DAYS)
    Subscription.objects.for_user(alice).current().update(past_due_since=since + timedelta(minutes=1))
    assert changes.end_unpaid() == 0
    Subscription.objects.for_user(alice).current().update(past_due_since=since - timedelta(minutes=1))
    assert till.does(changes.end_unpaid) == 1
    till.deliver()
    assert standing(alice) == ("free", "active", 100 + STARTER)
    assert till.api.subscriptions.retrieve(subscription).status == "canceled"
    assert standing(charlie) == ("pro", "active", 100 + PRO)
    assert banner.is_shown(alice.pk) is False
    assert subjects(alice)[-1] == "Your Starter plan has ended"
    assert changes.end_unpaid() == 0


def test_who_paid_in_the_last_moment_stays(till, alice, alice_client):
    fall_behind(till, alice, alice_client)
    till.server.set_card(current_of(alice).stripe_customer_id, "visa")
    till.server.advance(days=4)  # paid, and the news is still on its way
    Subscription.objects.for_user(alice).current().update(past_due_since=timezone.now() - timedelta(days=8))
    assert changes.end_unpaid() == 0
    assert standing(alice)[:2] == ("starter", "active")


def test_a_stripe_that_is_down_ends_nothing_by_mistake(till, alice, alice_client):
    fall_behind(till, alice, alice_client)
    Subscription.objects.for_user(alice).current().update(past_due_since=timezone.now() - timedelta(days=8))
    till.server.fail(500, count=20)
    assert changes.end_unpaid() == 0
    assert standing(alice)[:2] == ("starter", "past_due")


def test_while_it_is_due_the_plan_cannot_be_changed(till, alice, alice_client):
    fall_behind(till, alice, alice_client)
    with pytest.raises(BillingError, match="pay what is due"):
        changes.change(alice, ensure_plan("pro"), MONTH)


def test_a_lost_cache_is_written_anew(till, alice, alice_client):
    fall_behind(till, alice, alice_client)
    cache.clear()
    assert banner.is_shown(alice.pk) is False
    banner.heal()
    assert banner.is_shown(alice.pk) is True


def test_a_paused_subscription_is_free_until_it_is_resumed(till, alice, alice_client):
    subscription = till.subscribe(alice_client, "pro")
    till.server.pause(subscription)
    till.deliver()
    assert standing(alice)[:2] == ("free", "active")
    till.api.subscriptions.resume(subscription)
    till.deliver()
    assert standing(alice) == ("pro", "active", 100 + 2 * PRO)  # a new period, paid for
    assert Subscription.objects.for_user(alice).current().count() == 1


# --- Money that goes back -----------------------------------------------------------------------------------
@pytest.fixture
def pack(till):
    return CreditPack.objects.get(credits=500)


def test_a_refund_takes_its_credits_back(till, alice, alice_client, pack):
    paid = till.buy_pack(alice_client, pack)
    till.api.refunds.create({"payment_intent": paid["payment_intent"]})
    till.deliver(copies=3)
    assert standing(alice) == ("free", "active", 100)
    assert UsageHistory.objects.for_user(alice).newest_first()[0].reason == "Money was paid back"
    assert notes() == []


def test_refunds_in_parts_add_up(till, alice, alice_client, pack):
    paid = till.buy_pack(alice_client, pack)
    balances = []
    for cents in (500, 1, 999):
        till.api.refunds.create({"payment_intent": paid["payment_intent"], "amount": cents})
        till.deliver(copies=2)
        balances.append(standing(alice)[2])
    assert balances == [600 - 166, 600 - 167, 100]


def test_a_refund_never_takes_more_than_there_is_and_notes_the_rest(till, alice, alice_client, pack):
    paid = till.buy_pack(alice_client, pack)
    take(alice, 400, reason="Spent", key="spent")
    till.api.refunds.create({"payment_intent": paid["payment_intent"]})
    till.deliver()
    assert standing(alice) == ("free", "active", 0)
    [note] = notes()
    assert note.startswith("300 of 500 credits could not be taken back: the balance holds no more.")


def test_a_refund_of_a_plans_invoice_takes_the_plans_credits(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    charge = till.charge_of(current_of(alice).stripe_customer_id)
    till.api.refunds.create({"charge": charge})
    till.deliver()
    assert standing(alice) == ("starter", "active", 100)


def test_a_refund_that_is_heard_of_before_its_payment(till, alice, alice_client, pack):
    paid = till.server.pay_session(till.checkout_pack(alice_client, pack))
    till.api.refunds.create({"payment_intent": paid["payment_intent"], "amount": 750})
    news = till.news()
    for event in reversed(news):
        till.deliver([event])
    assert standing(alice) == ("free", "active", 100 + 250)


def test_an_invoice_refund_that_is_heard_of_first(till, alice, alice_client):
    till.server.pay_session(till.checkout(alice_client, "starter"))
    till.api.refunds.create({"charge": till.charge_of(till.api.customers.list().data[0].id)})
    news = till.news()
    for event in reversed(news):
        till.deliver([event])
    assert standing(alice) == ("starter", "active", 100)


def test_a_dispute_takes_credits_only_if_it_is_lost(till, alice, alice_client, pack):
    till.buy_pack(alice_client, pack)
    customer = till.api.customers.list().data[0].id
    dispute = till.server.open_dispute(till.charge_of(customer))
    till.deliver()
    assert standing(alice) == ("free", "active", 600)
    assert notes() == [f"Dispute {dispute['id']} (fraudulent): answer it in Stripe's dashboard."]
    till.server.close_dispute(dispute["id"], "lost")
    till.deliver(copies=2)
    assert standing(alice) == ("free", "active", 100)


def test_a_dispute_that_is_won_takes_nothing(till, alice, alice_client, pack):
    till.buy_pack(alice_client, pack)
    dispute = till.server.open_dispute(till.charge_of(till.api.customers.list().data[0].id))
    till.server.close_dispute(dispute["id"], "won")
    till.deliver()
    assert standing(alice) == ("free", "active", 600)


# --- Any order, any number ----------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_twice_it_ends_the_same(till, alice, charlie, alice_client, pack, seed):
    session = till.server.pay_session(till.checkout(alice_client, "starter"))
    till.server.pay_session(till.checkout_pack(alice_client, pack))
    till.server.next_period(session["subscription"])
    till.api.refunds.create({"charge": till.charge_of(session["customer"]), "amount": 450})
    till.deliver_shuffled(seed)
    assert standing(alice) == ("starter", "active", 100 + 500 + STARTER + STARTER // 2)
    assert standing(charlie) == ("free", "active", 100)
    assert subjects(charlie) == []


@pytest.mark.parametrize("seed", range(3))
def test_an_end_that_is_heard_of_before_its_beginning(till, alice, alice_client, seed):
    session = till.server.pay_session(till.checkout(alice_client, "pro"))
    till.api.subscriptions.cancel(session["subscription"])
    till.deliver_shuffled(seed)
    assert standing(alice) == ("free", "active", 100 + PRO)  # it was paid for


def test_nothing_is_taken_from_what_the_event_itself_says(till, alice, alice_client):
    """An old event, true when it was sent, does not bring old times back."""
    session = till.server.pay_session(till.checkout(alice_client, "pro"))
    old = till.news()
    till.api.subscriptions.cancel(session["subscription"])
    till.deliver()
    till.deliver(old)
    assert standing(alice) == ("free", "active", 100 + PRO)


def test_events_know_whose_they_are(till, alice, charlie, alice_client):
    till.subscribe(alice_client, "starter")
    mine = SubscriptionEvent.objects.for_user(alice).filter(state=EventState.HANDLED)
    assert {
        (event.event_type, event.plan_key, event.status)
        for event in mine
        if event.event_type == "invoice.paid"
    } == {("invoice.paid", "starter", "paid")}
    assert SubscriptionEvent.objects.for_user(charlie).count() == 0


def test_a_stripe_that_is_down_leaves_the_event_for_later(till, alice, alice_client):
    till.server.pay_session(till.checkout(alice_client, "pro"))
    till.bring(till.news())
    till.server.fail(500, count=1_000)
    for event in SubscriptionEvent.objects.waiting():
        assert events.handle(event.pk).state == EventState.FAILED
    assert standing(alice) == ("free", "active", 100)
    till.server._api.breakdowns.clear()
    SubscriptionEvent.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    assert events.sweep() == SubscriptionEvent.objects.filter(state=EventState.HANDLED).count() > 0
    assert standing(alice) == ("pro", "active", 100 + PRO)


# --- People who are not ours, or not there ------------------------------------------------------------------
def test_a_deleted_customer_is_back_on_free_and_can_buy_again(till, alice, alice_client):
    till.subscribe(alice_client, "pro")
    till.api.customers.delete(current_of(alice).stripe_customer_id)
    till.deliver()
    assert standing(alice) == ("free", "active", 100 + PRO)
    till.subscribe(alice_client, "starter")
    assert standing(alice) == ("starter", "active", 100 + PRO + STARTER)
    assert len(till.api.customers.list().data) == 1


def test_somebody_elses_business_on_the_same_account_is_left_alone(till, alice):
    stranger = till.api.customers.create({"email": alice.email, "payment_method": "pm_card_visa"})
    price = till.api.prices.create(
        {
            "currency": "usd",
            "unit_amount": 100,
            "recurring": {"interval": "month"},
            "product_data": {"name": "X"},
        }
    )
    till.api.subscriptions.create({"customer": stranger.id, "items": [{"price": price.id}]})
    till.deliver()
    assert standing(alice) == ("free", "active", 100)
    nothing_done = "Nobody here, or no plan of ours: nothing was done."
    assert set(notes()) == {nothing_done, f"{nothing_done}\nNobody here: nothing was granted."}


def test_who_has_left_us_gets_nothing(till, alice, alice_client):
    till.server.pay_session(till.checkout(alice_client, "pro"))
    alice.delete()
    till.deliver()
    assert UsageHistory.objects.count() == 0
    assert SubscriptionEvent.objects.exclude(user=None).count() == 0


def test_who_leaves_us_is_not_charged_again(till, alice, charlie, alice_client, charlie_client):
    mine, theirs = till.subscribe(alice_client, "pro"), till.subscribe(charlie_client, "pro")
    with till.commit() as callbacks:
        delete_user(alice)
    queued = [call.keywords["kwargs"] for call in callbacks if "kwargs" in getattr(call, "keywords", {})]
    assert queued == [{"stripe_id": mine}]
    end_subscription(**queued[0])
    end_subscription(**queued[0])
    till.deliver()
    states = [till.api.subscriptions.retrieve(each).status for each in (mine, theirs)]
    assert (states, standing(charlie)[:2]) == (["canceled", "active"], ("pro", "active"))
