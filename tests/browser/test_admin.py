"""The administration as a member of staff walks it. Any complaint of the browser's fails (see conftest)."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.people import ensure_user
from billing.credits import account_of, grant
from billing.models import AdminSettings, Plan, SubscriptionEvent, UsageHistory, UsageLog, UsagePeriod
from billing.seeding import seed_costs, seed_plans
from projects import contents, workflow
from projects.models import ExpertProfile, Project
from tests.helpers.rows import audio_of, expert_of, generation_of, voice_of
from tests.schema.test_constraints import NOW
from voicecraft.staff import seed_staff_group
from voices.models import Voice, VoiceGeneration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUR_APPS = ("accounts", "billing", "voices", "projects")


@pytest.fixture
def studio(live_server, page: Page, watch, signed_in, alice) -> Page:
    """A member of staff at the administration, with some of everything of Alice's to look after."""
    seed_plans()
    seed_costs()
    project = workflow.create(alice, "Museum guide")
    contents.add_audio(project, audio_of(alice, "Welcome"))
    generation_of(alice, status="failed", title="Lost words", error_message="Sentence 1: no sound.")
    voice_of(alice, name="Own voice", is_public=True)
    grant(alice, 5, reason="Gift", key="gift")
    expert_of(alice, approved_at=None)
    UsageLog.objects.create(user=alice, action="generate_voice", character_count=11)
    UsagePeriod.objects.create(user=alice, starts_at=NOW, ends_at=NOW.replace(month=6))
    SubscriptionEvent.objects.create(user=alice, event_id="evt_1", event_type="invoice.paid")
    staff = ensure_user("staff@example.com", "x", is_staff=True)
    staff.groups.add(seed_staff_group())
    signed_in(page, staff)
    page.goto(f"{live_server.url}{reverse('admin:index')}")
    return page


def test_every_page_opens_and_none_is_broken(studio: Page, live_server):
    for model in admin.site._registry:
        if model._meta.app_label not in OUR_APPS:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        pages += [reverse(f"{name}_{page}", args=[row.pk]) for row in model._base_manager.all()[:1]
                  for page in ("change", "history")]  # fmt: skip
        if admin.site._registry[model].has_add_permission.__qualname__.startswith("ModelAdmin"):
            pages.append(reverse(f"{name}_add"))
        for address in pages:
            response = studio.goto(f"{live_server.url}{address}")
            assert response.status == 200, address
            expect(studio.locator("#content h1, #content h2").first).to_be_visible()


def test_the_first_page_leads_to_what_failed(studio: Page):
    expect(studio.get_by_role("img", name="New people by day")).to_be_visible()
    assert studio.locator(".chart-bar").count() == 30
    heights = studio.locator(".chart-bar").evaluate_all(
        "bars => bars.map(bar => bar.getBoundingClientRect().height)"
    )
    assert [height > 0 for height in heights] == [False] * 29 + [True]
    studio.get_by_role("link", name="Lost words").click()
    expect(studio.locator(".field-error_message .readonly")).to_have_text("Sentence 1: no sound.")


def test_staff_look_a_person_up_and_grant_credits(studio: Page, alice):
    studio.get_by_role("link", name="Users", exact=True).click()
    studio.get_by_role("searchbox").fill("alice@")
    studio.get_by_role("button", name="Search").click()
    studio.get_by_role("link", name="alice@example.com").click()
    expect(studio.locator("section.panel")).to_have_count(9)
    expect(studio.get_by_role("row", name=re.compile("Museum guide"))).to_contain_text("Draft")
    studio.get_by_role("link", name="Credits…").click()
    studio.get_by_role("spinbutton", name="Credits").fill("40")
    studio.get_by_label("Reason").fill("Sorry for the noise")
    studio.get_by_role("button", name="Do it").click()
    expect(studio.get_by_text("40 credits granted: Sorry for the noise")).to_be_visible()
    expect(studio.get_by_role("row", name=re.compile("Sorry for the noise"))).to_contain_text("+40")
    assert account_of(alice).credits_remaining == 145
    assert UsageHistory.objects.get(reason="Sorry for the noise").by.email == "staff@example.com"


def test_staff_put_a_person_on_a_plan(studio: Page, live_server, alice):
    studio.goto(f"{live_server.url}{reverse('admin:accounts_user_change', args=[alice.pk])}")
    studio.get_by_role("link", name="Plan…").click()
    studio.get_by_label("Plan").select_option(label="Pro")
    studio.get_by_role("button", name="Do it").click()
    expect(studio.get_by_role("row", name=re.compile("^Pro Active"))).to_contain_text("200,000")


def test_staff_set_what_things_cost(studio: Page):
    studio.get_by_role("link", name="Feature costs").first.click()
    field = studio.get_by_label("Voice clone")
    expect(field).to_have_attribute("type", "number")
    field.fill("75")
    studio.get_by_role("button", name="Save", exact=True).click()
    expect(studio.get_by_text("was changed successfully")).to_be_visible()
    assert AdminSettings.objects.load().feature_costs["clone_voice"] == 75


def test_staff_edit_a_plan(studio: Page, live_server):
    plan = Plan.objects.get(key="starter")
    studio.goto(f"{live_server.url}{reverse('admin:billing_plan_change', args=[plan.pk])}")
    studio.get_by_label("Price monthly cents").fill("1100")
    studio.get_by_label("Mastering").fill("3")
    studio.get_by_role("button", name="Save", exact=True).click()
    expect(studio.get_by_role("row", name=re.compile("Starter"))).to_contain_text("11.00 USD")
    plan.refresh_from_db()
    assert plan.features == {"master": 3}


@pytest.mark.parametrize(
    ("model", "action", "name"),
    [
        (Voice, "hide", "Own voice"),
        (VoiceGeneration, "retry", "Lost words"),
        (ExpertProfile, "approve", "alice@"),
    ],
)
def test_staff_act_on_rows_of_a_list(studio: Page, live_server, model, action, name):
    row = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    studio.goto(f"{live_server.url}{reverse(row)}")
    studio.get_by_role("row", name=re.compile(name)).get_by_role("checkbox").check()
    studio.get_by_label("Action:").select_option(action)
    studio.get_by_role("button", name="Go", exact=True).click()
    expect(studio.locator(".messagelist .success")).to_contain_text("1 row.")
    assert LogEntry.objects.filter(user__email="staff@example.com").count() == 1


def test_staff_delete_a_person(studio: Page, live_server, alice):
    studio.goto(f"{live_server.url}{reverse('admin:accounts_user_delete', args=[alice.pk])}")
    expect(studio.get_by_text("projects: 1")).to_be_visible()
    studio.get_by_role("button", name="Yes, I’m sure").click()
    expect(studio.get_by_text("was deleted successfully")).to_be_visible()
    assert (User.objects.filter(pk=alice.pk).exists(), Project.objects.exists()) == (False, False)


@pytest.mark.parametrize("width", [390, 1440])
def test_it_fits_and_has_no_fault(studio: Page, live_server, watch, axe, alice, width):
    watch.expect("Applying inline style")  # axe's own, where a page has a sheet for print
    watch.expect("preload assets")
    studio.set_viewport_size({"width": width, "height": 900})
    person = reverse("admin:accounts_user_change", args=[alice.pk])
    for address in reverse("admin:index"), reverse("admin:accounts_user_credits", args=[alice.pk]), person:
        studio.goto(f"{live_server.url}{address}")
        assert studio.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        axe(studio)
