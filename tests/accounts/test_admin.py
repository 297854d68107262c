import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.people import ensure_user
from tests.accounts.helpers import PASSWORD, who

PEOPLE = reverse("admin:accounts_user_changelist")


@pytest.fixture
def chief() -> User:
    return ensure_user("chief@example.com", PASSWORD, is_staff=True, is_superuser=True)


@pytest.fixture
def helper() -> User:
    """Of the staff, and allowed to look after people; no superuser."""
    user = ensure_user("helper@example.com", PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return user


def test_the_door_of_the_administration_is_everybodys_door(client: Client, person: User, sign_in) -> None:
    assert (
        client.get(reverse("admin:index"), follow=True)
        .redirect_chain[-1][0]
        .startswith(reverse("account_login"))
    )
    assert sign_in(person).get(reverse("admin:index"), follow=True).status_code == 403


def test_staff_find_people_by_address(chief: User, person: User, outsider: User, sign_in) -> None:
    page = sign_in(chief).get(PEOPLE, {"q": "ada@"})
    assert [user.email for user in page.context["cl"].result_list] == [person.email]


@pytest.mark.parametrize("name", ["changelist", "add"])
def test_its_pages_open(chief: User, sign_in, name: str) -> None:
    assert sign_in(chief).get(reverse(f"admin:accounts_user_{name}")).status_code == 200


def test_staff_suspend_and_reactivate(helper: User, person: User, outsider: User, sign_in) -> None:
    theirs, staff = sign_in(person), sign_in(helper)
    profile = reverse("accounts:profile")
    _act(staff, "suspend", person)
    assert theirs.get(profile).status_code == 302
    assert list(User.objects.filter(is_active=False)) == [person]
    _act(staff, "reactivate", person, outsider)
    assert not User.objects.filter(is_active=False).exists()


def test_nobody_suspends_themselves_and_no_helper_a_superuser(helper: User, chief: User, sign_in) -> None:
    _act(sign_in(helper), "suspend", helper, chief)
    assert not User.objects.filter(is_active=False).exists()


def test_a_helper_hands_out_no_powers(helper: User, person: User, sign_in) -> None:
    staff = sign_in(helper)
    for user in (helper, person):
        url = reverse("admin:accounts_user_change", args=[user.pk])
        data = {"email": user.email, "name": "Changed", "is_staff": "on", "is_superuser": "on"}
        assert staff.post(url, data).status_code == 302
        user.refresh_from_db()
        assert (user.name, user.is_superuser) == ("Changed", False)
    assert person.is_staff is False


def test_a_helper_does_not_get_at_a_superusers_password(helper: User, chief: User, sign_in) -> None:
    staff = sign_in(helper)
    url = reverse("admin:auth_user_password_change", args=[chief.pk])
    data = {
        "usable_password": "true",
        "password1": "another private phrase",
        "password2": "another private phrase",
    }
    assert staff.post(url, data).status_code == 403
    chief.refresh_from_db()
    assert chief.check_password(PASSWORD)


def test_staff_set_a_password_which_ends_sessions(chief: User, person: User, sign_in) -> None:
    theirs = sign_in(person)
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    data = {
        "usable_password": "true",
        "password1": "another private phrase",
        "password2": "another private phrase",
    }
    assert sign_in(chief).post(url, data).status_code == 302
    assert theirs.get(reverse("accounts:profile")).status_code == 302


def test_an_address_that_staff_change_is_to_be_verified_again(chief: User, person: User, sign_in) -> None:
    url = reverse("admin:accounts_user_change", args=[person.pk])
    sign_in(chief).post(url, {"email": "new@example.com", "name": "Ada"})
    person.refresh_from_db()
    assert (person.email, person.email_verified_at) == ("new@example.com", None)


def test_staff_make_an_account(chief: User, sign_in) -> None:
    data = {
        "email": "New@Example.com", "name": "", "usable_password": "true",
        "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    response = sign_in(chief).post(reverse("admin:accounts_user_add"), data)
    user = User.objects.get(email__iexact="new@example.com")
    assert response.url == reverse("admin:accounts_user_change", args=[user.pk])
    assert user.email == "new@example.com"
    client = Client()
    client.post(reverse("account_login"), {"login": "new@example.com", "password": PASSWORD})
    assert who(client) is None  # a code was mailed first


def _act(client: Client, action: str, *users: User) -> None:
    data = {"action": action, "_selected_action": [str(user.pk) for user in users]}
    assert client.post(PEOPLE, data).status_code == 302
