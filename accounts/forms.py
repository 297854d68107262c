"""Forms of the account pages: allauth's, with our words and without placeholders that repeat the labels."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import pictures
from accounts.exceptions import UnusablePicture
from accounts.models import User

PASSWORD_HELP = _("At least 8 characters; not a common password, and not only digits.")
NAME_MAX_LENGTH = 100


class OurWords:
    """Labels and help texts given per class, and no placeholders: a label is enough."""

    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]  # of the form it is mixed into
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")


class SignupForm(OurWords, account.SignupForm):
    field_order = ("name", "email", "password1")
    name = forms.CharField(
        required=False,
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    labels = {"name": _("Name"), "email": _("Email address"), "password1": _("Password")}
    help_texts = {"password1": PASSWORD_HELP}

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Two sign-ups with one address at once: the second is told what any later one would be."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class LoginForm(OurWords, account.LoginForm):
    labels = {"login": _("Email address")}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    pass


class AddEmailForm(OurWords, account.AddEmailForm):
    labels = {"email": _("New email address")}


class ConfirmEmailVerificationCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = {
            "class": "code-input",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "autofocus": True,
        }
        self.fields["code"].widget.attrs.update(entry)


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    help_texts = {"password1": PASSWORD_HELP}


class SetPasswordForm(OurWords, account.SetPasswordForm):
    labels = {"password1": _("New password"), "password2": _("New password again")}
    help_texts = {"password1": PASSWORD_HELP}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    labels = {"email": _("Email address")}


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("New password again")}
    help_texts = {"password1": PASSWORD_HELP}


class AuthenticateForm(OurWords, mfa.AuthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}


class ReauthenticateCodeForm(OurWords, mfa.ReauthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):
    labels = {"code": _("Code that the app shows")}


class AddPasskeyForm(OurWords, webauthn.AddWebAuthnForm):
    labels = {"name": _("Name"), "passwordless": _("Sign in with it alone")}
    help_texts = {
        "name": _("To tell your passkeys apart."),
        "passwordless": _(
            "No password is asked for then. Untick this for a security key that comes after the password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditPasskeyForm(OurWords, webauthn.EditWebAuthnForm):
    labels = {"name": _("Name")}


class ProfileForm(forms.ModelForm):
    """The name and a new picture; the picture comes out of here as a safe small square, or None."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, up to 5 MB. It is cut to a square."),
        widget=forms.FileInput(attrs={"accept": pictures.TYPES}),
    )

    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def clean_picture(self) -> ContentFile | None:
        upload: UploadedFile | None = self.cleaned_data["picture"]
        if upload is None:
            return None
        try:
            return pictures.square(upload, upload.size or 0)
        except UnusablePicture as error:
            raise forms.ValidationError(str(error)) from error
