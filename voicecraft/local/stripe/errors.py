"""Errors in the real one's shape."""

from typing import Any

DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "expired_card": ("expired_card", "Your card has expired."),
    "authentication_required": (
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}


class StripeFailure(Exception):
    """An answer that is an error. `keeps` means that what was written until then stays (a declined charge)."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = "invalid_request_error",
        keeps: bool = False,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps = keeps
        self.body = {"error": {"message": message, "type": kind, **details}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeFailure:
    """Return a refusal of a request."""
    details: dict[str, Any] = {"param": param, "code": code}
    return StripeFailure(400, message, **{name: value for name, value in details.items() if value})


def missing(kind: str, object_id: str, param: str = "id") -> StripeFailure:
    """Return the answer for an object that is not there: 404 in the path, 400 in a parameter."""
    message = f"No such {kind.rpartition('.')[2].replace('_', ' ')}: '{object_id}'"
    if kind in {"payment_method", "checkout.session"}:
        message = f"No such {kind}: '{object_id}'"
    return StripeFailure(404 if param == "id" else 400, message, code="resource_missing", param=param)


def card_error(reason: str) -> dict[str, str]:
    """Return the error that a card's bank gives, as answers and intents carry it."""
    code, message = DECLINES[reason]
    return {"type": "card_error", "code": code, "decline_code": reason, "message": message}


def declined(error: dict[str, Any], *, keeps: bool) -> StripeFailure:
    """Return the answer for a card error; `keeps` says whether what was written until then stays."""
    details = {
        name: value for name, value in error.items() if value is not None and name not in {"type", "message"}
    }
    return StripeFailure(402, error["message"], error["type"], keeps, **details)
