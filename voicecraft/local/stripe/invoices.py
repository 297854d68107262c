"""Invoices: lines, finalizing, paying, and what a failed payment leads to."""

from . import payments
from .catalog import method_of
from .contract import Json
from .errors import invalid
from .standing import after_failure, after_payment
from .store import Store

DAY_SECONDS = 86_400
RETRY_DAYS = (3, 5, 7)  # after the 1st, 2nd, 3rd failure; after the 4th the subscription ends
DRAFT_SECONDS = 3600  # a renewal's invoice stays a draft for an hour


def draft_line(
    item: Json, amount: int, start: int, end: int, *, proration: bool = False, text: str = ""
) -> Json:
    """Return what a line will say about a subscription's item."""
    return {
        "amount": amount, "start": start, "end": end, "price": item["price"], "quantity": item["quantity"],
        "item": item["id"], "proration": proration, "text": text,
    }  # fmt: skip


def build(
    store: Store,
    customer: Json,
    lines: list[Json],
    reason: str,
    subscription: Json | None = None,
    currency: str = "",
) -> Json:
    """Make a draft invoice of these lines. Says so to the world."""
    now = store.now()
    invoice_id = store.new_id("invoice")
    total = sum(line["amount"] for line in lines)
    parent = None
    if subscription:
        details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
        parent = {"type": "subscription_details", "subscription_details": details}
    currency = currency or (subscription or {}).get("currency") or lines[0]["price"]["currency"]
    made = [_line(store, invoice_id, line, subscription, currency) for line in lines]
    return store.new(
        "invoice", "invoice.created", id=invoice_id, amount_overpaid=0, amount_paid=0, amount_shipping=0,
        attempt_count=0, attempted=False, auto_advance=True, billing_reason=reason, parent=parent,
        collection_method="charge_automatically", currency=currency, customer=customer["id"],
        customer_email=customer["email"], customer_name=customer["name"], customer_address=customer["address"],
        customer_tax_exempt="none", customer_tax_ids=[], discounts=[], issuer={"type": "self"}, metadata={},
        lines=listed(made, f"/v1/invoices/{invoice_id}/lines"), period_start=now, period_end=now,
        account_name="VoiceCraft (test payments)", account_country="US", automatic_tax={"enabled": False},
        post_payment_credit_notes_amount=0, pre_payment_credit_notes_amount=0, status="draft", subtotal=total,
        subtotal_excluding_tax=total, total=total, total_excluding_tax=total, total_discount_amounts=[],
        total_taxes=[], total_pretax_credit_amounts=[], **_due(customer, total),
    )  # fmt: skip


def listed(data: list[Json], url: str) -> Json:
    """Return a whole list object."""
    return {"object": "list", "data": data, "has_more": False, "url": url}


def _due(customer: Json, total: int) -> Json:
    """Return what is to pay: a credit of the customer (a negative balance) pays first."""
    net = total + customer["balance"]
    due = max(net, 0)
    return {"amount_due": due, "amount_remaining": due, "starting_balance": customer["balance"]}


def _line(store: Store, invoice_id: str, line: Json, subscription: Json | None, currency: str) -> Json:
    price = line["price"]
    details = {"proration": line["proration"], "subscription": subscription and subscription["id"]}
    parent = None
    if subscription:
        details["subscription_item"] = line["item"]
        parent = {"type": "subscription_item_details", "subscription_item_details": details}
    text = line["text"] or f"{line['quantity']} × {store.objects[price['product']]['name']}"
    return store.new(
        "line_item", amount=line["amount"], currency=currency, description=text,
        discountable=not line["proration"], discount_amounts=[], invoice=invoice_id, metadata={}, parent=parent,
        period={"start": line["start"], "end": line["end"]}, quantity=line["quantity"], subtotal=line["amount"],
        quantity_decimal=str(line["quantity"]), pretax_credit_amounts=[], taxes=[],
        pricing={"type": "price_details", "unit_amount_decimal": str(price["unit_amount"]),
                 "price_details": {"price": price["id"], "product": price["product"]}},
    )  # fmt: skip


def finalize(store: Store, invoice: Json, paid_by: Json | None = None) -> Json:
    """Give a draft its number and make it payable; `paid_by` is the intent that paid it already."""
    if invoice["status"] != "draft":
        raise invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    customer = store.get(invoice["customer"])
    number = customer["next_invoice_sequence"]
    payer = {**customer, "balance": 0} if paid_by else customer  # what is paid uses up no credit
    invoice.update(_due(payer, invoice["total"]))
    invoice["ending_balance"] = min(invoice["total"] + payer["balance"], 0)
    invoice.update(
        status="open", number=f"{customer['invoice_prefix']}-{number:04d}", effective_at=store.now(),
        hosted_invoice_url=f"{store.url}/invoice/{invoice['id']}", automatically_finalizes_at=None,
        invoice_pdf=f"{store.url}/invoice/{invoice['id']}",
    )  # fmt: skip
    invoice["status_transitions"]["finalized_at"] = store.now()
    balance = customer["balance"] if paid_by else invoice["ending_balance"]
    changes = {"next_invoice_sequence": number + 1, "balance": balance}
    store.save(
        {**customer, **changes}, "customer.updated" if customer["balance"] != changes["balance"] else None
    )
    store.save(invoice)
    store.emit("invoice.finalized", invoice)
    if paid_by:
        link_payment(store, invoice, paid_by)
    elif invoice["amount_due"]:
        _add_payment(store, invoice)
    return invoice


def _add_payment(store: Store, invoice: Json) -> Json:
    intent = payments.new_intent(
        store, invoice["amount_due"], invoice["currency"], invoice["customer"],
        description="Subscription creation" if invoice["billing_reason"] == "subscription_create" else None,
    )  # fmt: skip
    return link_payment(store, invoice, intent)


def link_payment(store: Store, invoice: Json, intent: Json) -> Json:
    """Note which payment intent pays an invoice."""
    return store.new(
        "invoice_payment", amount_requested=intent["amount"], currency=invoice["currency"], is_default=True,
        invoice=invoice["id"], status="open", payment={"type": "payment_intent", "payment_intent": intent["id"]},
    )  # fmt: skip


def pay(store: Store, invoice_id: str, method_id: str | None = None, *, owner_present: bool = False) -> Json:
    """Try to have an invoice paid; its status and its attempts say how it went."""
    invoice = store.find("invoice", invoice_id)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid")
    if invoice["status"] != "open":
        raise invalid(f"This invoice is {invoice['status']} and cannot be paid.")
    if not invoice["amount_due"]:
        return mark_paid(store, invoice)
    method_id = (
        method_of(store, invoice["customer"], method_id)["id"]
        if method_id
        else _default_method(store, invoice)
    )
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1, next_payment_attempt=None)
    store.save(invoice)
    intent = intent_of(store, invoice)
    if method_id:
        intent = payments.attempt(store, intent, method_id, owner_present=owner_present)
    if intent["status"] == "succeeded":
        return mark_paid(store, invoice)
    if intent["status"] != "processing":
        return mark_failed(store, invoice, intent)
    return invoice


def _default_method(store: Store, invoice: Json) -> str | None:
    customer = store.get(invoice["customer"])
    subscription = store.objects.get(subscription_id(invoice) or "", {})
    method: str | None = subscription.get("default_payment_method")
    if customer.get("deleted"):
        return None
    return method or customer["invoice_settings"]["default_payment_method"]


def subscription_id(invoice: Json) -> str | None:
    """Return the subscription that an invoice is for."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return details["subscription"] if details else None


def payment_of(store: Store, invoice: Json) -> Json | None:
    """Return the record that links an invoice to its payment intent."""
    return next(iter(store.all("invoice_payment", invoice=invoice["id"])), None)


def intent_of(store: Store, invoice: Json) -> Json:
    """Return the payment intent of an invoice that has something to pay."""
    return store.get((payment_of(store, invoice) or {})["payment"]["payment_intent"])


def mark_paid(store: Store, invoice: Json) -> Json:
    """The invoice is paid: by its payment, or because nothing was to pay."""
    if payment := payment_of(store, invoice):
        payment.update(status="paid", amount_paid=invoice["amount_due"])
        payment["status_transitions"]["paid_at"] = store.now()
        store.save(payment)
        store.emit("invoice_payment.paid", payment)
    invoice.update(
        status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, attempted=True,
        auto_advance=False, next_payment_attempt=None,
    )  # fmt: skip
    invoice["status_transitions"]["paid_at"] = store.now()
    store.save(invoice)
    store.emit("invoice.paid", invoice)
    store.emit("invoice.payment_succeeded", invoice)
    if sub := subscription_id(invoice):
        after_payment(store, sub, invoice)
    return invoice


def mark_failed(store: Store, invoice: Json, intent: Json) -> Json:
    """The payment failed: plan the next attempt, or give up after the last."""
    count = invoice["attempt_count"]
    retries = invoice["billing_reason"] == "subscription_cycle" and count <= len(RETRY_DAYS)
    invoice["next_payment_attempt"] = store.now() + RETRY_DAYS[count - 1] * DAY_SECONDS if retries else None
    store.save(invoice)
    if intent["status"] == "requires_action":
        store.emit("invoice.payment_action_required", invoice)
    store.emit("invoice.payment_failed", invoice)
    if sub := subscription_id(invoice):
        gave_up = invoice["billing_reason"] == "subscription_cycle" and not retries
        after_failure(store, sub, invoice, gave_up=gave_up)
    return invoice


def void(store: Store, invoice: Json) -> Json:
    """Take an unpaid invoice back."""
    if invoice["status"] not in {"open", "uncollectible"}:
        raise invalid(
            f"You can only pass in open invoices. This invoice isn't open: it is {invoice['status']}."
        )
    invoice.update(status="void", auto_advance=False, next_payment_attempt=None)
    invoice["status_transitions"]["voided_at"] = store.now()
    store.save(invoice)
    store.emit("invoice.voided", invoice)
    return invoice
