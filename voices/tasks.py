"""What the workers run. Each names its queue; each calls a service and holds no rule of its own."""

from uuid import UUID

from celery import shared_task

from voices import assembly, leaving, library, objects, recovery, speaking, tryout
from voices.enums import Lane
from voices.models import Segment

# A call of an engine that hangs is interrupted, and if that does not help, its process is ended and replaced.
SPEAK_SOFT_SECONDS, SPEAK_HARD_SECONDS = 180, 200


@shared_task(queue="interactive", soft_time_limit=SPEAK_SOFT_SECONDS, time_limit=SPEAK_HARD_SECONDS)
def speak_interactive() -> None:
    """Take one turn at what somebody is waiting for."""
    speaking.speak_next(Lane.INTERACTIVE)


@shared_task(queue="bulk", soft_time_limit=SPEAK_SOFT_SECONDS, time_limit=SPEAK_HARD_SECONDS)
def speak_bulk() -> None:
    """Take one turn at long scripts."""
    speaking.speak_next(Lane.BULK)


@shared_task(queue="interactive", soft_time_limit=20, time_limit=30)
def speak_tryout(*, ticket: str, text: str) -> None:
    """Speak a visitor's sentence."""
    tryout.speak(UUID(ticket), text)


@shared_task(queue="default")
def ask_for(*, segment_id: str) -> None:
    """Ask a remote engine how far it is with a segment."""
    segment = Segment.objects.select_related("generation__voice__template", "generation__user").filter(
        pk=segment_id
    )
    for found in segment:
        speaking.ask_for(found)


@shared_task(queue="default")
def assemble(*, generation_id: str) -> None:
    """Make one audio of a script's segments."""
    assembly.assemble(UUID(generation_id))


@shared_task(queue="default")
def sweep() -> None:
    """Find what a crash left undone."""
    recovery.sweep()


@shared_task(queue="default")
def purge() -> None:
    """Remove for good what was thrown away long ago."""
    library.purge()
    objects.purge()
    leaving.remove_blobs()


@shared_task(queue="default")
def remove_blobs() -> None:
    """Remove the files of those who have left."""
    leaving.remove_blobs()
