"""What can go wrong with plans and credits, in the user's words."""

from django.utils.translation import gettext as _


class BillingError(Exception):
    """An expected refusal; its message is for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class InsufficientCredits(BillingError):
    """The balance does not cover what something costs. Both figures are whole credits."""

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(
            _("This needs %(needed)s credits; you have %(available)s.")
            % {"needed": needed, "available": available}
        )
        self.needed = needed
        self.available = available


class KeyReused(Exception):
    """An idempotency key came back with another content: a mistake in the calling code, never the user's."""
