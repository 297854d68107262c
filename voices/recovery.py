"""What a crash left undone, found from the rows alone and set going again. Run every few seconds."""

import logging

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from voices import charging, dispatch, speaking
from voices.assembly import ready_to_assemble
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.models import Segment, VoiceGeneration

log = logging.getLogger(__name__)

MOST_TICKETS = 100


def sweep() -> None:
    """Free what dead workers held, send the tickets that are missing, have assembled what is complete.

    And end what is still set aside for scripts that ended.
    """
    _free_abandoned()
    _send_missing_tickets()
    _assemble_complete()
    charging.sweep()


def _free_abandoned() -> None:
    for segment in Segment.objects.abandoned().select_related("generation"):
        if segment.external_id:
            dispatch.send_question(segment.pk)  # the remote engine may have finished it
        elif segment.attempts >= speaking.MAX_ATTEMPTS:
            speaking.fail(segment, _("The voice engine stopped unexpectedly."))
        else:
            freed = Segment.objects.abandoned().filter(pk=segment.pk, attempts=segment.attempts)
            if freed.update(status=SegmentStatus.PENDING, lease_until=None):
                log.warning("segment %s was left by its worker and waits again", segment.pk)


def _send_missing_tickets() -> None:
    for lane in Lane:
        waiting = Segment.objects.claimable().filter(
            lane=lane, generation__status__in=GenerationStatus.active()
        )[:MOST_TICKETS]
        missing = len(waiting.values_list("pk")) - dispatch.waiting_tickets(lane)
        if missing > 0:
            dispatch.send_tickets(lane, missing)


def _assemble_complete() -> None:
    undone = Segment.objects.filter(generation=OuterRef("pk")).exclude(status=SegmentStatus.DONE)
    unfinished = undone.filter(status__in=SegmentStatus.unfinished())
    nobody_does = Q(assembling_until=None) | Q(assembling_until__lt=timezone.now())
    for generation in VoiceGeneration.objects.filter(ready_to_assemble(), nobody_does, ~Exists(unfinished)):
        speaking.conclude(generation)
