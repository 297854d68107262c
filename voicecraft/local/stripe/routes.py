"""The API at a glance: which request does what, and the library's TypedDict that judges its parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import catalog, checkout, invoices, lists, payments, portal, preview, schedules, subscriptions
from .contract import Json, params_class
from .errors import StripeFailure
from .store import Store

Handler = Callable[[Store, str, Json], Json]


@dataclass(frozen=True)
class Route:
    """One kind of request. `handle` takes the store, the id of the path ("" if none) and the parameters."""

    method: str
    path: str
    params: str
    handle: Handler
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.compile(re.escape(self.path).replace(r"\{id\}", r"(?P<id>[^/]+)"))
        object.__setattr__(self, "pattern", pattern)

    def kind(self) -> Any:
        """Return the TypedDict of the parameters."""
        return params_class(self.params)


def _resource(url: str, kind: str, params: str, **does: Callable[..., Json]) -> list[Route]:
    """Return the usual routes of a kind of object: list and retrieve, and those that `does` names."""

    def read(store: Store, object_id: str, _: Json) -> Json:
        return store.find(kind, object_id)

    def listing(store: Store, _: str, wanted: Json) -> Json:
        return lists.page(store, kind, wanted, f"/v1/{url}")

    routes = []
    if kind != "billing_portal.session":
        routes += [
            Route("GET", f"/v1/{url}", f"{params}ListParams", listing),
            Route("GET", f"/v1/{url}/{{id}}", f"{params}RetrieveParams", read),
        ]
    for name, function in does.items():
        method = "DELETE" if name in {"delete", "cancel_by_delete"} else "POST"
        word = {"cancel_by_delete": "Cancel"}.get(name, "".join(part.title() for part in name.split("_")))
        if name == "create":
            routes.append(Route(method, f"/v1/{url}", f"{params}CreateParams", _without_id(function)))
            continue
        path = (
            f"/v1/{url}/{{id}}"
            if name in {"update", "delete", "cancel_by_delete"}
            else f"/v1/{url}/{{id}}/{name}"
        )
        routes.append(Route(method, path, f"{params}{word}Params", function))
    return routes


def _without_id(function: Callable[[Store, Json], Json]) -> Handler:
    return lambda store, _, params: function(store, params)


def _pay_invoice(store: Store, invoice_id: str, params: Json) -> Json:
    invoice = store.find("invoice", invoice_id)
    if invoice["status"] == "draft":
        invoices.finalize(store, invoice)
    if params.get("paid_out_of_band"):
        return invoices.mark_paid(store, store.get(invoice_id))
    invoice = invoices.pay(store, invoice_id, params.get("payment_method"))
    if invoice["status"] != "paid":
        intent = invoices.intent_of(store, invoice)
        if intent["last_payment_error"]:
            payments.raise_declined(intent)
        raise StripeFailure(
            400 if intent["status"] == "requires_payment_method" else 402,
            "This invoice could not be paid: it needs a payment method, or its owner's confirmation.",
            keeps=True, code="invoice_payment_intent_requires_action",
        )  # fmt: skip
    return invoice


def _change_invoice(store: Store, invoice_id: str, params: Json) -> Json:
    invoice = catalog.merged(
        store.find("invoice", invoice_id), params, {"metadata", "description", "auto_advance"}
    )
    return store.save(invoice, "invoice.updated")


def _change(kind: str, event: str | None) -> Handler:
    def change(store: Store, object_id: str, params: Json) -> Json:
        changed = catalog.merged(store.find(kind, object_id), params, {"metadata", "description"})
        return store.save(changed, event)

    return change


def _lines(store: Store, invoice_id: str, params: Json) -> Json:
    lines = store.find("invoice", invoice_id)["lines"]
    return lists.paged(lines["data"], params, lines["url"])


def _bought(store: Store, session_id: str, params: Json) -> Json:
    items = checkout.line_items(store, store.find("checkout.session", session_id))
    return lists.paged(items["data"], params, items["url"])


def _methods(store: Store, customer_id: str, params: Json) -> Json:
    catalog.living_customer(store, customer_id, "id")
    url = f"/v1/customers/{customer_id}/payment_methods"
    return lists.page(store, "payment_method", {**params, "customer": customer_id}, url)


def _with_invoice(function: Callable[[Store, Json], Json]) -> Handler:
    return lambda store, invoice_id, _: function(store, store.find("invoice", invoice_id))


ROUTES: list[Route] = [
    Route("POST", "/v1/invoices/create_preview", "InvoiceCreatePreviewParams", _without_id(preview.create)),
    Route("GET", "/v1/invoices/{id}/lines", "InvoiceListLinesParams", _lines),
    Route("POST", "/v1/invoices/{id}/finalize", "InvoiceFinalizeInvoiceParams", _with_invoice(invoices.finalize)),
    Route("POST", "/v1/invoices/{id}/void", "InvoiceVoidInvoiceParams", _with_invoice(invoices.void)),
    Route("GET", "/v1/checkout/sessions/{id}/line_items", "checkout.SessionListLineItemsParams", _bought),
    Route("GET", "/v1/customers/{id}/payment_methods", "CustomerListPaymentMethodsParams", _methods),
    *_resource(
        "customers", "customer", "Customer", create=catalog.create_customer, update=catalog.update_customer,
        delete=catalog.delete_customer,
    ),
    *_resource(
        "products", "product", "Product", create=catalog.create_product, update=catalog.update_product,
        delete=catalog.delete_product,
    ),
    *_resource("prices", "price", "Price", create=catalog.create_price, update=catalog.update_price),
    *_resource(
        "payment_methods", "payment_method", "PaymentMethod", create=catalog.create_method,
        attach=catalog.attach, detach=catalog.detach,
    ),
    *_resource(
        "checkout/sessions", "checkout.session", "checkout.Session", create=checkout.create,
        update=checkout.update, expire=checkout.expire,
    ),
    *_resource("billing_portal/sessions", "billing_portal.session", "billing_portal.Session",
               create=portal.create_session),
    *_resource(
        "billing_portal/configurations", "billing_portal.configuration", "billing_portal.Configuration",
        create=portal.create_configuration, update=portal.update_configuration,
    ),
    *_resource(
        "subscriptions", "subscription", "Subscription", create=subscriptions.create, update=subscriptions.update,
        cancel_by_delete=subscriptions.cancel, pause=subscriptions.pause, resume=subscriptions.resume,
    ),
    *_resource(
        "subscription_schedules", "subscription_schedule", "SubscriptionSchedule", create=schedules.create,
        update=schedules.update, release=schedules.release, cancel=schedules.cancel,
    ),
    *_resource("invoices", "invoice", "Invoice", update=_change_invoice, pay=_pay_invoice),
    *_resource("invoiceitems", "invoiceitem", "InvoiceItem"),
    *_resource("invoice_payments", "invoice_payment", "InvoicePayment"),
    *_resource("payment_intents", "payment_intent", "PaymentIntent", update=_change("payment_intent", None)),
    *_resource("charges", "charge", "Charge", update=_change("charge", "charge.updated")),
    *_resource(
        "refunds", "refund", "Refund", create=payments.refund, update=_change("refund", "refund.updated")
    ),
    *_resource(
        "disputes", "dispute", "Dispute",
        close=lambda store, dispute_id, _: payments.close_dispute(store, dispute_id, "lost"),
    ),
    *_resource("events", "event", "Event"),
]  # fmt: skip


def find(method: str, path: str) -> tuple[Route, str]:
    """Return the route of a request and the id in its path. Raises StripeFailure."""
    for route in ROUTES:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route, match.groupdict().get("id", "")
    raise StripeFailure(
        404, f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing "
        "slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in "
        "your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/.",
    )  # fmt: skip
