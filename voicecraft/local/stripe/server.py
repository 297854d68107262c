"""HTTP: the API under /v1, the levers under /_test, and pages for the browser."""

import inspect
import json
import socketserver
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .api import Answer, Api, Call
from .contract import Json
from .control import Control
from .errors import StripeFailure
from .pages import Pages

MOST_BYTES = 1_000_000
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class HttpServer(ThreadingHTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: Api, control: Control, pages: Pages) -> None:
        self.api, self.control, self.pages = api, control, pages
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind, without the look-up of the host's name that the standard library does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # headers and body leave together
    timeout = 120

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle("GET")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._handle("POST")

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._handle("DELETE")

    def _handle(self, method: str) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            self._send(413, b"", "text/plain")
            return
        body = self.rfile.read(length).decode()
        if parts.path.startswith("/v1/"):
            text = "&".join(part for part in (parts.query, body) if part)
            key = self.headers.get("Authorization", "").removeprefix("Bearer ")
            call = Call(method, parts.path, text, key, self.headers.get("Idempotency-Key", ""))
            self._answer(self.server.api.answer(call))
        elif parts.path.startswith("/_test/"):
            self._answer(self._pull(parts.path.removeprefix("/_test/"), body))
        else:
            self._page(method, parts.path, body)

    def _answer(self, answer: Answer) -> None:
        if answer.drop:
            self.close_connection = True
            return
        self._send(
            answer.status, json.dumps(answer.body, indent=2).encode(), "application/json", answer.headers
        )

    def _pull(self, name: str, body: str) -> Answer:
        """Pull a lever."""
        if self.headers.get("Authorization") != f"Bearer {self.server.api.key}":
            return Answer(401, {"error": {"message": "The secret key is wanted as the bearer token."}})
        lever = lever_of(self.server.control, name)
        if lever is None:
            return Answer(404, {"error": {"message": f"There is no lever {name!r}."}})
        try:
            arguments: Json = json.loads(body or "{}")
            inspect.signature(lever).bind(**arguments)
            return Answer(200, {"result": lever(**arguments)})
        except StripeFailure as failure:
            return Answer(failure.status, failure.body)
        except (TypeError, ValueError) as error:
            return Answer(400, {"error": {"message": str(error)}})

    def _page(self, method: str, path: str, body: str) -> None:
        if method == "POST" and self.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            self._send(403, b"Only this server's own pages may send this.", "text/plain")
            return
        reply = self.server.pages.reply(method, path, body)
        headers = {**PAGE_HEADERS, **({"Location": reply.location} if reply.location else {})}
        self._send(reply.status, reply.body.encode(), f"{reply.kind}; charset=utf-8", headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            **(headers or {}),
            "Content-Type": kind,
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def lever_of(control: Control, name: str) -> Callable[..., Any] | None:
    """Return the public method of this name."""
    return getattr(control, name, None) if not name.startswith("_") and hasattr(Control, name) else None
