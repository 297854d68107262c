"""A note for every page that a payment failed, kept in the cache: a page then asks no table for it.

The rows are the truth; `heal` brings the notes to them once in a while.
"""

import logging
from typing import Any

from django.core.cache import cache
from django.db import transaction

from billing.enums import SubscriptionStatus
from billing.models import Subscription

KEPT_SECONDS = 30 * 24 * 3600
logger = logging.getLogger(__name__)


def show(user_id: Any, past_due: bool) -> None:
    """Let the user's pages say, or no longer say, that a payment failed; once this transaction commits."""

    def change() -> None:
        if past_due:
            cache.set(_key(user_id), True, KEPT_SECONDS)
        else:
            cache.delete(_key(user_id))

    transaction.on_commit(change, robust=True)


def is_shown(user_id: Any) -> bool:
    """Whether the user's pages should say it. A cache that is down says nothing, and takes no page along."""
    try:
        return bool(cache.get(_key(user_id), False))
    except Exception:
        logger.exception("the cache does not answer")
        return False


def heal() -> None:
    """Write the notes anew that the cache may have lost."""
    for user_id in Subscription.objects.filter(status=SubscriptionStatus.PAST_DUE).values_list(
        "user_id", flat=True
    ):
        cache.set(_key(user_id), True, KEPT_SECONDS)


def _key(user_id: Any) -> str:
    return f"billing:past-due:{user_id}"
