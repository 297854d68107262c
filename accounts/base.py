"""What every model and list of the product shares. It lives here as `accounts` is the left-most app."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: collision-resistant, and ordered by the time it was made, so it pages by itself."""
    return uuid7()


class Row(models.Model):
    """A table with a time-ordered key and the times of creation and last change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class OwnedQuerySet(models.QuerySet):
    """Reads of what belongs to somebody start at `for_user`."""

    def for_user(self, user: Any) -> Self:
        """What `user` owns."""
        return self.filter(user=user)


class OwnedRow(Row):
    """A row that belongs to a user and goes with them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True
