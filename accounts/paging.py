"""Keyset paging: a page is found by the last id seen, never by counting rows, so page 10,000 is as quick as page 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet


@dataclass(frozen=True)
class Page:
    """Rows of one page, newest first, and the ids from which the older and the newer page start, if any."""

    items: Sequence[Any]
    older: UUID | None
    newer: UUID | None


def paginate(
    queryset: QuerySet, *, before: str | None = None, after: str | None = None, size: int = 20
) -> Page:
    """The page of `queryset` just older than the id `before`, or just newer than `after`; else the newest.

    One query, plus one row of look-ahead. An id that is no UUID is taken as absent.
    """
    older_than, newer_than = _as_id(before), _as_id(after)
    if newer_than is not None:
        rows = list(queryset.filter(pk__gt=newer_than).order_by("pk")[: size + 1])
        more = len(rows) > size
        items = rows[:size][::-1]
        if not items:
            return paginate(queryset, size=size)
        return Page(items, older=items[-1].pk, newer=items[0].pk if more else None)
    if older_than is not None:
        queryset = queryset.filter(pk__lt=older_than)
    rows = list(queryset.order_by("-pk")[: size + 1])
    items = rows[:size]
    more = len(rows) > size
    return Page(
        items,
        older=items[-1].pk if more else None,
        newer=items[0].pk if items and older_than is not None else None,
    )


def _as_id(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None
