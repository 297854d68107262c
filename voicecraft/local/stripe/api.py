"""One request of the API: key, idempotency, parameters, work, answer."""

import hashlib
import json
import secrets
import traceback
from dataclasses import dataclass, field

from . import contract, forms, lists, routes
from .contract import Json
from .errors import StripeFailure, invalid
from .store import Store

REPLAY_SECONDS = 24 * 3600


@dataclass
class Call:
    """A request as it came."""

    method: str
    path: str
    text: str = ""  # query or body, form-encoded
    key: str = ""
    idempotency_key: str = ""


@dataclass
class Answer:
    """What goes back. `drop` closes the connection instead: the work was done and nobody hears of it."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


@dataclass
class Breakdown:
    """A failure that was ordered: for the next `count` requests whose method and path fit.

    `after` means that the work is done before the answer fails; status 0 closes the connection.
    """

    status: int
    count: int = 1
    method: str = ""
    path: str = ""
    after: bool = False

    def fits(self, call: Call) -> bool:
        """Say whether this request is to fail."""
        return self.count > 0 and call.method.startswith(self.method) and call.path.startswith(self.path)


class Api:
    """Answers requests from the store. With `strict`, every object is compared with the library's type."""

    def __init__(self, store: Store, key: str, *, strict: bool = False) -> None:
        self.store, self.key, self.strict = store, key, strict
        self.breakdowns: list[Breakdown] = []
        self.calls: list[Call] = []
        self.faults: list[str] = []

    def answer(self, call: Call) -> Answer:
        """Do what a request asks for. Never raises StripeFailure: that is an answer, too."""
        request_id = f"req_{secrets.token_hex(7)}"
        headers = {"Request-Id": request_id, "Stripe-Version": "2026-10-28.endive"}
        if call.idempotency_key:
            headers["Idempotency-Key"] = call.idempotency_key
        with self.store.lock:
            self.calls.append(call)
            broken = next((one for one in self.breakdowns if one.fits(call)), None)
            if broken:
                broken.count -= 1
            if broken and not broken.after:
                return _broken(broken, headers)
            try:
                answer = self._once(call, request_id)
            except StripeFailure as failure:
                answer = Answer(failure.status, failure.body)
            except Exception as error:
                traceback.print_exc()  # a fault of this server: it must not look like one of the caller
                self.faults.append(f"{call.method} {call.path}: {error!r}")
                answer = Answer(
                    500, StripeFailure(500, f"The local server failed: {error!r}", "api_error").body
                )
            answer.headers.update(headers)
            answer.headers["Stripe-Should-Retry"] = "false"
            return _broken(broken, headers) if broken else answer

    def _once(self, call: Call, request_id: str) -> Answer:
        """Answer, or repeat the answer that the same idempotency key got before."""
        self._check_key(call)
        name = call.idempotency_key if call.method == "POST" else ""
        digest = hashlib.sha256(f"{call.method} {call.path} {call.text}".encode()).hexdigest()
        known = self.store.replays.get(name)
        if name and known and known["until"] > self.store.now():
            if known["digest"] != digest:
                raise StripeFailure(
                    400, "Keys for idempotent requests can only be used with the same parameters they were first used "
                    f"with. Try using a key other than '{name}' if you meant to execute a different request.",
                    "idempotency_error",
                )  # fmt: skip
            return Answer(known["status"], known["body"], {"Idempotent-Replayed": "true"})
        status, body, began = self._run(call, request_id)
        if name and began:
            until = self.store.now() + REPLAY_SECONDS
            self.store.replays[name] = {"digest": digest, "status": status, "body": body, "until": until}
            self.store.write()
        return Answer(status, body)

    def _check_key(self, call: Call) -> None:
        if not call.key:
            raise StripeFailure(
                401, "You did not provide an API key. You need to provide your API key in the Authorization header, "
                "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            )  # fmt: skip
        if call.key != self.key:
            raise StripeFailure(401, f"Invalid API Key provided: {call.key[:8]}****{call.key[-4:]}")

    def _run(self, call: Call, request_id: str) -> tuple[int, Json, bool]:
        """Return the status, the body and whether the work began: a refusal before it is not remembered."""
        route, object_id = routes.find(call.method, call.path)
        params = forms.judged(route.kind(), forms.decode(call.text))
        self.store.request = {"id": request_id, "idempotency_key": call.idempotency_key or None}
        try:
            with self.store.change():
                body = route.handle(self.store, object_id, params)
                body = lists.expanded(self.store, json.loads(json.dumps(body)), params.get("expand", []))
        except StripeFailure as failure:
            return failure.status, failure.body, failure.status == 402
        finally:
            self.store.request = {"id": None, "idempotency_key": None}
        if self.strict:
            self.check(body)
        return 200, body, True

    def check(self, body: Json) -> None:
        """Note in which points an object is not what the library expects."""
        for obj in body["data"] if body["object"] == "list" else [body]:
            self.faults += contract.faults(obj)
            if obj["object"] == "event":
                self.faults += contract.faults(obj["data"]["object"])


def _broken(breakdown: Breakdown, headers: dict[str, str]) -> Answer:
    if breakdown.status == 0:
        return Answer(0, {}, drop=True)
    if breakdown.status == 429:
        body = invalid("Request rate limit exceeded.", code="rate_limit").body
    else:
        message = "An unknown error occurred. The request may or may not have been carried out."
        body = StripeFailure(breakdown.status, message, "api_error").body
    return Answer(breakdown.status, body, {**headers, "Stripe-Should-Retry": "true"})
