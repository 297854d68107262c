from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import devices
from accounts.models import User
from tests.accounts.helpers import PASSWORD

SESSIONS = reverse("accounts:sessions")
PROFILE = reverse("accounts:profile")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"


def test_the_list_has_mine_and_nobody_elses(person: User, outsider: User, sign_in) -> None:
    here = sign_in(person)
    sign_in(person, PHONE)
    sign_in(outsider)
    page = here.get(SESSIONS)
    assert [(entry["device"], entry["current"]) for entry in page.context["sessions"]] == [
        ("Firefox on Linux", True),
        ("Safari on iPhone", False),
    ]


def test_it_stands_in_for_the_list_of_the_library() -> None:
    assert reverse("usersessions_list") == SESSIONS


def test_one_other_session_of_mine_ends(person: User, sign_in) -> None:
    here, phone, laptop = sign_in(person), sign_in(person, PHONE), sign_in(person)
    assert here.post(_end(phone)).url == SESSIONS
    assert [_is_in(client) for client in (here, phone, laptop)] == [True, False, True]


def test_all_others_end(person: User, outsider: User, sign_in) -> None:
    here, phone, laptop, theirs = sign_in(person), sign_in(person, PHONE), sign_in(person), sign_in(outsider)
    assert here.post(SESSIONS).url == SESSIONS
    assert [_is_in(client) for client in (here, phone, laptop, theirs)] == [True, False, False, True]


def test_an_outsider_cannot_end_my_session(person: User, outsider: User, sign_in) -> None:
    mine, theirs = sign_in(person), sign_in(outsider)
    assert theirs.post(_end(mine)).status_code == 404
    assert Client().post(_end(mine)).url.startswith(reverse("account_login"))
    assert _is_in(mine) is True


def test_a_link_ends_nothing(person: User, sign_in) -> None:
    here, phone = sign_in(person), sign_in(person, PHONE)
    assert here.get(_end(phone)).status_code == 405
    assert _is_in(phone) is True


def test_the_current_one_ends_by_signing_out(person: User, sign_in) -> None:
    here = sign_in(person)
    assert here.post(_end(here)).url == reverse("account_logout")
    assert _is_in(here) is True


def test_when_it_was_last_used_is_written_at_most_once_a_minute(person: User, sign_in) -> None:
    client = sign_in(person)
    client.get(PROFILE)
    row = UserSession.objects.get()
    client.get(PROFILE)
    assert UserSession.objects.get().last_seen_at == row.last_seen_at
    cache.clear()
    client.get(PROFILE)
    assert UserSession.objects.get().last_seen_at > row.last_seen_at


def test_a_new_password_leaves_no_note_of_the_sessions_that_it_ended(person: User, sign_in) -> None:
    here = sign_in(person)
    sign_in(person, PHONE)
    new = {
        "oldpassword": PASSWORD,
        "password1": "another private phrase",
        "password2": "another private phrase",
    }
    here.post(reverse("account_change_password"), new)
    assert [entry["current"] for entry in here.get(SESSIONS).context["sessions"]] == [True]
    assert UserSession.objects.count() == 1


def test_the_list_takes_as_many_queries_for_three_devices_as_for_one(
    person: User, sign_in, django_assert_num_queries
) -> None:
    here = sign_in(person)
    here.get(SESSIONS)
    for more in (0, 2):
        for _ in range(more):
            sign_in(person, PHONE)
        with django_assert_num_queries(
            6
        ):  # session, person, devices, their sessions; what is left: plan, period
            assert len(here.get(SESSIONS).context["sessions"]) == 1 + more


def test_browsers_are_told_apart() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    chrome = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    named = [devices.describe(agent) for agent in (edge, chrome, PHONE, "curl/8.0", "")]
    assert named == [
        "Edge on Windows", "Chrome on Android", "Safari on iPhone", "Unknown browser", "Unknown browser",
    ]  # fmt: skip


def _end(client: Client) -> str:
    row = UserSession.objects.get(session_key=client.session.session_key)
    return reverse("accounts:end_session", args=[row.pk])


def _is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200
