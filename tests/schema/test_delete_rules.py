"""What goes with what, and what stays."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import ProtectedError

from accounts.models import User
from billing.credits import account_of, grant
from billing.enums import PlanKey
from billing.models import Plan, SubscriptionEvent, UsageLog, UsagePeriod
from billing.plans import ensure_plan
from billing.subscriptions import current_of
from projects import contents, workflow
from projects.models import Project, ProjectAudio, ProjectEvent
from tests.helpers.rows import audio_of, blob_of, expert_of, project_of, voice_of
from tests.helpers.work import finished_script, new_script
from tests.schema.test_constraints import NOW
from voices import objects
from voices.leaving import delete_user, delete_voice, remove_blobs
from voices.models import (
    Audio,
    DoomedBlob,
    Pronunciation,
    Segment,
    StorageObject,
    Take,
    Voice,
    VoiceGeneration,
)

KEPT = {"accounts.User", "voices.VoiceTemplate", "billing.Plan", "billing.CreditPack", "billing.AdminSettings",
        "billing.Feature"}  # fmt: skip


def settle(user):
    """One row at least of everything that a user can have."""
    generation = finished_script(user)
    account_of(user)
    UsageLog.objects.create(user=user, action="generate_voice")
    UsagePeriod.objects.create(user=user, starts_at=NOW, ends_at=NOW.replace(month=6))
    SubscriptionEvent.objects.create(user=user, event_id=f"evt_{user.pk}", event_type="invoice.paid")
    Pronunciation.objects.create(user=user, word="Nguyen", spoken_as="win")
    expert_of(user)
    project = workflow.create(user, "A project")
    contents.add_audio(project, generation.audio)
    user.image.save(f"{user.pk}.webp", ContentFile(b"picture"))
    return generation


def owned_rows(pk):
    """How many rows of each table belong to the user, directly or through what does."""
    through = {Segment: "generation__user", Take: "segment__generation__user", ProjectAudio: "project__user",
               ProjectEvent: "project__user"}  # fmt: skip
    found = {}
    for app in ("accounts", "billing", "voices", "projects"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.label not in KEPT | {"voices.DoomedBlob"}:
                found[model._meta.label] = model._base_manager.filter(
                    **{through.get(model, "user"): pk}
                ).count()
    return found


def stored_files():
    folders, files = [""], []
    while folders:
        folder = folders.pop()
        inner, names = default_storage.listdir(folder)
        folders += [f"{folder}/{name}".lstrip("/") for name in inner]
        files += [f"{folder}/{name}".lstrip("/") for name in names]
    return set(files)


def test_a_user_leaves_nothing_behind(alice, bob, charlie):
    alice_id = alice.pk
    for user in alice, charlie:
        settle(user)
    grant(alice, 5, reason="Help", key="by-charlie", by=charlie)
    before, theirs = owned_rows(alice_id), owned_rows(charlie.pk)
    assert [label for label, number in before.items() if not number] == []
    files = stored_files()
    delete_user(alice)
    assert {label: n for label, n in owned_rows(alice_id).items() if n} == {}
    assert User.objects.filter(pk=alice_id).count() == 0
    assert stored_files() == files  # gone from the tables, and written down to be removed
    assert remove_blobs() == len({name for name in files if str(alice_id) in name}) == 4
    assert stored_files() == {name for name in files if str(charlie.pk) in name}
    assert (owned_rows(charlie.pk), DoomedBlob.objects.count()) == (theirs, 0)


def test_blobs_in_the_trash_go_with_their_user_too(alice):
    blob = objects.write_blob(alice, b"x", name="x", extension="bin", content_type="x")
    blob.save()
    objects.throw_away(StorageObject.objects.all())
    delete_user(alice)
    remove_blobs()
    assert stored_files() == set()


def test_sql_by_hand_follows_the_same_rules(alice, charlie):
    alice_id = alice.pk
    for user in alice, charlie:
        settle(user)
    theirs = owned_rows(charlie.pk)
    with connection.cursor() as cursor:
        for table in ("account_emailaddress", "usersessions_usersession", "mfa_authenticator"):
            cursor.execute(f"DELETE FROM {table} WHERE user_id = %s", [alice.pk])
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [alice.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert {label: n for label, n in owned_rows(alice_id).items() if n} == {}
    assert owned_rows(charlie.pk) == theirs


def test_a_voice_takes_its_scripts_and_leaves_its_audios(alice):
    generation = finished_script(alice)
    own = voice_of(alice, sample=blob_of(alice, "sample"))
    other = new_script(alice)
    VoiceGeneration.objects.filter(pk=other.pk).update(voice=own)
    takes = set(Take.objects.values_list("object_id", flat=True))
    delete_voice(generation.voice)
    assert list(VoiceGeneration.objects.all()) == [other]
    assert (Take.objects.count(), Segment.objects.count()) == (0, other.segments.count())
    audio = Audio.objects.get()
    assert (audio.pk, audio.voice) == (generation.audio_id, None)
    assert default_storage.exists(audio.object.pathname)
    thrown = set(StorageObject.all_objects.exclude(deleted_at=None).values_list("pk", flat=True))
    assert thrown == takes
    delete_voice(own)
    assert (VoiceGeneration.objects.count(), StorageObject.objects.filter(pathname="sample").count()) == (
        0,
        0,
    )


def test_a_project_leaves_its_audios(alice):
    audio = audio_of(alice)
    gone, stays = (project_of(alice, name) for name in ("Gone", "Stays"))
    for project in gone, stays:
        contents.add_audio(project, audio)
    gone.delete()
    assert (list(Audio.objects.all()), ProjectAudio.objects.get().project) == ([audio], stays)


def test_an_audio_leaves_its_projects(alice):
    audio, project = audio_of(alice), project_of(alice)
    contents.add_audio(project, audio)
    audio.delete()
    assert (ProjectAudio.objects.count(), Project.objects.get()) == (0, project)


def test_an_expert_leaves_their_projects_to_the_owners(alice, bob):
    project = project_of(alice, expert=expert_of(bob))
    ProjectEvent.objects.create(project=project, actor=bob, kind="note", note="Done")
    delete_user(bob)
    project.refresh_from_db()
    assert (project.expert, project.events.get().actor, project.events.get().note) == (None, None, "Done")


def test_a_script_leaves_its_audio_and_an_audio_its_script(alice):
    generation = finished_script(alice)
    audio = generation.audio
    generation.delete()
    assert Audio.objects.get() == audio
    generation = finished_script(alice, "Another one.")
    generation.audio.delete()
    generation.refresh_from_db()
    assert generation.audio is None


def test_a_plan_with_subscribers_stays(alice):
    plan = current_of(alice).plan
    with pytest.raises(ProtectedError):
        plan.delete()
    ensure_plan(PlanKey.PRO).delete()
    assert list(Plan.objects.all()) == [plan]


def test_a_template_leaves_the_voices_made_after_it(alice):
    voice = voice_of(alice)
    voice.template.delete()
    assert Voice.objects.get().template is None
