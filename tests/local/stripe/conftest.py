"""A local Stripe for each test, a shop in it, and somebody who listens to its webhooks."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
import stripe as library

from voicecraft.local.stripe import LocalStripe


class Listener:
    """An endpoint for webhooks: keeps what came with a right signature, answers as told."""

    def __init__(self, secret: str) -> None:
        self.events, self.refused, self.statuses = [], 0, []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                payload = self.rfile.read(int(self.headers["Content-Length"]))
                status = listener.statuses.pop(0) if listener.statuses else 200
                try:
                    library.WebhookSignature.verify_header(
                        payload.decode(), self.headers["Stripe-Signature"], secret, 300
                    )
                except library.SignatureVerificationError:
                    listener.refused += 1
                    status = 400
                if status == 200:
                    listener.events.append(json.loads(payload))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/stripe/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def types(self):
        """The types of the events in the order they came."""
        return [event["type"] for event in self.events]

    def stop(self):
        """Close."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(autouse=True)
def _fresh_state():
    """No Django here: nothing of the project's own to set up."""


@pytest.fixture
def server():
    """The server, alone. Whatever it answered or sent must be of the library's types."""
    with LocalStripe(strict=True, backoff_seconds=0.02) as running:
        yield running
        assert running.faults == []


@pytest.fixture
def listener(server):
    """Who gets the webhooks."""
    listener = Listener(server.secret)
    server.webhooks(url=listener.url)
    yield listener
    listener.stop()


@pytest.fixture
def api(server):
    """The real library's client."""
    return library.StripeClient(server.key, base_addresses={"api": server.url}).v1


@pytest.fixture
def shop(api):
    """Plans and credits to sell, a customer, and an outsider with a subscription of his own."""
    product = api.products.create({"name": "Studio"})
    month = {"recurring": {"interval": "month"}, "currency": "eur", "product": product.id}

    def price(key, amount, **values):
        return api.prices.create({**month, "unit_amount": amount, "lookup_key": key, **values})

    credit = {"name": "500 credits"}
    return SimpleNamespace(
        product=product,
        starter=price("starter", 1900),
        pro=price("pro", 4900),
        yearly=price("pro_year", 49000, recurring={"interval": "year"}),
        pack=api.prices.create({"currency": "eur", "unit_amount": 1000, "product_data": credit}),
        customer=api.customers.create({"email": "alice@example.com", "metadata": {"user": "1"}}),
        outsider=api.customers.create({"email": "charlie@example.com", "payment_method": "pm_card_visa"}),
    )


@pytest.fixture
def checkout(api, shop):
    """Make a Checkout session of the customer's."""

    def make(price=None, **values):
        mode = "subscription" if (price or shop.starter).recurring else "payment"
        return api.checkout.sessions.create(
            {
                "mode": mode,
                "customer": shop.customer.id,
                "client_reference_id": "user-1",
                "line_items": [{"price": (price or shop.starter).id, "quantity": 1}],
                "success_url": "http://shop.test/done?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "http://shop.test/left",
                **values,
            }
        )

    return make


@pytest.fixture
def subscription(server, api, checkout):
    """The customer's paid subscription to starter."""
    done = server.pay_session(checkout().id)
    return api.subscriptions.retrieve(done["subscription"])
