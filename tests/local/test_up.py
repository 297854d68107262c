"""`manage.py up` for real: every program, on a free port, in a folder of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.local.programs import ROOT, marked_processes, wait_for
from tests.local.runs import Servers
from voicecraft.local.ports import free_port

READY = re.compile(r"VoiceCraft is ready: http://localhost:(\d+)/")


class Up(Servers):
    """One run after another of `manage.py up`."""

    def start(self, *arguments: str) -> None:
        self.started_at = time.monotonic()
        self.process = self.manage("up", *arguments)
        self.output = ""
        while not READY.search(self.output):
            line = self.process.stdout.readline()
            assert line, f"it ended before it was ready:\n{self.output}"
            self.output += line
        self.ready_seconds = time.monotonic() - self.started_at
        self.port = int(READY.search(self.output)[1])

    def manage(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
            return response.status

    def workers(self) -> set[str]:
        """Return the names of the queues that a running worker takes from."""
        names = set()
        for pid in marked_processes(self.mark, home=self.var):
            arguments = _arguments(pid)
            if "--queues" in arguments:
                names.add(arguments[arguments.index("--queues") + 1])
        return names


def _arguments(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read().split("\0")
    except FileNotFoundError:
        return []


@pytest.fixture
def up(folder):
    up = Up(folder / "var")
    yield up
    up.clean()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, and needs the kernel to end children")
@pytest.mark.timeout(240)
def test_one_command(up, settings):
    port = free_port("127.0.0.1", 18000)
    up.start("--port", str(port))
    assert up.port == port
    assert up.get("/health/live") == 200
    wait_for(lambda: up.workers() == {"interactive", "bulk", "default"})
    account = f"{settings.VOICECRAFT_DEMO_EMAIL}  password: {settings.VOICECRAFT_DEMO_PASSWORD}"
    assert account in up.process.stdout.readline()
    payments = re.search(r"Test payments: +http://localhost:(\d+)/", up.process.stdout.readline())
    with urllib.request.urlopen(f"http://localhost:{payments[1]}/", timeout=20) as response:
        assert b"no money moves" in response.read()

    # A second terminal finds the servers; a second `up` of the same data is refused
    assert up.manage("migrate", "--check").wait(60) == 0
    second = up.manage("up")
    assert f"already runs from {up.var} (process {up.process.pid})" in second.communicate(timeout=60)[0]
    assert second.returncode == 1

    assert up.stop(signal.SIGINT) == 0

    # Again, with the port taken, and ended by kill -9
    with socket.create_server(("127.0.0.1", port)):
        up.start("--port", str(port))
    assert up.port > port
    assert f"port {port} is busy: taking {up.port}" in up.output
    assert up.ready_seconds < 20  # under 4 s on two free cores; tests may share them
    up.stop(signal.SIGKILL)
    shutil.rmtree(up.sockets)  # a cleaned /tmp

    up.start("--port", str(port))
    assert up.stop(signal.SIGTERM) == 0
