"""The items of a subscription: their prices, their period, and what changing them costs."""

import copy
from datetime import UTC, datetime

from .contract import Json
from .errors import invalid
from .invoices import draft_line
from .periods import period_end, share
from .store import Store


def new_item(store: Store, subscription_id: str, params: Json, path: str) -> Json:
    """Return a new item of a subscription; its period is still to be set."""
    price = recurring_price(store, params.get("price"), f"{path}[price]")
    return store.new(
        "subscription_item", current_period_start=0, current_period_end=0, discounts=[], tax_rates=[],
        metadata=params.get("metadata") or {}, price=price, plan=plan_of(store, price),
        quantity=params.get("quantity", 1), subscription=subscription_id,
    )  # fmt: skip


def recurring_price(store: Store, price_id: str | None, path: str) -> Json:
    """Return an active recurring price. Raises StripeFailure."""
    if not price_id:
        raise invalid(f"Missing required param: {path}.", path, "parameter_missing")
    price = store.find("price", price_id, path)
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", path)
    if price["type"] != "recurring":
        raise invalid(
            f"The price specified is set to `type=one_time` but this field only accepts prices with "
            f"`type=recurring`: {price_id}", path,
        )  # fmt: skip
    return price


def plan_of(store: Store, price: Json) -> Json:
    """Return a price as the older plan that still stands beside it."""
    recurring = price["recurring"]
    return store.new(
        "plan", id=price["id"], active=price["active"], amount=price["unit_amount"], created=price["created"],
        amount_decimal=price["unit_amount_decimal"], billing_scheme="per_unit", currency=price["currency"],
        interval=recurring["interval"], interval_count=recurring["interval_count"], metadata=price["metadata"],
        nickname=price["nickname"], product=price["product"], usage_type="licensed",
    )  # fmt: skip


def priced(item: Json) -> int:
    """Return what an item costs for a whole period, in minor units."""
    cost: int = item["price"]["unit_amount"] * item["quantity"]
    return cost


def current_period(subscription: Json) -> tuple[int, int]:
    """Return when the current period began and ends."""
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def set_period(items: list[Json], start: int, end: int) -> None:
    """Give all items this period."""
    for item in items:
        item.update(current_period_start=start, current_period_end=end)


def applied(store: Store, subscription: Json, wanted: list[Json]) -> list[Json]:
    """Return a subscription's items after these changes. One without an id is a further item, not a new price."""
    items = copy.deepcopy(subscription["items"]["data"])
    start, end = current_period(subscription)
    for place, change in enumerate(wanted):
        path = f"items[{place}]"
        if "id" not in change:
            _refuse_twin(items, change, path)
            items.append(new_item(store, subscription["id"], change, path))
            set_period(items[-1:], start, end)
            continue
        item = next((item for item in items if item["id"] == change["id"]), None)
        if item is None:
            raise invalid(f"No such subscription item: '{change['id']}'", f"{path}[id]", "resource_missing")
        if change.get("deleted"):
            items.remove(item)
            continue
        if change.get("price"):
            item["price"] = recurring_price(store, change["price"], f"{path}[price]")
            item["plan"] = plan_of(store, item["price"])
        item["quantity"] = change.get("quantity", item["quantity"])
    if len({(item["price"]["recurring"]["interval"], item["price"]["currency"]) for item in items}) > 1:
        raise invalid("All prices on a subscription must have the same `recurring.interval` and `currency`.")
    return items


def _refuse_twin(items: list[Json], change: Json, path: str) -> None:
    if any(item["price"]["id"] == change.get("price") for item in items):
        raise invalid(
            "Cannot add multiple subscription items with the same plan or price: "
            f"{change['price']}", f"{path}[price]",
        )  # fmt: skip


def draft_lines(
    store: Store, subscription: Json, items: list[Json], at: int, behavior: str
) -> tuple[list[Json], bool]:
    """Return the lines that a change of items costs, and whether another interval starts a new period.

    With another interval the new period begins at once, so `items` get it and are billed in full.
    """
    old = subscription["items"]["data"]
    start, end = current_period(subscription)
    restarted = bool(items) and items[0]["price"]["recurring"] != old[0]["price"]["recurring"]
    before = {item["id"]: item for item in old}
    after = {item["id"]: item for item in items}
    lines = []
    if behavior != "none" and subscription["status"] != "trialing":
        day = f"after {datetime.fromtimestamp(at, UTC):%d %b %Y}"
        for item_id in before | after:
            if restarted or _cost(before.get(item_id)) != _cost(after.get(item_id)):
                lines += _prorated(store, before.get(item_id), "Unused", -1, (start, end, at), day)
                if not restarted:
                    lines += _prorated(store, after.get(item_id), "Remaining", 1, (start, end, at), day)
    if restarted:
        end = period_end(at, items[0]["price"]["recurring"], at)
        set_period(items, at, end)
        lines += [draft_line(item, priced(item), at, end) for item in items]
    return lines, restarted


def _cost(item: Json | None) -> tuple[str, int] | None:
    return (item["price"]["id"], item["quantity"]) if item else None


def _prorated(
    store: Store, item: Json | None, word: str, sign: int, times: tuple[int, int, int], day: str
) -> list[Json]:
    if item is None:
        return []
    start, end, at = times
    name = store.objects[item["price"]["product"]]["name"]
    amount = sign * share(priced(item), start, end, at)
    return [draft_line(item, amount, at, end, proration=True, text=f"{word} time on {name} {day}")]
