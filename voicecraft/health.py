"""Is this process alive, and are the parts that it stands on there?"""

import logging
from collections.abc import Callable
from functools import partial

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voicecraft import heartbeat

log = logging.getLogger(__name__)


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The web process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Each part with "ok" or "down"; 503 when one is down. What went wrong stands in the log, not here."""
    parts = {name: "ok" if _works(name, check) else "down" for name, check in CHECKS.items()}
    healthy = set(parts.values()) == {"ok"}
    return JsonResponse(
        {"status": "healthy" if healthy else "unhealthy", "parts": parts}, status=200 if healthy else 503
    )


def _works(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        log.exception("health: %s is down", name)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis() -> None:
    cache.set("health", "ok", 10)
    if cache.get("health") != "ok":
        raise RuntimeError("the cache does not keep what it is given")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError(f"not applied: {', '.join(str(migration) for migration, _backwards in missing)}")


def _storage() -> None:
    name = default_storage.save("health", ContentFile(b"ok"))
    default_storage.delete(name)


def _worker(queue: str) -> None:
    if not heartbeat.is_alive(queue):
        raise RuntimeError(f"no worker of the queue {queue} has given a sign of life lately")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "redis": _redis,
    "migrations": _migrations,
    "storage": _storage,
    **{f"worker_{queue}": partial(_worker, queue) for queue in ("interactive", "bulk", "default")},
}
