"""A busy port is passed over."""

import socket

import pytest

from voicecraft.local.home import LocalError
from voicecraft.local.ports import TRIES, free_port


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_the_wanted_port_if_it_is_free(listener):
    port = listener.getsockname()[1]
    listener.close()
    assert free_port("127.0.0.1", port) == port


def test_the_next_one_if_somebody_listens(listener):
    port = listener.getsockname()[1]
    assert port < free_port("127.0.0.1", port) <= port + TRIES


def test_none_left():
    with socket.create_server(("127.0.0.1", 65535)), pytest.raises(LocalError, match="No free port"):
        free_port("127.0.0.1", 65535)
