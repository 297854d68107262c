"""The pipeline with real workers, real messages and a real crash."""

from datetime import timedelta

from django.utils import timezone

from tests.helpers.work import new_script
from tests.helpers.workers import wait_until
from voices import recovery
from voices.enums import GenerationStatus, SegmentStatus
from voices.models import Segment, StorageObject, Take

BOOK = "This is a sentence of some length for a test of the workers. " * 20


def is_done(generation) -> bool:
    generation.refresh_from_db()
    return not generation.is_active


def finish(generation) -> None:
    """What beat does every ten seconds, done more often."""

    def swept() -> bool:
        recovery.sweep()
        return is_done(generation)

    wait_until(swept, what="the end of the script")


def a_sentence_has_just_begun() -> bool:
    just_now = timezone.now() - timedelta(seconds=0.1)  # of the 0.3 that it takes
    return Segment.objects.filter(status=SegmentStatus.RUNNING, started_at__gte=just_now).exists()


def test_a_script_is_spoken_by_the_workers(alice, workers):
    generation = new_script(alice, BOOK)
    wait_until(lambda: is_done(generation), what="the end of the script")
    assert generation.status == GenerationStatus.COMPLETED
    assert set(generation.segments.values_list("attempts", flat=True)) == {1}
    assert Take.objects.count() == generation.segments.count()
    assert generation.audio.object.size > 10_000


def test_a_killed_worker_loses_nothing_that_was_finished(alice, workers):
    generation = new_script(alice, BOOK.replace("length", "length {tone:hang=0.3}", 8))
    wait_until(Take.objects.exists, what="the first take")
    wait_until(a_sentence_has_just_begun, what="a sentence in work")
    workers.kill()
    kept = set(Take.objects.values_list("pk", flat=True))
    assert Segment.objects.filter(status=SegmentStatus.RUNNING).exists()

    workers.ensure_running()
    finish(generation)

    assert generation.status == GenerationStatus.COMPLETED
    assert kept <= set(Segment.objects.values_list("take_id", flat=True))
    assert Take.objects.count() == generation.segments.count()  # nothing was made twice
    assert StorageObject.objects.count() == Take.objects.count() + 1


def test_an_engine_that_takes_its_process_down_fails_the_script_and_not_the_worker(alice, bob, workers):
    bad = new_script(alice, "This sentence {tone:crash} takes the process down with it.")
    finish(bad)
    assert bad.status == GenerationStatus.FAILED
    assert bad.error_message == "Sentence 1: The voice engine stopped unexpectedly."
    good = new_script(bob, "This sentence is as good as any other one.")
    finish(good)
    assert good.status == GenerationStatus.COMPLETED


def test_a_short_script_is_not_behind_a_long_one(alice, bob, workers):
    book = new_script(alice, BOOK.replace("length", "length {tone:hang=0.2}"))
    short = new_script(bob, "Just this one sentence is to be spoken.")
    wait_until(lambda: is_done(short), what="the short script")
    book.refresh_from_db()
    assert book.status == GenerationStatus.PROCESSING
