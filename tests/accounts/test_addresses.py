from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.helpers import PASSWORD, code_in_mail

ADDRESS = reverse("account_email")
CONFIRM = reverse("account_email_verification_sent")
AGAIN = reverse("account_reauthenticate")
NEW = "ada@newhome.example"


def test_the_address_changes_once_the_new_one_is_confirmed_and_the_old_one_is_told(
    person: User, sign_in
) -> None:
    client, before = sign_in(person), person.email_verified_at
    _ask_for(client, NEW)
    assert mail.outbox[-1].to == [NEW]
    person.refresh_from_db()
    assert (person.email, person.email_verified_at) == ("ada@example.com", before)

    client.post(CONFIRM, {"code": code_in_mail()})

    person.refresh_from_db()
    assert person.email == NEW
    assert person.email_verified_at > before
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    told = mail.outbox[-1]
    assert (told.to, told.subject) == (["ada@example.com"], "Your VoiceCraft address was changed")
    assert NEW in told.body


def test_a_change_takes_the_password_when_the_last_one_was_long_ago(person: User, sign_in, settings) -> None:
    client = sign_in(person)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    response = client.post(ADDRESS, {"action_add": "", "email": NEW})
    assert response.url == f"{AGAIN}?next={ADDRESS.replace('/', '%2F')}"
    assert mail.outbox == []


def test_a_wrong_code_changes_nothing(person: User, sign_in) -> None:
    client = sign_in(person)
    _ask_for(client, NEW)
    assert client.post(CONFIRM, {"code": "WRONG1"}).context["verify_form"].errors.keys() == {"code"}
    person.refresh_from_db()
    assert person.email == "ada@example.com"


def test_an_address_of_somebody_else_cannot_be_taken(person: User, outsider: User, sign_in) -> None:
    client = sign_in(person)
    _ask_for(client, outsider.email)
    page = client.post(CONFIRM, {"code": code_in_mail()})
    assert page.context["verify_form"].errors == {
        "code": ["That address cannot be used. Choose another one."]
    }
    person.refresh_from_db()
    assert person.email == "ada@example.com"


def _ask_for(client: Client, email: str) -> None:
    """Ask for the change, with the password where it is asked for."""
    response = client.post(ADDRESS, {"action_add": "", "email": email})
    if response.url.startswith(AGAIN):
        response = client.post(response.url, {"password": PASSWORD})
    assert response.url == CONFIRM
