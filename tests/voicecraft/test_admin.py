"""What staff can do, what they cannot, and that all of it is in the log."""

import uuid
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.people import ensure_user
from billing.credits import account_of, grant, take
from billing.enums import OperationType, PlanKey
from billing.models import (
    AdminSettings,
    Plan,
    Subscription,
    SubscriptionEvent,
    UsageHistory,
    UsageLog,
    UsagePeriod,
)
from billing.plans import DEFAULT_COSTS, ensure_plan
from billing.subscriptions import current_of, put_on_plan
from projects import contents, workflow
from projects.models import ExpertProfile, Project
from tests.helpers.rows import audio_of, blob_of, expert_of, generation_of, project_of, voice_of
from tests.helpers.work import finished_script, new_script
from tests.schema.test_constraints import NOW
from voicecraft.figures import figures
from voicecraft.staff import seed_staff_group
from voices.leaving import remove_blobs
from voices.models import Audio, Voice, VoiceGeneration, VoiceTemplate

OURS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in ("accounts", "billing", "voices", "projects")
]


@pytest.fixture
def staff(db) -> User:
    """A member of staff, who is no superuser."""
    user = ensure_user("staff@example.com", "x", name="Stella", is_staff=True)
    user.groups.add(seed_staff_group())
    return user


@pytest.fixture
def client(staff, settings) -> Client:
    client = Client()
    client.force_login(staff, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def act(client, action, *rows, **more):
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
    response = client.post(url(type(rows[0])), data, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


def logged(row):
    entries = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk")
    return [(entry.user.email, entry.change_message) for entry in entries]


def furnish(user, number=1):
    """Some of everything in the lists."""
    for _ in range(number):
        generation = generation_of(user)
        project = project_of(user, expert=ExpertProfile.objects.filter(user=user).first() or expert_of(user))
        contents.add_audio(project, audio_of(user, voice=generation.voice))
        blob_of(user, str(uuid.uuid4()))
        grant(user, 5, reason="Gift", key=str(uuid.uuid4()), by=user)
        UsageLog.objects.create(user=user, action="generate_voice")
        SubscriptionEvent.objects.create(user=user, event_id=str(uuid.uuid4()), event_type="x")
    UsagePeriod.objects.create(user=user, starts_at=NOW, ends_at=timezone.now())


# --- Lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_lists_and_their_pages_open(client, alice, model):
    furnish(alice)
    ensure_plan(PlanKey.PRO)
    AdminSettings.objects.load()
    assert client.get(url(model), follow=True).status_code == 200
    assert client.get(url(model), {"q": "alice"}, follow=True).status_code == 200
    for row in model._base_manager.all()[:1]:
        assert client.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize(
    "model", [m for m in OURS if m is not AdminSettings], ids=lambda model: model._meta.label
)
def test_lists_ask_no_more_for_more_rows(client, alice, bob, charlie, model):
    furnish(alice)
    client.get(url(model))
    one = _queries(client, model)
    for user in bob, charlie:
        furnish(user)
    assert _queries(client, model) == one <= 16


def _queries(client, model):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url(model)).status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_others_see_nothing_of_it(alice_client, alice, model):
    furnish(alice)
    row = model._base_manager.first()
    for address in [url(model), *([url(model, "change", row.pk)] if row else [])]:
        assert alice_client.get(address).status_code == 302


# --- People ------------------------------------------------------------------------------------------------------


def test_a_person_is_found_by_address_and_seen_whole_on_one_page(
    client, alice, charlie, django_assert_max_num_queries
):
    for user in alice, charlie:
        furnish(user, 3)
    found = client.get(url(User), {"q": "ALICE@"}).context["cl"].result_list
    assert [user.email for user in found] == ["alice@example.com"]
    with django_assert_max_num_queries(30):
        page = client.get(url(User, "change", alice.pk))
    panels = {str(panel.title): panel for panel in page.context["panels"]}
    sizes = {title: len(panel.rows) for title, panel in panels.items()}
    assert sizes == {
        "Plan": 1, "Balance": 1, "Ledger": 4, "Use by period": 1, "Usage": 3, "Scripts": 3, "Voices": 1,
        "Projects": 3, "Payment events": 3,
    }  # fmt: skip
    assert [row.cells[2:5] for row in panels["Ledger"].rows][::3] == [
        ["+5", "115", "Gift"],
        ["+100", "100", "Welcome"],
    ]
    for panel in panels.values():
        rows = client.get(panel.all_url).context["cl"].result_list
        assert {row.user_id for row in rows} == {alice.pk}, panel.title
        assert client.get(panel.rows[0].url).status_code == 200


def test_credits_are_granted_and_taken_through_the_ledger(client, alice, staff):
    account_of(alice)
    address = reverse("admin:accounts_user_credits", args=[alice.pk])
    key = client.get(address).context["form"]["key"].value()
    data = {"act": "grant", "credits": 40, "reason": "Sorry for the noise", "key": key}
    for _ in range(2):  # a form sent twice counts once
        assert client.post(address, data).status_code == 302
    assert (
        client.post(address, {**data, "act": "take", "credits": 15, "key": uuid.uuid4()}).status_code == 302
    )
    rows = (
        UsageHistory.objects.for_user(alice)
        .order_by("pk")
        .values_list("credits_used", "balance_after", "reason", "by")
    )
    assert list(rows)[1:] == [
        (-40, 140, "Sorry for the noise", staff.pk),
        (15, 125, "Sorry for the noise", staff.pk),
    ]
    assert logged(alice)[1:] == [
        ("staff@example.com", "40 credits granted: Sorry for the noise"),
        ("staff@example.com", "15 credits taken: Sorry for the noise"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"credits": 0},
        {"credits": -1},
        {"credits": ""},
        {"reason": ""},
        {"act": ""},
        {"act": "take", "credits": 101},
    ],
)
def test_credits_that_are_refused(client, alice, wrong):
    account_of(alice)
    address = reverse("admin:accounts_user_credits", args=[alice.pk])
    response = client.post(
        address, {"act": "grant", "credits": 1, "reason": "x", "key": uuid.uuid4(), **wrong}
    )
    assert (response.status_code, bool(response.context["form"].errors)) == (200, True)
    assert (account_of(alice).credits_remaining, logged(alice)) == (100, [])


def test_staff_put_a_person_on_a_plan(client, alice):
    current_of(alice)
    address = reverse("admin:accounts_user_plan", args=[alice.pk])
    assert client.post(address, {"plan": ensure_plan(PlanKey.PRO).pk}).status_code == 302
    assert current_of(alice).plan.key == "pro"
    assert logged(alice) == [("staff@example.com", "Put on the plan Pro")]
    Subscription.objects.current().update(stripe_subscription_id="sub_1")
    refused = client.post(address, {"plan": ensure_plan(PlanKey.FREE).pk})
    assert refused.context["form"].non_field_errors() == [
        "Stripe keeps this subscription. Change or cancel it there."
    ]
    assert current_of(alice).plan.key == "pro"


@pytest.mark.parametrize("page", ["credits", "plan"])
def test_only_who_may(client, staff, alice, alice_client, page):
    address = reverse(f"admin:accounts_user_{page}", args=[alice.pk])
    assert client.get(reverse(f"admin:accounts_user_{page}", args=[uuid.uuid4()])).status_code == 404
    assert alice_client.post(address).status_code == 302
    group = staff.groups.get()
    group.permissions.set(group.permissions.filter(content_type__app_label="accounts"))
    assert client.post(address).status_code == 403
    group.permissions.clear()
    assert client.post(address).status_code == 403


def test_nobody_lends_a_superuser_credits_but_a_superuser(client, alice):
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert client.get(reverse("admin:accounts_user_credits", args=[alice.pk])).status_code == 403


def test_suspending_is_logged(client, alice, charlie):
    act(client, "suspend", alice)
    assert list(User.objects.filter(is_active=False)) == [alice]
    act(client, "reactivate", alice)
    assert [who for who, _ in logged(alice)] == ["staff@example.com"] * 2
    assert logged(charlie) == []


@pytest.mark.parametrize("way", ["page", "list"])
def test_deleting_a_person_takes_everything_along(client, alice, charlie, way):
    for user in alice, charlie:
        account_of(user)
        finished_script(user)
    paths = [audio.object.pathname for audio in Audio.objects.for_user(alice).select_related("object")]
    if way == "page":
        page = client.get(url(User, "delete", alice.pk))
        assert "scripts: 1" in str(page.context["deleted_objects"])
        response = client.post(url(User, "delete", alice.pk), {"post": "yes"})
        assert response.status_code == 302
    else:
        act(client, "delete_selected", alice, post="yes")
    assert User.objects.filter(email__in=["alice@example.com", "charlie@example.com"]).get() == charlie
    assert (VoiceGeneration.objects.get().user, UsageHistory.objects.get().user) == (charlie, charlie)
    remove_blobs()
    assert [default_storage.exists(path) for path in paths] == [False]
    assert default_storage.exists(Audio.objects.get().object.pathname)


# --- Plans and prices ----------------------------------------------------------------------------------------------


def test_costs_are_numbers_in_a_form(client):
    assert client.get(url(AdminSettings)).url == url(AdminSettings, "change", "singleton")
    form = client.get(url(AdminSettings, "change", "singleton")).context["adminform"].form
    shown = {name.removeprefix("cost_"): form[name].value() for name in form.fields}
    assert shown == DEFAULT_COSTS
    data = {f"cost_{name}": cost for name, cost in DEFAULT_COSTS.items()} | {"cost_clone_voice": 75}
    assert client.post(url(AdminSettings, "change", "singleton"), data).status_code == 302
    assert AdminSettings.objects.load().feature_costs == {**DEFAULT_COSTS, "clone_voice": 75}
    for wrong in "", "-1", "1.5", "many":
        refused = client.post(url(AdminSettings, "change", "singleton"), {**data, "cost_master": wrong})
        assert list(refused.context["adminform"].form.errors) == ["cost_master"]
    assert logged(AdminSettings.objects.load())[0][0] == "staff@example.com"


def test_a_plan_is_edited_and_its_own_costs_may_be_empty(client, alice, bob, charlie):
    plan = ensure_plan(PlanKey.PRO)
    for user in alice, bob:
        put_on_plan(user, plan)
    current_of(charlie)
    page = client.get(url(Plan, "change", plan.pk))
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert (data["cost_premium_voice"], "cost_master" in data) == (0, False)
    data |= {"price_monthly_cents": 3_100, "cost_master": 3, "cost_premium_voice": ""}
    assert client.post(url(Plan, "change", plan.pk), data).status_code == 302
    plan.refresh_from_db()
    assert (plan.price_monthly_cents, plan.features, plan.key) == (3_100, {"master": 3}, "pro")
    counted = {row.key: row.subscriber_count for row in client.get(url(Plan)).context["cl"].result_list}
    assert counted == {"free": 1, "pro": 2}
    who = client.get(url(Subscription), {"plan__id__exact": plan.pk}).context["cl"].result_list
    assert {row.user for row in who} == {alice, bob}


def test_a_price_without_currency_is_refused_in_words(client):
    plan = ensure_plan(PlanKey.PRO)
    form = client.get(url(Plan, "change", plan.pk)).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    refused = client.post(url(Plan, "change", plan.pk), {**data, "currency": ""})
    assert refused.context["adminform"].form.non_field_errors() == ["A price needs its currency."]


def test_limits_of_one_subscription_make_a_special_deal(client, alice):
    sold = current_of(alice)
    data = {
        "monthly_character_limit": 99,
        "monthly_voice_clones": "",
        "allow_custom_voices": "on",
        "status": "expired",
    }
    assert client.post(url(Subscription, "change", sold.pk), data).status_code == 302
    sold.refresh_from_db()
    assert (sold.monthly_character_limit, sold.monthly_voice_clones, sold.status) == (99, None, "active")


def test_the_ledger_is_only_looked_at(client, alice):
    row = grant(alice, 5, reason="Gift", key="a")
    assert client.post(url(UsageHistory, "change", row.pk), {"credits_used": -500}).status_code == 403
    assert client.post(url(UsageHistory, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.post(url(UsageHistory, "add"), {"credits_used": -500}).status_code == 403
    balance = account_of(alice)
    assert (
        client.post(url(type(balance), "change", balance.pk), {"credits_remaining": 9_999}).status_code == 403
    )
    assert (account_of(alice).credits_remaining, UsageHistory.objects.for_user(alice).count()) == (105, 2)


def test_low_balances_are_listed(client, alice, bob):
    take(alice, 95, reason="", key="a")
    account_of(bob)
    rows = client.get(url(type(account_of(bob))), {"balance": "low"}).context["cl"].result_list
    assert [row.user for row in rows] == [alice]


# --- Voices, scripts, experts --------------------------------------------------------------------------------------


def test_voices_are_hidden_and_verified(client, alice):
    shown, other = (voice_of(alice, name=name, is_public=True) for name in ("Shown", "Other"))
    act(client, "hide", shown)
    act(client, "verify", shown)
    shown.refresh_from_db()
    assert (shown.is_public, shown.is_verified) == (False, True)
    assert [note for _, note in logged(shown)] == ["Hidden", "Verified"]
    Voice.objects.filter(pk=shown.pk).update(is_public=True)
    act(client, "withdraw_verification", shown)
    shown.refresh_from_db()
    other.refresh_from_db()
    assert (shown.is_public, shown.is_verified, other.is_public, logged(other)) == (False, False, True, [])


def test_deleting_a_voice_leaves_its_audios(client, alice):
    generation = finished_script(alice)
    assert client.post(url(Voice, "delete", generation.voice_id), {"post": "yes"}).status_code == 302
    assert (Voice.objects.count(), VoiceGeneration.objects.count(), Audio.objects.get().voice) == (0, 0, None)


def test_templates_are_featured(client, tone):
    act(client, "feature", tone)
    assert VoiceTemplate.objects.get().is_featured is True
    assert act(client, "feature", tone) == []
    act(client, "stop_featuring", tone)
    assert VoiceTemplate.objects.get().is_featured is False
    assert [note for _, note in logged(tone)] == ["Featured", "No longer featured"]


def test_scripts_are_cancelled_and_tried_again(client, alice):
    done, script = finished_script(alice), new_script(alice)
    messages = act(client, "cancel", script, done)
    script.refresh_from_db()
    assert script.status == "cancelled"
    assert [text.partition(": ")[2] for text in messages] == [
        "This script is not being spoken any more.",
        "1 row.",
    ]
    act(client, "retry", script)
    script.refresh_from_db()
    assert script.status == "processing"
    assert [note for _, note in logged(script)] == ["Cancelled", "Tried again"]
    assert logged(done) == []


def test_experts_are_approved(client, alice):
    expert = expert_of(alice, approved_at=None)
    act(client, "approve", expert)
    assert list(ExpertProfile.objects.available()) == [expert]
    act(client, "withdraw_approval", expert)
    assert (list(ExpertProfile.objects.available()), [note for _, note in logged(expert)]) == (
        [],
        ["Approved", "Approval withdrawn"],
    )


def test_who_may_only_look_cannot_act(client, staff, alice):
    staff.groups.get().permissions.remove(
        *staff.groups.get().permissions.exclude(codename__startswith="view_")
    )
    voice = voice_of(alice, name="Shown", is_public=True)
    act(client, "hide", voice)
    voice.refresh_from_db()
    assert (voice.is_public, logged(voice)) == (True, [])


def test_a_project_shows_its_audios_and_events(client, alice):
    project = workflow.create(alice, "A project")
    contents.add_audio(project, audio_of(alice))
    formsets = client.get(url(Project, "change", project.pk)).context["inline_admin_formsets"]
    assert [len(formset.formset.queryset) for formset in formsets] == [1, 1]


# --- The first page --------------------------------------------------------------------------------------------------


def test_the_first_page_shows_how_it_goes(client, alice, bob, django_assert_max_num_queries):
    User.objects.filter(pk=bob.pk).update(created_at=timezone.now() - timedelta(days=3))
    take(alice, 95, reason="", key="a", operation=OperationType.CLONE_VOICE)
    generation_of(alice, status="failed", error_message="No sound")
    generation_of(alice, status="completed")
    with django_assert_max_num_queries(20):
        shown = client.get(reverse("admin:index")).context["figures"]
    assert [(bar.number, bar.height) for bar in shown.growth[-4:]] == [(1, 50), (0, 0), (0, 0), (2, 100)]
    assert (shown.users, shown.signed_up, len(shown.growth)) == (3, 3, 30)
    assert [(row["operation_type"], row["number"], row["average"]) for row in shown.operations] == [
        ("clone_voice", 1, 95),
        ("grant", 1, -100),
    ]
    assert (shown.low_balances, shown.failed_number) == (1, 1)
    assert [script.error_message for script in shown.failed] == ["No sound"]


@pytest.mark.django_db
def test_an_empty_studio_has_figures_too():
    shown = figures()
    assert (shown.signed_up, shown.operations, {bar.height for bar in shown.growth}) == (0, [], {0})


def test_no_page_of_it_has_inline_style_or_script(client, alice):
    furnish(alice)
    for address in reverse("admin:index"), url(User, "change", alice.pk), url(Plan), url(Project):
        html = client.get(address).content.decode()
        assert " style=" not in html
        assert "<script>" not in html
