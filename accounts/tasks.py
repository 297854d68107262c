"""What the workers do for accounts."""

from smtplib import SMTPRecipientsRefused
from typing import Any

from celery import shared_task

from accounts import mail


@shared_task(
    queue="default",
    autoretry_for=(OSError,),
    dont_autoretry_for=(SMTPRecipientsRefused,),
    retry_backoff=10,
    max_retries=8,
)
def send_mail(*, message: dict[str, Any]) -> None:
    """Deliver one mail; a mail server that is down is tried again for about an hour."""
    mail.deliver(message)
