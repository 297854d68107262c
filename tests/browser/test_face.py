"""The frame of every page and the first page, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.workers import wait_until
from voices import tryout

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_first_page_in_every_look(page: Page, live_server, watch, in_every_look):
    page.goto(live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Write it. Hear it. Fix the line that’s off.")
    in_every_look()


def test_the_first_page_fits_the_narrowest_phone(page: Page, live_server, watch):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live_server.url)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_components_in_every_look(page: Page, live_server, watch, in_every_look, settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = "tests.helpers.development_urls"
    page.goto(f"{live_server.url}/dev/components/")
    in_every_look()
    page.get_by_role("button", name="Menu", exact=True).click()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#sample-menu .menu-item").first).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete…").click()
    expect(page.get_by_role("dialog")).to_contain_text("It stays in the bin for 30 days.")
    in_every_look()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Toast with Undo").click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts").get_by_text("Taken back.")).to_be_visible()


def test_the_chosen_colours_stay_and_are_there_before_the_first_paint(page: Page, live_server, watch):
    page.emulate_media(color_scheme="light")
    page.goto(live_server.url)
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("button", name="Dark").click()
    page.reload(wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert {meta.get_attribute("content") for meta in page.locator("meta[name=theme-color]").all()} == {
        "#0e1412"
    }


def test_a_menu_without_javascript(browser, live_server, alice, signed_in):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    signed_in(page, alice)
    page.goto(f"{live_server.url}/library/")
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#phone-menu").get_by_role("link", name="Library")).to_have_attribute(
        "aria-current", "page"
    )
    page.locator("#phone-menu").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    context.close()


def test_a_visitor_hears_a_sentence(page: Page, live_server, workers, watch, in_every_look):
    warm_up = tryout.request_speech("The voice is loaded.")
    wait_until(lambda: tryout.audio(warm_up), what="the voice")
    page.goto(live_server.url)
    page.get_by_label("Try one sentence").fill("One sentence to hear.")
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("#try-result .player-time")).to_contain_text("/ 0:0", timeout=60_000)
    expect(page.locator("#try-result [data-player] .wave path").first).not_to_have_attribute(
        "d", "", timeout=10_000
    )
    in_every_look()


def test_a_visitor_hears_a_sentence_without_javascript(browser, live_server, workers):
    warm_up = tryout.request_speech("The voice is loaded.")
    wait_until(lambda: tryout.audio(warm_up), what="the voice")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_label("Try one sentence").fill("One sentence to hear.")
    page.get_by_role("button", name="Speak").click()
    source = page.locator("#try-result audio[controls]").get_attribute("src")
    assert page.request.get(live_server.url + source).headers["content-type"] == "audio/mpeg"
    assert page.get_by_label("Try one sentence").input_value() == "One sentence to hear."
    context.close()


def test_a_visitor_without_a_sentence_is_told(page: Page, live_server, watch):
    page.goto(live_server.url)
    page.get_by_label("Try one sentence").fill("   ")
    page.get_by_role("button", name="Speak").click()
    expect(page.get_by_role("alert")).to_have_text("Write a sentence to hear first.")
