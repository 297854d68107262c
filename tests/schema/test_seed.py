import time
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.credits import account_of
from billing.models import AdminSettings, CreditBalance, Plan, Subscription, UsageHistory
from projects.enums import ProjectStatus
from projects.models import ExpertProfile, Project
from voices.models import Audio, VoiceGeneration, VoiceTemplate

ALL = (
    User,
    Plan,
    AdminSettings,
    Subscription,
    UsageHistory,
    ExpertProfile,
    Project,
    Audio,
    VoiceGeneration,
    VoiceTemplate,
)


def seed(*arguments):
    output = StringIO()
    call_command("seed", *arguments, stdout=output)
    return output.getvalue().splitlines()


def counts():
    return {model.__name__: model._base_manager.count() for model in ALL}


@pytest.mark.django_db
def test_without_demo_there_are_voices_and_plans_and_nobody():
    assert seed() == [f"{VoiceTemplate.objects.count()} voices, 4 plans"]
    assert VoiceTemplate.objects.count() >= 12
    assert {"Wise Woman", "Energetic Youth", "News Anchor"} <= set(
        VoiceTemplate.objects.values_list("name", flat=True)
    )
    assert (User.objects.count(), Project.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_staff_feature_stays_featured():
    seed()
    VoiceTemplate.objects.update(is_featured=False, name="Changed")
    seed()
    assert not VoiceTemplate.objects.filter(is_featured=True).exists()
    assert not VoiceTemplate.objects.filter(name="Changed").exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_account_has_something_of_everything(settings, charlie):
    assert seed("--demo")[-1] == f"demo account: {settings.VOICECRAFT_DEMO_EMAIL}"
    demo = User.objects.get(email=settings.VOICECRAFT_DEMO_EMAIL)
    assert Subscription.objects.for_user(demo).current().get().plan.key == "pro"
    assert account_of(demo).credits_remaining == -UsageHistory.objects.for_user(demo).total() == 2_100
    assert ExpertProfile.objects.available().count() == 3
    assert set(Project.objects.for_user(demo).count_by_status().values()) == {1}
    assert [p.audio_count for p in Project.objects.for_user(demo).overview().order_by("pk")] == [
        1,
        2,
        2,
        1,
        2,
        1,
    ]
    for audio in Audio.objects.for_user(demo).select_related("object"):
        assert (audio.duration > 3, audio.status, bool(audio.tags)) == (True, "ready", True)
        assert default_storage.size(audio.object.pathname) == audio.file_size
    assert Audio.objects.for_user(demo).count() == 4
    assert Project.objects.for_user(charlie).count() == CreditBalance.objects.for_user(charlie).count() == 0


@pytest.mark.slow
@pytest.mark.django_db
def test_seeding_again_changes_nothing_and_is_quick():
    seed("--demo")
    Project.objects.filter(status=ProjectStatus.DRAFT).delete()  # what the user does with it stays done
    before = counts()
    started = time.perf_counter()
    seed("--demo")
    assert time.perf_counter() - started < 1
    assert counts() == before


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_account_may_use_the_administration(client: Client):
    seed("--demo")
    client.force_login(User.objects.get(is_staff=True))
    for name in ("billing_plan", "projects_project", "voices_voice", "accounts_user"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
