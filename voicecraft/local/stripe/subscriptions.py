"""Subscriptions: create, change, cancel, pause and resume, and what a change costs."""

from . import invoices, payments
from .catalog import living_customer, merged, method_of
from .contract import Json
from .errors import StripeFailure, invalid
from .items import applied, current_period, draft_lines, new_item, priced, set_period
from .periods import period_end
from .standing import OVER, end
from .store import Store

PENDING_SECONDS = 23 * 3600


def create(store: Store, params: Json, *, owner_present: bool = False) -> Json:
    """Create a subscription and have its first invoice paid, as `payment_behavior` says."""
    customer = living_customer(store, params.get("customer", ""))
    if not params.get("items"):
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    method = params.get("default_payment_method")
    method = method and method_of(store, customer["id"], method)["id"]
    subscription = _new(store, customer, params, method)
    behavior = params.get("payment_behavior", "allow_incomplete")
    invoice = _first_invoice(store, customer, subscription)
    subscription["latest_invoice"] = invoice["id"]
    store.save(subscription)
    store.emit("customer.subscription.created", store.get(subscription["id"]))
    if behavior != "default_incomplete" or not invoice["amount_due"]:
        _collect(store, invoice, behavior, owner_present)
    return store.get(subscription["id"])


def _new(store: Store, customer: Json, params: Json, method: str | None) -> Json:
    now = store.now()
    subscription_id = store.new_id("subscription")
    items = [new_item(store, subscription_id, item, f"items[{n}]") for n, item in enumerate(params["items"])]
    trial_end = params.get("trial_end")
    if days := params.get("trial_period_days"):
        trial_end = now + days * 86_400
    trial_end = trial_end if isinstance(trial_end, int) and trial_end > now else None
    anchor = trial_end or now
    recurring = items[0]["price"]["recurring"]
    set_period(items, now, trial_end or period_end(anchor, recurring, now))
    return store.new(
        "subscription", id=subscription_id, billing_cycle_anchor=anchor, billing_mode={"type": "flexible"},
        cancel_at_period_end=params.get("cancel_at_period_end", False), automatic_tax={"enabled": False},
        cancellation_details={}, collection_method="charge_automatically", currency=items[0]["price"]["currency"],
        customer=customer["id"], default_payment_method=method, default_tax_rates=[],
        description=params.get("description"), metadata=params.get("metadata") or {},
        invoice_settings={"issuer": {"type": "self"}}, start_date=now, status="incomplete",
        items=invoices.listed(items, f"/v1/subscription_items?subscription={subscription_id}"),
        payment_settings={"save_default_payment_method": "off"}, trial_end=trial_end,
        trial_start=now if trial_end else None,
        trial_settings={"end_behavior": {"missing_payment_method": "create_invoice"},
                        **(params.get("trial_settings") or {})},
    )  # fmt: skip


def _first_invoice(store: Store, customer: Json, subscription: Json) -> Json:
    start, stop = current_period(subscription)
    free = bool(subscription["trial_end"])
    lines = [
        invoices.draft_line(item, 0 if free else priced(item), start, stop)
        for item in subscription["items"]["data"]
    ]
    invoice = invoices.build(store, customer, lines, "subscription_create", subscription)
    return invoices.finalize(store, invoice)


def _collect(store: Store, invoice: Json, behavior: str, owner_present: bool) -> Json:
    invoice = invoices.pay(store, invoice["id"], owner_present=owner_present)
    if invoice["status"] != "paid" and behavior == "error_if_incomplete":
        intent = invoices.intent_of(store, invoice)
        if intent["last_payment_error"]:
            payments.raise_declined(intent, keeps=False)
        raise StripeFailure(
            402, "Payment for this subscription requires additional user action before it can be completed.",
            "card_error", code="subscription_payment_intent_requires_action",
        )  # fmt: skip
    return invoice


def update(store: Store, subscription_id: str, params: Json) -> Json:
    """Change a subscription. New items are prorated as `proration_behavior` says."""
    subscription = store.find("subscription", subscription_id)
    if subscription["status"] in OVER:
        _refuse_on_over(params)
    if params.get("default_payment_method"):
        method = method_of(store, subscription["customer"], params["default_payment_method"])
        params = {**params, "default_payment_method": method["id"]}
    plain = {"metadata", "description", "default_payment_method", "pause_collection", "payment_settings"}
    merged(subscription, params, plain)
    subscription = _with_cancellation(store, subscription, params)
    if params.get("trial_end") == "now" and subscription["status"] == "trialing":
        subscription = _trial_over(store, subscription)
    subscription = store.save(subscription, "customer.subscription.updated")
    if "items" in params:
        return change_items(store, subscription, params)
    return store.get(subscription_id)


def _refuse_on_over(params: Json) -> None:
    if params.keys() - {"metadata", "cancellation_details", "expand"}:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
        )


def _with_cancellation(store: Store, subscription: Json, params: Json) -> Json:
    if "cancellation_details" in params:
        subscription["cancellation_details"].update(params["cancellation_details"])
    if not {"cancel_at_period_end", "cancel_at"} & params.keys():
        return subscription
    if subscription["schedule"]:
        raise invalid(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating "
            "any cancelation behavior directly is not allowed. Please update the schedule instead."
        )
    when: int | None = params.get("cancel_at") or None
    if params.get("cancel_at_period_end") or when in {"min_period_end", "max_period_end"}:
        when = current_period(subscription)[1]
    subscription["cancel_at_period_end"] = bool(params.get("cancel_at_period_end"))
    subscription["cancel_at"] = when
    subscription["canceled_at"] = (subscription["canceled_at"] or store.now()) if when else None
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if when else None
    return subscription


def _trial_over(store: Store, subscription: Json) -> Json:
    now = store.now()
    items = subscription["items"]["data"]
    subscription.update(trial_end=now, billing_cycle_anchor=now, status="active")
    set_period(items, now, period_end(now, items[0]["price"]["recurring"], now))
    store.save(subscription, "customer.subscription.updated")
    start, stop = current_period(subscription)
    lines = [invoices.draft_line(item, priced(item), start, stop) for item in items]
    _bill_now(store, subscription, lines, "allow_incomplete")
    return store.get(subscription["id"])


def change_items(store: Store, subscription: Json, params: Json) -> Json:
    """Put other items into a subscription and bill the difference now or with the next invoice."""
    at = params.get("proration_date") or store.now()
    behavior = params.get("proration_behavior", "create_prorations")
    paying = params.get("payment_behavior", "allow_incomplete")
    old = store.get(subscription["id"])
    items = applied(store, subscription, params["items"])
    if not items:
        raise invalid("A subscription must have at least one active item. To end it, cancel it.", "items")
    lines, restarted = draft_lines(store, subscription, items, at, behavior)
    values: Json = {"items": {**subscription["items"], "data": items}}
    if restarted:
        values["billing_cycle_anchor"] = at
    subscription.update(values)
    if not lines or not (restarted or behavior == "always_invoice"):
        for line in lines:
            _keep_for_next(store, subscription, line)
        return store.save(subscription, "customer.subscription.updated")
    if paying == "pending_if_incomplete":
        return _bill_before_change(store, old, values, lines)
    store.save(subscription, "customer.subscription.updated")
    _bill_now(store, subscription, lines, paying)
    return store.get(subscription["id"])


def _bill_now(store: Store, subscription: Json, lines: list[Json], behavior: str) -> Json:
    customer = store.get(subscription["customer"])
    invoice = invoices.finalize(
        store, invoices.build(store, customer, lines, "subscription_update", subscription)
    )
    subscription = store.get(subscription["id"])
    subscription["latest_invoice"] = invoice["id"]
    store.save(subscription, "customer.subscription.updated")
    if behavior == "default_incomplete" and invoice["amount_due"]:
        return invoice
    return _collect(store, invoice, behavior, owner_present=False)


def _bill_before_change(store: Store, subscription: Json, values: Json, lines: list[Json]) -> Json:
    """Make the change only once it is paid for: until then it waits as `pending_update`."""
    customer = store.get(subscription["customer"])
    draft = invoices.build(store, customer, lines, "subscription_update", subscription)
    store.annotate(subscription["id"], pending={"invoice": draft["id"], "values": values})
    subscription["latest_invoice"] = draft["id"]
    subscription["pending_update"] = {
        "expires_at": store.now() + PENDING_SECONDS,
        "subscription_items": values["items"]["data"],
    }
    store.save(subscription)
    invoice = invoices.pay(store, invoices.finalize(store, draft)["id"])
    after = store.get(subscription["id"])
    if invoice["status"] != "paid":
        store.emit("customer.subscription.updated", after, {"pending_update": None})
    return after


def _keep_for_next(store: Store, subscription: Json, line: Json) -> None:
    price = line["price"]
    made = store.new(
        "invoiceitem", amount=line["amount"], currency=subscription["currency"], customer=subscription["customer"],
        date=store.now(), description=line["text"], discountable=False, discounts=[], metadata={},
        period={"start": line["start"], "end": line["end"]}, proration=True, quantity=line["quantity"],
        quantity_decimal=str(line["quantity"]), tax_rates=[],
        parent={"type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"], "subscription_item": line["item"]}},
        pricing={"type": "price_details", "unit_amount_decimal": str(price["unit_amount"]),
                 "price_details": {"price": price["id"], "product": price["product"]}},
    )  # fmt: skip
    store.annotate(made["id"], line=line, subscription=subscription["id"])
    store.emit("invoiceitem.created", made)


def kept_lines(store: Store, subscription_id: str, invoice_id: str | None = None) -> list[Json]:
    """Return the lines that wait for a subscription's next invoice; with an invoice's id they are on it now."""
    lines = []
    for item in reversed(store.all("invoiceitem", invoice=None)):
        if store.note(item["id"]).get("subscription") == subscription_id:
            lines.append(store.note(item["id"])["line"])
            if invoice_id:
                store.save({**item, "invoice": invoice_id})
    return lines


def cancel(store: Store, subscription_id: str, params: Json) -> Json:
    """End a subscription at once; with `prorate` and `invoice_now` the rest of the period is credited."""
    subscription = store.find("subscription", subscription_id)
    if subscription["status"] in OVER:
        raise StripeFailure(
            404, f"No such subscription: '{subscription_id}'", code="resource_missing", param="id"
        )
    subscription["cancellation_details"].update(params.get("cancellation_details") or {})
    if params.get("prorate"):
        gone = [{"id": item["id"], "deleted": True} for item in subscription["items"]["data"]]
        items = applied(store, subscription, gone)
        lines, _ = draft_lines(store, subscription, items, store.now(), "create_prorations")
        if params.get("invoice_now"):
            _bill_now(store, subscription, lines, "allow_incomplete")
            subscription["latest_invoice"] = store.get(subscription_id)["latest_invoice"]
        else:
            for line in lines:
                _keep_for_next(store, subscription, line)
    return end(store, subscription)


def pause(store: Store, subscription_id: str, params: Json) -> Json:
    """Stop a subscription until it is resumed: no periods and no invoices."""
    subscription = store.find("subscription", subscription_id)
    if subscription["status"] not in {"active", "trialing", "past_due"}:
        raise invalid(f"You cannot pause a subscription that is {subscription['status']}.")
    subscription["status"] = "paused"
    store.save(subscription)
    store.emit("customer.subscription.paused", subscription)
    return subscription


def resume(store: Store, subscription_id: str, params: Json) -> Json:
    """Let a paused subscription run again: a new period begins now and is billed."""
    subscription = store.find("subscription", subscription_id)
    if subscription["status"] != "paused":
        raise invalid("You can only resume subscriptions that are paused.")
    now = store.now()
    items = subscription["items"]["data"]
    start, stop = current_period(subscription)
    if params.get("billing_cycle_anchor", "now") == "now" or stop <= now:
        subscription["billing_cycle_anchor"], start = now, now
        stop = period_end(now, items[0]["price"]["recurring"], now)
        set_period(items, start, stop)
        subscription["status"] = "active"
        store.save(subscription)
        lines = [invoices.draft_line(item, priced(item), start, stop) for item in items]
        _bill_now(store, subscription, lines, params.get("payment_behavior", "allow_incomplete"))
        subscription = store.get(subscription_id)
    subscription["status"] = "active" if subscription["status"] == "paused" else subscription["status"]
    store.save(subscription)
    store.emit("customer.subscription.resumed", subscription)
    return subscription
