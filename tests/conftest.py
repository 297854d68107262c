"""People and voices that most tests need. Every test has an outsider, Charlie, who must see nothing of it."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from redis import Redis

from accounts.models import User
from accounts.people import ensure_user
from tests.helpers.work import tone_template
from tests.helpers.workers import Worker
from voices.models import VoiceTemplate

LOCAL = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _fresh_state(tmp_path, settings, request) -> Iterator[None]:
    """Each test has a media folder of its own (but with real workers: theirs) and an empty cache and queues."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # no seconds spent on hashing
    if "workers" not in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path / "media"
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {**LOCAL, "OPTIONS": {"location": settings.MEDIA_ROOT}},
        }
    yield
    if "django_db_setup" in request.fixturenames:
        cache.clear()
        with Redis.from_url(settings.REDIS_URL) as redis:
            redis.delete("interactive", "bulk", "default")


@pytest.fixture
def workers(transactional_db) -> Iterator[Worker]:
    """A real worker of all queues, in processes of its own, on the test database; gone when the test ends."""
    with Worker() as worker:
        worker.ensure_running()
        yield worker


@pytest.fixture
def alice(db) -> User:
    """The owner of things."""
    return ensure_user("alice@example.com", PASSWORD, name="Alice Adams")


@pytest.fixture
def bob(db) -> User:
    """Somebody else who works here too."""
    return ensure_user("bob@example.com", PASSWORD, name="Bob Brown")


@pytest.fixture
def charlie(db) -> User:
    """The outsider."""
    return ensure_user("charlie@example.com", PASSWORD, name="Charlie Clark")


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def alice_client(alice) -> Client:
    return _signed_in(alice)


@pytest.fixture
def charlie_client(charlie) -> Client:
    return _signed_in(charlie)


@pytest.fixture
def tone(db) -> VoiceTemplate:
    """A preset voice of the test engine."""
    return tone_template()
