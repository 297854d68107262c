from pathlib import PurePath
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.base import Row
from accounts.managers import UserManager


class User(AbstractBaseUser, PermissionsMixin, Row):
    """A person who signs in with their email address."""

    email = models.EmailField(_("email address"), max_length=254)
    name = models.CharField(_("name"), max_length=100, blank=True)
    image = models.ImageField(_("picture"), upload_to="avatars/", blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Off: the person is suspended and cannot sign in.")
    )
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May use this administration."))

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Somebody already uses that email address."),
            )
        ]
        indexes = [
            models.Index(fields=["is_active"], name="user_is_active"),
            models.Index(fields=["created_at"], name="user_created_at"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]

    @property
    def picture_version(self) -> str:
        """What changes with each picture: the random part of the file's name."""
        return PurePath(self.image.name or "").stem.rpartition("-")[2]

    @property
    def avatar_url(self) -> str:
        """The address of the picture for people who are signed in, or an empty string without one."""
        if not self.image:
            return ""
        return reverse("accounts:avatar", kwargs={"pk": self.pk, "version": self.picture_version})

    @property
    def initial(self) -> str:
        """The letter that stands for the person where there is no picture."""
        return self.get_short_name()[:1].upper()
