"""A worker's connection to the database lasts from task to task, and is replaced when it is lost."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.helpers.work import new_script
from tests.helpers.workers import Worker, wait_until

TEXT = "This is a sentence of some length for a test of the workers. " * 4
CONNECTIONS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL(%s)"


@pytest.fixture
def not_the_workers(transactional_db) -> list[int]:
    """The connections that are there before the worker: this test's, and what earlier servers have kept."""
    return [pid for (pid,) in asked(f"SELECT pid {CONNECTIONS}", [])]


@pytest.fixture
def workers(not_the_workers) -> Iterator[Worker]:
    """One process that does everything."""
    with Worker(concurrency=1) as worker:
        worker.ensure_running()
        yield worker


def asked(query: str, known: list[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, [known])
        return sorted(cursor.fetchall())


def speak(user) -> None:
    generation = new_script(user, TEXT)

    def is_done() -> bool:
        generation.refresh_from_db()
        return generation.audio_id is not None

    wait_until(is_done, what="the audio")


def test_a_worker_keeps_its_connection(alice, workers, not_the_workers):
    speak(alice)
    before = asked(f"SELECT pid {CONNECTIONS}", not_the_workers)
    speak(alice)
    assert len(before) == 1
    assert asked(f"SELECT pid {CONNECTIONS}", not_the_workers) == before


def test_a_worker_that_lost_its_connection_takes_another(alice, workers, not_the_workers):
    speak(alice)
    assert asked(f"SELECT pg_terminate_backend(pid) {CONNECTIONS}", not_the_workers) == [(True,)]
    speak(alice)
