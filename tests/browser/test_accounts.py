"""The account's pages in Chromium: passkeys with a virtual authenticator, and every page looked at."""

import re
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from accounts import people
from accounts.models import User
from accounts.people import ensure_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("watch"),
]
PASSWORD = "a long and private phrase"


@pytest.fixture
def person(transactional_db) -> User:
    return ensure_user("ada@example.com", PASSWORD, name="Ada Lovelace")


@pytest.fixture
def open_page(page: Page, live_server) -> Callable[..., Page]:
    """Go to the page with this name."""

    def open_page(name: str, *args: object) -> Page:
        page.goto(live_server.url + reverse(name, args=args))
        return page

    return open_page


@pytest.fixture
def key(page: Page) -> None:
    """A device with a fingerprint reader that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_from_sign_up_to_the_studio(page: Page, open_page, in_every_look) -> None:
    open_page("account_signup")
    in_every_look()
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("Email address").fill("grace@example.com")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("This password is too short")).to_be_visible()
    in_every_look()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    in_every_look()
    page.get_by_label("Code").fill("WRONG1")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("That code is not right.")).to_be_visible()
    in_every_look()
    found = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    page.get_by_label("Code").fill(found[1])
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"**{reverse('voices:studio')}")


@pytest.mark.usefixtures("key")
def test_a_passkey_is_added_and_signs_in_without_a_password(
    page: Page, open_page, person: User, in_every_look
) -> None:
    _sign_in(page, open_page, person)
    open_page("mfa_index")
    in_every_look()
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    in_every_look()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Name")).to_have_value(re.compile("Chrome on Linux"))
    in_every_look()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    in_every_look()
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).wrap().name == "My laptop"

    open_page("mfa_index")
    expect(page.get_by_text("My laptop")).to_be_visible()
    in_every_look()
    _sign_out(page)
    open_page("account_login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**{reverse('voices:studio')}")

    open_page("mfa_list_webauthn")
    in_every_look()
    page.get_by_role("link", name="Rename My laptop").click()
    _prove(page)
    in_every_look()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    in_every_look()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_a_passkey_that_is_refused_says_so_in_words(
    page: Page, open_page, person: User, in_every_look
) -> None:
    page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    open_page("account_login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="it was cancelled")).to_be_visible()
    in_every_look()


@pytest.mark.usefixtures("key")
def test_a_security_key_stands_beside_the_password(
    page: Page, open_page, person: User, in_every_look
) -> None:
    _sign_in(page, open_page, person)
    open_page("mfa_add_webauthn")
    _prove(page)
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    _sign_out(page)
    _sign_in(page, open_page, person)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    in_every_look()
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url(f"**{reverse('voices:studio')}")
    open_page("mfa_reauthenticate_webauthn")
    in_every_look()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**{reverse('voices:studio')}")


def test_the_app_is_set_up_from_its_qr_code(page: Page, open_page, person: User, in_every_look) -> None:
    _sign_in(page, open_page, person)
    open_page("mfa_activate_totp")
    _prove(page)
    picture = page.get_by_role("img", name="The QR code")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    in_every_look()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Code that the app shows").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("That code is not right.")).to_be_visible()
    assert page.locator("code.secret").inner_text() == secret
    page.get_by_label("Code that the app shows").fill(_code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    open_page("mfa_index")
    in_every_look()

    _sign_out(page)
    _sign_in(page, open_page, person)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    in_every_look()
    page.get_by_label("Code from your app").fill(_code(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{reverse('voices:studio')}")
    open_page("mfa_generate_recovery_codes")
    _prove(page)
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"):
        open_page(name)
        in_every_look()


def test_a_picture_is_shown_before_and_after_it_is_saved(
    page: Page, open_page, person: User, signed_in, watch, in_every_look
) -> None:
    signed_in(page, person)
    open_page("accounts:profile")
    in_every_look()
    content = BytesIO()
    Image.radial_gradient("L").save(content, "PNG")
    page.get_by_label("Picture").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
    expect(page.locator("[data-picture-preview] img")).to_have_attribute("src", re.compile("^data:image/png"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    shown = page.locator("[data-picture-preview] img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 256
    in_every_look()
    page.get_by_role("button", name="Remove the picture").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Your picture is removed.")).to_be_visible()
    watch.expect("422")
    page.get_by_label("Picture").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": b"<svg/>"}
    )
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field .errorlist")).to_have_text(
        "We cannot read that picture. Choose a JPEG, PNG or WebP file."
    )
    in_every_look()


def test_the_other_pages_of_the_account(
    page: Page, open_page, person: User, signed_in, sign_in_elsewhere, in_every_look
) -> None:
    _sign_in(page, open_page, person)
    sign_in_elsewhere(person)
    for name in (
        "account_email",
        "account_change_password",
        "accounts:sessions",
        "account_logout",
        "account_reauthenticate",
    ):
        open_page(name)
        in_every_look()
    open_page("accounts:sessions")
    page.get_by_role("button", name="Sign out Safari on iPhone").click()
    expect(page.get_by_text("That device is signed out.")).to_be_visible()
    expect(page.locator("ul.rows > li")).to_have_count(1)


def test_the_other_pages_at_the_door(page: Page, open_page, person: User, in_every_look) -> None:
    for name in (
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
        "account_reset_password_from_key_done",
    ):
        open_page(name)
        in_every_look()
    open_page("account_reset_password_from_key", "x", "wrong-key")
    in_every_look()
    open_page("account_login")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password").fill("a wrong phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("The email address or the password is not right.")).to_be_visible()
    in_every_look()
    open_page("account_reset_password")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_role("button", name="Mail me the link").click()
    found = re.search(r"https?://\S+/key/\S+", mail.outbox[-1].body)
    assert found
    page.goto(found[0])
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    in_every_look()


def test_the_administration_keeps_to_the_policy(page: Page, open_page, signed_in, watch) -> None:
    watch.expect("favicon.ico")  # its pages name no icon
    chief = ensure_user("chief@example.com", PASSWORD, is_staff=True, is_superuser=True)
    signed_in(page, chief)
    for name in ("admin:index", "admin:accounts_user_changelist", "admin:accounts_user_add"):
        open_page(name)
    open_page("admin:accounts_user_change", chief.pk)
    expect(page.get_by_role("heading", name="chief@example.com")).to_be_visible()


def test_a_double_click_signs_up_once(page: Page, open_page) -> None:
    open_page("account_signup")
    page.get_by_label("Email address").fill("grace@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").dblclick()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    assert len(mail.outbox) == 1


def test_a_suspension_ends_what_is_open(page: Page, open_page, person: User, watch) -> None:
    _sign_in(page, open_page, person)
    people.suspend(person)
    open_page("accounts:profile")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.fixture
def sign_in_elsewhere(client):
    def sign_in_elsewhere(user: User) -> None:
        agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
        client.post(
            reverse("account_login"),
            {"login": user.email, "password": PASSWORD},
            headers={"User-Agent": agent},
        )

    return sign_in_elsewhere


def _sign_in(page: Page, open_page, user: User) -> None:
    open_page("account_login")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/(studio|2fa)/"))


def _sign_out(page: Page) -> None:
    page.context.clear_cookies()


def _prove(page: Page) -> None:
    asked = page.get_by_role("heading", name="Is it you?")
    expect(asked).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(asked).not_to_be_visible()


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
