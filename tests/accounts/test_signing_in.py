from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.models import User
from tests.accounts.helpers import PASSWORD, link_in_mail, who

SIGN_IN = reverse("account_login")
SIGN_OUT = reverse("account_logout")
RESET = reverse("account_reset_password")
PROFILE = reverse("accounts:profile")
NEW_PASSWORD = "another private phrase"


def test_a_person_signs_in_whatever_the_case_of_the_address(client: Client, person: User) -> None:
    response = client.post(SIGN_IN, {"login": "ADA@example.COM", "password": PASSWORD})
    assert (response.status_code, response.url) == (302, reverse("voices:studio"))
    assert who(client) == person


def test_the_page_that_was_wanted_is_kept(client: Client, person: User) -> None:
    assert client.get(PROFILE).url == f"{SIGN_IN}?next={PROFILE}"
    assert client.get(SIGN_IN, {"next": PROFILE}).context["redirect_field_value"] == PROFILE
    data = {"login": person.email, "password": PASSWORD, "next": PROFILE}
    assert client.post(SIGN_IN, data).url == PROFILE


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(
    client: Client, person: User
) -> None:
    errors = [
        client.post(SIGN_IN, {"login": email, "password": "a wrong phrase"}).context["form"].errors
        for email in (person.email, "nobody@example.com")
    ]
    assert errors == [{"__all__": ["The email address or the password is not right."]}] * 2
    assert who(client) is None


def test_guessing_is_stopped_even_for_the_right_password(client: Client, person: User) -> None:
    for _ in range(5):
        client.post(SIGN_IN, {"login": person.email, "password": "a wrong phrase"})
    page = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    assert page.context["form"].errors == {
        "__all__": ["Too many failed attempts. Wait a few minutes, then try again."]
    }
    assert who(client) is None


def test_too_many_requests_get_a_page_that_says_so(client: Client) -> None:
    pages = [client.get(SIGN_IN) for _ in range(1)] + [
        client.post(SIGN_IN, {"login": f"{number}@example.com", "password": "x"}) for number in range(31)
    ]
    assert [page.status_code for page in pages] == [200] * 31 + [429]


def test_signing_out_takes_a_button_and_not_a_link(person: User, sign_in) -> None:
    client = sign_in(person)
    assert client.get(SIGN_OUT).status_code == 200
    assert who(client) == person
    assert client.post(SIGN_OUT).url == reverse("home")
    assert who(client) is None


def test_a_suspended_person_is_signed_out_and_told_why(
    client: Client, person: User, outsider: User, sign_in
) -> None:
    theirs, others = sign_in(person), sign_in(outsider)
    people.suspend(person)
    assert theirs.get(PROFILE).url == f"{SIGN_IN}?next={PROFILE}"
    assert others.get(PROFILE).status_code == 200

    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [(reverse("account_inactive"), 302)]
    assert "This account is suspended" in response.content.decode()
    assert who(client) is None

    people.reactivate(person)
    assert theirs.get(PROFILE).url == f"{SIGN_IN}?next={PROFILE}"
    assert who(sign_in(person)) == person


def test_only_who_knows_the_password_learns_of_a_suspension(client: Client, person: User) -> None:
    people.suspend(person)
    page = client.post(SIGN_IN, {"login": person.email, "password": "a wrong phrase"})
    assert page.context["form"].errors == {"__all__": ["The email address or the password is not right."]}


def test_a_forgotten_password_is_replaced_through_the_mailed_link(
    client: Client, person: User, sign_in
) -> None:
    stolen = sign_in(person)
    assert client.post(RESET, {"email": person.email}).url == reverse("account_reset_password_done")
    link = link_in_mail("/password/reset/key/")
    form_url = client.get(link).url
    assert client.get(form_url).status_code == 200
    done = client.post(form_url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert done.url == reverse("account_reset_password_from_key_done")
    assert mail.outbox[-1].subject == "Your VoiceCraft password is new"
    assert stolen.get(PROFILE).url == f"{SIGN_IN}?next={PROFILE}"
    assert client.post(SIGN_IN, {"login": person.email, "password": PASSWORD}).status_code == 200
    assert client.post(SIGN_IN, {"login": person.email, "password": NEW_PASSWORD}).status_code == 302
    assert Client().get(link).context["token_fail"] is True


def test_a_reset_link_of_one_person_opens_no_other_account(
    client: Client, person: User, outsider: User
) -> None:
    client.post(RESET, {"email": outsider.email})
    link = link_in_mail("/password/reset/key/")
    client.post(RESET, {"email": person.email})
    uid = link_in_mail("/password/reset/key/").split("/key/")[1].split("-")[0]
    _, _, key = link.split("/key/")[1].partition("-")
    assert client.get(f"{RESET}key/{uid}-{key}").context["token_fail"] is True


def test_asking_for_a_reset_does_not_tell_who_has_an_account(client: Client, person: User) -> None:
    answers = [client.post(RESET, {"email": email}) for email in (person.email, "nobody@example.com")]
    assert [answer.url for answer in answers] == [reverse("account_reset_password_done")] * 2
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([person.email], "Set a new password for VoiceCraft"),
        (["nobody@example.com"], "No VoiceCraft account to sign in to"),
    ]


def test_changing_the_password_keeps_this_device_and_ends_the_others(person: User, sign_in) -> None:
    here, there = sign_in(person), sign_in(person)
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(reverse("account_change_password"), data).url == PROFILE
    assert here.get(PROFILE).status_code == 200
    assert there.get(PROFILE).url == f"{SIGN_IN}?next={PROFILE}"
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        [person.email],
        "Your VoiceCraft password was changed",
    )


def test_changing_the_password_takes_the_current_one(person: User, sign_in) -> None:
    client = sign_in(person)
    data = {"oldpassword": "a wrong phrase", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    page = client.post(reverse("account_change_password"), data)
    assert page.context["form"].errors == {"oldpassword": ["That is not your current password."]}
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
