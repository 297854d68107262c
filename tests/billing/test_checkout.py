"""The way to pay: what is asked of Stripe, and that nothing is granted before Stripe says that it was paid."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from billing import catalog
from billing.credits import account_of, grant
from billing.enums import BillingInterval
from billing.exceptions import BillingError
from billing.models import CreditPack, Plan, Subscription, SubscriptionEvent, UsageHistory
from billing.plans import ensure_plan
from billing.subscriptions import current_of, put_on_plan
from tests.helpers.payments import standing, subjects


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def refusal(client, url, data=None):
    """The message of the page that a form leads back to."""
    return messages_of(client.post(reverse(url), data or {}, follow=True))


def test_a_plan_is_bought(till, alice, charlie, alice_client):
    session = till.checkout(alice_client, "pro")
    asked = till.api.checkout.sessions.retrieve(session)
    assert (asked.mode, asked.amount_total, asked.currency) == ("subscription", 2_900, "usd")
    assert asked.client_reference_id == str(alice.pk)
    assert asked.success_url == "http://testserver/billing/paid/?session={CHECKOUT_SESSION_ID}"

    till.server.pay_session(session)
    alice_client.get(reverse("billing:returned"), {"session": session})
    assert standing(alice) == ("free", "active", 100)  # paid, but nobody who may say so has said it

    till.deliver()
    assert standing(alice) == ("pro", "active", 2_100)
    assert standing(charlie) == ("free", "active", 100)
    sold = current_of(alice)
    assert (sold.monthly_character_limit, sold.interval, sold.allow_commercial_use) == (
        200_000,
        "month",
        True,
    )
    assert subjects(alice) == ["You are on the Pro plan", "Receipt: $29"]
    assert subjects(charlie) == []


def test_a_year_brings_twelve_months_of_credits(till, alice, alice_client):
    till.subscribe(alice_client, "starter", "year")
    assert standing(alice) == ("starter", "active", 100 + 12 * 500)
    assert current_of(alice).interval == "year"
    assert "Receipt: $90" in subjects(alice)


def test_a_pack_is_bought(till, alice, charlie, alice_client):
    pack = CreditPack.objects.get(credits=500)
    session = till.checkout_pack(alice_client, pack)
    CreditPack.objects.update(credits=1)  # what was sold was sold
    till.server.pay_session(session)
    till.deliver(copies=3)
    assert standing(alice) == ("free", "active", 600)
    assert standing(charlie) == ("free", "active", 100)
    row = UsageHistory.objects.for_user(alice).newest_first()[0]
    assert (row.operation_type, row.credits_used, row.reason) == ("purchase", -500, "Bought: 500 credits")
    assert subjects(alice) == ["Receipt: $15"]


def test_a_declined_card_grants_nothing_and_another_one_pays(till, alice, alice_client):
    session = till.checkout(alice_client, "starter")
    with pytest.raises(Exception, match="declined"):
        till.server.pay_session(session, "declined")
    till.deliver()
    assert standing(alice) == ("free", "active", 100)
    till.server.pay_session(session)
    till.deliver()
    assert standing(alice) == ("starter", "active", 600)


def test_a_page_left_open_can_no_longer_be_paid_on(till, alice, alice_client):
    left, taken = till.checkout(alice_client, "starter"), till.checkout(alice_client, "pro")
    with pytest.raises(Exception, match="expired"):
        till.server.pay_session(left)
    till.server.pay_session(taken)
    till.deliver()
    assert standing(alice) == ("pro", "active", 2_100)


def test_one_user_is_one_customer(till, alice, alice_client):
    till.checkout(alice_client, "pro")
    till.subscribe(alice_client, "starter")
    till.buy_pack(alice_client, CreditPack.objects.get(credits=100))
    [customer] = till.api.customers.list().data
    assert (customer.email, customer.name) == ("alice@example.com", "Alice Adams")
    assert set(Subscription.objects.values_list("stripe_customer_id", flat=True)) == {customer.id}


def test_who_pays_for_a_plan_cannot_buy_a_second_one(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    assert refusal(alice_client, "billing:buy-plan", {"plan": "pro"}) == [
        "You have a paid plan already. Change it on the billing page."
    ]
    assert len(till.api.checkout.sessions.list().data) == 1


def test_two_plans_paid_at_once_end_as_one_and_staff_hear_of_it(till, alice, alice_client):
    first = till.subscribe(alice_client, "starter")
    customer = current_of(alice).stripe_customer_id
    till.server.advance(seconds=1)
    price = catalog.plan_price(ensure_plan("pro"), BillingInterval.MONTH)
    second = till.api.subscriptions.create(
        {"customer": customer, "items": [{"price": price}], "default_payment_method": "pm_card_visa"}
    )
    till.deliver()
    till.deliver()
    assert current_of(alice).stripe_subscription_id == second.id
    assert till.api.subscriptions.retrieve(first).status == "canceled"
    notes = SubscriptionEvent.objects.exclude(notes="").values_list("notes", flat=True)
    assert list(notes) == [
        f"Paid twice: {first} was ended in favour of {second.id}. Please refund what it cost."
    ]
    assert standing(alice) == ("pro", "active", 100 + 500 + 2_000)


def test_a_bank_debit_counts_when_it_has_arrived(till, alice, alice_client):
    paid = till.buy_pack(alice_client, CreditPack.objects.get(credits=100), "bank")
    assert standing(alice) == ("free", "active", 100)
    till.server.settle(paid["payment_intent"])
    till.deliver()
    assert standing(alice) == ("free", "active", 200)
    assert subjects(alice) == ["Receipt: $4"]


def test_a_bank_debit_that_fails_grants_nothing_and_says_so(till, alice, alice_client):
    paid = till.buy_pack(alice_client, CreditPack.objects.get(credits=100), "bank_fails")
    till.server.settle(paid["payment_intent"])
    till.deliver()
    assert standing(alice) == ("free", "active", 100)
    assert subjects(alice) == ["Your payment did not arrive"]


def test_a_page_that_runs_out_costs_nothing(till, alice, alice_client):
    till.server.expire_session(till.checkout(alice_client, "pro"))
    till.deliver()
    assert standing(alice) == ("free", "active", 100)


@pytest.mark.parametrize("plan", ["free", "enterprise"])
def test_what_is_not_for_sale_cannot_be_bought(till, alice_client, plan):
    assert refusal(alice_client, "billing:buy-plan", {"plan": plan}) == [
        "This plan cannot be bought that way."
    ]


def test_what_does_not_exist_is_404(till, alice_client):
    Plan.objects.filter(key="pro").update(active=False)
    CreditPack.objects.filter(credits=100).update(active=False)
    gone = CreditPack.objects.get(credits=100)
    answers = [
        alice_client.post(reverse("billing:buy-plan"), {"plan": "pro"}).status_code,
        alice_client.post(reverse("billing:buy-plan")).status_code,
        alice_client.post(reverse("billing:buy-pack"), {"pack": str(gone.pk)}).status_code,
        alice_client.post(reverse("billing:buy-pack"), {"pack": "nonsense"}).status_code,
    ]
    assert answers == [404] * 4


def test_a_stripe_that_does_not_answer_is_said_in_a_sentence(till, alice, alice_client):
    till.server.fail(500, count=20)
    [text] = refusal(alice_client, "billing:buy-plan", {"plan": "pro"})
    assert text == "The payment service refused this. Nothing has changed; please tell us if it goes on."
    till.server.reset()
    till.server.fail(429, count=20)
    [text] = refusal(alice_client, "billing:buy-plan", {"plan": "pro"})
    assert text == "The payment service cannot be reached. Nothing has changed; please try again in a minute."


def test_a_short_breakdown_is_not_noticed(till, alice, alice_client):
    till.server.fail(500, count=1, method="POST", path="/v1/checkout/sessions", after=True)
    session = till.checkout(alice_client, "pro")
    assert [found.id for found in till.api.checkout.sessions.list().data] == [session]


def test_the_portal_is_for_those_who_paid(till, alice, alice_client):
    assert refusal(alice_client, "billing:portal") == [
        "There is nothing to look after yet: you have not paid for anything."
    ]
    till.subscribe(alice_client, "starter")
    response = alice_client.post(reverse("billing:portal"))
    assert (response.status_code, response.url.startswith(f"{till.server.url}/p/session/")) == (302, True)


def test_without_a_key_nothing_can_be_bought_and_nothing_is_asked(alice_client, settings):
    settings.STRIPE_SECRET_KEY = ""
    ensure_plan("pro")
    for url in ("buy-plan", "buy-pack", "portal", "cancel", "keep"):
        assert refusal(alice_client, f"billing:{url}", {"plan": "pro"}) == [
            "Payment is not set up here. Ask the people who run this site."
        ]


def test_forms_may_lead_to_stripe_and_nowhere_else(till, alice_client, settings):
    for name in ("billing:pricing", "billing:account"):
        policy = alice_client.get(reverse(name)).headers["Content-Security-Policy"]
        assert f"form-action 'self' {till.server.url};" in f"{policy};"
    settings.STRIPE_API_BASE = ""
    policy = alice_client.get(reverse("billing:pricing")).headers["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com https://billing.stripe.com;" in f"{policy};"
    policy = alice_client.get(reverse("voices:library")).headers["Content-Security-Policy"]
    assert "form-action 'self';" in f"{policy};"


# --- What Stripe knows of plans ---------------------------------------------------------------------------
def prices_at(till):
    """Lookup key -> what it costs."""
    return {price.lookup_key: price.unit_amount for price in till.api.prices.list({"active": True}).data}


def test_plans_are_pushed_and_pushed_again(till, capsys):
    call_command("sync_plans")
    once = prices_at(till)
    packs = {f"voicecraft-pack-{pack.pk}-once": pack.price_cents for pack in CreditPack.objects.all()}
    assert once == packs | {
        "voicecraft-plan-starter-month": 900,
        "voicecraft-plan-starter-year": 9_000,
        "voicecraft-plan-pro-month": 2_900,
        "voicecraft-plan-pro-year": 29_000,
    }
    before = len(till.server.events())
    call_command("sync_plans")
    assert (prices_at(till), len(till.server.events())) == (once, before)
    assert capsys.readouterr().out == "7 prices at Stripe\n" * 2


def test_another_price_is_for_those_who_come_after_it(till, alice, alice_client, charlie_client, charlie):
    subscription = till.subscribe(alice_client, "pro")
    Plan.objects.filter(key="pro").update(price_monthly_cents=3_900, name="Professional", credits=10)
    call_command("sync_plans")
    assert prices_at(till)["voicecraft-plan-pro-month"] == 3_900
    assert till.api.products.retrieve("voicecraft-plan-pro").name == "Professional"
    till.server.next_period(subscription)
    till.deliver()
    assert till.api.invoices.list({"limit": 1}).data[0].total == 2_900
    till.subscribe(charlie_client, "pro")
    assert till.api.invoices.list({"limit": 1}).data[0].total == 3_900
    assert standing(alice) == ("pro", "active", 2_100 + 10)


def test_a_price_that_nobody_has_pushed_is_still_the_one_that_is_paid(till, alice, alice_client):
    call_command("sync_plans")
    Plan.objects.filter(key="pro").update(price_monthly_cents=3_900)
    session = till.checkout(alice_client, "pro")
    assert till.api.checkout.sessions.retrieve(session).amount_total == 3_900


def test_a_plan_taken_off_is_taken_off_there_too(till):
    call_command("sync_plans")
    Plan.objects.filter(key="pro").update(active=False)
    call_command("sync_plans")
    assert till.api.products.retrieve("voicecraft-plan-pro").active is False
    assert till.api.products.retrieve("voicecraft-plan-starter").active is True


def test_a_new_stripe_account_is_filled_from_the_same_rows(till, alice, alice_client):
    call_command("sync_plans")
    till.server.reset()
    call_command("sync_plans")
    till.seen = 0
    till.subscribe(alice_client, "pro")
    assert standing(alice) == ("pro", "active", 2_100)


def test_it_says_that_a_key_is_missing(settings, db):
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(Exception, match="STRIPE_SECRET_KEY"):
        call_command("sync_plans")


def test_staffs_own_plans_stay_theirs_where_no_one_pays(till, alice, alice_client, bob):
    grant(alice, 5, reason="Sorry", key="a", by=bob)
    till.subscribe(alice_client, "starter")
    assert account_of(alice).credits_remaining == 605
    with pytest.raises(BillingError):
        put_on_plan(alice, ensure_plan("pro"))


def test_a_visitor_buys_nothing(till):
    for name in ("buy-plan", "buy-pack", "change", "cancel", "keep", "portal"):
        response = Client().post(reverse(f"billing:{name}"), {"plan": "pro"})
        assert response.url.startswith(reverse("account_login"))
