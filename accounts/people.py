"""What happens to an account: made, verified, suspended, given another address or picture."""

from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts import sessions
from accounts.models import User


@transaction.atomic
def ensure_user(email: str, password: str, **fields: Any) -> User:
    """Return the verified account of `email` with this password and these fields, made if there is none.

    Running it again changes nothing that is already so: sessions stay signed in.
    """
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, password)
    for name, value in fields.items():
        setattr(user, name, value)
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    verify(user)
    return user


@transaction.atomic
def verify(user: User) -> None:
    """Take the address of the account for verified, without a mail."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    known = {"verified": True, "primary": True}
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults=known)
    if user.email_verified_at is None:
        note_verified(user)


def note_verified(user: User) -> None:
    """Write down that the person's address has just been shown to be theirs."""
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at", "updated_at"])


@transaction.atomic
def replace_email(user: User, email: str) -> None:
    """Give the account another address, at the wish of staff: it must be verified at the next sign-in."""
    user.email = email.lower()
    user.email_verified_at = None
    user.save(update_fields=["email", "email_verified_at", "updated_at"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)


@transaction.atomic
def suspend(user: User) -> None:
    """Shut the person out: every session ends now, and signing in says that the account is suspended."""
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    sessions.end(user)


def reactivate(user: User) -> None:
    """Let a suspended person sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active", "updated_at"])


@transaction.atomic
def save_profile(user: User, picture: ContentFile | None = None) -> None:
    """Save the name that `user` carries and, if there is a new picture, that in place of the one before."""
    before = user.image.name
    if picture:
        # A new name for each picture: browsers may keep what they have for ever
        user.image.save(f"{user.pk}-{uuid4().hex[:12]}.webp", picture, save=False)
        _delete_on_commit(user, before)
    user.save(update_fields=["name", "image", "updated_at"])


@transaction.atomic
def remove_picture(user: User) -> None:
    """Go back to the initial in place of a picture."""
    before = user.image.name
    user.image = ""
    user.save(update_fields=["image", "updated_at"])
    _delete_on_commit(user, before)


def _delete_on_commit(user: User, name: str | None) -> None:
    if name:
        storage = user.image.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)
