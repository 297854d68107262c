from typing import Any

from django.contrib.auth.models import BaseUserManager


class UserManager(BaseUserManager):
    """People are known by their email address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """A new person; ValueError without an address. No password means none can be used to sign in."""
        if not email:
            raise ValueError("An email address is needed.")
        user: Any = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
