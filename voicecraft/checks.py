"""What must not be so in production. These run at every start and stop it."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

MIN_SECRET_LENGTH = 40


@register()
def safe_for_production(app_configs: Any, **kwargs: Any) -> list[Error]:
    """With DEBUG off: a real secret, named hosts, no test engine."""
    if settings.DEBUG:
        return []
    errors = []
    if len(settings.SECRET_KEY) < MIN_SECRET_LENGTH:
        errors.append(
            Error(
                f"SECRET_KEY needs at least {MIN_SECRET_LENGTH} characters with DEBUG off.",
                id="voicecraft.E001",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        errors.append(
            Error("ALLOWED_HOSTS must name the hosts that this is served from.", id="voicecraft.E002")
        )
    if settings.VOICECRAFT_TEST_ENGINE:
        errors.append(Error("VOICECRAFT_TEST_ENGINE is for tests only.", id="voicecraft.E003"))
    return errors + _payment_errors()


def _payment_errors() -> list[Error]:
    """A real key belongs to the real Stripe, whose webhooks must be verified."""
    errors = []
    if settings.VOICECRAFT_TEST_PAYMENTS or settings.STRIPE_API_BASE:
        errors.append(
            Error(
                "VOICECRAFT_TEST_PAYMENTS and STRIPE_API_BASE are for development only.", id="voicecraft.E004"
            )
        )
    if settings.STRIPE_SECRET_KEY and not settings.STRIPE_WEBHOOK_SECRET:
        errors.append(Error("STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET.", id="voicecraft.E005"))
    if settings.STRIPE_SECRET_KEY and not settings.VOICECRAFT_SITE_URL:
        errors.append(
            Error("STRIPE_SECRET_KEY needs VOICECRAFT_SITE_URL, for links in mails.", id="voicecraft.E006")
        )
    return errors
