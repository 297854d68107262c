"""Each query under "Common Queries" of the documents: what it finds, and in how many queries, with 1 row and with 3."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.paging import paginate
from billing.credits import account_of, take
from billing.enums import OperationType, PlanKey, UsageAction
from billing.models import (
    CreditBalance,
    Plan,
    Subscription,
    SubscriptionEvent,
    UsageHistory,
    UsageLog,
    UsagePeriod,
)
from billing.plans import ensure_plan
from billing.seeding import seed_plans
from billing.subscriptions import current_of, put_on_plan
from projects import contents, workflow
from projects.enums import ProjectStatus
from projects.models import ExpertProfile, Project, ProjectAudio
from tests.helpers.rows import audio_of, blob_of, expert_of, generation_of, project_of, voice_of
from tests.helpers.work import tone_template
from voices.models import Audio, StorageObject, Voice, VoiceGeneration, VoiceTemplate
from voices.objects import throw_away

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(params=[1, 3])
def number(request):
    """However many rows there are, the queries are as many."""
    return request.param


# --- Users ---------------------------------------------------------------------------------------------------


def test_user_with_subscriptions(alice, charlie, django_assert_num_queries):
    put_on_plan(alice, ensure_plan(PlanKey.STARTER))
    put_on_plan(alice, ensure_plan(PlanKey.PRO))
    current_of(charlie)
    with django_assert_num_queries(1):
        found = [
            (s.user.name, s.plan.key, s.status) for s in Subscription.objects.of_address("ALICE@example.com")
        ]
    assert found == [("Alice Adams", "pro", "active"), ("Alice Adams", "starter", "expired")]


def test_current_subscription_with_its_limits(alice, charlie, django_assert_num_queries):
    put_on_plan(alice, ensure_plan(PlanKey.STARTER))
    put_on_plan(alice, ensure_plan(PlanKey.PRO))
    current_of(charlie)
    with django_assert_num_queries(1):
        subscription = Subscription.objects.for_user(alice).current().get()
        assert (subscription.plan.key, subscription.monthly_character_limit) == ("pro", 200_000)


def test_this_months_use(alice, charlie, number, django_assert_num_queries):
    june = MAY.replace(month=6)
    times = [MAY - timedelta(seconds=1), *[MAY] * number, june - timedelta(seconds=1), june]
    for user, action, moments in (
        (alice, UsageAction.GENERATE_VOICE, times),
        (alice, UsageAction.TRANSCRIBE, [MAY]),
        (charlie, UsageAction.GENERATE_VOICE, [MAY]),
    ):
        for moment in moments:
            row = UsageLog.objects.create(user=user, action=action, character_count=100)
            UsageLog.objects.filter(pk=row.pk).update(created_at=moment)
    with django_assert_num_queries(1):
        spoken = UsageLog.objects.for_user(alice).filter(action=UsageAction.GENERATE_VOICE)
        assert spoken.between(MAY, june).characters() == 100 * (number + 1)


def test_no_use_is_no_characters(alice):
    assert UsageLog.objects.for_user(alice).characters() == 0


def test_the_period_a_moment_lies_in(alice, charlie, django_assert_num_queries):
    june = MAY.replace(month=6)
    for user in alice, charlie:
        UsagePeriod.objects.create(user=user, starts_at=MAY, ends_at=june, characters=5)
        UsagePeriod.objects.create(user=user, starts_at=june, ends_at=june.replace(month=7))
    with django_assert_num_queries(1):
        assert UsagePeriod.objects.for_user(alice).at(MAY).get().characters == 5
    assert UsagePeriod.objects.for_user(alice).at(june).get().starts_at == june
    assert not UsagePeriod.objects.at(MAY - timedelta(seconds=1)).exists()


# --- Plans, credits, events ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_plans_on_sale(django_assert_num_queries):
    seed_plans()
    Plan.objects.filter(key=PlanKey.STARTER).update(active=False)
    Plan.objects.filter(key=PlanKey.PRO).update(sort_order=-1)
    with django_assert_num_queries(1):
        assert [plan.key for plan in Plan.objects.on_sale()] == ["pro", "free", "enterprise"]


def test_who_is_on_a_plan(alice, bob, django_assert_num_queries):
    put_on_plan(alice, ensure_plan(PlanKey.FREE))
    for user in alice, bob:
        put_on_plan(user, ensure_plan(PlanKey.PRO))
    with django_assert_num_queries(1):
        counted = {plan.key: plan.subscriber_count for plan in Plan.objects.with_subscriber_count()}
    assert counted == {"free": 0, "pro": 2}


def test_the_ledger_pages_by_key(alice, charlie, django_assert_num_queries):
    for user in alice, charlie:
        for n in range(4):
            take(user, 1, reason="", key=f"{user.pk}:{n}", operation=OperationType.MASTER)
    rows = UsageHistory.objects.for_user(alice).newest_first()
    with django_assert_num_queries(2):
        first = paginate(rows, size=3)
        second = paginate(rows, before=str(first.older), size=3)
    assert [row.balance_after for row in [*first.items, *second.items]] == [96, 97, 98, 99, 100]
    assert second.older is None


def test_top_operations(alice, bob, django_assert_num_queries):
    for user, key, credits in (alice, "a", 10), (bob, "b", 20), (bob, "c", 30):
        take(user, credits, reason="", key=key, operation=OperationType.CLONE_VOICE)
    with django_assert_num_queries(1):
        rows = list(UsageHistory.objects.by_operation())
    assert rows == [
        {"operation_type": "clone_voice", "average": 20, "number": 3},
        {"operation_type": "grant", "average": -100, "number": 2},
    ]


def test_low_balances(alice, bob, charlie, django_assert_num_queries):
    account_of(charlie)
    take(alice, 91, reason="", key="a")
    take(bob, 90, reason="", key="b")
    with django_assert_num_queries(1):
        assert [balance.user_id for balance in CreditBalance.objects.low()] == [alice.pk]


def test_failed_events(alice):
    for n, state in enumerate(("received", "failed", "handled")):
        SubscriptionEvent.objects.create(user=alice, event_id=str(n), event_type="x", state=state)
    assert [event.event_id for event in SubscriptionEvent.objects.failed()] == ["1"]


# --- Voices --------------------------------------------------------------------------------------------------


def test_a_users_voices(alice, charlie, number, django_assert_num_queries):
    voices = [voice_of(alice, name=f"Voice {n}") for n in range(number)]
    voice_of(charlie)
    with django_assert_num_queries(1):
        assert list(Voice.objects.for_user(alice).newest_first()) == voices[::-1]


def test_public_voices_with_their_owners(alice, charlie, number, django_assert_num_queries):
    for n in range(number):
        voice_of(alice, name=f"Voice {n}", is_public=True)
    voice_of(alice, name="Private")
    voice_of(charlie, name="Not ready", is_public=True, status="processing")
    with django_assert_num_queries(1):
        found = [(voice.name, voice.user.name, voice.user.image.name) for voice in Voice.objects.public()]
    assert sorted(found) == [(f"Voice {n}", "Alice Adams", "") for n in range(number)]
    private = {"email", "password"}
    assert private <= Voice.objects.public()[0].user.get_deferred_fields()


def test_a_voice_with_its_number_of_scripts(alice, number, django_assert_num_queries):
    for _ in range(number):
        generation_of(alice)
    voice_of(alice, name="Unused")
    with django_assert_num_queries(1):
        counts = [voice.generation_count for voice in Voice.objects.with_generation_count().order_by("pk")]
    assert counts == [number, 0]


def test_voices_are_found_by_name(alice, bob):
    for name in "Señor Ímpetu", "Calm Reader":
        voice_of(alice, name=name)
    assert [voice.name for voice in Voice.objects.for_user(alice).search("senor impetu")] == ["Señor Ímpetu"]
    assert [voice.name for voice in Voice.objects.for_user(alice).search("calm readr")] == ["Calm Reader"]
    assert list(Voice.objects.for_user(bob).search("calm")) == []
    tone_template()
    assert [template.name for template in VoiceTemplate.objects.search("tone")] == ["Tone alto"]


# --- Scripts -------------------------------------------------------------------------------------------------


def test_recent_scripts(alice, charlie, number, django_assert_num_queries):
    scripts = [generation_of(alice, text=f"Script {n}.") for n in range(number)]
    generation_of(charlie)
    with django_assert_num_queries(1):
        found = [
            (script.pk, script.voice.name) for script in VoiceGeneration.objects.for_user(alice).recent()[:20]
        ]
    assert found == [(script.pk, "Tone alto") for script in scripts[::-1]]


def test_pending_scripts(alice, charlie, django_assert_num_queries):
    states = ("pending", "processing", "completed", "failed", "cancelled")
    scripts = {state: generation_of(user, status=state) for state in states for user in (alice, charlie)}
    with django_assert_num_queries(1):
        found = {script.pk for script in VoiceGeneration.objects.active()}
    assert len(found) == 4
    assert found > {scripts["pending"].pk, scripts["processing"].pk}


def test_history_with_cost(alice, charlie, number, django_assert_num_queries):
    for n in range(number):
        generation_of(alice, cost=n, audio=audio_of(alice))
    generation_of(charlie)
    with django_assert_num_queries(1):
        found = [
            (script.text, script.cost, script.character_count, script.voice.name, script.audio_id is None)
            for script in VoiceGeneration.objects.for_user(alice).history()
        ]
    assert found == [("A sentence.", n, 11, "Tone alto", False) for n in reversed(range(number))]


# --- Library -------------------------------------------------------------------------------------------------


def test_library(alice, charlie, number, django_assert_num_queries):
    voice = voice_of(alice)
    audios = [audio_of(alice, voice=voice) for _ in range(number)]
    audio_of(charlie)
    Audio.objects.create(user=alice, filename="Thrown away", deleted_at=timezone.now())
    with django_assert_num_queries(1):
        found = [(audio.pk, audio.voice.name) for audio in Audio.objects.for_user(alice).library()]
    assert found == [(audio.pk, "Tone alto") for audio in audios[::-1]]


def test_library_by_tags(alice, charlie, django_assert_num_queries):
    for user in alice, charlie:
        for tags in ["podcast"], ["narration", "long"], ["music"], []:
            audio_of(user, ",".join(tags), tags=tags)
    with django_assert_num_queries(1):
        found = {audio.filename for audio in Audio.objects.for_user(alice).tagged("podcast", "narration")}
    assert found == {"podcast", "narration,long"}


def test_search_knows_the_spoken_text_and_forgives(alice, charlie):
    for user in alice, charlie:
        audio_of(user, "Café opening", text="We open at noon.", tags=["press"])
        audio_of(user, "Weather", description="The forecast")
    library = Audio.objects.for_user(alice)
    for words in "cafe", "CAFÉ", "openning", "noon", "press":
        assert [audio.filename for audio in library.search(words)] == ["Café opening"], words
    assert [audio.user_id for audio in library.search("forecasts")] == [alice.pk]


def test_an_audio_with_its_projects(alice, number, django_assert_num_queries):
    audio = audio_of(alice)
    projects = [project_of(alice, f"Project {n}") for n in range(number)]
    for project in projects:
        contents.add_audio(project, audio)
    contents.add_audio(project_of(alice, "Another"), audio_of(alice))
    with django_assert_num_queries(1):
        assert list(Project.objects.for_user(alice).holding(audio)) == projects[::-1]


def test_stored_objects_that_are_kept(alice, charlie, django_assert_num_queries):
    kept, thrown, _theirs = (blob_of(user, str(n)) for n, user in enumerate((alice, alice, charlie)))
    throw_away(StorageObject.objects.filter(pk=thrown.pk))
    with django_assert_num_queries(1):
        assert list(StorageObject.objects.for_user(alice).order_by("-pk")[:50]) == [kept]


# --- Projects and experts ------------------------------------------------------------------------------------


def test_projects_with_audio_count_and_expert(alice, bob, charlie, number, django_assert_num_queries):
    expert = expert_of(bob)
    for n in range(number):
        project = project_of(alice, f"Project {n}", expert=expert)
        for _ in range(2):
            contents.add_audio(project, audio_of(alice))
        contents.add_audio(project, audio_of(alice, "Thrown away", deleted_at=timezone.now()))
    project_of(charlie)
    project_of(alice, "Empty")
    with django_assert_num_queries(1):
        found = [
            (project.name, project.audio_count, project.expert and project.expert.user.name)
            for project in Project.objects.for_user(alice).overview()
        ]
    expected = [(f"Project {n}", 2, "Bob Brown") for n in reversed(range(number))]
    assert found == [("Empty", 0, None), *expected]


def test_a_project_with_its_audios_in_order(alice, number, django_assert_num_queries):
    project = project_of(alice)
    rows = [contents.add_audio(project, audio_of(alice, f"Audio {n}")) for n in range(number)]
    contents.add_audio(project, audio_of(alice, "Thrown away", deleted_at=timezone.now()))
    contents.reorder(
        project, [*[row.pk for row in rows[::-1]], ProjectAudio.objects.order_by("order").last().pk]
    )
    with django_assert_num_queries(2):
        found = Project.objects.for_user(alice).with_audios().get()
        names = [row.audio.filename for row in found.project_audios.all()]
    assert names == [f"Audio {n}" for n in reversed(range(number))]


def test_kanban_counts(alice, charlie, number, django_assert_num_queries):
    for _ in range(number):
        project_of(alice)
    project_of(alice, status=ProjectStatus.READY)
    project_of(charlie)
    with django_assert_num_queries(1):
        counts = Project.objects.for_user(alice).count_by_status()
    assert counts == dict.fromkeys(ProjectStatus, 0) | {ProjectStatus.DRAFT: number, ProjectStatus.READY: 1}


def test_available_experts_by_rating(alice, bob, charlie, number, django_assert_num_queries):
    good, better = expert_of(alice, rating=3.5), expert_of(bob, rating=4.5)
    hidden = expert_of(charlie, rating=5, is_available=False)
    for _ in range(number):
        project_of(charlie, expert=good)
    with django_assert_num_queries(1):
        found = [(e.user.name, e.project_count) for e in ExpertProfile.objects.available()]
    assert found == [("Bob Brown", 0), ("Alice Adams", number)]
    ExpertProfile.objects.filter(pk=hidden.pk).update(is_available=True, approved_at=None)
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    assert list(ExpertProfile.objects.available()) == [good]
    assert better not in ExpertProfile.objects.available()


def test_an_experts_projects_by_deadline(alice, bob, charlie, number, django_assert_num_queries):
    mine, other = expert_of(bob), expert_of(charlie)
    for n in range(number):
        contents.add_audio(
            project_of(alice, f"Project {n}", expert=mine, deadline=MAY - timedelta(days=n)), audio_of(alice)
        )
    project_of(alice, "Some day", expert=mine)
    project_of(alice, "Not mine", expert=other)
    with django_assert_num_queries(1):
        found = [(p.name, p.user.email, p.audio_count) for p in Project.objects.of_expert(mine)]
    by_deadline = [(f"Project {n}", "alice@example.com", 1) for n in reversed(range(number))]
    assert found == [*by_deadline, ("Some day", "alice@example.com", 0)]


def test_projects_are_found_by_their_words(alice, charlie):
    for user in alice, charlie:
        workflow.create(user, "Résumé reading", tags=["work"], instructions="Slow and warm")
        workflow.create(user, "Song")
    mine = Project.objects.for_user(alice)
    for words in "resume", "work", "warm", "readings":
        assert [(project.name, project.user_id) for project in mine.search(words)] == [
            ("Résumé reading", alice.pk)
        ]
