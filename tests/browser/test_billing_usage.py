"""The price as one types, the refusal with its way out, and the page of usage in every look."""

import pytest
from playwright.sync_api import Page, expect

from billing import metering
from billing.credits import take
from billing.enums import OperationType
from billing.models import Subscription
from billing.subscriptions import current_of
from tests.helpers.work import finished_script, tone_template
from voices.models import VoiceGeneration, VoiceTemplate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SPEECH = OperationType.GENERATE_VOICE


def use(user, characters: int) -> None:
    metering.reserve(user, SPEECH, characters, key=f"used:{characters}")
    metering.settle(f"used:{characters}")


@pytest.fixture
def studio(page: Page, live_server, alice, signed_in, watch):
    tone_template("alto")
    tone_template("bass")
    VoiceTemplate.objects.filter(slug="tone-bass").update(is_premium=True)
    use(alice, 9_800)
    signed_in(page, alice)
    page.goto(f"{live_server.url}/studio/")
    return page


def test_the_price_follows_the_text_and_the_voice_and_is_what_is_charged(studio: Page, alice):
    page = studio
    price = page.locator("[data-price-text]")
    script = page.get_by_label("Script", exact=True)
    expect(price).to_have_text(
        "You have 200 characters left this month; beyond that, each 100 begun cost 1 credit."
    )
    page.get_by_role("radio", name="Tone alto").check()
    script.fill("word " * 30)
    expect(price).to_have_text("150 characters: 150 of your 200 left this month")
    script.fill("word " * 61)
    expect(price).to_have_text("305 characters: 200 of your 200 left this month and 2 credits")
    page.get_by_role("radio", name="Tone bass").check()
    expect(price).to_have_text("305 characters: 200 of your 200 left this month and 6 credits")
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("[data-generation]")).to_be_visible()
    assert VoiceGeneration.objects.get().cost == 6
    assert metering.quote(alice, SPEECH, 1).balance == 94


def test_what_cannot_be_paid_is_said_before_and_refused_with_a_way_out(studio: Page, alice, axe):
    page = studio
    take(alice, 99, reason="", key="t")
    page.reload()
    page.get_by_role("radio", name="Tone alto").check()
    page.get_by_label("Script", exact=True).fill("word " * 100)
    expect(page.locator("[data-price-short]")).to_contain_text("You have 1 credit.")
    page.get_by_role("button", name="Speak").click()
    alert = page.locator("#main [role=alert]")
    expect(alert).to_contain_text("This needs 3 credits; you have 1.")
    expect(alert.get_by_role("link", name="Get credits")).to_have_attribute("href", "/billing/pricing/")
    expect(page.get_by_label("Script", exact=True)).to_have_value("word " * 100)
    axe(page)


def test_the_price_that_rose_meanwhile_is_shown_and_can_be_agreed_to(studio: Page, alice):
    page = studio
    page.get_by_role("radio", name="Tone alto").check()
    page.get_by_label("Script", exact=True).fill("word " * 30)
    use(alice, 200)
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("#main [role=alert]")).to_contain_text("it is 2 credits now")
    expect(page.locator("[data-price-text]")).to_have_text("150 characters: 2 credits")
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("[data-generation]")).to_be_visible()
    assert VoiceGeneration.objects.get().cost == 2


def test_usage_in_every_look(page: Page, live_server, alice, signed_in, watch, in_every_look):
    signed_in(page, alice)
    page.goto(f"{live_server.url}/billing/usage/?list=scripts")
    expect(page.get_by_role("heading", name="Nothing spoken yet")).to_be_visible()
    in_every_look()

    current_of(alice)
    Subscription.objects.for_user(alice).update(monthly_character_limit=60)
    tone_template()
    VoiceTemplate.objects.update(is_premium=True)
    script = finished_script(
        alice, "This is the first sentence of all. Here comes the second now.", title="My tale"
    )
    page.goto(f"{live_server.url}/billing/usage/")
    page.get_by_role("link", name="7 days").click()
    page.get_by_role("navigation", name="What is shown").get_by_role("link", name="Credits").click()
    expect(page.get_by_role("heading", name="Credits in the last 7 days")).to_be_visible()
    expect(page.locator(".usage-chart rect")).to_have_count(2)
    in_every_look()

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "voicecraft-credits.csv"
    page.get_by_role("link", name="Scripts", exact=True).click()
    in_every_look()
    page.get_by_role("link", name="My tale").click()
    expect(page).to_have_url(f"{live_server.url}/studio/{script.pk}/")
