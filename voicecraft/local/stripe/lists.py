"""Lists with their filters and pages, and the expanding of ids into objects."""

import fnmatch
from collections.abc import Callable
from typing import Any

from . import checkout
from .contract import Json
from .errors import invalid
from .invoices import listed, payment_of, subscription_id
from .standing import OVER
from .store import Store

PAGING = {"limit", "starting_after", "ending_before", "expand"}
MOST = 100
DEEPEST = 4

Match = Callable[[Json, Any], bool]


def _created(obj: Json, wanted: Any) -> bool:
    if isinstance(wanted, str | int):
        return bool(obj["created"] == int(wanted))
    compare: dict[str, Callable[[int, int], bool]] = {
        "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
    }  # fmt: skip
    return all(compare[name](obj["created"], int(value)) for name, value in wanted.items())


def _within(field: str) -> Match:
    def match(obj: Json, wanted: Any) -> bool:
        there = obj[field] or {}
        return all(there.get(name) == value for name, value in wanted.items())

    return match


def _subscription_status(obj: Json, wanted: Any) -> bool:
    return wanted == "all" or obj["status"] == wanted or (wanted == "ended" and obj["status"] in OVER)


MATCHES: dict[tuple[str, str], Match] = {
    ("price", "lookup_keys"): lambda obj, wanted: obj["lookup_key"] in wanted,
    ("price", "recurring"): _within("recurring"),
    ("product", "ids"): lambda obj, wanted: obj["id"] in wanted,
    ("event", "type"): lambda obj, wanted: fnmatch.fnmatchcase(obj["type"], wanted),
    ("event", "types"): lambda obj, wanted: obj["type"] in wanted,
    ("event", "delivery_success"): lambda obj, wanted: (obj["pending_webhooks"] == 0) == wanted,
    ("subscription", "status"): _subscription_status,
    ("subscription", "price"): lambda obj, wanted: any(
        item["price"]["id"] == wanted for item in obj["items"]["data"]
    ),
    ("invoice", "subscription"): lambda obj, wanted: subscription_id(obj) == wanted,
    ("invoice_payment", "payment"): _within("payment"),
}


def page(store: Store, kind: str, params: Json, url: str) -> Json:
    """Return one page of the objects of a kind, newest first."""
    filters = {name: value for name, value in params.items() if name not in PAGING}
    if kind == "subscription":
        filters.setdefault("status", "")
    found = [obj for obj in store.all(kind) if _fits(kind, obj, filters)]
    return paged(found, params, url)


def _fits(kind: str, obj: Json, filters: Json) -> bool:
    if obj.get("deleted"):
        return False
    for name, wanted in filters.items():
        if kind == "subscription" and name == "status" and not wanted:
            if obj["status"] == "canceled":
                return False
        elif name == "created":
            if not _created(obj, wanted):
                return False
        elif match := MATCHES.get((kind, name)):
            if not match(obj, wanted):
                return False
        elif name not in obj:
            raise invalid(f"This server cannot filter by `{name}` here.", name)
        elif obj[name] != wanted:
            return False
    return True


def paged(found: list[Json], params: Json, url: str) -> Json:
    """Return the page of a list that the parameters ask for."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= MOST:
        word = "less than or equal to 100" if limit > MOST else "greater than or equal to 1"
        raise invalid(f"This value must be {word}.", "limit", "parameter_invalid_integer")
    ids = [obj["id"] for obj in found]
    for name in {"starting_after", "ending_before"} & params.keys():
        if params[name] not in ids:
            raise invalid(f"No such object: '{params[name]}'", name, "resource_missing")
    if "ending_before" in params:
        before = found[: ids.index(params["ending_before"])]
        return {**listed(before[-limit:], url), "has_more": len(before) > limit}
    rest = found[ids.index(params["starting_after"]) + 1 :] if "starting_after" in params else found
    return {**listed(rest[:limit], url), "has_more": len(rest) > limit}


def _subscriptions(store: Store, customer: Json) -> Json:
    return page(
        store, "subscription", {"customer": customer["id"]}, f"/v1/customers/{customer['id']}/subscriptions"
    )


def _payments(store: Store, invoice: Json) -> Json:
    payment = payment_of(store, invoice)
    return listed([payment] if payment else [], "/v1/invoice_payments")


def _refunds(store: Store, charge: Json) -> Json:
    return page(store, "refund", {"charge": charge["id"]}, f"/v1/charges/{charge['id']}/refunds")


ON_DEMAND: dict[tuple[str, str], Callable[[Store, Json], Json]] = {
    ("checkout.session", "line_items"): checkout.line_items,
    ("customer", "subscriptions"): _subscriptions,
    ("invoice", "payments"): _payments,
    ("charge", "refunds"): _refunds,
}


def expanded(store: Store, obj: Json, paths: list[str]) -> Json:
    """Replace ids by their objects along each path (`latest_invoice.customer`, `data.customer`)."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST + (parts[0] == "data"):
            raise invalid(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}", "expand"
            )
        _expand(store, obj, parts, path)
    return obj


def _expand(store: Store, obj: Any, parts: list[str], path: str) -> None:
    if isinstance(obj, list):
        for item in obj:
            _expand(store, item, parts, path)
        return
    if not parts or obj is None:
        return
    head = parts[0]
    make = ON_DEMAND.get((obj.get("object", ""), head)) if isinstance(obj, dict) else None
    if make and head not in obj:
        obj[head] = make(store, obj)
    if not isinstance(obj, dict) or head not in obj:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    if isinstance(obj[head], str):
        if obj[head] not in store.objects:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        obj[head] = store.get(obj[head])
    _expand(store, obj[head], parts[1:], path)
