"""What the server knows: objects by id, notes beside them, its clock and the events still to be sent."""

import contextlib
import copy
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .contract import CLASSES, Json, fields, make
from .errors import StripeFailure, missing

API_VERSION = "2026-10-28.endive"
PREFIXES = {
    "customer": "cus", "product": "prod", "price": "price", "payment_method": "pm", "subscription": "sub",
    "subscription_item": "si", "plan": "plan", "subscription_schedule": "sub_sched", "invoice": "in", "line_item": "il",
    "invoiceitem": "ii", "invoice_payment": "inpay", "payment_intent": "pi", "charge": "ch", "refund": "re",
    "dispute": "du", "event": "evt", "checkout.session": "cs_test", "item": "li",
    "billing_portal.session": "bps", "billing_portal.configuration": "bpc",
}  # fmt: skip
PARTS = {"line_item", "item", "subscription_item", "plan"}  # they live inside another object


class Store:
    """All state. Callers hold `lock`, change copies and save them; `change()` undoes what a failure left."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.objects: dict[str, Json] = {}
        self.notes: dict[str, Json] = {}
        self.replays: dict[str, Json] = {}
        self.outbox: list[Json] = []  # deliveries: {"event", "attempt"}
        self.offset_seconds = 0.0
        self.url = ""  # set when the port is known
        self.frozen: int | None = None
        self.request: Json = {"id": None, "idempotency_key": None}
        self.on_event: Callable[[str], None] | None = None
        self._undo: list[Callable[[], object]] = []
        self._events: list[str] = []
        self._depth = 0
        if path and path.exists():
            self._load(json.loads(path.read_text()))

    def now(self) -> int:
        """Return the server's time in seconds: the real one, moved on by what tests asked for."""
        return self.frozen if self.frozen is not None else int(time.time() + self.offset_seconds)

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Keep all of a change or, if it fails, nothing; then send its events."""
        with self.lock:
            depth = len(self._undo)
            self._depth += 1
            try:
                yield
            except BaseException as error:
                if not (isinstance(error, StripeFailure) and error.keeps):
                    for undo in reversed(self._undo[depth:]):
                        undo()
                    del self._undo[depth:]
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._finish()

    def _finish(self) -> None:
        self._undo.clear()
        events, self._events = self._events, []
        for event in events:
            if self.on_event:
                self.on_event(event)
        self.write()

    def new_id(self, kind: str) -> str:
        """Return an id like the real one's."""
        return f"{PREFIXES[kind]}_{secrets.token_hex(12)}"

    def new(self, kind: str, event: str | None = None, **values: Any) -> Json:
        """Make a whole object of the library's class and keep it; tell the world if `event` is given."""
        known = fields(CLASSES[kind])
        basics = {"id": self.new_id(kind), "created": self.now(), "livemode": False}
        made = make(kind, {**{name: value for name, value in basics.items() if name in known}, **values})
        if kind not in PARTS:
            self._put(made)
        if event:
            self.emit(event, made)
        return made

    def get(self, object_id: str) -> Json:
        """Return a copy. Raises KeyError."""
        return copy.deepcopy(self.objects[object_id])

    def find(self, kind: str, object_id: str, param: str = "id") -> Json:
        """Return a copy of the object of this kind. Raises StripeFailure if there is none."""
        found = self.objects.get(object_id)
        if found is None or found["object"] != kind:
            raise missing(kind, object_id, param)
        return copy.deepcopy(found)

    def all(self, kind: str, **wanted: Any) -> list[Json]:
        """Return copies of the objects of a kind with these values, newest first."""
        found = [
            obj
            for obj in reversed(self.objects.values())
            if obj["object"] == kind and all(obj.get(name) == value for name, value in wanted.items())
        ]
        return copy.deepcopy(found)

    def save(self, obj: Json, event: str | None = None) -> Json:
        """Keep a changed object, and tell the world with what it was before if `event` is given."""
        obj = _whole(obj)
        before = self.objects.get(obj["id"], {})
        previous = _previous(before, obj)
        self._put(obj)
        if event and previous:
            self.emit(event, obj, previous)
        return obj

    def drop(self, object_id: str) -> None:
        """Forget an object."""
        before = self.objects.pop(object_id)
        self._undo.append(lambda: self.objects.__setitem__(object_id, before))

    def emit(self, kind: str, obj: Json, previous: Json | None = None) -> None:
        """Record an event with the object as it is now."""
        data: Json = {"object": copy.deepcopy(_whole(obj))}
        if previous is not None:
            data["previous_attributes"] = previous
        event = self.new(
            "event",
            type=kind,
            api_version=API_VERSION,
            data=data,
            pending_webhooks=1,
            request=dict(self.request),
        )
        self._events.append(event["id"])
        self._undo.append(lambda: self._events.remove(event["id"]))

    def note(self, object_id: str) -> Json:
        """Return what is known about an object that its answers do not show."""
        return self.notes.get(object_id, {})

    def annotate(self, object_id: str, **values: Any) -> None:
        """Write something beside an object."""
        before = self.notes.get(object_id, {})
        self.notes[object_id] = {**before, **values}
        self._undo.append(lambda: self.notes.__setitem__(object_id, before))

    def _put(self, obj: Json) -> None:
        before = self.objects.get(obj["id"])
        self.objects[obj["id"]] = copy.deepcopy(obj)
        if before is None:
            self._undo.append(lambda: self.objects.pop(obj["id"], None))
        else:
            self._undo.append(lambda: self.objects.__setitem__(obj["id"], before))

    def clear(self) -> None:
        """Forget everything; the clock goes back to the real time."""
        with self.lock:
            for part in (self.objects, self.notes, self.replays, self.outbox, self._undo, self._events):
                part.clear()
            self.offset_seconds = 0.0
            self.write()

    def write(self) -> None:
        """Write everything to the file, if there is one, whole or not at all."""
        if self.path is None:
            return
        names = ("objects", "notes", "replays", "offset_seconds")
        new = self.path.with_suffix(".new")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock:
            state = {name: getattr(self, name) for name in names}
            new.write_text(json.dumps({**state, "outbox": list(self.outbox)}))
            os.replace(new, self.path)

    def _load(self, state: Json) -> None:
        for name, value in state.items():
            setattr(self, name, value)


def _whole(obj: Json) -> Json:
    """Return an object with all its fields, also those of a nested part that was replaced."""
    return obj if obj.get("deleted") else make(obj["object"], obj)


def _previous(before: Json, after: Json) -> Json:
    """Return the old values of what changed, as `previous_attributes` shows them: hashes only in part."""
    changed: Json = {}
    for name, value in after.items():
        old = before.get(name)
        if old == value:
            continue
        if isinstance(old, dict) and isinstance(value, dict) and "object" not in value:
            changed[name] = _previous(old, value)
        else:
            changed[name] = copy.deepcopy(old)
    return changed
