"""The pages about plans and payments: what each person sees there, and how many queries it takes."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import banner, changes
from billing.enums import BillingInterval, PlanKey, SubscriptionStatus
from billing.models import CreditPack, Plan, Subscription
from billing.money import money
from billing.plans import ensure_plan
from billing.seeding import seed_packs, seed_plans
from billing.subscriptions import current_of, put_on_plan
from tests.helpers.payments import standing


@pytest.fixture
def shop(db, settings):
    """Plans and packs are for sale; a key is set, but no page here may need Stripe."""
    settings.STRIPE_SECRET_KEY = "sk_test_pages"
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    seed_plans()
    seed_packs()


def acts(client, **query):
    """What the button under each plan does."""
    offers = client.get(reverse("billing:pricing"), query).context["offers"]
    return {offer.plan.key: offer.act for offer in offers}


def texts(response, css_class):
    """The texts of the elements with this class, in their order."""
    found = re.findall(rf'<(\w+) class="{css_class}"[^>]*>(.*?)</\1>', response.content.decode(), re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for _tag, text in found]


def pay_by_stripe(user, plan, **fields):
    """As if the user had paid for a plan."""
    subscription = put_on_plan(user, ensure_plan(plan))
    fields = {"stripe_subscription_id": "sub_1", "stripe_customer_id": "cus_1", "interval": "month"} | fields
    Subscription.objects.filter(pk=subscription.pk).update(**fields)


# --- Pricing ------------------------------------------------------------------------------------------------
def test_a_visitor_sees_every_plan_and_is_asked_to_sign_up(shop):
    response = Client().get(reverse("billing:pricing"))
    assert texts(response, "price") == ["$0 a month", "$9 a month", "$29 a month", "On request"]
    assert texts(response, "badge accent") == ["Most popular"]
    assert texts(response, "pack-credits") == ["100 credits", "500 credits", "2,000 credits"]
    assert acts(Client()) == {
        "free": "sign_up",
        "starter": "sign_up",
        "pro": "sign_up",
        "enterprise": "contact",
    }


def test_a_year_is_a_link_away_and_needs_no_script(shop):
    response = Client().get(reverse("billing:pricing"), {"interval": "year"})
    assert texts(response, "price") == ["$0 a month", "$7.50 a month", "$24.17 a month", "On request"]
    assert [offer.credits for offer in response.context["offers"]] == [0, 6_000, 24_000, 120_000]
    assert response.context["saved_percent"] == 17
    nonsense = Client().get(reverse("billing:pricing"), {"interval": "week"})
    assert texts(nonsense, "price")[1] == "$9 a month"


def test_plans_are_what_staff_made_of_them(shop):
    Plan.objects.filter(key="starter").update(
        active=True, name="Beginner", price_monthly_cents=450, currency="EUR", sort_order=9
    )
    Plan.objects.filter(key="pro").update(active=False)
    CreditPack.objects.filter(credits=100).update(active=False)
    response = Client().get(reverse("billing:pricing"))
    assert [offer.plan.name for offer in response.context["offers"]] == ["Free", "Enterprise", "Beginner"]
    assert texts(response, "price") == ["$0 a month", "On request", "€4.50 a month"]
    assert texts(response, "pack-credits") == ["500 credits", "2,000 credits"]


def test_who_is_signed_in_can_buy(shop, alice_client):
    expected = {"free": "nothing", "starter": "buy", "pro": "buy", "enterprise": "contact"}
    assert acts(alice_client) == expected
    assert texts(alice_client.get(reverse("billing:pricing")), "current-plan") == ["Your plan"]


def test_who_pays_can_change(shop, alice, alice_client, charlie_client):
    pay_by_stripe(alice, PlanKey.STARTER)
    assert acts(alice_client) == {
        "free": "cancel",
        "starter": "nothing",
        "pro": "change",
        "enterprise": "contact",
    }
    assert acts(alice_client, interval="year")["starter"] == "change"
    assert acts(charlie_client)["starter"] == "buy"


def test_who_was_put_on_a_plan_by_hand_sees_it_marked(shop, alice, alice_client):
    put_on_plan(alice, ensure_plan(PlanKey.PRO))
    for interval in ("month", "year"):
        offers = alice_client.get(reverse("billing:pricing"), {"interval": interval}).context["offers"]
        assert [offer.plan.key for offer in offers if offer.is_current] == ["pro"]


def test_without_a_key_the_plans_say_so(shop, settings, alice_client):
    settings.STRIPE_SECRET_KEY = ""
    assert acts(alice_client) == {
        "free": "nothing",
        "starter": "nothing",
        "pro": "nothing",
        "enterprise": "contact",
    }
    for name in ("billing:pricing", "billing:account"):
        page = alice_client.get(reverse(name)).content.decode()
        assert "Payment is not set up here" in page
        assert "Test payments" not in page
        assert reverse("billing:buy-pack") not in page


@pytest.mark.parametrize(("key", "shown"), [("sk_test_1", True), ("sk_live_1", False)])
def test_test_payments_are_labelled(shop, settings, alice_client, key, shown):
    settings.STRIPE_SECRET_KEY = key
    for name in ("billing:pricing", "billing:account", "billing:returned"):
        page = alice_client.get(reverse(name)).content.decode()
        assert ("Test payments: no money moves." in page) is shown


def test_the_pricing_page_takes_as_many_queries_for_more_plans(shop, django_assert_num_queries):
    with django_assert_num_queries(2):
        Client().get(reverse("billing:pricing"))
    Plan.objects.create(key="more", name="More", credits=1)
    CreditPack.objects.create(name="More", credits=1, price_cents=1)
    with django_assert_num_queries(2):
        Client().get(reverse("billing:pricing"))


# --- The billing page ---------------------------------------------------------------------------------------
def test_it_is_the_users_own(shop, alice, charlie, alice_client, charlie_client):
    put_on_plan(alice, ensure_plan(PlanKey.PRO))
    mine, theirs = (client.get(reverse("billing:account")) for client in (alice_client, charlie_client))
    assert mine.context["subscription"] == current_of(alice)
    assert (mine.context["subscription"].user, theirs.context["subscription"].user) == (alice, charlie)
    assert texts(mine, "balance numeric") == ["100"]


@pytest.mark.parametrize(
    ("fields", "badge", "fact"),
    [
        ({}, "badge success", "Renews on"),
        ({"status": "cancelled", "cancelled_at": timezone.now()}, "badge warning", "Ends on"),
        ({"status": "past_due", "past_due_since": timezone.now()}, "badge danger", "Renews on"),
    ],
)
def test_it_says_how_things_stand(shop, alice, alice_client, fields, badge, fact):
    pay_by_stripe(alice, PlanKey.PRO, stripe_current_period_end=timezone.now(), **fields)
    response = alice_client.get(reverse("billing:account"))
    assert len(texts(response, badge)) == 1
    page = response.content.decode()
    assert [word for word in ("Renews on", "Ends on", "Changes on") if f"<dt>{word}</dt>" in page] == [fact]
    assert ("Update your card by" in page) is (fields.get("status") == SubscriptionStatus.PAST_DUE)


def test_who_does_not_pay_has_nothing_to_cancel(shop, alice, alice_client):
    page = alice_client.get(reverse("billing:account")).content.decode()
    assert [name for name in ("cancel", "keep", "portal") if reverse(f"billing:{name}") in page] == []
    pay_by_stripe(alice, PlanKey.PRO)
    page = alice_client.get(reverse("billing:account")).content.decode()
    assert [name for name in ("cancel", "keep", "portal") if reverse(f"billing:{name}") in page] == [
        "cancel",
        "portal",
    ]


def test_a_payment_that_failed_is_said_on_every_page(shop, alice_client, alice, charlie_client):
    banner.show(alice.pk, past_due=True)
    Subscription.objects.filter(pk=current_of(alice).pk).update(
        status=SubscriptionStatus.PAST_DUE, past_due_since=timezone.now()
    )
    banner.heal()
    for name in ("voices:library", "voices:history", "accounts:profile"):
        assert "Your last payment failed." in alice_client.get(reverse(name)).content.decode()
        assert "Your last payment failed." not in charlie_client.get(reverse(name)).content.decode()


# --- With Stripe --------------------------------------------------------------------------------------------
def test_invoices_as_stripe_has_them(till, alice, alice_client, charlie_client):
    till.subscribe(alice_client, "starter")
    response = alice_client.get(reverse("billing:invoices"))
    [invoice] = till.api.invoices.list().data
    assert [shown["number"] for shown in response.context["invoices"]] == [invoice.number]
    assert (response.context["coming"]["amount_due"], invoice.hosted_invoice_url in response.text) == (
        900,
        True,
    )
    part = alice_client.get(reverse("billing:invoices"), headers={"HX-Request": "true"})
    assert "<html" not in part.text
    theirs = charlie_client.get(reverse("billing:invoices"))
    assert theirs.context["invoices"] == []


def test_invoices_when_stripe_does_not_answer(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    till.server.fail(500, count=20)
    response = alice_client.get(reverse("billing:invoices"))
    assert response.context["trouble"].startswith("The payment service refused this.")
    assert alice_client.get(reverse("billing:account")).status_code == 200


def test_waiting_for_the_payment(till, alice, alice_client, charlie_client):
    session = till.checkout(alice_client, "starter")
    url = f"{reverse('billing:returned')}?session={session}"
    assert "We are waiting for the payment to be confirmed" in alice_client.get(url).text
    assert alice_client.get(url, headers={"HX-Request": "true"}).status_code == 204
    till.server.pay_session(session)
    assert alice_client.get(url, headers={"HX-Request": "true"}).status_code == 204
    till.deliver()
    assert alice_client.get(url, headers={"HX-Request": "true"}).headers["HX-Redirect"] == reverse(
        "billing:account"
    )
    assert alice_client.get(url).url == reverse("billing:account")
    assert charlie_client.get(url).status_code == 200  # waits for ever: it is not theirs


def test_a_change_is_shown_before_it_is_made(till, alice, alice_client):
    till.subscribe(alice_client, "starter")
    wish = {"plan": "pro", "interval": "month"}
    page = alice_client.get(reverse("billing:change"), wish)
    assert (page.context["change"].due_cents, "$20" in page.text) == (2_000, True)
    assert standing(alice)[0] == "starter"
    response = alice_client.post(reverse("billing:change"), wish)
    assert response.url == f"{reverse('billing:returned')}?plan=pro"
    assert standing(alice)[0] == "starter"
    till.deliver()
    assert alice_client.get(response.url).url == reverse("billing:account")
    assert standing(alice)[0] == "pro"


def test_down_cancel_and_stay_from_the_page(till, alice, alice_client):
    till.subscribe(alice_client, "pro")
    alice_client.post(reverse("billing:change"), {"plan": "starter", "interval": "year"})
    assert (current_of(alice).next_plan.key, current_of(alice).next_interval) == ("starter", "year")
    alice_client.post(reverse("billing:keep"))
    assert current_of(alice).next_plan is None
    alice_client.post(reverse("billing:cancel"))
    assert current_of(alice).status == SubscriptionStatus.CANCELLED
    alice_client.post(reverse("billing:keep"))
    assert current_of(alice).status == SubscriptionStatus.ACTIVE


def test_a_card_that_refuses_an_upgrade_is_said(till, alice, alice_client):
    till.subscribe(alice_client, "starter", card="fails_later")
    response = alice_client.post(reverse("billing:change"), {"plan": "pro"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "The card was refused: Your card was declined. Nothing has changed."
    ]
    assert standing(alice)[0] == "starter"


def test_nobody_changes_what_is_not_theirs(till, alice, charlie, alice_client, charlie_client):
    till.subscribe(alice_client, "pro")
    for name in ("cancel", "keep", "change"):
        charlie_client.post(reverse(f"billing:{name}"), {"plan": "starter"})
    till.deliver()
    assert (standing(alice)[:2], standing(charlie)[:2]) == (("pro", "active"), ("free", "active"))
    assert changes.preview(alice, ensure_plan("starter"), BillingInterval.MONTH).at_once is False


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (900, "USD", "$9"),
        (950, "usd", "$9.50"),
        (123_456_789, "EUR", "€1,234,567.89"),
        (900, "JPY", "¥900"),
        (-1_250, "GBP", "−£12.50"),
        (0, "USD", "$0"),
        (100, "SEK", "1 SEK"),
    ],
)
def test_money_as_people_read_it(cents, currency, text):
    assert money(cents, currency) == text
