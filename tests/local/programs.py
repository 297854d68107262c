"""Small programs for the supervisor's tests, and looking at what runs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HAS_PROC = Path("/proc/self/environ").exists()


def wait_for(condition: Callable[[], object], seconds: float = 20):
    """Return what the condition gives once it is true; fail after this many seconds."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return result


def marked_processes(mark: str, home: Path | None = None) -> list[int]:
    """Return the live processes whose environment holds this mark: children inherit it, wherever they go.

    The servers write their titles over their environment; they are known by working below `home`.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            cwd = (folder / "cwd").readlink() if home else None
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        ours = mark.encode() in environment or (cwd is not None and cwd.is_relative_to(home))
        if ours and state != "Z":
            found.append(int(folder.name))
    return sorted(found)


def program_of(pid: int) -> str:
    """Return the name of the program of a process; empty if it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def start_script(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Run Python code in a process of its own, as `manage.py up` would be, its output in a pipe."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
