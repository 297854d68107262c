"""Paying in Chromium: our pages, the local Stripe's pay page and portal, and its webhooks, sent for real."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.people import ensure_user
from billing import banner, events
from billing.credits import account_of
from billing.models import SubscriptionEvent
from billing.seeding import seed_packs, seed_plans
from billing.subscriptions import current_of
from voicecraft.local.stripe import LocalStripe

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("watch"),
]


@pytest.fixture
def stripe(live_server, settings) -> Iterator[LocalStripe]:
    """The local Stripe, whose webhooks go to the live server."""
    with LocalStripe(webhook_url=live_server.url + reverse("billing:webhook")) as server:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = server.key, server.secret
        settings.STRIPE_API_BASE = server.url
        seed_plans()
        seed_packs()
        yield server


@pytest.fixture
def person(transactional_db) -> User:
    return ensure_user("ada@example.com", "a long and private phrase", name="Ada Lovelace")


@pytest.fixture
def go(page: Page, live_server) -> Callable[..., None]:
    def go(name: str, query: str = "") -> None:
        page.goto(f"{live_server.url}{reverse(name)}{query}")

    return go


def work_off(stripe: LocalStripe) -> None:
    """Wait for the webhooks, then do what the workers do."""
    assert stripe.wait_delivered()
    for event in SubscriptionEvent.objects.waiting():
        assert events.handle(event.pk).error == ""


def test_from_the_prices_to_the_plan_and_out_again(
    page: Page, go, stripe, person: User, signed_in, in_every_look
) -> None:
    go("home")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="Plans", exact=True).click()
    expect(page.get_by_role("heading", name="Plans and prices")).to_be_visible()
    in_every_look()
    page.get_by_role("link", name="Yearly").click()
    expect(page.get_by_text("$24.17")).to_be_visible()
    in_every_look()
    expect(page.get_by_role("link", name="Choose Pro")).to_have_attribute("href", re.compile("signup.*year"))

    signed_in(page, person)
    go("billing:pricing")
    in_every_look()
    page.get_by_role("button", name="Choose Pro").click()
    page.wait_for_url(f"{stripe.url}/c/pay/**")
    page.get_by_text("Visa that pays", exact=False).first.click()
    page.get_by_role("button", name="Subscribe").click()

    expect(page.get_by_role("heading", name="We are waiting for the payment")).to_be_visible()
    assert current_of(person).plan.key == "free"
    in_every_look()
    work_off(stripe)
    page.wait_for_url(f"**{reverse('billing:account')}")  # by itself
    expect(page.get_by_role("heading", name="Pro plan")).to_be_visible()
    expect(page.locator(".balance")).to_have_text("2,100")
    expect(page.get_by_text("The next invoice will be $29")).to_be_visible()
    in_every_look()

    page.get_by_role("button", name="Cards and addresses").click()
    page.wait_for_url(f"{stripe.url}/p/session/**")
    page.get_by_role("button", name="Cancel the subscription").click()
    work_off(stripe)
    page.get_by_role("link", name="Return to VoiceCraft").click()
    expect(page.get_by_text("Ends soon")).to_be_visible()
    in_every_look()
    page.get_by_role("button", name="Stay on Pro").click()
    expect(page.get_by_text("Your plan goes on as it is.")).to_be_visible()
    page.get_by_role("button", name="Cancel the plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the plan").click()
    expect(page.get_by_text("Ends soon")).to_be_visible()
    work_off(stripe)
    assert (current_of(person).status, account_of(person).credits_remaining) == ("cancelled", 2_100)


def test_credits_with_a_card_that_is_refused_first(
    page: Page, go, stripe, person: User, signed_in, watch
) -> None:
    watch.expect("402")  # the pay page's own answer
    signed_in(page, person)
    go("billing:account")
    page.get_by_role("button", name="Buy 500 credits").click()
    page.wait_for_url(f"{stripe.url}/c/pay/**")
    page.get_by_text("Visa that is declined", exact=False).first.click()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    page.get_by_text("Visa that pays", exact=False).first.click()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading", name="We are waiting for the payment")).to_be_visible()
    work_off(stripe)
    page.wait_for_url(f"**{reverse('billing:account')}")
    expect(page.locator(".balance")).to_have_text("600")


def test_up_after_a_look_at_what_it_costs(
    page: Page, go, stripe, person: User, signed_in, in_every_look
) -> None:
    signed_in(page, person)
    go("billing:pricing")
    page.get_by_role("button", name="Choose Starter").click()
    page.get_by_role("button", name="Subscribe").click()
    work_off(stripe)
    page.wait_for_url(f"**{reverse('billing:account')}")
    go("billing:pricing")
    expect(page.get_by_text("Your plan", exact=True)).to_be_visible()
    page.get_by_role("link", name="Change to Pro").click()
    expect(page.get_by_role("heading", name="Change to Pro?")).to_be_visible()
    in_every_look()
    page.get_by_role("button", name="Change to Pro").click()
    work_off(stripe)
    page.wait_for_url(f"**{reverse('billing:account')}")
    expect(page.get_by_role("heading", name="Pro plan")).to_be_visible()

    stripe.set_card(current_of(person).stripe_customer_id, "declined")
    stripe.next_period(current_of(person).stripe_subscription_id)
    work_off(stripe)
    assert banner.is_shown(person.pk)
    go("voices:library")
    expect(page.get_by_text("Your last payment failed.")).to_be_visible()
    in_every_look()
    page.get_by_role("link", name="Update your card").click()
    expect(page.get_by_text("Update your card by")).to_be_visible()
    in_every_look()
    go("billing:invoices")
    expect(page.get_by_text("Due")).to_be_visible()
    in_every_look()
