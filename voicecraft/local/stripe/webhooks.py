"""The sender of signed webhooks: it tries again with back-off, and misbehaves as the real one can."""

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .contract import Json
from .store import Store

TIMEOUT_SECONDS = 10
MOST_ATTEMPTS = 16


@dataclass
class Tricks:
    """What the sender does wrong. The counts say for how many of the next deliveries."""

    duplicate: int = 0
    lose: int = 0
    wrong_signature: int = 0
    reorder: int = 0  # so many are gathered, and sent the last one first
    delay_seconds: float = 0.0
    hold: bool = False  # gather all, until `release`


@dataclass
class Attempt:
    """One delivery as it went; `status` 0 means that nobody answered."""

    event: str
    type: str
    status: int
    at: float = field(default_factory=time.time)


def signature(payload: bytes, secret: str, timestamp: int) -> str:
    """Return the header that proves who sent the payload."""
    signed = f"{timestamp}.".encode() + payload
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class Sender:
    """Sends events to one address, in their order unless a trick says otherwise, from a thread of its own."""

    def __init__(self, store: Store, url: str, secret: str, backoff_seconds: float = 1.0) -> None:
        self.store, self.url, self.secret = store, url, secret
        self.backoff_seconds = backoff_seconds
        self.tricks = Tricks()
        self.log: list[Attempt] = []
        self._held: list[Json] = []
        self._sending = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to send what waits and what comes."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what was not sent stays in the store."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_SECONDS + 1)

    def add(self, event_id: str) -> None:
        """Take an event for sending, as the tricks want it."""
        if not self.url:
            return
        with self._changed:
            tricks = self.tricks
            if tricks.lose:
                tricks.lose -= 1
                return
            copies = 1
            if tricks.duplicate:
                tricks.duplicate -= 1
                copies = 2
            new = [self._delivery(event_id) for _ in range(copies)]
            if tricks.hold:
                self._held += new
            elif tricks.reorder:
                self._held += new
                tricks.reorder -= 1
                if not tricks.reorder:
                    self.store.outbox += reversed(self._held)
                    self._held.clear()
            else:
                self.store.outbox += new
            self._changed.notify_all()

    def _delivery(self, event_id: str) -> Json:
        return {"event": event_id, "attempt": 0, "due": time.time() + self.tricks.delay_seconds}

    def release(self, order: str = "same") -> None:
        """Send what was held: in the `same` order, `reversed` or `shuffled`."""
        with self._changed:
            self.tricks.hold, self.tricks.reorder = False, 0
            if order == "reversed":
                self._held.reverse()
            elif order == "shuffled":
                random.shuffle(self._held)
            self.store.outbox += self._held
            self._held.clear()
            self._changed.notify_all()

    def resend(self, event_id: str) -> None:
        """Send an event once more."""
        with self._changed:
            self.store.outbox.append({"event": event_id, "attempt": 0, "due": time.time()})
            self._changed.notify_all()

    def wait(self, timeout_seconds: float = 10.0) -> bool:
        """Wait until everything that is not held has been delivered; say whether it was."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self.store.outbox and not self._sending, timeout_seconds
            )

    def waiting(self) -> int:
        """Return how many deliveries are still to be made."""
        with self._changed:
            return len(self.store.outbox) + len(self._held) + self._sending

    def forget(self) -> None:
        """Drop all that waits."""
        with self._changed:
            self.store.outbox.clear()
            self._held.clear()
            self.log.clear()

    def _run(self) -> None:
        while True:
            with self._changed:
                delivery = self._next()
                if self._stopping:
                    return
                if delivery is None:
                    self._changed.wait(self._pause())
                    continue
                self.store.outbox.remove(delivery)
                self._sending += 1
                wrong = self.tricks.wrong_signature > 0
                self.tricks.wrong_signature -= wrong
            status = self._send(delivery, wrong)
            with self._changed:
                self._sending -= 1
                if not 200 <= status < 300 and delivery["attempt"] + 1 < MOST_ATTEMPTS:
                    wait = self.backoff_seconds * 2 ** min(delivery["attempt"], 10)
                    again = {"attempt": delivery["attempt"] + 1, "due": time.time() + wait}
                    self.store.outbox.append({**delivery, **again})
                self._changed.notify_all()
            self.store.write()

    def _next(self) -> Json | None:
        now = time.time()
        return next((delivery for delivery in self.store.outbox if delivery["due"] <= now), None)

    def _pause(self) -> float | None:
        dues = [delivery["due"] for delivery in self.store.outbox]
        return max(0.001, min(dues) - time.time()) if dues else None

    def _send(self, delivery: Json, wrong: bool) -> int:
        with self.store.lock:
            event = self.store.objects.get(delivery["event"])
            payload = json.dumps(event, indent=2).encode()
        if event is None:
            return 200
        secret = "whsec_of_somebody_else" if wrong else self.secret
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(payload, secret, int(time.time())),
        }
        status = self._post(payload, headers)
        self.log.append(Attempt(event["id"], event["type"], status))
        if 200 <= status < 300:
            with self.store.lock:
                event["pending_webhooks"] = 0
        return status

    def _post(self, payload: bytes, headers: dict[str, str]) -> int:
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", parts.path or "/", payload, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
