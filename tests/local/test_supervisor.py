"""The supervisor: order, restarts, an orderly end, no orphans. Its programs here are a few lines each."""

import os
import signal
import sys
import uuid

import pytest

from tests.local.programs import HAS_PROC, marked_processes, start_script, wait_for

# Each program writes its name into the file of events when it starts and when it is told to end
RUNNER = """
import os, sys
from voicecraft.local.program import Program
from voicecraft.local.supervisor import Supervisor
events = sys.argv[1]
def program(name, code="", **options):
    body = f'''
import os, signal, sys, time
def note(what):
    with open({events!r}, "a") as file:
        file.write("{name} " + what + chr(10))
def end(*_):
    note("end")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
note("start")
print("{name} speaks")
{code}
while True:
    time.sleep(0.05)
'''
    return Program(name, [sys.executable, "-u", "-c", body], **options)
supervisor = Supervisor(grace_seconds=float(os.environ.get("GRACE", "10")))
with supervisor.watching():
    SETUP
    supervisor.run()
"""


def runner(setup: str) -> str:
    return RUNNER.replace("SETUP", setup.strip().replace("\n", "\n    "))


@pytest.fixture
def mark():
    """A mark that every process of the test carries; what still runs at the end is killed."""
    value = f"VOICECRAFT_MARK={uuid.uuid4().hex}"
    yield value
    if HAS_PROC:
        for pid in marked_processes(value):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events"
    path.touch()
    return path


def run(setup: str, events, mark: str, **environment: str):
    name, _, value = mark.partition("=")
    return start_script(runner(setup), events, **{name: value}, **environment)


def lines(events) -> list[str]:
    return events.read_text().splitlines()


THREE = """
first, second, third = program("first", server=True), program("second", server=True), program("third")
supervisor.start(first, second, third)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_ends_in_reverse_order(number, events, mark):
    process = run(THREE, events, mark)
    wait_for(lambda: len(lines(events)) == 3)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert lines(events)[3:] == ["third end", "second end", "first end"]
    assert sorted(output.splitlines()) == [
        "first      | first speaks",
        "second     | second speaks",
        "third      | third speaks",
    ]


def test_ctrl_c_of_the_terminal_reaches_no_program(events, mark):
    """The terminal signals the whole foreground group: programs are not in it, so the order holds."""
    process = run(THREE, events, mark)
    wait_for(lambda: len(lines(events)) == 3)
    groups = {os.getpgid(pid) for pid in marked_processes(mark) if pid != process.pid}
    assert len(groups) == 3
    assert os.getpgid(process.pid) not in groups
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def test_a_crash_is_mended_with_growing_delays(events, mark):
    process = run('supervisor.start(program("weak", "sys.exit(3)"), program("well"))', events, mark)
    wait_for(lambda: lines(events).count("weak start") == 3)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    ours = [line for line in output.splitlines() if line.startswith("voicecraft")]
    assert ours[:2] == [
        "voicecraft | weak ended (exit code 3); again in 1 s",
        "voicecraft | weak ended (exit code 3); again in 2 s",
    ]
    assert lines(events).count("well start") == 1


STUBBORN = """
ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN); note('deaf')"
supervisor.start(program("stubborn", ignore))
"""


def test_a_program_that_does_not_end_is_killed_after_the_grace(events, mark):
    process = run(STUBBORN, events, mark, GRACE="0.5")
    wait_for(lambda: "stubborn deaf" in lines(events))
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert output.splitlines()[-1] == "voicecraft | stubborn does not end: killed"
    assert marked_processes(mark) == []


def test_a_second_ctrl_c_does_not_wait(events, mark):
    process = run(STUBBORN, events, mark, GRACE="600")
    wait_for(lambda: "stubborn deaf" in lines(events))
    process.send_signal(signal.SIGINT)
    with pytest.raises(AssertionError):
        wait_for(lambda: process.poll() is not None, seconds=1)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert output.splitlines()[-1] == "voicecraft | stubborn does not end: killed"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_kill_9_leaves_no_orphans(events, mark):
    process = run(THREE, events, mark)
    wait_for(lambda: len(lines(events)) == 3)
    assert len(marked_processes(mark)) == 4
    process.kill()
    process.communicate(timeout=20)
    wait_for(lambda: marked_processes(mark) == [])


@pytest.mark.skipif(not HAS_PROC, reason="looks into /proc")
def test_grandchildren_of_a_crashed_program_go_with_it(events, mark):
    setup = """
crash = "import subprocess; subprocess.Popen(['sleep', '600']); os._exit(1)"
supervisor.start(program("parent", crash))
"""
    process = run(setup, events, mark)
    wait_for(lambda: len(lines(events)) == 2)  # it crashed once, and was started again
    wait_for(lambda: len(marked_processes(mark)) == 1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert marked_processes(mark) == []


def test_ready_or_not(events, mark):
    setup = """
wait = program("server", server=True, ready=lambda: os.path.exists(events + ".ready"))
supervisor.start(wait)
supervisor.start(program("opener", f"time.sleep(0.3); open({events + '.ready'!r}, 'w').close()"))
supervisor.wait_ready(wait)
supervisor.start(program("user"))
"""
    process = run(setup, events, mark)
    wait_for(lambda: "user start" in lines(events))
    assert lines(events).index("user start") > lines(events).index("opener start")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_a_server_that_never_starts_is_an_error(events, mark):
    setup = """
from voicecraft.local.home import LocalError
broken = program("broken", "sys.exit(1)", ready=lambda: False)
supervisor.start(broken)
try:
    supervisor.wait_ready(broken, attempts=1)
except LocalError as error:
    print(error)
    sys.exit(1)
"""
    process = run(setup, events, mark)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert output.splitlines()[-1] == "broken does not start: see its lines above."


def test_a_closed_output_ends_it(events, mark):
    """`make run | head`: nobody reads any more."""
    process = run(
        'supervisor.start(program("talker", "while True: print(1); time.sleep(0.01)"))', events, mark
    )
    wait_for(lambda: lines(events) == ["talker start"])
    process.stdout.close()
    process.wait(20)
    assert lines(events) == ["talker start", "talker end"]
