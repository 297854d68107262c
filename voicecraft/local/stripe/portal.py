"""The billing portal: its settings, its sessions, and what its page can do."""

from . import schedules, subscriptions
from .catalog import attach, living_customer, merged, new_method, update_customer
from .contract import Json
from .errors import invalid
from .items import current_period
from .standing import OVER
from .store import Store

OFF: Json = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "options": ["too_expensive", "unused", "other"]},
        "enabled": False, "mode": "at_period_end", "proration_behavior": "none",
    },
    "subscription_pause": {"duration": {"type": "indefinite", "interval_options": []}, "enabled": False},
    "subscription_update": {
        "default_allowed_updates": [], "enabled": False, "proration_behavior": "none", "products": [],
        "schedule_at_period_end": {"conditions": []}, "trial_update_behavior": "end_trial",
    },
}  # fmt: skip
# What an account has before anybody sets it: no change of plan, as nobody said between which
FIRST: Json = {
    "customer_update": {"allowed_updates": ["email", "address"], "enabled": True},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True},
}


def create_configuration(store: Store, params: Json, *, is_default: bool = False) -> Json:
    """Keep settings of the portal."""
    return store.new(
        "billing_portal.configuration", "billing_portal.configuration.created", active=True, is_default=is_default,
        business_profile=params.get("business_profile") or {}, default_return_url=params.get("default_return_url"),
        features=_features(store, OFF, params["features"]), login_page={"enabled": False}, updated=store.now(),
        metadata=params.get("metadata") or {}, name=params.get("name"),
    )  # fmt: skip


def update_configuration(store: Store, configuration_id: str, params: Json) -> Json:
    """Change settings of the portal."""
    found = store.find("billing_portal.configuration", configuration_id)
    found = merged(found, params, {"active", "business_profile", "default_return_url", "metadata", "name"})
    if "features" in params:
        found["features"] = _features(store, found["features"], params["features"])
    found["updated"] = store.now()
    return store.save(found, "billing_portal.configuration.updated")


def _features(store: Store, before: Json, wanted: Json) -> Json:
    features = {name: {**value, **(wanted.get(name) or {})} for name, value in before.items()}
    change = features["subscription_update"]
    for place, product in enumerate(change["products"] or []):
        for price in product["prices"]:
            found = store.find("price", price, f"features[subscription_update][products][{place}][prices]")
            if found["product"] != product["product"]:
                raise invalid(f"The price `{price}` does not belong to the product `{product['product']}`.")
        product.setdefault("adjustable_quantity", {"enabled": False, "minimum": 1, "maximum": None})
    if change["enabled"] and not change["products"]:
        raise invalid(
            "You must provide `products` to enable `subscription_update`.",
            "features[subscription_update][products]",
        )
    return features


def create_session(store: Store, params: Json) -> Json:
    """Make a page for a customer, for 5 minutes in the real one; here it stays."""
    customer = living_customer(store, params.get("customer", ""))
    if "configuration" in params:
        configuration = store.find("billing_portal.configuration", params["configuration"], "configuration")
    else:
        found = store.all("billing_portal.configuration", is_default=True)
        configuration = (
            found[0] if found else create_configuration(store, {"features": FIRST}, is_default=True)
        )
    session_id = store.new_id("billing_portal.session")
    flow = params.get("flow_data")
    if flow:
        flow = {"after_completion": {"type": "portal_homepage"}, **flow}
    return store.new(
        "billing_portal.session", id=session_id, configuration=configuration["id"], customer=customer["id"],
        flow=flow, locale=params.get("locale"), url=f"{store.url}/p/session/{session_id}",
        return_url=params.get("return_url") or configuration["default_return_url"],
    )  # fmt: skip


def living_subscriptions(store: Store, customer_id: str) -> list[Json]:
    """Return a customer's subscriptions that are not over."""
    return [sub for sub in store.all("subscription", customer=customer_id) if sub["status"] not in OVER]


def switchable_prices(store: Store, session: Json, subscription: Json) -> list[Json]:
    """Return the prices that the settings allow to switch to, cheapest first."""
    change = store.get(session["configuration"])["features"]["subscription_update"]
    if not change["enabled"]:
        return []
    now = subscription["items"]["data"][0]["price"]["id"]
    found = [store.get(price) for product in change["products"] or [] for price in product["prices"]]
    allowed = [price for price in found if price["active"] and price["id"] != now and price["recurring"]]
    return sorted(allowed, key=lambda price: price["unit_amount"])


def cancel(store: Store, session: Json, subscription_id: str) -> str:
    """Cancel as the settings say: at the period's end, or at once. Returns what to tell."""
    subscription = _owned(store, session, subscription_id)
    feature = store.get(session["configuration"])["features"]["subscription_cancel"]
    if not feature["enabled"]:
        raise invalid("Cancelling is not allowed here.")
    if feature["mode"] == "immediately":
        subscriptions.cancel(store, subscription_id, {})
        return "The subscription has ended."
    if subscription["schedule"]:
        schedules.release(store, subscription["schedule"], {})
    subscriptions.update(store, subscription_id, {"cancel_at_period_end": True})
    return "The subscription ends with its period."


def resume(store: Store, session: Json, subscription_id: str) -> str:
    """Take back a cancellation. Returns what to tell."""
    _owned(store, session, subscription_id)
    subscriptions.update(store, subscription_id, {"cancel_at_period_end": False})
    return "The subscription goes on."


def switch(store: Store, session: Json, subscription_id: str, price_id: str) -> str:
    """Change the price: at once, or at the period's end where the settings say so. Returns what to tell."""
    subscription = _owned(store, session, subscription_id)
    price = next((p for p in switchable_prices(store, session, subscription) if p["id"] == price_id), None)
    if price is None:
        raise invalid("This price is not offered.")
    item = subscription["items"]["data"][0]
    feature = store.get(session["configuration"])["features"]["subscription_update"]
    if subscription["schedule"]:
        schedules.release(store, subscription["schedule"], {})
    if _waits(feature, item["price"], price):
        _schedule(store, subscription, price_id)
        return "The plan changes when the period ends."
    if subscription["cancel_at_period_end"]:
        subscriptions.update(store, subscription_id, {"cancel_at_period_end": False})
    change = {
        "items": [{"id": item["id"], "price": price_id}],
        "proration_behavior": feature["proration_behavior"],
        "payment_behavior": "error_if_incomplete",
    }
    subscriptions.update(store, subscription_id, change)
    return "The plan has changed."


def _waits(feature: Json, old: Json, new: Json) -> bool:
    lengths = {"day": 1, "week": 7, "month": 30, "year": 365}
    days = [lengths[p["recurring"]["interval"]] * p["recurring"]["interval_count"] for p in (old, new)]
    kinds = {condition["type"] for condition in feature["schedule_at_period_end"]["conditions"]}
    decreases = days[0] == days[1] and new["unit_amount"] < old["unit_amount"]
    return ("decreasing_item_amount" in kinds and decreases) or (
        "shortening_interval" in kinds and days[1] < days[0]
    )


def _schedule(store: Store, subscription: Json, price_id: str) -> None:
    start, end = current_period(subscription)
    now = subscription["items"]["data"][0]["price"]["id"]
    schedule = schedules.create(store, {"from_subscription": subscription["id"]})
    phases = [
        {"items": [{"price": now}], "start_date": start, "end_date": end},
        {"items": [{"price": price_id}]},
    ]
    schedules.update(store, schedule["id"], {"phases": phases})


def change_card(store: Store, session: Json, card: str) -> str:
    """Make a new card the one that is charged. Returns what to tell."""
    method = new_method(store, card)
    attach(store, method["id"], {"customer": session["customer"]})
    use_method(store, session["customer"], method["id"])
    return "The card has been changed."


def use_method(store: Store, customer_id: str, method_id: str) -> None:
    """Charge this payment method from now on, whatever was charged before."""
    update_customer(store, customer_id, {"invoice_settings": {"default_payment_method": method_id}})
    for subscription in living_subscriptions(store, customer_id):
        subscriptions.update(store, subscription["id"], {"default_payment_method": method_id})


def _owned(store: Store, session: Json, subscription_id: str) -> Json:
    subscription = store.find("subscription", subscription_id)
    if subscription["customer"] != session["customer"] or subscription["status"] in OVER:
        raise invalid(f"No such subscription: '{subscription_id}'")
    return subscription
