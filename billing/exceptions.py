"""What can go wrong with plans and credits, in the user's words."""

from django.utils.translation import ngettext


class BillingError(Exception):
    """An expected refusal; its message is for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class InsufficientCredits(BillingError):
    """The balance does not cover what something costs. Both figures are whole credits."""

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(
            ngettext(
                "This needs %(needed)s credit; you have %(available)s.",
                "This needs %(needed)s credits; you have %(available)s.",
                needed,
            )
            % {"needed": needed, "available": available}
        )
        self.needed = needed
        self.available = available


class PriceChanged(BillingError):
    """The user agreed to fewer credits than it costs by now. Both figures are whole credits."""

    def __init__(self, *, agreed: int, needed: int) -> None:
        super().__init__(
            ngettext(
                "The price has changed: it is %(needed)s credit now. Press the button again if you agree.",
                "The price has changed: it is %(needed)s credits now. Press the button again if you agree.",
                needed,
            )
            % {"needed": needed}
        )
        self.agreed = agreed
        self.needed = needed


class NotInPlan(BillingError):
    """The user's plan does not include what they want to do."""


class PaymentError(BillingError):
    """The payment service said no, or nothing. `permanent`: trying again does not help; `missing`: no such thing."""

    def __init__(self, message: str, *, permanent: bool, missing: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.missing = missing


class BadSignature(Exception):
    """What claims to come from the payment service does not, or is too old."""


class KeyReused(Exception):
    """An idempotency key came back with another content: a mistake in the calling code, never the user's."""
