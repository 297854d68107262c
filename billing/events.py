"""Events from the payment service: each handled once, kept with its error where that fails, and tried again."""

import traceback
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing.customers import owner_of, take_turns
from billing.enums import EventState
from billing.exceptions import PaymentError
from billing.handlers import HANDLERS, Handling
from billing.models import SubscriptionEvent
from billing.webhooks import enqueue

MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)  # doubles with each attempt: the last is made after about a day
ERROR_LENGTH = 4_000
AT_ONCE = 50


def handle(pk: Any) -> SubscriptionEvent | None:
    """Do what the event asks for, in one transaction with its state. What was handled before stays so.

    An exception is kept with the event, which the sweep then tries again.
    """
    event = SubscriptionEvent.objects.waiting().filter(pk=pk).first()
    if event is None:
        return None
    try:
        return _handle(event)
    except Exception as error:
        _note_failure(event, error)
        event.refresh_from_db()
        return event


def sweep() -> int:
    """Handle what a crash or a failure left: see `due`. Returns how many were handled successfully."""
    handled = 0
    for pk in due():
        event = handle(pk)
        if event is not None and event.state == EventState.HANDLED:
            handled += 1
    return handled


def due() -> list[Any]:
    """The ids of events that wait for longer than a worker needs, or whose next attempt has come."""
    now = timezone.now()
    waiting = SubscriptionEvent.objects.waiting().filter(
        attempts__lt=MOST_ATTEMPTS, updated_at__lt=now - FIRST_WAIT
    )
    rows = waiting.values_list("pk", "attempts", "updated_at")
    return [pk for pk, attempts, updated_at in rows if updated_at < now - _wait(attempts)][:AT_ONCE]


def replay(event: SubscriptionEvent) -> None:
    """Handle the event once more from the start, at the wish of staff. What it granted is not granted again."""
    with transaction.atomic():
        event.state, event.attempts, event.error = EventState.RECEIVED, 0, ""
        event.save(update_fields=["state", "attempts", "error", "updated_at"])
        enqueue(event)


def _wait(attempts: int) -> timedelta:
    return FIRST_WAIT * 2 ** max(attempts - 1, 0)


@transaction.atomic
def _handle(event: SubscriptionEvent) -> SubscriptionEvent:
    thing: dict[str, Any] = event.metadata["data"]["object"]
    customer = thing["id"] if thing["object"] == "customer" else thing.get("customer")
    take_turns(customer or event.event_id)
    event = SubscriptionEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.state not in (EventState.RECEIVED, EventState.FAILED):
        return event  # somebody else was faster
    event.user = event.user or owner_of(customer, (thing.get("metadata") or {}).get("user"))
    handling = Handling(event, thing, customer)
    HANDLERS[event.event_type](handling)
    event.user = event.user or handling.user
    event.plan_key, event.status = handling.plan_key, handling.status
    event.notes = "\n".join(handling.notes)
    event.state, event.error, event.handled_at = EventState.HANDLED, "", timezone.now()
    event.attempts += 1
    event.save()
    return event


def _note_failure(event: SubscriptionEvent, error: Exception) -> None:
    """Keep the traceback. What Stripe could not answer just now says so in one line."""
    text = str(error) if isinstance(error, PaymentError) else "".join(traceback.format_exception(error))
    SubscriptionEvent.objects.waiting().filter(pk=event.pk).update(
        state=EventState.FAILED,
        attempts=F("attempts") + 1,
        error=text[-ERROR_LENGTH:],
        updated_at=timezone.now(),
    )
