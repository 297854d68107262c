"""Checkout sessions: made by the product, paid in the browser."""

from urllib.parse import urlsplit

from . import invoices, payments, subscriptions
from .catalog import CARDS, attach, create_customer, create_price, living_customer, merged, new_method
from .contract import Json
from .errors import invalid
from .store import Store

SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 3600


def create(store: Store, params: Json) -> Json:
    """Make a session with a page of its own, open for 24 hours or as said."""
    mode = params.get("mode", "payment")
    if mode == "setup":
        raise invalid("This server has no `setup` mode.", "mode")
    _check_urls(params)
    customer = _customer_of(store, params)
    items = [
        _item(store, mode, item, f"line_items[{n}]") for n, item in enumerate(params.get("line_items", []))
    ]
    if not items:
        raise invalid(
            "You must provide at least one item in `line_items`.", "line_items", "parameter_missing"
        )
    if mode == "subscription" and not any(item["price"]["recurring"] for item in items):
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices."
        )
    total = sum(item["amount_total"] for item in items)
    session_id = store.new_id("checkout.session")
    session = store.new(
        "checkout.session", id=session_id, allow_promotion_codes=params.get("allow_promotion_codes"),
        amount_subtotal=total, amount_total=total, automatic_tax={"enabled": False}, mode=mode,
        billing_address_collection=params.get("billing_address_collection"), cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"), currency=items[0]["currency"], custom_text={},
        customer=customer and customer["id"], customer_email=params.get("customer_email"), discounts=[],
        customer_creation=_creation(mode, customer, params), customer_details=_details(customer, params),
        expires_at=_expiry(store, params), locale=params.get("locale"), metadata=params.get("metadata") or {},
        payment_method_collection=params.get("payment_method_collection", "always") if mode == "subscription"
        else "if_required", payment_method_types=params.get("payment_method_types", ["card"]),
        payment_status="unpaid", status="open", success_url=params.get("success_url"), ui_mode="hosted_page",
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, shipping_options=[],
        url=f"{store.url}/c/pay/{session_id}", invoice_creation=_invoice_creation(mode, params),
    )  # fmt: skip
    wanted = {name: params.get(name) or {} for name in ("subscription_data", "payment_intent_data")}
    store.annotate(session_id, line_items=items, **wanted)
    return session


def _check_urls(params: Json) -> None:
    if params.get("ui_mode", "hosted_page") not in {"hosted", "hosted_page"}:
        raise invalid("This server only has hosted pages.", "ui_mode")
    if "success_url" not in params:
        raise invalid("You must provide a `success_url`.", "success_url", "parameter_missing")
    for name in ("success_url", "cancel_url"):
        if name in params and not urlsplit(params[name]).scheme.startswith("http"):
            raise invalid("Not a valid URL", name, "url_invalid")


def _customer_of(store: Store, params: Json) -> Json | None:
    if "customer" not in params:
        return None
    if "customer_email" in params:
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
    return living_customer(store, params["customer"])


def _creation(mode: str, customer: Json | None, params: Json) -> str | None:
    if "customer_creation" in params and (customer or mode == "subscription"):
        raise invalid(
            "`customer_creation` can only be used in `payment` mode without a customer.", "customer_creation"
        )
    if customer:
        return None
    return str(params.get("customer_creation", "always" if mode == "subscription" else "if_required"))


def _details(customer: Json | None, params: Json) -> Json | None:
    email = customer["email"] if customer else params.get("customer_email")
    if not customer and not email:
        return None
    return {"email": email, "name": customer and customer["name"], "tax_exempt": "none"}


def _invoice_creation(mode: str, params: Json) -> Json | None:
    wanted = params.get("invoice_creation") or {"enabled": False}
    if mode != "payment":
        if "invoice_creation" in params:
            raise invalid(
                "You can only enable invoice creation when `mode` is set to `payment`.", "invoice_creation"
            )
        return None
    data = wanted.get("invoice_data") or {}
    return {
        "enabled": wanted["enabled"],
        "invoice_data": {"description": data.get("description"), "metadata": data.get("metadata")},
    }


def _expiry(store: Store, params: Json) -> int:
    at: int = params.get("expires_at", store.now() + LONGEST_SECONDS)
    if not store.now() + SHORTEST_SECONDS - 60 <= at <= store.now() + LONGEST_SECONDS:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            "expires_at",
        )
    return at


def _item(store: Store, mode: str, params: Json, path: str) -> Json:
    if "price_data" in params:
        price = create_price(store, params["price_data"])
    else:
        price = store.find("price", params.get("price", ""), f"{path}[price]")
    if not price["active"]:
        raise invalid(
            "The price specified is inactive. This field only accepts active prices.", f"{path}[price]"
        )
    if mode == "payment" and price["recurring"]:
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or "
            "use only one-time prices.", "mode",
        )  # fmt: skip
    if "quantity" not in params:
        raise invalid("Quantity is required. Add `quantity` to `line_items`", f"{path}[quantity]")
    quantity = params["quantity"]
    amount = price["unit_amount"] * quantity
    return store.new(
        "item", amount_discount=0, amount_subtotal=amount, amount_tax=0, amount_total=amount, price=price,
        currency=price["currency"], description=store.objects[price["product"]]["name"], quantity=quantity,
    )  # fmt: skip


def line_items(store: Store, session: Json) -> Json:
    """Return what is bought, as a list object."""
    items = store.note(session["id"])["line_items"]
    return invoices.listed(items, f"/v1/checkout/sessions/{session['id']}/line_items")


def expire(store: Store, session_id: str, params: Json) -> Json:
    """Close a session that was not paid."""
    session = store.find("checkout.session", session_id)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status '
            f"of {session['status']}."
        )
    session.update(status="expired", url=None)
    store.save(session)
    store.emit("checkout.session.expired", session)
    return session


def update(store: Store, session_id: str, params: Json) -> Json:
    """Change a session's metadata."""
    return store.save(merged(store.find("checkout.session", session_id), params, {"metadata"}))


def pay(store: Store, session_id: str, card: str, email: str = "") -> Json:
    """Pay a session with a test card, as its page does.

    Raises StripeFailure if the card is declined; the session stays open then, so another card can be tried.
    """
    session = store.find("checkout.session", session_id)
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.")
    if session["mode"] == "subscription" and "settles" in CARDS[card]:
        raise invalid("This server takes bank debits for single payments only.", "card")
    email = email or (session["customer_details"] or {}).get("email") or "buyer@example.com"
    customer = _ensure_customer(store, session, email)
    method = new_method(store, card, email=email)
    name = customer and customer["name"]
    session["customer_details"] = {"email": email, "name": name, "tax_exempt": "none", "tax_ids": []}
    if session["mode"] == "payment":
        session = _pay_once(store, session, customer, method)
    else:
        session = _subscribe(store, session, customer or {}, method)
    session.update(status="complete", url=None)
    store.save(session)
    store.emit("checkout.session.completed", store.get(session_id))
    return store.get(session_id)


def _ensure_customer(store: Store, session: Json, email: str) -> Json | None:
    if session["customer"]:
        return living_customer(store, session["customer"])
    if session["customer_creation"] != "always":
        return None
    customer = create_customer(store, {"email": email})
    session["customer"] = customer["id"]
    store.save(session)  # kept when the card is declined, so that the next try finds it
    return customer


def _pay_once(store: Store, session: Json, customer: Json | None, method: Json) -> Json:
    data = store.note(session["id"])["payment_intent_data"]
    intent = payments.new_intent(
        store, session["amount_total"], session["currency"], customer["id"] if customer else None,
        description=data.get("description"), metadata=data.get("metadata") or {},
        receipt_email=session["customer_details"]["email"],
    )  # fmt: skip
    intent = payments.attempt(store, intent, method["id"], owner_present=True)
    if intent["status"] == "requires_payment_method":
        payments.raise_declined(intent)
    session["payment_intent"] = intent["id"]
    if intent["status"] == "succeeded":
        session["payment_status"] = "paid"
        session = _with_invoice(store, session, intent)
    return session


def _with_invoice(store: Store, session: Json, intent: Json) -> Json:
    """Write the invoice of a single purchase, if the session wants one and there is a customer."""
    wanted = session["invoice_creation"]
    if not wanted["enabled"] or not session["customer"]:
        return session
    customer = store.get(session["customer"])
    lines = [
        {"amount": item["amount_total"], "start": store.now(), "end": store.now(), "price": item["price"],
         "quantity": item["quantity"], "item": None, "proration": False, "text": item["description"]}
        for item in store.note(session["id"])["line_items"]
    ]  # fmt: skip
    draft = invoices.build(store, customer, lines, "manual")
    draft.update(
        metadata=wanted["invoice_data"]["metadata"] or {}, description=wanted["invoice_data"]["description"]
    )
    store.save(draft)
    invoice = invoices.finalize(store, draft, paid_by=intent)
    session["invoice"] = invoices.mark_paid(store, invoice)["id"]
    return session


def _subscribe(store: Store, session: Json, customer: Json, method: Json) -> Json:
    attach(store, method["id"], {"customer": customer["id"]})
    data = store.note(session["id"])["subscription_data"]
    items = [
        {"price": item["price"]["id"], "quantity": item["quantity"]}
        for item in store.note(session["id"])["line_items"]
        if item["price"]["recurring"]
    ]
    known = {"metadata", "trial_end", "trial_period_days", "trial_settings", "description"}
    made = subscriptions.create(
        store,
        {
            **{name: value for name, value in data.items() if name in known},
            "customer": customer["id"],
            "items": items,
            "default_payment_method": method["id"],
            "payment_behavior": "error_if_incomplete",
        },
        owner_present=True,
    )
    paid = store.get(made["latest_invoice"])
    status = "paid" if paid["amount_due"] or not made["trial_end"] else "no_payment_required"
    session.update(subscription=made["id"], invoice=paid["id"], payment_status=status)
    return session


def settled(store: Store, session: Json, *, paid: bool) -> None:
    """The bank debit of a finished session came to its end."""
    if paid:
        session["payment_status"] = "paid"
        store.save(_with_invoice(store, session, store.get(session["payment_intent"])))
    kind = "succeeded" if paid else "failed"
    store.emit(f"checkout.session.async_payment_{kind}", session)
