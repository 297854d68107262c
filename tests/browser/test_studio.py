"""The whole path in a browser: write, speak, hear, change, find it in the library."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.work import finished_script, new_script, tone_template
from voices.models import Audio, Take, VoiceGeneration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = (
    "This is the first sentence of all. Here comes the second sentence now.\n\nA third one ends the script."
)


@pytest.fixture
def studio(page: Page, live_server, alice, signed_in, watch):
    tone_template("alto")
    tone_template("bass")
    signed_in(page, alice)
    page.goto(f"{live_server.url}/studio/")
    return page


def speak(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Script", exact=True).fill(text)
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("[data-generation]")).to_be_visible()


def test_from_text_to_the_library(studio: Page, workers, in_every_look):
    page = studio
    in_every_look()
    speak(page)

    expect(page.locator("#generation-head .status")).to_have_text("Ready", timeout=30_000)
    assert page.url.endswith(f"/studio/{VoiceGeneration.objects.get().pk}/")
    expect(page.locator("[data-sentence][data-status=done]")).to_have_count(3)
    in_every_look()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".mp3")
    page.get_by_role("link", name="In the library").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This is the first sentence")
    in_every_look()


def test_it_sounds_by_itself_after_speak_and_marks_the_sentence(studio: Page, workers):
    page = studio
    speak(page)
    expect(page.locator("[data-player-toggle]")).to_have_attribute("aria-pressed", "true", timeout=20_000)
    expect(page.locator("[data-sentence][aria-current]")).to_have_count(1)
    first = page.locator("[data-sentence][aria-current]").inner_text()
    assert first.strip() == "This is the first sentence of all."
    expect(page.locator("[data-sentence][aria-current]")).to_contain_text("second", timeout=20_000)
    page.locator("[data-player-toggle]").click()
    expect(page.locator("[data-player-toggle]")).to_have_attribute("aria-pressed", "false")


def test_ctrl_enter_speaks_too(studio: Page, workers):
    page = studio
    page.get_by_label("Script", exact=True).fill(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-generation]")).to_be_visible()


def test_characters_are_counted_as_people_see_them(studio: Page):
    page = studio
    script = page.get_by_label("Script", exact=True)
    script.fill("a👩‍👩‍👧é")
    expect(page.locator("[data-count]")).to_have_text("3")
    script.fill("x" * 10_001)
    expect(page.locator("[data-counter]")).to_have_class(re.compile("over"))
    expect(page.get_by_role("button", name="Speak")).to_be_disabled()


def test_the_draft_survives_a_reload_and_goes_when_it_is_spoken(studio: Page, workers):
    page = studio
    page.get_by_label("Script", exact=True).fill(TEXT)
    page.reload()
    expect(page.get_by_label("Script", exact=True)).to_have_value(TEXT)
    speak(page)
    page.goto(page.url.split("/studio/")[0] + "/studio/")
    expect(page.get_by_label("Script", exact=True)).to_have_value("")


def test_a_file_becomes_the_script(studio: Page):
    page = studio
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file").click()
    chooser.value.set_files({"name": "script.txt", "mimeType": "text/plain", "buffer": TEXT.encode()})
    expect(page.get_by_label("Script", exact=True)).to_have_value(TEXT)


def test_marks_are_put_into_the_text(studio: Page):
    page = studio
    script = page.get_by_label("Script", exact=True)
    script.fill("stress this")
    script.evaluate("element => element.setSelectionRange(7, 11)")
    page.get_by_role("button", name="Emphasis").click()
    expect(script).to_have_value("stress *this*")
    page.get_by_role("button", name="Pause").click()
    expect(script).to_have_value("stress *this* [pause 0.5s] ")


def test_a_sentence_is_changed_and_takes_are_compared(
    page: Page, live_server, alice, signed_in, watch, workers, axe
):
    generation = new_script(alice, TEXT)
    signed_in(page, alice)
    page.goto(f"{live_server.url}/studio/{generation.pk}/")
    expect(page.locator("#generation-head .status")).to_have_text("Ready", timeout=30_000)

    page.locator("[data-sentence]").nth(1).click()
    panel = page.locator("#sentence-panel")
    expect(panel.get_by_role("heading", name="Sentence 2")).to_be_visible()
    axe(page)
    panel.get_by_label("Sentence").fill("This sentence was changed by hand.")
    panel.get_by_role("button", name="Make again").click()
    expect(page.locator("[data-sentence]").nth(1)).to_have_text("This sentence was changed by hand.")
    expect(page.locator("#generation-head .status")).to_have_text("Ready", timeout=30_000)
    expect(panel.locator(".take")).to_have_count(2, timeout=10_000)

    panel.get_by_role("button", name="Use this one").click()
    expect(page.locator("[data-sentence]").nth(1)).to_contain_text("Here comes the second sentence now.")
    expect(page.locator("#generation-head .status")).to_have_text("Ready", timeout=30_000)
    assert Take.objects.count() == 4
    axe(page)


def test_a_failure_says_what_to_do(page: Page, live_server, alice, signed_in, watch, in_every_look):
    generation = finished_script(alice, "This one is fine. But this one {tone:fail-permanent} is not.")
    signed_in(page, alice)
    page.goto(f"{live_server.url}/studio/{generation.pk}/")
    expect(page.get_by_role("alert")).to_contain_text("Sentence 2")
    in_every_look()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#generation-head .status")).to_have_text("Speaking")


def test_deleting_from_the_library_can_be_undone(
    page: Page, live_server, alice, signed_in, watch, in_every_look
):
    signed_in(page, alice)
    page.goto(f"{live_server.url}/library/")
    expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()
    in_every_look()
    finished_script(alice, title="My audio")
    page.reload()
    in_every_look()
    page.get_by_role("button", name="Delete My audio").click()
    expect(page.get_by_text("“My audio” was deleted.")).to_be_visible()
    assert Audio.objects.count() == 0
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="My audio", exact=True)).to_be_visible()


def test_history_and_dictionary(page: Page, live_server, alice, signed_in, watch, in_every_look):
    signed_in(page, alice)
    page.goto(f"{live_server.url}/studio/history/")
    expect(page.get_by_role("heading", name="Nothing spoken yet")).to_be_visible()
    in_every_look()
    finished_script(alice, title="Fox")
    new_script(alice, "Another script waits here.", title="Dog")
    page.reload()
    in_every_look()
    page.get_by_label("Search titles and texts").fill("fox")
    page.keyboard.press("Enter")
    expect(page.locator(".row-title")).to_have_text(["Fox"])

    page.goto(f"{live_server.url}/studio/pronunciations/")
    in_every_look()
    page.get_by_label("Word").fill("Nguyen")
    page.get_by_label("Say it as").fill("win")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("is said “win”")).to_be_visible()
    in_every_look()


def test_a_script_can_be_spoken_and_heard_without_javascript(browser, live_server, alice, signed_in, workers):
    tone_template("alto")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    signed_in(page, alice)
    page.goto(f"{live_server.url}/studio/")
    page.get_by_label("Script", exact=True).fill(TEXT)
    page.get_by_role("button", name="Speak").click()
    expect(page.locator("audio")).to_have_count(1, timeout=30_000)
    context.close()
