"""A sign of life from each worker, for `/health`: a cache key per queue that vanishes when nobody renews it.

It is given by the worker's own main process, which goes on while its children speak a long script.
"""

import logging
from typing import Any

from celery import bootsteps
from django.core.cache import cache

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
ALIVE_SECONDS = 35  # three may be missed


class Heartbeat(bootsteps.StartStopStep):
    """Part of a Celery worker, from its start to its end."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self.timer: Any = None

    def start(self, parent: Any) -> None:
        queues = [str(name) for name in parent.app.amqp.queues.consume_from]
        beat(queues)
        self.timer = parent.timer.call_repeatedly(EVERY_SECONDS, beat, (queues,))

    def stop(self, parent: Any) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None


def beat(queues: list[str]) -> None:
    """Say that somebody works on these queues."""
    try:
        cache.set_many({_key(queue): True for queue in queues}, ALIVE_SECONDS)
    except Exception:  # the worker itself goes on without
        log.warning("no heartbeat: the cache cannot be reached")


def is_alive(queue: str) -> bool:
    """Has a worker of that queue given a sign of life lately?"""
    return cache.get(_key(queue)) is True


def _key(queue: str) -> str:
    return f"heartbeat:{queue}"
