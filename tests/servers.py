"""PostgreSQL and Valkey for one test session: private, in a temporary folder, gone with the session.

A pytest plugin (`-p tests.servers`), because Django's settings are read before any conftest.py is. With
DATABASE_URL or REDIS_URL set, that server is used instead.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicecraft.local import home
from voicecraft.local.home import LocalError
from voicecraft.local.paths import SHORT_TEMP_DIR, var_dir
from voicecraft.local.postgres import Postgres
from voicecraft.local.program import Program, spawn
from voicecraft.local.urls import database_url, redis_url
from voicecraft.local.valkey import Valkey

PREFIX = "voicecraft-test-"
READY_SECONDS = 60


class TestServers:
    """The servers of one session, and the folder that holds all they and the tests write."""

    __test__ = False

    def __init__(self) -> None:
        _remove_leftovers()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=SHORT_TEMP_DIR))
        self.folder.chmod(0o755)  # as root, PostgreSQL's own user must pass through
        self.running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def start(self) -> None:
        """Start what no environment variable names, and set the variables that the settings read."""
        sockets = self.folder / "run"
        postgres = Postgres(self.folder / "postgres", sockets, throwaway=True)
        home.own_folder(sockets, postgres.account)
        if not os.environ.get("REDIS_URL"):
            self._run(Valkey(self.folder / "valkey", sockets, throwaway=True).prepare())
            os.environ["REDIS_URL"] = redis_url(sockets)
        if not os.environ.get("DATABASE_URL"):
            self._run(postgres.prepare())
            os.environ["DATABASE_URL"] = database_url(sockets)
        os.environ.setdefault(
            "VOICECRAFT_MODEL_CACHE", str(var_dir() / "models")
        )  # large: joined once, not per session
        os.environ["VOICECRAFT_VAR_DIR"] = str(self.folder / "var")
        os.environ.setdefault("VOICECRAFT_TEST_ENGINE", "1")

    def stop(self) -> None:
        """End the servers and remove the folder."""
        for program, process in reversed(self.running):
            process.send_signal(program.stop_signal)
        for _, process in self.running:
            process.wait(30)
        self.running.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: Program) -> None:
        with (self.folder / f"{program.name}.log").open("wb") as log:
            process = spawn(program, output=log.fileno())
        self.running.append((program, process))
        deadline = time.monotonic() + READY_SECONDS
        while not program.ready():
            if process.poll() is not None or time.monotonic() > deadline:
                text = (self.folder / f"{program.name}.log").read_text(errors="replace")
                raise LocalError(f"{program.name} did not start for the tests:\n{text}")
            time.sleep(0.02)


def _remove_leftovers() -> None:
    """Remove the folders of sessions that were killed."""
    for folder in SHORT_TEMP_DIR.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not _lives(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


servers: TestServers | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start before pytest-django reads the settings: a wrapper comes before every plain implementation."""
    global servers  # noqa: PLW0603  one session, one set
    servers = TestServers()
    try:
        servers.start()
    except LocalError as error:
        servers.stop()
        raise pytest.UsageError(str(error)) from error
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """End after the test database is gone."""
    if servers:
        servers.stop()
