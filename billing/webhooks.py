"""What Stripe sends: verified, then stored under its own id, then handled by a worker."""

from datetime import UTC, datetime

from django.db import transaction

from billing import stripe_api
from billing.enums import BillingSource, EventState
from billing.handlers import HANDLERS
from billing.models import SubscriptionEvent


@transaction.atomic
def receive(body: bytes, signature: str) -> SubscriptionEvent:
    """Store the event, once however often it comes, and have it handled after the commit.

    BadSignature where it is not Stripe's. What can be done about a type that means nothing here: nothing.
    """
    payload = stripe_api.verify(body, signature)
    event, is_new = SubscriptionEvent.objects.get_or_create(
        event_id=payload["id"],
        defaults={
            "source": BillingSource.STRIPE,
            "event_type": payload["type"][:100],
            "occurred_at": datetime.fromtimestamp(payload["created"], UTC),
            "metadata": payload,
            "state": EventState.RECEIVED if payload["type"] in HANDLERS else EventState.IGNORED,
        },
    )
    if is_new and event.state == EventState.RECEIVED:
        enqueue(event)
    return event


def enqueue(event: SubscriptionEvent) -> None:
    """Have a worker handle the event once this transaction has committed; if the queue is down, the sweep will."""
    from billing.tasks import handle_event  # tasks call the services, and this one is called by one

    transaction.on_commit(lambda: handle_event.delay(event_id=str(event.pk)), robust=True)
