"""Paying in tests: the local Stripe, spoken to by the real library, and its events brought by hand, signed."""

import json
import random
from collections.abc import Callable
from typing import Any

import stripe
from django.core import mail
from django.test import Client
from django.urls import reverse

from billing import events
from billing.credits import account_of
from billing.models import SubscriptionEvent, UsageHistory
from billing.subscriptions import current_of
from voicecraft.local.stripe import LocalStripe


class Till:
    """What a test does with Stripe: pay as a user does, move the clock on, and let the news come as it likes."""

    def __init__(self, server: LocalStripe, commit: Callable[..., Any]) -> None:
        self.server = server
        self.commit = commit
        self.api = stripe.StripeClient(server.key, base_addresses={"api": server.url}).v1
        self.seen = 0

    # --- The user's side --------------------------------------------------------------------------------
    def checkout(self, client: Client, plan: str, interval: str = "month") -> str:
        """Press the button under a plan. Returns the session's id."""
        return self._session(client.post(reverse("billing:buy-plan"), {"plan": plan, "interval": interval}))

    def checkout_pack(self, client: Client, pack: Any) -> str:
        """Press the button under a pack. Returns the session's id."""
        return self._session(client.post(reverse("billing:buy-pack"), {"pack": str(pack.pk)}))

    def _session(self, response: Any) -> str:
        assert response.status_code == 302, response
        assert response.url.startswith(f"{self.server.url}/c/pay/cs_test_")
        return response.url.rpartition("/")[2]

    def subscribe(self, client: Client, plan: str, interval: str = "month", card: str = "visa") -> str:
        """Buy a plan, and let the news come. Returns the subscription's id."""
        session = self.checkout(client, plan, interval)
        paid = self.server.pay_session(session, card)
        self.deliver()
        return paid["subscription"]

    def buy_pack(self, client: Client, pack: Any, card: str = "visa") -> dict[str, Any]:
        """Buy credits, and let the news come. Returns the session."""
        paid = self.server.pay_session(self.checkout_pack(client, pack), card)
        self.deliver()
        return paid

    def does(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Call a service as a request does, whose transaction then commits."""
        with self.commit(execute=True):
            return call(*arguments)

    # --- The news ---------------------------------------------------------------------------------------
    def news(self) -> list[dict[str, Any]]:
        """The events that have not been fetched by this yet, oldest first."""
        found = self.server.events()[self.seen :]
        self.seen += len(found)
        return found

    def deliver(self, news: list[dict[str, Any]] | None = None, *, copies: int = 1) -> None:
        """Bring events to the webhook as Stripe does, then work them off in the order in which they came."""
        self.bring(self.news() if news is None else news, copies=copies)
        self.work_off()

    def deliver_shuffled(self, seed: int) -> None:
        """Everything twice, in any order."""
        news = self.news() * 2
        random.Random(seed).shuffle(news)
        for event in news:
            self.deliver([event])

    def bring(self, news: list[dict[str, Any]], *, copies: int = 1) -> None:
        for event in news * copies:
            body = json.dumps(event)
            header = stripe.WebhookSignature.generate_signature_header(body, self.server.secret)
            response = Client(headers={"Stripe-Signature": header}).post(
                reverse("billing:webhook"), body, content_type="application/json"
            )
            assert response.status_code == 200

    def work_off(self) -> None:
        """Do what the workers do. Nothing may fail."""
        with self.commit(execute=True):
            for event in SubscriptionEvent.objects.waiting():
                handled = events.handle(event.pk)
                assert handled.error == ""

    # --- Looking ----------------------------------------------------------------------------------------
    def charge_of(self, customer: str) -> str:
        """The customer's newest charge."""
        return self.api.charges.list({"customer": customer, "limit": 1}).data[0].id


def standing(user: Any) -> tuple[str, str, int]:
    """The user's plan, its status, and the balance, which the ledger must agree with."""
    balance = account_of(user).credits_remaining
    assert -UsageHistory.objects.for_user(user).total() == balance
    subscription = current_of(user)
    return subscription.plan.key, subscription.status, balance


def subjects(user: Any) -> list[str]:
    """The subjects of the mails to the user, oldest first."""
    return [message.subject for message in mail.outbox if message.to == [user.email]]
