"""Is this process alive, and are the parts that it stands on there?"""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "redis": _redis}
