"""What the workers run. Each names its queue; each calls a service and holds no rule of its own."""

import logging
from uuid import UUID

from celery import shared_task

from billing import audit, banner, changes, events, reminders, stripe_api
from billing.exceptions import PaymentError

log = logging.getLogger(__name__)


@shared_task(queue="default")
def handle_event(*, event_id: str) -> None:
    """Do what an event from the payment service asks for."""
    events.handle(UUID(event_id))


@shared_task(queue="default")
def sweep_events() -> None:
    """Handle the events that a crash or a failure left."""
    events.sweep()


@shared_task(queue="default")
def end_unpaid() -> None:
    """End the plans that were not paid for in time; the pages of the others go on saying so."""
    changes.end_unpaid()
    banner.heal()


@shared_task(queue="default", autoretry_for=(PaymentError,), retry_backoff=30, max_retries=12)
def end_subscription(*, stripe_id: str) -> None:
    """End what somebody paid for whose account is gone; a Stripe that is down is asked again for about a day."""
    stripe_api.end_now(stripe_id)


@shared_task(queue="default")
def tell_of_low_credits() -> None:
    """Say to users that their credits run out."""
    reminders.tell_of_low_credits()


@shared_task(queue="default")
def audit_credits() -> None:
    """Say so where the books do not agree."""
    for fault in audit.faults():
        log.error("the books are wrong: %s", fault)
