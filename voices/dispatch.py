"""Calls to the workers, sent once the rows they are about are committed.

A message carries no work of its own: it is a ticket that lets a worker take the segment whose turn it is. Losing
one or sending one too many does no harm; `recovery` sees to it that there are enough.
"""

from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from redis import Redis

from voices.enums import Lane
from voices.models import VoiceGeneration

TASKS = {Lane.INTERACTIVE: "voices.tasks.speak_interactive", Lane.BULK: "voices.tasks.speak_bulk"}


def segments_on_commit(generation: VoiceGeneration) -> None:
    """Send a ticket for each waiting segment of `generation` when the transaction is through."""
    lanes = list(generation.segments.claimable().values_list("lane", flat=True))
    for lane in Lane:
        if number := lanes.count(lane):
            transaction.on_commit(partial(send_tickets, lane, number))
    if not lanes:
        assembly_on_commit(generation)


def assembly_on_commit(generation: VoiceGeneration) -> None:
    transaction.on_commit(partial(send_assembly, generation.pk))


def send_tickets(lane: Lane, number: int, *, countdown: float = 0) -> None:
    """Let workers of `lane` take `number` segments, `countdown` seconds from now."""
    for _ in range(number):
        current_app.send_task(TASKS[lane], queue=lane.value, countdown=countdown or None)


def send_assembly(generation_id: object) -> None:
    current_app.send_task(
        "voices.tasks.assemble", kwargs={"generation_id": str(generation_id)}, queue="default"
    )


def send_question(segment_id: object, *, countdown: float = 0) -> None:
    """Have a remote engine asked how far it is with a segment, `countdown` seconds from now."""
    current_app.send_task(
        "voices.tasks.ask_for",
        kwargs={"segment_id": str(segment_id)},
        queue="default",
        countdown=countdown or None,
    )


def waiting_tickets(lane: Lane) -> int:
    """How many tickets of `lane` lie in the queue, not yet taken by a worker."""
    with Redis.from_url(settings.REDIS_URL, socket_timeout=5) as redis:
        return int(redis.llen(lane.value))
