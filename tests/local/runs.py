"""Runs of the embedded servers, one after another, on one data folder."""

import os
import shutil
import signal
import uuid
from pathlib import Path

import psycopg
import redis

from tests.local.programs import HAS_PROC, marked_processes, program_of, start_script, wait_for
from voicecraft.local import home
from voicecraft.local.urls import database_url, redis_url

# As `up` does it, without the rest: servers of one data folder until a signal comes
SERVE = """
import os, sys
from pathlib import Path
from voicecraft.local import stack
from voicecraft.local.home import LocalError
from voicecraft.local.supervisor import Supervisor
supervisor = Supervisor()
try:
    with supervisor.watching():
        for server in stack.embedded_servers(supervisor.say):
            supervisor.start(server)
            supervisor.wait_ready(server)
        print("serving")
        if not os.environ.get("STOP"):
            supervisor.run()
except LocalError as error:
    sys.exit(str(error))
"""


class Servers:
    """One run after another of the servers on one data folder."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.mark = f"VOICECRAFT_MARK={uuid.uuid4().hex}"
        code = "from voicecraft.local.paths import run_dir; print(run_dir())"
        self.sockets = Path(start_script(code, **self.environment).communicate()[0].strip())
        self.process = None
        self.output = ""

    @property
    def environment(self) -> dict[str, str]:
        name, _, value = self.mark.partition("=")
        return {"VOICECRAFT_VAR_DIR": str(self.var), "DATABASE_URL": "", "REDIS_URL": "", name: value}

    def start(self) -> None:
        self.process = start_script(SERVE, **self.environment)
        self.output = ""
        while "serving" not in self.output:
            line = self.process.stdout.readline()
            assert line, f"the servers did not start:\n{self.output}"
            self.output += line

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        if HAS_PROC:
            wait_for(lambda: self.processes() == [], 60)  # workers finish what they do first
        return self.process.returncode

    def execute(self, sql: str):
        with psycopg.connect(database_url(self.sockets)) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else None

    @property
    def queue(self) -> redis.Redis:
        return redis.Redis.from_url(redis_url(self.sockets))

    def processes(self) -> list[int]:
        return marked_processes(self.mark, home=self.var)

    def pids(self, name: str) -> list[int]:
        """Return the processes of this run whose program has this name."""
        return [pid for pid in self.processes() if program_of(pid) == name]

    def clean(self) -> None:
        for pid in self.processes() if HAS_PROC else []:
            os.kill(pid, signal.SIGKILL)
        outside = self.var / home.OUTSIDE_LINK
        if outside.is_symlink():
            shutil.rmtree(outside.resolve())
        shutil.rmtree(self.sockets, ignore_errors=True)
