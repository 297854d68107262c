"""Run programs in the foreground: one log, restarts with back-off, an orderly end, no orphans.

One thread does all, as the kernel ties a program's life to the thread that started it (see `program`).
"""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from .home import LocalError
from .log import LineBuffer, Log
from .program import Program, spawn

GRACE_SECONDS = 30.0
FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # whoever ran this long starts again without the delays of the past
TICK_SECONDS = 0.5
READY_TICK_SECONDS = 0.03
START_ATTEMPTS = 3
NAME = "voicecraft"


class Stopped(Exception):
    """Somebody pressed Ctrl-C, or sent SIGTERM: the wanted end, no error."""


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    delay_seconds: float = 0.0
    exits: int = 0
    ended_by_us: bool = False
    lines: LineBuffer = field(default_factory=LineBuffer)

    @property
    def running(self) -> bool:
        return self.process is not None


class Supervisor:
    """Start programs, keep them running, and end them in reverse order. Use it in `with watching():`."""

    def __init__(self, log: Log | None = None, grace_seconds: float = GRACE_SECONDS) -> None:
        self.log = log or Log()
        self.grace_seconds = grace_seconds
        self.stops_asked = 0
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._interrupting = False

    # --- For callers ----------------------------------------------------------------------------------------
    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Take the signals during the block, and end every program after it, however it ends."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        self._selector.register(wake_read, selectors.EVENT_READ, None)
        old_wakeup = signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        stops = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else nohup asked to outlive the terminal
            stops.append(signal.SIGHUP)
        old = {number: signal.signal(number, self._on_stop) for number in stops}
        old[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the selector
        try:
            yield
        finally:
            self._end_all()
            signal.set_wakeup_fd(old_wakeup)
            for number, handler in old.items():
                signal.signal(number, handler)
            self._selector.unregister(wake_read)
            os.close(wake_read)
            os.close(wake_write)

    def start(self, *programs: Program) -> None:
        """Start the programs, in this order, without waiting for them."""
        for program in programs:
            child = _Child(program)
            self._children.append(child)
            self._spawn(child)

    def wait_ready(
        self, program: Program, seconds: float = 60, attempts: int | None = START_ATTEMPTS
    ) -> None:
        """Wait until a started program is ready.

        Raises LocalError if it ends `attempts` times or takes too long, Stopped if the user asks for the end.
        """
        child = next(child for child in self._children if child.program is program)
        deadline = time.monotonic() + seconds
        tick_seconds = READY_TICK_SECONDS
        while not (child.running and (program.ready is None or program.ready())):
            self._turn(tick_seconds)
            tick_seconds = min(tick_seconds * 1.1, TICK_SECONDS)
            if attempts is not None and child.exits >= attempts:
                raise LocalError(f"{program.name} does not start: see its lines above.")
            if time.monotonic() > deadline:
                raise LocalError(f"{program.name} was not ready after {seconds:.0f} s.")

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let Ctrl-C and SIGTERM raise Stopped at once in work that is done here, between programs."""
        self._interrupting = True
        try:
            self._check_stop()
            yield
        finally:
            self._interrupting = False

    def run(self) -> None:
        """Keep the programs running until somebody asks for the end."""
        with contextlib.suppress(Stopped):
            while True:
                self._turn(TICK_SECONDS)

    def say(self, text: str) -> None:
        """Write a line of our own into the log."""
        self.log.line(NAME, text)

    # --- One turn: output, ends, restarts -------------------------------------------------------------------
    def _turn(self, seconds: float) -> None:
        self._pump(seconds)
        for child in self._children:
            self._notice_end(child)
            if not child.running and time.monotonic() >= child.restart_at:
                self._spawn(child)
        self._check_stop()

    def _pump(self, seconds: float) -> None:
        """Pass on what the programs wrote; wait at most this long for something to happen."""
        for key, _ in self._selector.select(seconds):
            data = b""
            with contextlib.suppress(BlockingIOError):
                data = os.read(key.fd, 65_536)
            if key.data is None:  # our own wake-up pipe
                continue
            child, pipe = key.data
            if not data:
                self._selector.unregister(key.fd)
                pipe.close()
            self._write(child, child.lines.feed(data) if data else child.lines.end())

    def _write(self, child: _Child, lines: list[str]) -> None:
        hide = child.program.hide
        for line in lines:
            if hide is None or not hide.search(line):
                self.log.line(child.program.name, line)

    def _spawn(self, child: _Child) -> None:
        child.process = spawn(child.program, output=subprocess.PIPE)
        child.started_at = time.monotonic()
        pipe = child.process.stdout
        self._selector.register(pipe, selectors.EVENT_READ, (child, pipe))  # type: ignore[arg-type]

    def _notice_end(self, child: _Child) -> None:
        """If the program ended by itself, say so and set the time of its restart."""
        if child.process is None or child.process.poll() is None:
            return
        now = time.monotonic()
        code = child.process.returncode
        _kill_group(child.process.pid)
        child.process = None
        child.exits += 1
        if now - child.started_at > HEALTHY_SECONDS:
            child.delay_seconds = 0.0
        child.delay_seconds = min(max(FIRST_DELAY_SECONDS, child.delay_seconds * 2), LONGEST_DELAY_SECONDS)
        child.restart_at = now + child.delay_seconds
        self.say(f"{child.program.name} ended ({_reason(code)}); again in {child.delay_seconds:.0f} s")

    # --- The end --------------------------------------------------------------------------------------------
    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops_asked += 1
        if self._interrupting:
            raise Stopped

    def _check_stop(self) -> None:
        if self.stops_asked or self.log.broken:
            raise Stopped

    def _end_all(self) -> None:
        """End what leans on the servers, all at once; then the servers, the last started first."""
        self._interrupting = False
        children = [child for child in reversed(self._children) if child.running]
        self._end([child for child in children if not child.program.server])
        for child in children:
            if child.program.server:
                self._end([child])
        while self._selector.select(0):
            self._pump(0)

    def _end(self, children: list[_Child]) -> None:
        """Ask these programs to end, and kill those that have not after the grace.

        Only the main process gets the signal: a worker lets its own children finish what they do. A second
        Ctrl-C ends the patience with programs, never with a server, which writes its data.
        """
        asked_before = self.stops_asked
        for child in children:
            _signal(child, child.program.stop_signal)
        deadline = time.monotonic() + self.grace_seconds
        while running := [child for child in children if not _has_ended(child)]:
            impatient = self.stops_asked > max(asked_before, 1) and not running[0].program.server
            if impatient or time.monotonic() > deadline:
                for child in running:
                    self.say(f"{child.program.name} does not end: killed")
                    _signal(child, signal.SIGKILL)
                deadline = float("inf")
                asked_before = self.stops_asked
            self._pump(READY_TICK_SECONDS)


def _has_ended(child: _Child) -> bool:
    if child.process is None:
        return True
    if child.process.poll() is None:
        return False
    _kill_group(child.process.pid)
    child.process = None
    return True


def _signal(child: _Child, number: signal.Signals) -> None:
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(number)


def _kill_group(pid: int) -> None:
    """Kill what a program that has ended leaves of its own children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
