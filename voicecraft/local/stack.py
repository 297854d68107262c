"""The whole set of one machine: servers, web, workers, beat; and running it from one command."""

import contextlib
import fcntl
import http.client
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import home
from .home import LocalError
from .log import Log
from .paths import PROJECT_DIR, run_dir, var_dir
from .ports import free_port
from .postgres import Postgres
from .program import Program
from .supervisor import Stopped, Supervisor
from .urls import database_url, redis_url
from .valkey import Valkey

WEB_READY_SECONDS = 120.0
BULK_NICENESS = 19  # a sentence somebody waits for goes before somebody's book
PAYMENTS_PORT = 12111
WEBHOOK_PATH = "/billing/stripe/webhook/"
PYTHON = [sys.executable, "-u"]
# Celery warns in eight lines that root should not run workers. The web server is root's then, too
NO_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"
WORKER_NOISE = re.compile(r"^\s*$|^worker: Warm shutdown")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What the command `up` was asked for. `port` is the one wanted; the next free one is taken."""

    host: str = "127.0.0.1"
    port: int = 8000
    host_header: str = ""
    web_workers: int = 2
    web_threads: int = 8
    greeting: str = ""
    test_payments: bool = False  # a Stripe of one's own, on which no money moves


def run(
    options: Options,
    migrate: Callable[[Say], None],
    seed: Callable[[Say], None],
    sell: Callable[[Say], None],
) -> int:
    """Run everything in the foreground until Ctrl-C or SIGTERM. Returns the exit code.

    `migrate` and `seed` prepare the database once it runs, `sell` puts the plans up for test payments; they get
    a function for what they have to say.
    """
    log = Log()
    supervisor = Supervisor(log)
    try:
        with only_one(var_dir() / "up.lock"), _no_trace_in_temp(), supervisor.watching():
            _start_everything(supervisor, options, migrate, seed)
            if options.test_payments:
                with supervisor.interruptible():
                    sell(supervisor.say)
            supervisor.run()
            log.plain()
            supervisor.say("ending: what runs now is finished first (Ctrl-C again: at once)")
    except Stopped:
        pass
    except LocalError as error:
        log.plain(f"\n{error}")
        return 1
    supervisor.say("ended")
    return 0


def _start_everything(
    supervisor: Supervisor, options: Options, migrate: Callable[[Say], None], seed: Callable[[Say], None]
) -> None:
    for server in embedded_servers(supervisor.say):
        supervisor.start(server)
        supervisor.wait_ready(server)
    with supervisor.interruptible():
        migrate(supervisor.say)
    port = free_port(options.host, options.port)
    if port != options.port:
        supervisor.say(f"port {options.port} is busy: taking {port}")
    os.environ.setdefault("VOICECRAFT_SITE_URL", url_of(options.host, port))
    payments = payments_program(options, port) if options.test_payments else None
    web = web_program(options, port)
    supervisor.start(web, *([payments] if payments else []))
    with supervisor.interruptible():
        seed(supervisor.say)  # while the web server loads its modules on another core
    supervisor.wait_ready(web, WEB_READY_SECONDS, attempts=None)
    supervisor.start(*worker_programs())
    greeting = options.greeting
    if payments:
        supervisor.wait_ready(payments)
        greeting += f"  Test payments:       {os.environ['STRIPE_API_BASE']}/  (no money moves)\n"
    supervisor.log.plain(
        f"\n  VoiceCraft is ready: {url_of(options.host, port)}\n{greeting}  Ctrl-C ends it.\n"
    )


def embedded_servers(say: Say) -> Iterator[Program]:
    """Yield PostgreSQL and Valkey, each unless its URL is set, and put the URLs into the environment.

    A server is prepared when it is asked for, so a caller can start one before the next.
    """
    wants_postgres = not os.environ.get("DATABASE_URL")
    wants_valkey = not os.environ.get("REDIS_URL")
    sockets = run_dir()
    if wants_postgres or wants_valkey:
        data = var_dir() / "postgres"
        home.own_folder(sockets, home.server_account(data))
    if wants_valkey:
        os.environ["REDIS_URL"] = redis_url()
        yield Valkey(var_dir() / "valkey", sockets).prepare()
    if wants_postgres:
        os.environ["DATABASE_URL"] = database_url()
        yield Postgres(data, sockets).prepare(say)


def web_program(options: Options, port: int) -> Program:
    """Return the web server: few processes, each with threads, as requests mostly wait for the database."""
    bind = f"[{options.host}]:{port}" if ":" in options.host else f"{options.host}:{port}"
    return Program(
        name="web",
        command=[
            *PYTHON, "-m", "gunicorn", "voicecraft.wsgi", "--bind", bind, "--worker-class", "gthread",
            "--workers", str(options.web_workers), "--threads", str(options.web_threads),
            "--preload", "--graceful-timeout", "20", "--log-level", "warning",
        ],
        ready=lambda: is_live(options.host, port, options.host_header),
        cwd=str(PROJECT_DIR),
    )  # fmt: skip


def payments_program(options: Options, web_port: int) -> Program:
    """Return the server of test payments, and put what the others need to reach it into the environment."""
    port = free_port(options.host, PAYMENTS_PORT)
    url = url_of(options.host, port).rstrip("/")
    key, secret = "sk_test_local", f"whsec_{secrets.token_hex(16)}"
    os.environ |= {"STRIPE_SECRET_KEY": key, "STRIPE_WEBHOOK_SECRET": secret, "STRIPE_API_BASE": url}
    return Program(
        name="payments",
        command=[
            *PYTHON, "-m", "voicecraft.local.stripe", "--host", options.host, "--port", str(port),
            "--public-url", url, "--key", key, "--secret", secret, "--state", str(var_dir() / "payments.json"),
            "--webhook-url", f"http://{_reachable(options.host)}:{web_port}{WEBHOOK_PATH}",
        ],
        ready=lambda: is_live(options.host, port, path="/"),
        cwd=str(PROJECT_DIR),
    )  # fmt: skip


def worker_programs() -> list[Program]:
    """Return the workers of the three queues, and beat, which puts the periodic tasks into them."""
    cores = str(os.cpu_count() or 1)
    nice = ["nice", "-n", str(BULK_NICENESS)]
    schedule = str(var_dir() / "celerybeat-schedule")
    return [
        _worker(
            "interactive",
            "1",
            env={"VOICECRAFT_ENGINE_THREADS": cores, "VOICECRAFT_WARM_ENGINES": "hibari,kokoro-82m"},
        ),
        _worker("bulk", cores, prefix=nice),
        _worker("default", "1"),
        Program(
            name="beat",
            command=[*_celery(), "beat", "--schedule", schedule, "--pidfile", ""],
            cwd=str(PROJECT_DIR),
        ),
    ]


def _celery() -> list[str]:
    return [*PYTHON, "-m", "celery", "--app", "voicecraft", "--quiet", "--no-color"]


def _worker(
    queue: str, processes: str, prefix: list[str] | None = None, env: dict[str, str] | None = None
) -> Program:
    return Program(
        name=queue,
        command=[
            *(prefix or []), *_celery(), "worker", "--queues", queue, "--concurrency", processes,
            "--hostname", f"{queue}@%h", "--without-gossip", "--without-mingle",
        ],
        env={"PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), NO_ROOT_WARNING]))}
        | (env or {}),
        hide=WORKER_NOISE,
        cwd=str(PROJECT_DIR),
    )  # fmt: skip


def is_live(host: str, port: int, host_header: str = "", path: str = "/health/live") -> bool:
    """Say whether a server answers at `path`: the web server at its health check."""
    connection = http.client.HTTPConnection(_reachable(host).strip("[]"), port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", path, headers={"Host": host_header} if host_header else {})
        return connection.getresponse().status == 200
    return False


def _reachable(host: str) -> str:
    """Return the address by which this machine itself reaches a server that listens on `host`, as in a URL."""
    found = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{found}]" if ":" in found else found


def url_of(host: str, port: int) -> str:
    """Return what to type into the browser of this machine."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1", "") else host  # noqa: S104
    return f"http://{shown}:{port}/"


@contextlib.contextmanager
def _no_trace_in_temp() -> Iterator[None]:
    """Remove the sockets' folder after the servers have ended and taken their sockets with them."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            run_dir().rmdir()


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock of this data folder. Raises LocalError if another `up` holds it.

    The kernel lets go of it however we end.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LocalError(
                f"VoiceCraft already runs from {path.parent} (process {file.read().strip() or 'unknown'})."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
