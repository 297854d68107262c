"""What the workers run. Each names its queue; each calls a service and holds no rule of its own."""

from uuid import UUID

from celery import shared_task

from billing import banner, changes, events


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
