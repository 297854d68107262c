"""What every page may have to say about payments."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from billing import banner, usage


def payments(request: HttpRequest) -> dict[str, object]:
    """`payment_failed`: whether this user's last payment did. Asked only by pages that show it."""
    user = getattr(request, "user", None)
    return {
        "payment_failed": SimpleLazyObject(
            lambda: bool(user and user.is_authenticated and banner.is_shown(user.pk))
        )
    }


def credit_meter(request: HttpRequest) -> dict[str, object]:
    """`credit_meter`: what this user has left. Two queries, and only where a page shows it."""
    user = getattr(request, "user", None)
    return {
        "credit_meter": SimpleLazyObject(
            lambda: usage.meter_of(user) if user and user.is_authenticated else None
        )
    }
