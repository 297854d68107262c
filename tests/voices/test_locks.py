"""Workers and users change the same rows at the same time: all lock the script before its segments."""

import threading

from django.db import connection, transaction

from tests.helpers.work import new_script
from tests.helpers.workers import wait_until
from voices import synthesis
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.models import Segment, VoiceGeneration
from voices.speaking import speak_next


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_a_script_is_cancelled_while_a_worker_takes_a_segment(alice, transactional_db):
    generation = new_script(alice)
    turns = []

    def take_a_turn() -> None:
        turns.append(speak_next(Lane.INTERACTIVE))
        connection.close()

    with transaction.atomic():
        VoiceGeneration.objects.select_for_update().get(pk=generation.pk)
        worker = threading.Thread(target=take_a_turn)
        worker.start()
        wait_until(is_somebody_waiting, what="the worker at the script's lock")
        synthesis.cancel(generation)
    worker.join()

    assert turns == [False]  # it found nothing to do, and was no deadlock's victim
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.CANCELLED
    assert set(Segment.objects.values_list("status", "take")) == {(SegmentStatus.CANCELLED, None)}
