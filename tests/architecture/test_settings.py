"""Every variable is explained, and unsafe settings stop the start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAFE = {
    "DEBUG": "false",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "voice.example.com",
    "VOICECRAFT_TEST_ENGINE": "false",
}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **SAFE, **changes}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_example_names_every_variable_and_no_other():
    sources = [
        (ROOT / "voicecraft/settings.py").read_text(),
        (ROOT / "voicecraft/local/paths.py").read_text(),
    ]
    reading = re.compile(r'(?:env\.\w+|os\.environ\.get)\(\s*"([A-Z_0-9]+)"')
    read = {name for source in sources for name in reading.findall(source)}
    explained = set(re.findall(r"^(?:# )?([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read == explained


def test_the_example_itself_can_be_used():
    lines = re.findall(r"^([A-Z_0-9]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M)
    assert check(**dict(lines)).returncode == 0


def test_safe_settings_start():
    assert check().returncode == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"VOICECRAFT_TEST_ENGINE": "true"}, "VOICECRAFT_TEST_ENGINE"),
        ({"VOICECRAFT_TEST_PAYMENTS": "true"}, "VOICECRAFT_TEST_PAYMENTS"),
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, "STRIPE_WEBHOOK_SECRET"),
    ],
)
def test_unsafe_settings_do_not_and_say_why(changes, reason):
    refused = check(**changes)
    assert refused.returncode != 0
    assert reason in refused.stderr
