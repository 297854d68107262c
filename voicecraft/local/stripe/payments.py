"""Payment intents and charges, refunds and disputes."""

from .catalog import CARDS
from .contract import Json
from .errors import DECLINES, card_error, declined, invalid
from .store import Store

SHOWN = {"brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "bank_code"}
BANK_SECONDS = 3 * 86_400


def new_intent(store: Store, amount: int, currency: str, customer: str | None, **values: object) -> Json:
    """Make a payment intent that waits for a payment method."""
    intent_id = store.new_id("payment_intent")
    return store.new(
        "payment_intent", "payment_intent.created", id=intent_id, amount=amount, amount_capturable=0,
        amount_received=0, capture_method="automatic_async", confirmation_method="automatic", currency=currency,
        customer=customer, client_secret=f"{intent_id}_secret_test", payment_method_types=["card"],
        status="requires_payment_method", **{"metadata": {}, **values},
    )  # fmt: skip


def attempt(store: Store, intent: Json, method_id: str, *, owner_present: bool) -> Json:
    """Try to take the money. The intent's new status says how it went; it never raises.

    With `owner_present`, somebody is there to confirm; otherwise a card that wants that asks for it.
    """
    card = CARDS[store.note(method_id)["card"]]
    if "settles" in card:
        return _start_debit(store, intent, method_id)
    reason = card.get("now" if owner_present else "later")
    if reason is None:
        return succeed(store, intent, method_id)
    if reason == "authentication_required":
        return _ask(store, intent, method_id)
    return fail(store, intent, method_id, reason)


def succeed(store: Store, intent: Json, method_id: str) -> Json:
    """The money came."""
    charge = _charge(store, intent, method_id, None)
    intent.update(
        amount_received=intent["amount"], latest_charge=charge["id"], payment_method=method_id,
        status="succeeded", last_payment_error=None, next_action=None,
    )  # fmt: skip
    store.save(intent)
    store.emit("charge.succeeded", charge)
    store.emit("payment_intent.succeeded", intent)
    return intent


def fail(store: Store, intent: Json, method_id: str, reason: str) -> Json:
    """The money did not come."""
    charge = _charge(store, intent, method_id, reason)
    error = card_error(reason)
    intent.update(
        latest_charge=charge["id"], payment_method=None, status="requires_payment_method", next_action=None,
        last_payment_error={**error, "charge": charge["id"], "payment_method": store.get(method_id)},
    )  # fmt: skip
    intent = store.save(intent)
    store.emit("charge.failed", charge)
    store.emit("payment_intent.payment_failed", intent)
    return intent


def raise_declined(intent: Json, *, keeps: bool = True) -> None:
    """Raise what the last attempt of this intent met; what was written stays, or not."""
    raise declined(intent["last_payment_error"], keeps=keeps)


def _ask(store: Store, intent: Json, method_id: str) -> Json:
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    intent.update(status="requires_action", payment_method=method_id, next_action=action)
    intent = store.save(intent)
    store.emit("payment_intent.requires_action", intent)
    return intent


def _start_debit(store: Store, intent: Json, method_id: str) -> Json:
    intent.update(status="processing", payment_method=method_id)
    store.save(intent)
    store.annotate(intent["id"], settles_at=store.now() + BANK_SECONDS)
    store.emit("payment_intent.processing", intent)
    return intent


def settle(store: Store, intent: Json) -> Json:
    """A bank debit comes to its end: paid or not, as the account is."""
    store.annotate(intent["id"], settles_at=None)
    method = intent["payment_method"]
    if CARDS[store.note(method)["card"]]["settles"]:
        return succeed(store, intent, method)
    return fail(store, intent, method, "insufficient_funds")


def _charge(store: Store, intent: Json, method_id: str, reason: str | None) -> Json:
    method = store.get(method_id)
    code, message = DECLINES[reason] if reason else (None, None)
    outcome = {
        "type": "issuer_declined" if reason else "authorized",
        "network_status": "declined_by_network" if reason else "approved_by_network",
        "reason": reason,
        "risk_level": "normal",
        "seller_message": "The bank did not approve the payment." if reason else "Payment complete.",
    }
    charge_id = store.new_id("charge")
    kind = method["type"]
    details = {name: method[kind][name] for name in SHOWN & method[kind].keys()}
    return store.new(
        "charge", id=charge_id, amount=intent["amount"], amount_captured=0 if reason else intent["amount"],
        amount_refunded=0, billing_details=method["billing_details"], captured=not reason, outcome=outcome,
        currency=intent["currency"], customer=intent["customer"], description=intent["description"],
        disputed=False, failure_code=code, failure_message=message, metadata=intent["metadata"],
        paid=not reason, payment_intent=intent["id"], payment_method=method_id, refunded=False,
        receipt_email=intent["receipt_email"], status="failed" if reason else "succeeded",
        payment_method_details={"type": kind, kind: details}, fraud_details={},
    )  # fmt: skip


def refund(store: Store, params: Json) -> Json:
    """Give money back, all of it or a part. Raises StripeFailure if it was given back already."""
    charge = _charge_to_refund(store, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"]:
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if amount <= 0:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount"
        )
    made = store.new(
        "refund", amount=amount, charge=charge["id"], currency=charge["currency"],
        metadata=params.get("metadata") or {}, payment_intent=charge["payment_intent"],
        reason=params.get("reason"), status="succeeded",
    )  # fmt: skip
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    store.save(charge, "charge.refunded")
    store.emit("refund.created", made)
    return made


def _charge_to_refund(store: Store, params: Json) -> Json:
    if params.get("charge"):
        charge = store.find("charge", params["charge"], "charge")
    elif params.get("payment_intent"):
        intent = store.find("payment_intent", params["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise invalid(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                "payment_intent", "charge_not_refundable",
            )  # fmt: skip
        charge = store.get(intent["latest_charge"])
    else:
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    if charge["status"] != "succeeded":
        raise invalid(
            f"Charge {charge['id']} cannot be refunded: it failed.", "charge", "charge_not_refundable"
        )
    return charge


def open_dispute(store: Store, charge_id: str, reason: str = "fraudulent") -> Json:
    """The bank takes the money back until somebody decides."""
    charge = store.find("charge", charge_id, "charge")
    if charge["disputed"] or charge["status"] != "succeeded":
        raise invalid(f"Charge {charge_id} cannot be disputed (again).", "charge")
    dispute = store.new(
        "dispute", "charge.dispute.created", amount=charge["amount"] - charge["amount_refunded"], charge=charge_id,
        currency=charge["currency"], payment_intent=charge["payment_intent"], reason=reason,
        status="needs_response", is_charge_refundable=False, metadata={}, balance_transactions=[], evidence={},
        evidence_details={"due_by": store.now() + 7 * 86_400, "submission_count": 0,
                          "submission_method": "not_submitted"},
    )  # fmt: skip
    charge["disputed"] = True
    store.save(charge, "charge.updated")
    store.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(store: Store, dispute_id: str, status: str = "lost") -> Json:
    """Decide a dispute: `won` gives the money back to the seller, `lost` does not."""
    dispute = store.find("dispute", dispute_id)
    if status not in {"won", "lost"}:
        raise invalid("Invalid status: must be one of won, or lost", "status")
    if dispute["status"] in {"won", "lost"}:
        raise invalid("This dispute is already closed.", "id")
    dispute["status"] = status
    store.save(dispute, "charge.dispute.closed")
    if status == "won":
        store.emit("charge.dispute.funds_reinstated", dispute)
    return dispute
