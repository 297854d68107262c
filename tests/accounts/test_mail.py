import base64
import json

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from redis import Redis

from accounts.tasks import send_mail


@pytest.fixture
def queue(settings):
    """Send as an installation with a mail server does; returns what waits for a worker."""
    settings.VOICECRAFT_MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def queue() -> list[dict]:
        with Redis.from_url(django_settings.REDIS_URL) as redis:
            waiting = [json.loads(entry) for entry in redis.lrange("default", 0, -1)]
        return [json.loads(base64.b64decode(entry["body"]))[1] for entry in waiting]

    return queue


def _message(**fields) -> EmailMultiAlternatives:
    connection = get_connection("accounts.queued_mail.QueuedBackend")
    return EmailMultiAlternatives(
        "Grüße", "Hello", "studio@example.com", ["ada@example.com"], connection=connection, **fields
    )


@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_through_a_worker_and_arrives_whole(queue) -> None:
    message = _message(reply_to=["staff@example.com"], headers={"X-Kind": "test"})
    message.attach_alternative("<p>Hello</p>", "text/html")
    assert message.send() == 1
    assert mail.outbox == []

    [waiting] = queue()
    send_mail(**waiting)

    [arrived] = mail.outbox
    assert (arrived.subject, arrived.body, arrived.to) == ("Grüße", "Hello", ["ada@example.com"])
    assert (arrived.reply_to, arrived.extra_headers) == (["staff@example.com"], {"X-Kind": "test"})
    assert [tuple(part) for part in arrived.alternatives] == [("<p>Hello</p>", "text/html")]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_sends_no_mail(queue) -> None:
    with transaction.atomic():
        _message().send()
        transaction.set_rollback(True)
    assert queue() == []


def test_attachments_are_refused_aloud() -> None:
    message = _message()
    message.attach("a.txt", "text")
    with pytest.raises(ValueError, match="attachments"):
        message.send()
