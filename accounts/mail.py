"""Mail in a form that travels to a worker, and its delivery there."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

PLAIN_FIELDS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")


def pack(message: EmailMessage) -> dict[str, Any]:
    """All of a mail without attachments, as JSON can hold it."""
    if message.attachments:
        raise ValueError("Mail with attachments cannot be queued.")
    packed = {name: getattr(message, name) for name in PLAIN_FIELDS}
    # Subjects and bodies may be lazy translations
    packed |= {"subject": str(message.subject), "body": str(message.body)}
    packed["headers"] = {name: str(value) for name, value in message.extra_headers.items()}
    packed["alternatives"] = [list(part) for part in getattr(message, "alternatives", [])]
    return packed


def deliver(packed: dict[str, Any]) -> None:
    """Hand the mail to the mail server. Raises OSError when the server cannot be reached or refuses."""
    connection = get_connection(settings.VOICECRAFT_MAIL_BACKEND)
    EmailMultiAlternatives(**packed, connection=connection).send()
