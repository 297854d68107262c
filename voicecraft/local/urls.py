"""The addresses of the embedded servers: what DATABASE_URL and REDIS_URL are when nobody sets them.

They follow from the data folder alone, so that `manage.py shell` in a second terminal finds the servers which
`manage.py up` runs in the first. Nothing here opens a file or a socket.
"""

from pathlib import Path
from urllib.parse import quote

from .paths import run_dir

DATABASE_NAME = "voicecraft"
PORT = "5432"  # no port is opened: the number is part of the socket's name
VALKEY_SOCKET_NAME = "valkey.sock"


def database_url(sockets: Path | None = None) -> str:
    """Return the URL of the embedded PostgreSQL whose socket lies in the folder `sockets`."""
    folder = quote(str(sockets or run_dir()), safe="")
    return f"postgres://postgres@/{DATABASE_NAME}?host={folder}&port={PORT}"


def redis_url(sockets: Path | None = None) -> str:
    """Return the URL of the embedded Valkey, in redis-py's form (`unix:///path?db=0`)."""
    return f"unix://{quote(str((sockets or run_dir()) / VALKEY_SOCKET_NAME))}?db=0"


def broker_url(url: str) -> str:
    """Return the Celery (kombu) form of a redis-py URL: kombu says `redis+socket` and `virtual_host`."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    options = dict(part.partition("=")[::2] for part in query.split("&") if part)
    return f"redis+socket://{path}?virtual_host={options.get('db', '0')}"
