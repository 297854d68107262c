"""A real Celery worker on the test database, which a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]
QUEUES = "interactive,bulk,default"


def wait_until(condition: Callable[[], object], seconds: float = 60.0, what: str = "it") -> None:
    """Wait for a condition; an error names `what` did not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


class Worker:
    """One worker for all queues with two processes. Its log goes to a file beside the other data of the tests."""

    def __init__(self, *, queues: str = QUEUES, concurrency: int = 2) -> None:
        self.command = [
            sys.executable, "-m", "celery", "--app", "voicecraft", "--quiet", "worker", "--queues", queues,
            "--concurrency", str(concurrency), "--without-gossip", "--without-mingle",
            "--hostname", f"{os.getpid()}@test",
        ]  # fmt: skip
        self.log = settings.VAR_DIR / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def ensure_running(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "DATABASE_URL": test_database_url(), "VOICECRAFT_LEASE_SECONDS": "2"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """kill -9: the worker and all of its processes are gone at once."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def test_database_url() -> str:
    """Where the tests' own database is, as a URL for another process."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


test_database_url.__test__ = False  # type: ignore[attr-defined]
