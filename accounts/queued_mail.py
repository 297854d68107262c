"""The mail backend of an installation with a mail server: mail leaves through the workers.

A slow server then delays no page, one that is down loses no mail, and how long a page takes does not tell
whether an address has an account.
"""

from collections.abc import Sequence
from functools import partial

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from accounts.mail import pack
from accounts.tasks import send_mail


class QueuedBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            transaction.on_commit(partial(send_mail.delay, message=pack(message)))
        return len(email_messages)
