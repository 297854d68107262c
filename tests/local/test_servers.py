"""The embedded servers for real: data that last, starts after every kind of end, as root and not."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests.local.programs import HAS_PROC, ROOT, start_script, wait_for
from tests.local.runs import SERVE, Servers
from voicecraft.local import home
from voicecraft.local.home import LocalError
from voicecraft.local.postgres import Postgres
from voicecraft.local.program import Account, account_options
from voicecraft.local.urls import broker_url

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


@pytest.fixture
def servers(folder):
    servers = Servers(folder / "var")
    yield servers
    servers.clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_data_last_over_an_end_and_over_kill_9(servers, number):
    servers.start()
    servers.execute("CREATE TABLE kept AS SELECT 41 AS number")
    servers.queue.set("kept", "42")
    assert servers.queue.get("kept") == b"42"
    if number == signal.SIGKILL:
        wait_for(lambda: servers.queue.info("persistence")["aof_last_write_status"] == "ok")
    servers.stop(number)
    servers.start()
    assert servers.execute("SELECT number FROM kept") == [(41,)]
    assert servers.queue.get("kept") == b"42"
    assert servers.stop() == 0


@pytest.mark.skipif(not HAS_PROC, reason="finds the servers in /proc")
def test_killed_servers_come_back_with_their_data(servers):
    servers.start()
    servers.execute("CREATE TABLE kept AS SELECT 41 AS number")
    servers.queue.set("kept", "42")
    wait_for(lambda: servers.queue.info("persistence")["aof_pending_bio_fsync"] == 0)
    victims = [*servers.pids("postgres"), *servers.pids("valkey-server")]
    assert len(victims) >= 2
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: _answer(servers), seconds=30) == ([(41,)], b"42")
    assert not set(victims) & set(servers.processes())
    servers.stop()


def _answer(servers):
    try:
        return servers.execute("SELECT number FROM kept"), servers.queue.get("kept")
    except (psycopg.OperationalError, redis.ConnectionError):
        return None


def test_extensions_that_the_product_uses(servers):
    servers.start()
    for name in ("pg_trgm", "unaccent", "citext", "btree_gin"):
        servers.execute(f"CREATE EXTENSION {name}")
    assert servers.execute(
        "SELECT datcollate, datlocprovider::text FROM pg_database WHERE datname='voicecraft'"
    ) == [("C", "b")]
    servers.stop()


def test_a_stale_pid_file_does_not_stop_the_next_start(servers):
    """After a power cut the number in the file can belong to any program; here, to this test."""
    servers.start()
    servers.execute("CREATE TABLE kept AS SELECT 41 AS number")
    servers.stop()
    pid_file = servers.var / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1700000000\n5432\n{servers.sockets}\n\n\nready\n")
    lock = servers.sockets / ".s.PGSQL.5432.lock"
    lock.write_text(pid_file.read_text())
    account = home.server_account(servers.var / "postgres")
    if account:
        os.chown(pid_file, account.uid, account.gid)
        os.chown(lock, account.uid, account.gid)
    servers.start()
    assert servers.execute("SELECT number FROM kept") == [(41,)]
    servers.stop()


def test_servers_that_a_killed_supervisor_left_are_ended_first(servers):
    """As on macOS, where no kernel ends children with their parent."""
    no_tie = "from voicecraft.local import program\nprogram._parent_death_prefix = list\n"
    process = start_script(no_tie + SERVE, **servers.environment)
    assert wait_for(process.stdout.readline) == "serving\n"
    process.kill()
    process.wait()
    left = [*servers.pids("postgres"), *servers.pids("valkey-server")]
    servers.execute("CREATE TABLE kept AS SELECT 41 AS number")
    servers.start()
    assert servers.execute("SELECT number FROM kept") == [(41,)]
    assert not set(left) & set(servers.processes())
    servers.stop()


def test_sockets_are_private(servers):
    servers.start()
    assert oct(servers.sockets.stat().st_mode)[-3:] == "700"
    assert servers.execute("SHOW listen_addresses") == [("",)]
    assert len(os.fsencode(servers.sockets / ".s.PGSQL.5432.lock")) < 104
    servers.stop()


def test_somebody_elses_socket_folder_is_not_used(servers, folder):
    """Whoever knows the name could make the folder first, and listen in our place. Root takes it back."""
    servers.sockets.symlink_to(folder)
    output = start_script(SERVE, **servers.environment, STOP="1").communicate(timeout=60)[0]
    if os.geteuid() == 0:
        assert output == "serving\n"
        assert not servers.sockets.is_symlink()
    else:
        servers.sockets.unlink()
        assert "belongs to somebody else" in output
    assert [path.name for path in folder.iterdir() if path != servers.var] == []


@AS_ROOT
def test_root_gives_postgres_to_an_unprivileged_user(servers):
    servers.start()
    postmaster = servers.pids("postgres")[0]
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{postmaster}/status").read_text().splitlines()
    )
    assert status["Uid"].split()[0] == str((servers.var / "postgres").stat().st_uid) != "0"
    assert status["Groups"].split() == []
    assert status["CapEff"] == "0" * 16
    servers.stop()


@AS_ROOT
def test_root_with_a_folder_nobody_else_can_enter(folder):
    """As below /root: the data go outside, the link in var/ says where, and the next start finds them."""
    folder.chmod(0o700)
    servers = Servers(folder / "var")
    try:
        servers.start()
        outside = (servers.var / home.OUTSIDE_LINK).resolve()
        assert f"data in {outside / 'postgres'}" in servers.output
        servers.execute("CREATE TABLE kept AS SELECT 41 AS number")
        servers.stop()
        servers.start()
        assert servers.execute("SELECT number FROM kept") == [(41,)]
        servers.stop()
    finally:
        servers.clean()


@AS_ROOT
def test_a_package_that_the_user_cannot_reach_is_copied_with_its_libraries(folder, monkeypatch):
    monkeypatch.setenv("VOICECRAFT_VAR_DIR", str(folder / "var"))
    hidden = folder / "hidden"
    (hidden / "package" / "bin").mkdir(parents=True)
    (hidden / "package" / "__init__.py").touch()
    (hidden / "package" / "bin" / "server").symlink_to("/bin/true")
    (hidden / "package.libs").mkdir()
    (hidden / "package.libs" / "library.so").touch()
    nobody = Account(65534, 65534)
    hidden.chmod(0o755)
    assert home.reachable_copy(hidden / "package", "bin/server", nobody) == hidden / "package"
    hidden.chmod(0o700)
    copy = home.reachable_copy(hidden / "package", "bin/server", nobody)
    try:
        assert copy.parent.parent == (folder / "var" / home.OUTSIDE_LINK).resolve()
        assert sorted(path.name for path in copy.parent.iterdir()) == ["package", "package.libs"]
        assert home.can_reach(copy / "bin/server", nobody)
        assert home.reachable_copy(hidden / "package", "bin/server", nobody) == copy
    finally:
        shutil.rmtree(copy.parent.parent)


@AS_ROOT
def test_an_ordinary_user_runs_them_as_himself(folder):
    nobody = pwd.getpwnam("nobody")
    account = Account(nobody.pw_uid, nobody.pw_gid)
    if not home.can_reach(Path(sys.executable).resolve(), account):
        pytest.skip("this Python lies where an ordinary user cannot reach it")
    os.chown(folder, account.uid, account.gid)
    result = subprocess.run(
        check=False,
        args=[sys.executable, "-c", SERVE],
        cwd=ROOT,
        env={
            **os.environ,
            "VOICECRAFT_VAR_DIR": str(folder / "var"),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "STOP": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        **account_options(account),
    )
    assert (result.stdout, result.returncode) == ("serving\n", 0), result.stderr
    assert (folder / "var" / "postgres").stat().st_uid == account.uid


@AS_ROOT
def test_data_of_another_user_are_refused_with_a_reason(servers, monkeypatch):
    servers.start()
    servers.stop()
    monkeypatch.setattr(home, "server_account", lambda _: None)  # as if we were an ordinary user
    with pytest.raises(LocalError, match="start as that user"):
        Postgres(servers.var / "postgres", servers.sockets).prepare()


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("unix:///tmp/x/valkey.sock?db=0", "redis+socket:///tmp/x/valkey.sock?virtual_host=0"),
        ("unix:///tmp/x/valkey.sock?db=3", "redis+socket:///tmp/x/valkey.sock?virtual_host=3"),
        ("unix:///tmp/x/valkey.sock", "redis+socket:///tmp/x/valkey.sock?virtual_host=0"),
        ("redis://user:secret@host:6379/1", "redis://user:secret@host:6379/1"),
    ],
)
def test_broker_url(url, broker):
    assert broker_url(url) == broker
