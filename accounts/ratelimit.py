"""A counter in the shared cache: how often somebody did something within a fixed window of time."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def remaining_after(key: str, *, limit: int, seconds: int) -> int:
    """Count one more of `key` and say how many of `limit` are left in this window of so many `seconds`.

    Negative when it was one too many.
    """
    name = f"rate:{key}"
    cache.add(name, 0, seconds)
    return limit - int(cache.incr(name))


def client_address(request: HttpRequest) -> str:
    """The address a request came from, past as many proxies as this installation stands behind."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if 0 < settings.TRUSTED_PROXY_COUNT <= len(hops):
        return hops[-settings.TRUSTED_PROXY_COUNT]
    return str(request.META.get("REMOTE_ADDR", ""))
