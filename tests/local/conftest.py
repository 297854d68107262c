"""Folders for servers."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def folder():
    """A folder that PostgreSQL's user can enter, as pytest's own are private; with spaces and a quote."""
    path = Path(tempfile.mkdtemp(prefix="voice craft's ", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)
