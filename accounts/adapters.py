"""Where our accounts differ from allauth's defaults."""

from base64 import b32encode
from os import urandom
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import devices, encryption, people
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """People have one name and one address; `email_verified_at` follows allauth's own record of it."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The email address or the password is not right."),
        "incorrect_code": _("That code is not right. Look at the newest mail, and mind each character."),
        "incorrect_password": _("That password is not right."),
        "enter_current_password": _("That is not your current password."),
        "too_many_login_attempts": _("Too many failed attempts. Wait a few minutes, then try again."),
        "rate_limited": _("That was a little too quick. Wait a few seconds, then try again."),
        "duplicate_email": _("That already is your address."),
        "email_taken": _("That address cannot be used. Choose another one."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            people.note_verified(email_address.user)
        return confirmed

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factors are encrypted at rest, and passkeys carry names that people recognise."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Wait for the next one in your app, then try again."),
        "unverified_email": _("Verify your email address first."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        text = encryption.decrypt(encrypted_text)
        # Written under a key that is gone: let no code fit. An empty secret is one that anybody can guess.
        return b32encode(urandom(20)).decode() if text is None else text

    def generate_authenticator_name(self, user: User, type: str) -> str:
        if type == Authenticator.Type.WEBAUTHN:
            return devices.describe(context.request.headers.get("User-Agent", ""))
        return super().generate_authenticator_name(user, type)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.get_full_name()}
