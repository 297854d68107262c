"""A running server: for the command, and for tests as a context manager."""

import contextlib
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import clock
from .api import Api, Call
from .contract import faults
from .control import Control
from .pages import Pages
from .server import HttpServer
from .store import Store
from .webhooks import Attempt, Sender

KEY = "sk_test_local"
SECRET = "whsec_local_test_payments"  # noqa: S105  no secret: it signs test payments on this machine
TICK_SECONDS = 1.0


class LocalStripe(Control):
    """A Stripe of one's own: `with LocalStripe(webhook_url=...) as stripe: ...`.

    `url`, `key` and `secret` are what a client needs; the methods of `Control` make things happen. With `strict`
    every answer and event is held against the library's types, and `faults` has what differs.
    """

    def __init__(  # noqa: PLR0913  all by name
        self, *, host: str = "127.0.0.1", port: int = 0, webhook_url: str = "", key: str = KEY, secret: str = SECRET,
        state: Path | None = None, public_url: str = "", backoff_seconds: float = 1.0, strict: bool = False,
    ) -> None:  # fmt: skip
        if not key.startswith("sk_test_"):
            raise ValueError("The key of test payments begins with sk_test_.")
        self.key, self.secret = key, secret
        store = Store(state)
        api = Api(store, key, strict=strict)
        sender = Sender(store, webhook_url, secret, backoff_seconds)
        super().__init__(store, api, sender)
        self._http = HttpServer((host, port), api, self, Pages(store, sender, self))
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._http.server_address[1]}"
        store.url = public_url.rstrip("/") or self.url
        store.on_event = self._on_event
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.01,), name="stripe-http", daemon=True),
            threading.Thread(target=self._tick, name="stripe-clock", daemon=True),
        ]

    def __enter__(self) -> Self:
        self._sender.start()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._sender.stop()
        for thread in self._threads:
            thread.join(5)

    def wait(self) -> None:
        """Serve until the process is told to end."""
        with contextlib.suppress(KeyboardInterrupt):
            self._stopping.wait()

    def stop(self) -> None:
        """End `wait()`."""
        self._stopping.set()

    @property
    def calls(self) -> list[Call]:
        """The API requests that came, oldest first."""
        return self._api.calls

    @property
    def deliveries(self) -> list[Attempt]:
        """The webhooks that were sent, oldest first."""
        return self._sender.log

    @property
    def faults(self) -> list[str]:
        """In which points answers and events differed from the library's types (`strict`)."""
        return self._api.faults

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the events so far, oldest first; of one type if it is given."""
        with self._store.lock:
            found = self._store.all("event", **({"type": kind} if kind else {}))
        return found[::-1]

    def object(self, object_id: str) -> dict[str, Any]:
        """Return an object as it is now."""
        with self._store.lock:
            return self._store.get(object_id)

    def _on_event(self, event_id: str) -> None:
        if self._api.strict:
            event = self._store.objects[event_id]
            self._api.faults += faults(event) + faults(event["data"]["object"])
        self._sender.add(event_id)

    def _tick(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            try:
                clock.run_due(self._store)
            except Exception as error:  # said, and tried again: the server goes on answering
                traceback.print_exc()
                self._api.faults.append(f"clock: {error!r}")
