"""A crash anywhere loses nothing that was finished, and the sweep sets the rest going again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from redis import Redis

from tests.helpers.work import be_patient, finished_script, new_script, speak_all, work_off
from voices import assembly, recovery, speaking
from voices.dispatch import waiting_tickets
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.models import Segment, StorageObject, Take, VoiceGeneration
from voices.speaking import speak_next

pytestmark = pytest.mark.django_db

TWO = "This is the first sentence of all. Here comes the second sentence now."


def claim_and_die(lane: Lane = Lane.INTERACTIVE) -> Segment:
    """A worker takes a segment and is never heard of again; its lease runs out."""
    segment = speaking._claim(lane)
    assert segment is not None
    Segment.objects.filter(pk=segment.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    return segment


def lose_messages() -> None:
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete("interactive", "bulk", "default")


def test_a_segment_of_a_dead_worker_is_spoken_by_another(alice):
    generation = new_script(alice, TWO)
    dead = claim_and_die()
    recovery.sweep()
    dead.refresh_from_db()
    assert dead.status == SegmentStatus.PENDING
    work_off()
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.COMPLETED
    assert Take.objects.count() == 2


def test_a_segment_whose_worker_lives_is_left_alone(alice):
    new_script(alice, TWO)
    segment = speaking._claim(Lane.INTERACTIVE)
    recovery.sweep()
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.RUNNING


def test_a_worker_that_comes_back_too_late_changes_nothing(alice):
    new_script(alice, TWO)
    late = claim_and_die()
    recovery.sweep()
    again = speaking._claim(Lane.INTERACTIVE)
    assert (again.pk, again.attempts) == (late.pk, 2)

    speaking._attempt(late, lambda engine: engine.synthesize(speaking._request(late, engine.capabilities)))

    again.refresh_from_db()
    assert again.status == SegmentStatus.RUNNING
    assert Take.objects.count() == 0
    assert StorageObject.all_objects.count() == 0


def test_a_segment_that_kills_its_workers_fails_in_the_end(alice):
    generation = new_script(alice, TWO)
    for _ in range(speaking.MAX_ATTEMPTS):
        claim_and_die()
        recovery.sweep()
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.FAILED
    assert generation.error_message == "Sentence 1: The voice engine stopped unexpectedly."


def test_lost_messages_are_sent_again(alice):
    new_script(alice, "This is a sentence of some length for a test. " * 10)
    lose_messages()
    recovery.sweep()
    assert waiting_tickets(Lane.INTERACTIVE) == 1
    assert waiting_tickets(Lane.BULK) == Segment.objects.filter(lane=Lane.BULK).count()


def test_the_sweep_adds_no_messages_where_there_are_enough(alice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        new_script(alice, TWO)
    assert waiting_tickets(Lane.INTERACTIVE) == 2
    recovery.sweep()
    recovery.sweep()
    assert waiting_tickets(Lane.INTERACTIVE) == 2


def test_a_crash_before_the_assembly_is_made_good(alice):
    generation = new_script(alice, TWO)
    speak_all()
    lose_messages()
    recovery.sweep()
    assert _messages("default") == 1
    assembly.assemble(generation.pk)
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.COMPLETED


def test_a_crash_during_the_assembly_is_made_good_once_its_lease_is_over(alice):
    generation = new_script(alice, TWO)
    speak_all()
    assert assembly._claim(generation.pk) is True  # and dies
    assert assembly.assemble(generation.pk) is False
    VoiceGeneration.objects.update(assembling_until=timezone.now() - timedelta(seconds=1))
    lose_messages()
    recovery.sweep()
    assert _messages("default") == 1
    assert assembly.assemble(generation.pk) is True


def test_assembling_twice_makes_one_audio(alice):
    generation = finished_script(alice, TWO)
    assert assembly.assemble(generation.pk) is False
    assert StorageObject.objects.count() == 3  # two takes, one audio


def test_an_assembly_that_cannot_be_made_fails_after_some_tries_and_can_be_tried_again(alice):
    from voices.objects import remove_blob, write_blob
    from voices.synthesis import retry

    generation = new_script(alice, TWO)
    speak_all()
    take = Take.objects.select_related("object").first()
    remove_blob(take.object)
    for _ in range(assembly.MAX_ATTEMPTS):
        VoiceGeneration.objects.update(assembling_until=None)
        assert assembly.assemble(generation.pk) is False
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.FAILED

    other = Take.objects.select_related("object").last()
    blob = write_blob(alice, _content(other), name="1.flac", extension="flac", content_type="audio/flac")
    blob.save()
    Take.objects.filter(pk=take.pk).update(object=blob)
    retry(generation)
    work_off()
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.COMPLETED


def test_a_remote_engine_is_asked_until_it_has_finished(alice):
    generation = new_script(alice, "This sentence {tone:remote} is spoken far away from here.")
    assert speak_next(Lane.INTERACTIVE) is True
    segment = generation.segments.get()
    assert segment.status == SegmentStatus.RUNNING
    assert segment.external_id != ""
    for _ in range(10):
        segment = Segment.objects.select_related("generation__voice__template", "generation__user").get()
        speaking.ask_for(segment)
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.DONE
    be_patient()
    work_off()
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.COMPLETED


def test_a_remote_job_whose_question_was_lost_is_asked_for_by_the_sweep(alice):
    new_script(alice, "This sentence {tone:remote} is spoken far away from here.")
    speak_next(Lane.INTERACTIVE)
    Segment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    lose_messages()
    recovery.sweep()
    assert _messages("default") == 1
    assert Segment.objects.get().status == SegmentStatus.RUNNING


def _messages(queue: str) -> int:
    with Redis.from_url(settings.REDIS_URL) as redis:
        return redis.llen(queue)


def _content(take: Take) -> bytes:
    from voices.objects import read_blob

    return read_blob(take.object)
