"""A program of the local set: what to run, as whom, and how it is told to stop."""

import functools
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

SIGNAL_NAMES = {signal.SIGTERM: "TERM", signal.SIGINT: "INT"}


@dataclass(frozen=True)
class Account:
    """The user a program runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """One long-running program.

    `ready` is asked until it says yes, where others wait for this one. `account` is None for our own user.
    A `server` is what the other programs lean on: it ends after them. Lines that match `hide` are not shown.
    """

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    ready: Callable[[], bool] | None = None
    cwd: str | None = None
    server: bool = False
    hide: re.Pattern[str] | None = None


@functools.cache
def _parent_death_prefix() -> list[str]:
    """Return `setpriv --pdeathsig` where this system's setpriv knows it (util-linux), else nothing."""
    setpriv = shutil.which("setpriv", path=os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/bin")
    if not setpriv:
        return []
    probe = subprocess.run([setpriv, "--pdeathsig", "TERM", "--", "true"], capture_output=True, check=False)
    return [setpriv, "--pdeathsig"] if probe.returncode == 0 else []


def dying_with_parent(command: list[str], stop_signal: signal.Signals) -> list[str]:
    """Return the command wrapped so that the kernel sends `stop_signal` to it when its parent dies.

    The kernel takes the *thread* that forked for the parent: start programs from the main thread only.
    """
    prefix = _parent_death_prefix()
    return [*prefix, SIGNAL_NAMES[stop_signal], "--", *command] if prefix else command


def account_options(account: Account | None) -> dict[str, Any]:
    """Return the options of subprocess that make a command run as this account, without root's groups."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def spawn(program: Program, output: int | None = None) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, so that the terminal's Ctrl-C reaches only its parent."""
    return subprocess.Popen(
        dying_with_parent(program.command, program.stop_signal),
        env={**os.environ, **program.env},
        cwd=program.cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
        **account_options(program.account),
    )
