"""Subscription schedules: phases, so that a smaller plan begins when the paid period ends."""

import copy

from . import subscriptions
from .catalog import merged
from .contract import Json
from .errors import invalid
from .items import current_period, plan_of, recurring_price
from .periods import plus
from .standing import OVER
from .store import Store


def create(store: Store, params: Json) -> Json:
    """Take a subscription into a schedule: one phase, its current period."""
    if not params.get("from_subscription"):
        raise invalid("This server only makes schedules with `from_subscription`.", "from_subscription")
    if params.keys() - {"from_subscription", "expand", "metadata"}:
        raise invalid("You cannot set other parameters if `from_subscription` is set.", "from_subscription")
    subscription = store.find("subscription", params["from_subscription"], "from_subscription")
    if subscription["status"] in OVER:
        raise invalid(
            "You cannot migrate a subscription that is canceled to a schedule.", "from_subscription"
        )
    if subscription["schedule"]:
        raise invalid(
            "You cannot migrate a subscription that is already attached to a schedule: "
            f"`{subscription['schedule']}`.", "from_subscription",
        )  # fmt: skip
    start, end = current_period(subscription)
    items = [{"price": i["price"]["id"], "quantity": i["quantity"]} for i in subscription["items"]["data"]]
    schedule = store.new(
        "subscription_schedule", billing_mode={"type": "flexible"}, customer=subscription["customer"],
        current_phase={"start_date": start, "end_date": end}, end_behavior="release", status="active",
        default_settings={"billing_cycle_anchor": "automatic", "collection_method": "charge_automatically",
                          "invoice_settings": {"issuer": {"type": "self"}}},
        metadata=params.get("metadata") or {}, phases=[_phase(store, items, start, end, {}, subscription)],
        subscription=subscription["id"],
    )  # fmt: skip
    store.emit("subscription_schedule.created", schedule)
    store.save({**subscription, "schedule": schedule["id"]}, "customer.subscription.updated")
    return schedule


def _phase(store: Store, items: list[Json], start: int, end: int, params: Json, subscription: Json) -> Json:
    made = []
    for place, item in enumerate(items):
        price = recurring_price(store, item.get("price"), f"phases[items][{place}][price]")
        values = {
            "quantity": item.get("quantity", 1),
            "metadata": item.get("metadata") or {},
            "discounts": [],
        }
        made.append({**values, "price": price["id"], "plan": price["id"], "tax_rates": []})
    return {
        "items": made, "start_date": start, "end_date": end, "currency": subscription["currency"],
        "metadata": params.get("metadata") or {}, "discounts": [], "default_tax_rates": [],
        "proration_behavior": params.get("proration_behavior", "create_prorations"), "add_invoice_items": [],
    }  # fmt: skip


def update(store: Store, schedule_id: str, params: Json) -> Json:
    """Write other phases. The current one must be among them, with the start that it has."""
    schedule = store.find("subscription_schedule", schedule_id)
    _refuse_if_over(schedule)
    schedule = merged(schedule, params, {"metadata", "end_behavior"})
    if "phases" in params:
        subscription = store.get(schedule["subscription"])
        schedule["phases"] = _phases(store, schedule, params["phases"], subscription)
        current = next(phase for phase in schedule["phases"] if phase["end_date"] > store.now())
        schedule["current_phase"] = {name: current[name] for name in ("start_date", "end_date")}
    return store.save(schedule, "subscription_schedule.updated")


def _phases(store: Store, schedule: Json, wanted: list[Json], subscription: Json) -> list[Json]:
    phases: list[Json] = []
    for place, params in enumerate(wanted):
        path = f"phases[{place}]"
        start = phases[-1]["end_date"] if phases else params.get("start_date")
        if start == "now":
            start = store.now()
        if start is None:
            raise invalid(
                "You must pass in a `start_date` on the first phase, as this schedule is active.",
                f"{path}[start_date]",
            )
        if not phases and start != schedule["current_phase"]["start_date"]:
            raise invalid("You can not modify the start date of the current phase.", f"{path}[start_date]")
        end = _end_of(store, params, start, path)
        phases.append(_phase(store, params["items"], start, end, params, subscription))
    return phases


def _end_of(store: Store, params: Json, start: int, path: str) -> int:
    if isinstance(params.get("end_date"), int):
        end: int = params["end_date"]
    elif "duration" in params:
        end = plus(start, params["duration"])
    else:
        price = store.find("price", params["items"][0].get("price", ""), f"{path}[items][0][price]")
        end = plus(start, price["recurring"])
    if end <= start:
        raise invalid("The end of a phase must be after its start.", f"{path}[end_date]")
    return end


def _refuse_if_over(schedule: Json) -> None:
    if schedule["status"] not in {"active", "not_started"}:
        raise invalid(
            f"You cannot change a subscription schedule that is in the `{schedule['status']}` status. "
            "It must be `not_started` or `active`."
        )


def release(store: Store, schedule_id: str, params: Json) -> Json:
    """Let the subscription go on as it is, without the phases that were to come."""
    schedule = store.find("subscription_schedule", schedule_id)
    _refuse_if_over(schedule)
    subscription = store.get(schedule["subscription"])
    schedule.update(
        status="released", released_at=store.now(), released_subscription=subscription["id"],
        subscription=None, current_phase=None,
    )  # fmt: skip
    store.save(schedule)
    store.emit("subscription_schedule.released", schedule)
    store.save({**subscription, "schedule": None}, "customer.subscription.updated")
    return schedule


def cancel(store: Store, schedule_id: str, params: Json) -> Json:
    """End the schedule and its subscription at once."""
    schedule = store.find("subscription_schedule", schedule_id)
    _refuse_if_over(schedule)
    subscriptions.cancel(store, schedule["subscription"], {})
    return store.get(schedule_id)


def begin_phase(store: Store, subscription: Json, at: int) -> Json:
    """Return the subscription as its schedule wants it from this boundary on; past the last phase it is let go."""
    schedule = store.get(subscription["schedule"])
    phase = next((p for p in schedule["phases"] if p["start_date"] <= at < p["end_date"]), None)
    if phase is None:
        if schedule["end_behavior"] == "cancel":
            return subscriptions.end(store, subscription)
        release(store, schedule["id"], {})
        return store.get(subscription["id"])
    items = copy.deepcopy(subscription["items"]["data"])
    for item, wanted in zip(items, phase["items"], strict=False):
        item["price"] = store.get(wanted["price"])
        item["plan"] = plan_of(store, item["price"])
        item["quantity"] = wanted["quantity"]
    if items[0]["price"]["recurring"] != subscription["items"]["data"][0]["price"]["recurring"]:
        subscription["billing_cycle_anchor"] = at
    subscription["items"]["data"] = items
    schedule["current_phase"] = {name: phase[name] for name in ("start_date", "end_date")}
    store.save(schedule, "subscription_schedule.updated")
    return subscription
