"""Signs of life: a worker that holds a row says so again and again; when it dies, the row is soon free."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone


def lease_end() -> datetime:
    """Until when a sign of life given now holds."""
    return timezone.now() + timedelta(seconds=settings.VOICECRAFT_LEASE_SECONDS)


@contextmanager
def kept(renew: Callable[[], object]) -> Iterator[None]:
    """Call `renew` in the background, several times a lease, for as long as the block runs."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(settings.VOICECRAFT_LEASE_SECONDS / 4):
                renew()
        finally:
            connection.close()  # this thread's own

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
