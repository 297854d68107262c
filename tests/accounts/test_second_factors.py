import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.helpers import PASSWORD, prove, who

ACTIVATE = reverse("mfa_activate_totp")
SIGN_IN = reverse("account_login")
CODE = reverse("mfa_authenticate")
STUDIO = reverse("voices:studio")


@pytest.fixture
def secret(person: User, sign_in) -> str:
    """The secret in the app of `person`, who has switched it on through the pages."""
    client = sign_in(person)
    prove(client)
    secret = client.get(ACTIVATE).context["form"].secret
    response = client.post(ACTIVATE, {"code": _code(secret)})
    assert response.url == reverse("mfa_view_recovery_codes")
    return secret


@pytest.fixture
def recovery_codes(person: User, secret: str) -> list[str]:
    return (
        Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
        .wrap()
        .get_unused_codes()
    )


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_that_the_app_is_on(person: User, secret: str) -> None:
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([person.email], "Your authenticator app is on")
    ]


def test_the_app_is_set_up_with_a_picture_of_the_secret(person: User, sign_in) -> None:
    client = sign_in(person)
    prove(client)
    page = client.get(ACTIVATE)
    assert page.context["totp_svg_data_uri"].startswith("data:image/svg+xml;base64,")
    assert page.context["totp_url"] == (
        f"otpauth://totp/ada%40example.com?secret={page.context['form'].secret}&issuer=VoiceCraft"
    )


def test_once_on_a_password_is_not_enough(client: Client, person: User, secret: str) -> None:
    assert client.post(SIGN_IN, {"login": person.email, "password": PASSWORD}).url == CODE
    assert who(client) is None
    page = client.post(CODE, {"code": "000000"})
    assert page.context["form"].errors == {
        "code": ["That code is not right. Wait for the next one in your app, then try again."]
    }
    assert who(client) is None


def test_the_code_of_the_app_signs_in(client: Client, person: User, secret: str) -> None:
    client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    assert client.post(CODE, {"code": _code(secret)}).url == STUDIO
    assert who(client) == person


def test_a_recovery_code_signs_in_once(person: User, recovery_codes: list[str]) -> None:
    assert len(recovery_codes) == 10
    assert [_try(person, recovery_codes[0]) for _ in range(2)] == [person, None]
    assert _try(person, recovery_codes[1]) == person


def test_somebody_elses_code_is_no_good(
    person: User, outsider: User, secret: str, recovery_codes, sign_in
) -> None:
    client = sign_in(outsider)
    prove(client)
    other = client.get(ACTIVATE).context["form"].secret
    client.post(ACTIVATE, {"code": _code(other)})
    assert _try(outsider, recovery_codes[0]) is None
    assert _try(person, recovery_codes[0]) == person


def test_switching_off_asks_who_it_is_and_tells_the_owner(
    person: User, secret: str, sign_in, settings
) -> None:
    client = Client()
    client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    client.post(CODE, {"code": _code(secret)})
    url = reverse("mfa_deactivate_totp")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.post(url).url == f"{reverse('account_reauthenticate')}?next={url.replace('/', '%2F')}"
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()

    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    prove(client)
    assert client.post(url).url == reverse("mfa_index")
    assert not Authenticator.objects.filter(user=person).exists()
    assert mail.outbox[-1].subject == "Your authenticator app is off"


def test_secrets_are_unreadable_in_the_database(person: User, secret: str) -> None:
    kept = [str(data) for data in Authenticator.objects.filter(user=person).values_list("data", flat=True)]
    assert len(kept) == 2
    assert [secret in data for data in kept] == [False, False]


def test_with_a_key_that_is_retired_codes_still_work(person: User, secret: str, settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    assert _try(person, _code(secret)) == person


def test_with_a_key_that_is_lost_no_code_can_be_guessed(
    person: User, recovery_codes: list[str], settings
) -> None:
    settings.SECRET_KEY = "a new key"
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    assert kept.wrap().generate_codes() != kept.wrap().generate_codes()
    assert _try(person, recovery_codes[0]) is None
    assert _try(person, _code("")) is None


def test_recovery_codes_are_shown_and_downloaded_by_their_owner(
    person: User, outsider: User, secret, recovery_codes, sign_in
) -> None:
    client = Client()
    client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    client.post(CODE, {"code": _code(secret)})
    prove(client)
    assert client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"] == recovery_codes
    file = client.get(reverse("mfa_download_recovery_codes"))
    assert file.content.decode().split() == recovery_codes
    assert sign_in(outsider).get(reverse("mfa_view_recovery_codes")).status_code == 404


def _code(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _try(user: User, code: str) -> User | None:
    client = Client()
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    client.post(CODE, {"code": code})
    return who(client)
