"""A free port for the web server."""

import socket

from .home import LocalError

TRIES = 100


def free_port(host: str, wanted: int) -> int:
    """Return `wanted` if nobody listens on it, else the next free port. Raises LocalError if all are busy."""
    for port in range(wanted, min(wanted + TRIES, 65536)):
        if _is_free(host, port):
            return port
    raise LocalError(f"No free port from {wanted} to {wanted + TRIES - 1}: name another with --port.")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the web server does: a port that only waits for old connections to time out counts as free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
