"""Mail about plans and payments, sent once what it tells of has been committed."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from billing.models import Subscription
from billing.money import money
from billing.subscriptions import grace_ends


def payment_failed(subscription: Subscription) -> None:
    """The renewal could not be paid; the plan goes on for the grace."""
    _send(
        subscription.user,
        "payment_failed",
        {"subscription": subscription, "ends_at": grace_ends(subscription)},
    )


def purchase_failed(user: Any, name: str) -> None:
    """The payment for a pack did not arrive after all."""
    _send(user, "purchase_failed", {"name": name})


def plan_changed(subscription: Subscription, *, paid_again: bool = False) -> None:
    """Another plan, or the same one that now ends, goes on, or has ended. `paid_again`: what had failed is paid."""
    _send(subscription.user, "plan_changed", {"subscription": subscription, "paid_again": paid_again})


def receipt(user: Any, cents: int, currency: str, credits: int, url: str | None = None) -> None:
    """So much was paid, so many credits came with it; `url` shows the invoice."""
    _send(user, "receipt", {"amount": money(cents, currency), "credits": credits, "invoice_url": url})


def credits_low(user: Any, left: int) -> None:
    """So many credits are left; what goes beyond the plan soon cannot be paid."""
    _send(user, "credits_low", {"left": left, "pricing_url": _absolute("billing:pricing")})


def _absolute(name: str) -> str:
    return settings.VOICECRAFT_SITE_URL.rstrip("/") + reverse(name)


def _send(user: Any, name: str, context: Mapping[str, Any]) -> None:
    """Send the two templates of this name. The texts are made now, as they tell of what is so now."""
    whole = {
        "user": user,
        "billing_url": _absolute("billing:account"),
        "site_url": settings.VOICECRAFT_SITE_URL,
        **context,
    }
    subject = " ".join(render_to_string(f"billing/email/{name}_subject.txt", whole).split())
    body = render_to_string(f"billing/email/{name}_message.txt", whole)
    transaction.on_commit(partial(send_mail, subject, body, None, [user.email]), robust=True)
