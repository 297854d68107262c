import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.models import User
from tests.accounts.helpers import PASSWORD, code_in_mail, who


def test_making_a_person_again_changes_nothing(person: User, sign_in) -> None:
    client = sign_in(person)
    again = people.ensure_user("Ada@Example.com", PASSWORD, name="Ada Lovelace")
    assert (again.pk, again.password, again.email_verified_at) == (
        person.pk,
        person.password,
        person.email_verified_at,
    )
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (
        person.email,
        True,
        True,
    )


def test_making_a_person_again_takes_new_fields_and_a_new_password(person: User) -> None:
    people.ensure_user(person.email, "another private phrase", is_staff=True)
    person.refresh_from_db()
    assert (person.name, person.is_staff, person.check_password("another private phrase")) == (
        "Ada Lovelace",
        True,
        True,
    )


def test_one_address_is_one_person_whatever_its_case(person: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create(email="ADA@EXAMPLE.COM")


def test_another_address_given_by_staff_is_verified_at_the_next_sign_in(client: Client, person: User) -> None:
    people.replace_email(person, "Ada@NewHome.example")
    person.refresh_from_db()
    assert (person.email, person.email_verified_at) == ("ada@newhome.example", None)

    confirm = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}).url
    assert who(client) is None
    client.post(confirm, {"code": code_in_mail()})
    assert who(client) == person
    person.refresh_from_db()
    assert person.email_verified_at is not None
