"""What tests and developers can make happen: the clock, disputes, cards, broken deliveries and answers.

Every public method is also reachable as `POST /_test/<name>` with a JSON object of its arguments and the secret
key as the bearer token.
"""

from typing import Any

from . import checkout, clock, payments, portal, subscriptions
from .api import Api, Breakdown
from .catalog import CARDS, attach, new_method
from .contract import Json
from .errors import invalid
from .invoices import DRAFT_SECONDS
from .items import current_period
from .store import Store
from .webhooks import Sender, Tricks


class Control:
    """The levers of one server."""

    def __init__(self, store: Store, api: Api, sender: Sender) -> None:
        self._store, self._api, self._sender = store, api, sender

    def now(self) -> int:
        """Return the server's time in seconds."""
        return self._store.now()

    def advance(self, seconds: float = 0, days: float = 0, to: int | None = None) -> int:
        """Move the clock on, by a span or to a time in seconds; return the time it is then."""
        target = to if to is not None else self._store.now() + int(seconds + days * 86_400)
        return clock.move_to(self._store, target)

    def next_period(self, subscription: str) -> int:
        """Move the clock past a subscription's period: its renewal was billed, and paid or not."""
        end = current_period(self._store.find("subscription", subscription))[1]
        return self.advance(to=end + DRAFT_SECONDS + 60)

    def settle(self, payment_intent: str) -> Json:
        """Let a bank debit come to its end now."""
        with self._store.change():
            clock.settle(self._store, payment_intent)
        return self._store.get(payment_intent)

    def pay_session(self, session: str, card: str = "visa", email: str = "") -> Json:
        """Pay a Checkout session without a browser. Raises StripeFailure if the card is declined."""
        with self._store.change():
            return checkout.pay(self._store, session, _known(card), email)

    def expire_session(self, session: str) -> Json:
        """Let a Checkout session run out now."""
        with self._store.change():
            return checkout.expire(self._store, session, {})

    def set_card(self, customer: str, card: str) -> str:
        """Make this test card the one that a customer's renewals are charged to. Returns its id."""
        with self._store.change():
            method = new_method(self._store, _known(card))
            method["customer"] = customer  # a card that is declined now cannot be attached as usual
            self._store.save(method)
            portal.use_method(self._store, customer, method["id"])
        return str(method["id"])

    def attach_card(self, customer: str, card: str) -> Json:
        """Give a customer a further test card."""
        with self._store.change():
            method = new_method(self._store, _known(card))
            return attach(self._store, method["id"], {"customer": customer})

    def pause(self, subscription: str) -> Json:
        """Pause a subscription."""
        with self._store.change():
            return subscriptions.pause(self._store, subscription, {})

    def open_dispute(self, charge: str, reason: str = "fraudulent") -> Json:
        """Let a charge be disputed."""
        with self._store.change():
            return payments.open_dispute(self._store, charge, reason)

    def close_dispute(self, dispute: str, status: str = "lost") -> Json:
        """Decide a dispute: `won` or `lost`."""
        with self._store.change():
            return payments.close_dispute(self._store, dispute, status)

    def fail(
        self, status: int, count: int = 1, method: str = "", path: str = "", after: bool = False
    ) -> None:
        """Break the next requests that fit (429, 500, ...); see `Breakdown`."""
        self._api.breakdowns.append(Breakdown(status, count, method, path, after))

    def webhooks(self, **tricks: Any) -> Json:
        """Set how deliveries misbehave (see `Tricks`), and where they go (`url`, `secret`). Returns how it stands."""
        for name in {"url", "secret"} & tricks.keys():
            setattr(self._sender, name, tricks.pop(name))
        if unknown := tricks.keys() - Tricks.__dataclass_fields__.keys():
            raise invalid(f"No such trick: {sorted(unknown)}")
        for name, value in tricks.items():
            setattr(self._sender.tricks, name, value)
        return {**vars(self._sender.tricks), "url": self._sender.url, "waiting": self._sender.waiting()}

    def release(self, order: str = "same") -> None:
        """Send what was held back: in the `same` order, `reversed` or `shuffled`."""
        self._sender.release(order)

    def resend(self, event: str) -> None:
        """Send an event once more."""
        self._store.find("event", event)
        self._sender.resend(event)

    def wait_delivered(self, timeout_seconds: float = 10.0) -> bool:
        """Wait until everything that is not held was delivered, and say whether it was."""
        return self._sender.wait(timeout_seconds)

    def reset(self) -> None:
        """Forget everything."""
        self._sender.forget()
        self._sender.tricks = Tricks()
        self._api.breakdowns.clear()
        self._api.calls.clear()
        self._store.clear()


def _known(card: str) -> str:
    if card not in CARDS:
        raise invalid(f"No such test card: '{card}'. There are {sorted(CARDS)}.", "card")
    return card
