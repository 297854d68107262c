import logging

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DataError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from django.urls import reverse

from tests.helpers.workers import wait_until
from voicecraft import heartbeat
from voicecraft.slow_queries import shape

PARTS = ["database", "redis", "migrations", "storage", "worker_interactive", "worker_bulk", "worker_default"]
QUEUES = ["interactive", "bulk", "default"]


def health():
    response = Client().get(reverse("health"))
    answer = response.json()
    assert (answer["status"] == "healthy") == (response.status_code == 200)
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    return response.status_code, answer["parts"]


def but(*down):
    return dict.fromkeys(PARTS, "ok") | dict.fromkeys(down, "down")


@pytest.fixture
def all_there(db):
    heartbeat.beat(QUEUES)


def test_all_is_well(all_there):
    assert health() == (200, but())
    assert default_storage.listdir("")[1] == []


def test_the_queue_without_a_worker_is_named(all_there):
    cache.delete("heartbeat:bulk")
    assert health() == (503, but("worker_bulk"))


def test_storage_that_cannot_be_written(all_there, settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "file" / "x"},
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    assert health() == (503, but("storage"))


def test_a_migration_that_was_not_applied(all_there):
    MigrationRecorder(connection).migration_qs.filter(app="projects").delete()
    assert health() == (503, but("migrations"))


def test_redis_that_is_down(all_there, settings):
    gone = {"BACKEND": settings.CACHES["default"]["BACKEND"], "LOCATION": "redis://user:secret@127.0.0.1:9/0"}
    with override_settings(CACHES={"default": gone}):
        assert health() == (503, but("redis", *[f"worker_{queue}" for queue in QUEUES]))


def test_a_database_that_is_down(all_there):
    connection.close()
    before = dict(connection.settings_dict)
    try:
        connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": "9", "PASSWORD": "secret"}
        response = Client().get(reverse("health"))
        assert response.json()["parts"] == but("database", "migrations")
        assert b"secret" not in response.content
        assert Client().get(reverse("health_live")).json() == {"status": "alive"}
    finally:
        connection.settings_dict.update(before)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_gives_its_sign_of_life(workers):
    assert not heartbeat.is_alive("bulk")
    workers.ensure_running()
    for queue in QUEUES:
        wait_until(lambda queue=queue: heartbeat.is_alive(queue), what=f"a sign of life from {queue}")


def test_slow_queries_are_logged_without_what_was_asked_for(db, settings, caplog):
    settings.VOICECRAFT_SLOW_QUERY_MS = 20
    with caplog.at_level(logging.WARNING, "voicecraft.slow_queries"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.03),\n %s WHERE 1 IN (%s, %s, %s)", ["my secret", 1, 2, 3])
        cursor.execute("SELECT 'quick secret'")
        cursor.execute("SELECT pg_sleep(0.03), 'inline ''secret''', 42")
    messages = [record.getMessage().partition(" ms: ")[2] for record in caplog.records]
    assert messages == ["SELECT pg_sleep(?), %s WHERE ? IN (%s, …)", "SELECT pg_sleep(?), ?, …"]


def test_a_slow_query_that_fails_is_logged_too(db, settings, caplog):
    settings.VOICECRAFT_SLOW_QUERY_MS = 0
    caplog.set_level(logging.WARNING, "voicecraft.slow_queries")
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("SELECT %s / 0", [1])
    assert [record.getMessage().partition(" ms: ")[2] for record in caplog.records] == ["SELECT %s / ?"]


def test_the_shape_of_a_query_is_short():
    columns = '"a_user"."id", "a_user"."name", "b"."x" AS "y"'
    sql = f'SELECT {columns}, COUNT(*) FROM "a_user" WHERE "a_user"."id" IN (%s, %s)'
    assert shape(sql) == 'SELECT "a_user"."id", …, COUNT(*) FROM "a_user" WHERE "a_user"."id" IN (%s, …)'
