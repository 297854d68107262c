"""Servers and workers for one benchmark: its own, in a temporary folder, gone when it ends."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from voicecraft.local import stack
from voicecraft.local.home import LocalError
from voicecraft.local.paths import PROJECT_DIR, SHORT_TEMP_DIR, run_dir, var_dir
from voicecraft.local.program import Program, spawn

READY_SECONDS = 60
GRACE_SECONDS = 30


class Stage:
    """Use it in `with`. The settings must not have been read before: it says in the environment what is where."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="voicecraft-bench-", dir=SHORT_TEMP_DIR))
        self.folder.chmod(0o755)  # as root, PostgreSQL's own user must pass through
        self._servers: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._workers: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        os.environ.setdefault("VOICECRAFT_MODEL_CACHE", str(var_dir() / "models"))  # joined once, large
        os.environ.update(
            VOICECRAFT_VAR_DIR=str(self.folder / "var"), AWS_STORAGE_BUCKET_NAME="", EMAIL_URL=""
        )
        for name in ("DATABASE_URL", "REDIS_URL"):  # never somebody's data
            os.environ.pop(name, None)
        try:
            for server in stack.embedded_servers(lambda _: None):
                self._servers.append((server, self._spawn(server)))
                self._wait_for(*self._servers[-1])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        for program, process in reversed(self._servers):
            process.send_signal(program.stop_signal)
        for _, process in self._servers:
            process.wait(GRACE_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(run_dir(), ignore_errors=True)

    def start_workers(self) -> None:
        """The workers of the product, and beat."""
        self._start(*stack.worker_programs())

    def start_one_slot(self) -> None:
        """One process on one thread that does everything, and beat."""
        queues = "interactive,bulk,default"
        command = [
            sys.executable, "-m", "celery", "--app", "voicecraft", "--quiet", "worker", "--queues", queues,
            "--concurrency", "1", "--hostname", "slot@%h", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        beat = next(program for program in stack.worker_programs() if program.name == "beat")
        self._start(Program(name="slot", command=command, cwd=str(PROJECT_DIR)), beat)

    def kill(self, *names: str) -> None:
        """kill -9 of those workers, or of all, each with all of its processes: they are gone at once."""
        dying = [worker for worker in self._workers if not names or worker[0].name in names]
        for _, process in dying:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for worker in dying:
            worker[1].wait()
            self._workers.remove(worker)

    def restart(self) -> None:
        """Start those of the product's workers that do not run."""
        running = {program.name for program, _ in self._workers}
        self._start(*(program for program in stack.worker_programs() if program.name not in running))

    def cpu_seconds(self) -> float:
        """What servers and workers have used of the processor until now."""
        ours = {process.pid for _, process in [*self._servers, *self._workers]}
        ticks = 0
        for pid, parent, spent in sorted(_processes()):  # a child has the higher number, or is missed
            if pid in ours or parent in ours:
                ours.add(pid)
                ticks += spent
        return ticks / os.sysconf("SC_CLK_TCK")

    def check_alive(self) -> None:
        """Raise LocalError where a worker has ended by itself."""
        for program, process in self._workers:
            if process.poll() is not None:
                log = (self.folder / f"{program.name}.log").read_text(errors="replace")
                raise LocalError(f"the worker {program.name} ended:\n{log[-2000:]}")

    def _start(self, *programs: Program) -> None:
        for program in programs:
            self._workers.append((program, self._spawn(program)))

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with (self.folder / f"{program.name}.log").open("ab") as log:
            return spawn(program, output=log.fileno())

    def _wait_for(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while program.ready and not program.ready():
            if process.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / f"{program.name}.log").read_text(errors="replace")
                raise LocalError(f"{program.name} did not start:\n{log}")
            time.sleep(0.02)


def _processes() -> Iterator[tuple[int, int, int]]:
    """Of each process its number, its parent's, and the clock ticks that it and its ended children have used."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            yield int(path.parent.name), int(fields[1]), sum(int(field) for field in fields[11:15])
