"""Customers, products, prices and payment methods."""

from typing import Any

from .contract import Json
from .errors import StripeFailure, card_error, declined, invalid
from .standing import OVER, end
from .store import Store

CUSTOMER_FIELDS = {"address", "balance", "description", "email", "metadata", "name", "phone",
                   "preferred_locales", "shipping", "tax_exempt"}  # fmt: skip
PRODUCT_FIELDS = {"active", "description", "images", "marketing_features", "metadata", "name", "shippable",
                  "statement_descriptor", "tax_code", "unit_label", "url", "default_price"}  # fmt: skip
PRICE_FIELDS = {"active", "lookup_key", "metadata", "nickname", "tax_behavior"}

# What a card does now, and what it does when it is charged again without its owner
CARDS: dict[str, Json] = {
    "visa": {"last4": "4242", "label": "Visa that pays", "number": "4242 4242 4242 4242"},
    "declined": {"last4": "0002", "label": "Visa that is declined", "number": "4000 0000 0000 0002",
                 "now": "generic_decline", "later": "generic_decline"},
    "insufficient": {"last4": "9995", "label": "Visa without enough money", "number": "4000 0000 0000 9995",
                     "now": "insufficient_funds", "later": "insufficient_funds"},
    "expired": {"last4": "0069", "label": "Visa that has expired", "number": "4000 0000 0000 0069",
                "now": "expired_card", "later": "expired_card"},
    "fails_later": {"last4": "0341", "label": "Visa that pays now and fails at renewals",
                    "number": "4000 0000 0000 0341", "later": "generic_decline"},
    "authenticate": {"last4": "3184", "label": "Visa that wants a confirmation at renewals",
                     "number": "4000 0027 6000 3184", "later": "authentication_required"},
    "bank": {"last4": "3201", "label": "Bank debit that settles later", "number": "DE89 3704 0044 0532 0132 01",
             "type": "sepa_debit", "settles": True},
    "bank_fails": {"last4": "2402", "label": "Bank debit that fails later", "type": "sepa_debit",
                   "number": "DE62 3704 0044 0532 0124 02", "settles": False},
}  # fmt: skip
TEST_METHODS = {
    "pm_card_visa": "visa",
    "pm_card_mastercard": "visa",
    "pm_card_chargeDeclined": "declined",
    "pm_card_visa_chargeDeclined": "declined",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient",
    "pm_card_chargeDeclinedExpiredCard": "expired",
    "pm_card_chargeCustomerFail": "fails_later",
    "pm_card_authenticationRequired": "authenticate",
}


def merged(obj: Json, params: Json, known: set[str]) -> Json:
    """Write the given parameters into an object: "" unsets a value, metadata is merged key by key."""
    for name in known & params.keys():
        value = params[name]
        if name == "metadata":
            kept = {} if value == "" else {**obj["metadata"], **value}
            obj["metadata"] = {key: text for key, text in kept.items() if text != ""}
        else:
            obj[name] = None if value == "" else value
    return obj


def create_customer(store: Store, params: Json) -> Json:
    """Create a customer."""
    values = merged({"metadata": {}}, params, CUSTOMER_FIELDS)
    address = values.get("address")
    customer = store.new(
        "customer",
        balance=values.pop("balance", 0),
        delinquent=False,
        invoice_prefix=f"VC{len(store.all('customer')) + 1:06d}",
        next_invoice_sequence=1,
        tax_exempt=values.pop("tax_exempt", "none"),
        invoice_settings={"default_payment_method": None},
        preferred_locales=values.pop("preferred_locales", []),
        **{**values, "address": address},
    )
    if params.get("payment_method"):
        method = attach(store, params["payment_method"], {"customer": customer["id"]})
        params = {"invoice_settings": {"default_payment_method": method["id"]}, **params}
    customer = _with_settings(store, customer, params)
    store.save(customer)
    store.emit("customer.created", customer)
    return customer


def update_customer(store: Store, customer_id: str, params: Json) -> Json:
    """Change a customer."""
    customer = _with_settings(store, living_customer(store, customer_id, "id"), params)
    return store.save(merged(customer, params, CUSTOMER_FIELDS), "customer.updated")


def _with_settings(store: Store, customer: Json, params: Json) -> Json:
    settings = params.get("invoice_settings") or {}
    if "default_payment_method" in settings:
        given = settings["default_payment_method"]
        method = method_of(store, customer["id"], given)["id"] if given else None
        customer["invoice_settings"]["default_payment_method"] = method
    return customer


def living_customer(store: Store, customer_id: str, param: str = "customer") -> Json:
    """Return a customer that was not deleted. Raises StripeFailure."""
    customer = store.find("customer", customer_id, param)
    if customer.get("deleted"):
        status = 404 if param == "id" else 400
        raise StripeFailure(
            status, f"No such customer: '{customer_id}'", code="resource_missing", param=param
        )
    return customer


def delete_customer(store: Store, customer_id: str, params: Json) -> Json:
    """Delete a customer: the subscriptions end at once; what is left is a stub."""
    customer = living_customer(store, customer_id, "id")
    for subscription in store.all("subscription", customer=customer_id):
        if subscription["status"] not in OVER:
            end(store, subscription)
    stub = {"id": customer_id, "object": "customer", "deleted": True}
    store.save(stub)
    store.emit("customer.deleted", customer)
    return stub


def create_product(store: Store, params: Json) -> Json:
    """Create a product, with its own id if one is given."""
    if params.get("id") in store.objects:
        raise invalid("Product already exists.", "id", "resource_already_exists")
    values = merged({"metadata": {}}, params, PRODUCT_FIELDS)
    values.pop("default_price", None)
    given = {"id": params["id"]} if "id" in params else {}
    defaults = {"active": True, "images": [], "marketing_features": []}
    return store.new(
        "product", "product.created", type="service", updated=store.now(), **{**defaults, **given, **values}
    )


def update_product(store: Store, product_id: str, params: Json) -> Json:
    """Change a product."""
    product = merged(store.find("product", product_id), params, PRODUCT_FIELDS)
    product["updated"] = store.now()
    return store.save(product, "product.updated")


def delete_product(store: Store, product_id: str, params: Json) -> Json:
    """Delete a product that has no price."""
    product = store.find("product", product_id)
    if store.all("price", product=product_id):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    store.drop(product_id)
    store.emit("product.deleted", product)
    return {"id": product_id, "object": "product", "deleted": True}


def create_price(store: Store, params: Json) -> Json:
    """Create a price of a product, or of a new one (`product_data`)."""
    product_id = params.get("product")
    if not product_id:
        if "product_data" not in params:
            raise invalid(
                "You must specify either `product` or `product_data` when creating a price.", "product"
            )
        product_id = create_product(store, params["product_data"])["id"]
    store.find("product", product_id, "product")
    amount = _amount_of(params)
    _free_lookup_key(store, params)
    price = merged({"metadata": {}, "active": True}, params, PRICE_FIELDS)
    recurring = params.get("recurring")
    return store.new(
        "price", "price.created", billing_scheme="per_unit", currency=params["currency"].lower(),
        product=product_id, type="recurring" if recurring else "one_time", unit_amount=amount,
        unit_amount_decimal=str(amount), tax_behavior=price.pop("tax_behavior", "unspecified"),
        recurring=recurring and {"interval_count": 1, "usage_type": "licensed", **recurring}, **price,
    )  # fmt: skip


def _amount_of(params: Json) -> int:
    if "unit_amount" not in params:
        raise invalid(
            "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.", "unit_amount",
            "parameter_missing",
        )  # fmt: skip
    amount: int = params["unit_amount"]
    if amount < 0:
        raise invalid("Invalid non-negative integer", "unit_amount", "parameter_invalid_integer")
    return amount


def _free_lookup_key(store: Store, params: Json) -> None:
    for other in store.all("price", lookup_key=params["lookup_key"]) if params.get("lookup_key") else []:
        if not params.get("transfer_lookup_key"):
            raise invalid(
                f"A price (`{other['id']}`) already uses that lookup key.",
                "lookup_key",
                "resource_already_exists",
            )
        store.save({**other, "lookup_key": None}, "price.updated")


def update_price(store: Store, price_id: str, params: Json) -> Json:
    """Change what can change of a price: never its amount."""
    price = store.find("price", price_id)
    if params.get("lookup_key") != price["lookup_key"]:
        _free_lookup_key(store, params)
    return store.save(merged(price, params, PRICE_FIELDS), "price.updated")


def new_method(store: Store, card: str, customer: str | None = None, **billing: Any) -> Json:
    """Make a payment method that behaves like this test card."""
    known = CARDS[card]
    kind = known.get("type", "card")
    shapes: Json = {
        "card": {
            "brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2040, "funding": "credit",
            "last4": known["last4"], "fingerprint": f"finger{known['last4']}", "display_brand": "visa",
            "networks": {"available": ["visa"], "preferred": None},
        },
        "sepa_debit": {"last4": known["last4"], "country": "DE", "bank_code": "37040044"},
    }  # fmt: skip
    method = store.new(
        "payment_method", type=kind, customer=customer, metadata={}, allow_redisplay="unspecified",
        billing_details=billing, **{kind: shapes[kind]},
    )  # fmt: skip
    store.annotate(method["id"], card=card)
    return method


def create_method(store: Store, params: Json) -> Json:
    """Create a payment method from a test token (`tok_visa`, `tok_chargeCustomerFail`, ...)."""
    token = (params.get("card") or {}).get("token", "tok_visa")
    name = TEST_METHODS.get(f"pm_card_{token.removeprefix('tok_')}")
    if name is None:
        raise invalid(f"No such token: '{token}'", "card[token]", "resource_missing")
    return new_method(store, name)


def method_of(store: Store, customer_id: str, method_id: str) -> Json:
    """Return a customer's payment method; a test id (`pm_card_visa`) becomes one. Raises StripeFailure."""
    if method_id in TEST_METHODS:
        return attach(store, method_id, {"customer": customer_id})
    method = store.find("payment_method", method_id, "payment_method")
    if method["customer"] != customer_id:
        raise invalid(
            "The customer does not have a payment method with the ID "
            f"{method_id}. The payment method must be attached to the customer.",
            "payment_method",
            "resource_missing",
        )
    return method


def attach(store: Store, method_id: str, params: Json) -> Json:
    """Give a payment method to a customer."""
    customer = living_customer(store, params.get("customer", ""))
    if method_id in TEST_METHODS:
        method = new_method(store, TEST_METHODS[method_id])
    else:
        method = store.find("payment_method", method_id)
    if method["customer"] not in {None, customer["id"]}:
        raise invalid(
            "The payment method you provided has already been attached to a customer.", "payment_method"
        )
    if reason := CARDS[store.note(method["id"])["card"]].get("now"):
        raise declined(card_error(reason), keeps=False)
    method["customer"] = customer["id"]
    store.save(method)
    store.emit("payment_method.attached", method)
    return method


def detach(store: Store, method_id: str, params: Json) -> Json:
    """Take a payment method from its customer."""
    method = store.find("payment_method", method_id)
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    customer = store.get(method["customer"])
    if not customer.get("deleted") and customer["invoice_settings"]["default_payment_method"] == method_id:
        customer["invoice_settings"]["default_payment_method"] = None
        store.save(customer, "customer.updated")
    method["customer"] = None
    return store.save(method, "payment_method.detached")
