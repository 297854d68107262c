"""What the tests of accounts share."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User

PASSWORD = "a long and private phrase"


def who(client: Client) -> User | None:
    """The person whom the client's session belongs to, as the server sees it."""
    pk = client.session.get("_auth_user_id")
    return User.objects.filter(pk=pk).first() if pk else None


def prove(client: Client) -> None:
    """Enter the password again, as what guards the account's keys asks for."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def code_in_mail() -> str:
    """The code in the newest mail."""
    found = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    return found[1]


def link_in_mail(part: str) -> str:
    """The path of the link in the newest mail that has `part` in it."""
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", mail.outbox[-1].body)
    assert found
    return found[1]
