"""A worker's turn: take the segment whose turn it is, have the engine speak it, keep the take.

The row is claimed by compare-and-swap, and `attempts` is its fencing token: whoever comes back after the claim
was given to another finds another number and leaves things as they are. The engine is called outside any
transaction.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voices import charging, dispatch, leases
from voices.audio import codec, shape
from voices.audio.check import find_defects, spoken_length
from voices.audio.join import silence
from voices.engines import registry
from voices.engines.base import (
    Capabilities,
    Engine,
    EngineError,
    Failed,
    Finished,
    Running,
    Speech,
    Submission,
    SynthesisRequest,
)
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.models import Segment, Take, VoiceGeneration
from voices.objects import remove_blob, write_blob
from voices.querysets import SegmentQuerySet

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 4
REMOTE_PATIENCE = timedelta(minutes=10)
SILENCE_RATE = 24_000
TURNS_TO_LOOK_AT = 5  # more than one, as another worker may have just emptied the fairest


@dataclass(frozen=True)
class _Made:
    speech: Speech
    work_seconds: float
    cost_micros: int


def speak_next(lane: Lane) -> bool:
    """Speak the segment of `lane` whose turn it is; False when none is waiting."""
    segment = _claim(lane)
    if segment is None:
        return False
    with leases.kept(partial(_renew, segment)):
        _attempt(segment, lambda engine: engine.synthesize(_request(segment, engine.capabilities)))
    return True


def ask_for(segment: Segment) -> None:
    """Ask a remote engine how far it is with a segment; what it answers ends, fails or prolongs the wait."""
    if segment.status != SegmentStatus.RUNNING or not segment.external_id:
        return
    if timezone.now() - (segment.started_at or timezone.now()) > REMOTE_PATIENCE:
        registry.get_engine(segment.generation.model).cancel(segment.external_id)
        _give_up_or_wait(segment, EngineError(_("It took the voice too long to say this sentence.")))
        return
    _attempt(segment, lambda engine: engine.fetch(segment.external_id))


def _claim(lane: Lane) -> Segment | None:
    turns = VoiceGeneration.objects.fairest_first(lane).select_related("user", "voice__template")
    turns = turns.defer("text", "search", "words")  # long, and of no use here
    for generation in turns[:TURNS_TO_LOOK_AT]:
        with transaction.atomic():
            if not _begin_turn(generation):  # first, as whoever cancels locks the script before its segments
                continue
            segment = (
                generation.segments.filter(lane=lane)
                .claimable()
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("position")
                .first()
            )
            if segment is None:
                transaction.set_rollback(True)  # it was no turn
                continue
            segment.status = SegmentStatus.RUNNING
            segment.attempts += 1
            segment.started_at = timezone.now()
            segment.lease_until = leases.lease_end()
            segment.save(update_fields=["status", "attempts", "started_at", "lease_until", "updated_at"])
            segment.generation = generation
            return segment
    return None


def _begin_turn(generation: VoiceGeneration) -> bool:
    """Note the turn of the script's owner; False when the script was stopped in the meantime."""
    changed = (
        VoiceGeneration.objects.active()
        .filter(pk=generation.pk)
        .update(status=GenerationStatus.PROCESSING, served_at=timezone.now())
    )
    return changed == 1


def _attempt(segment: Segment, call: Callable[[Engine], Submission]) -> None:
    """Call the engine, and let the row show what came of it, whatever that is."""
    started = time.monotonic()
    try:
        submission = (
            call(registry.get_engine(segment.generation.model)) if segment.spoken else Finished(_nothing())
        )
        if isinstance(submission, Failed):
            raise submission.error
        if isinstance(submission, Running):
            _wait_for(segment, submission)
            return
        speech = _finish(segment, submission.speech)
    except EngineError as error:
        _give_up_or_wait(segment, error)
    except SoftTimeLimitExceeded:
        _give_up_or_wait(segment, EngineError(_("It took the voice too long to say this sentence.")))
    except Exception:
        log.exception("segment %s could not be spoken", segment.pk)
        _give_up_or_wait(segment, EngineError(_("The voice engine stopped unexpectedly.")))
    else:
        _keep(segment, _Made(speech, time.monotonic() - started, submission.cost_micros))


def _request(segment: Segment, capabilities: Capabilities) -> SynthesisRequest:
    generation = segment.generation
    speed, pitch = _engine_share(capabilities, generation)
    takes = segment.takes.count()
    return SynthesisRequest(
        text=segment.spoken,
        voice_id=generation.voice.engine_voice_id,
        language=generation.language,
        speed=speed,
        pitch=pitch,
        emotion=generation.emotion,
        emphasis=tuple((start, end) for start, end in segment.emphasis),
        seed=takes + segment.attempts - 1,
        key=f"{segment.pk}:{takes}",
    )


def _finish(segment: Segment, speech: Speech) -> Speech:
    """Speech as it is kept: checked, and shaped by what the engine could not do; EngineError when it is corrupt."""
    if not segment.spoken:
        return speech
    generation = segment.generation
    speed, pitch = _engine_share(registry.capabilities(generation.model), generation)
    for defect in find_defects(speech, expected_characters=spoken_length(segment.spoken), speed=speed):
        raise EngineError(defect.message)
    speech = shape.change_speed(speech, generation.speed / speed)
    return shape.change_pitch(speech, generation.pitch / pitch)


def _nothing() -> Speech:
    """What a piece without words, a lone “***” say, sounds like: its pause does the rest."""
    return Speech(silence(0.05, SILENCE_RATE), SILENCE_RATE)


def _wait_for(segment: Segment, running: Running) -> None:
    """A remote engine works on it: this worker is free, and asks again later."""
    until = leases.lease_end() + timedelta(seconds=running.poll_after_seconds)
    mine = _claimed(segment)
    if mine.update(external_id=running.external_id, lease_until=until):
        dispatch.send_question(segment.pk, countdown=running.poll_after_seconds)


def _engine_share(capabilities: Capabilities, generation: VoiceGeneration) -> tuple[float, float]:
    """The speed and pitch that the engine is asked for; what it cannot do is done to its output afterwards."""
    speed, pitch = capabilities.speed, capabilities.pitch
    return (
        min(max(generation.speed, speed.low), speed.high) if speed else 1.0,
        min(max(generation.pitch, pitch.low), pitch.high) if pitch else 1.0,
    )


def _keep(segment: Segment, made: _Made) -> None:
    """Store the take and mark the segment as done, unless it was taken away from us in the meantime."""
    generation = segment.generation
    blob = write_blob(
        generation.user,
        codec.encode(made.speech, "flac"),
        name=f"{segment.position + 1:04}.flac",
        extension="flac",
        content_type="audio/flac",
    )
    try:
        with transaction.atomic():
            blob.save()
            take = Take.objects.create(
                segment=segment,
                object=blob,
                text=segment.text,
                settings={
                    "speed": generation.speed,
                    "pitch": generation.pitch,
                    "emotion": generation.emotion,
                },
                duration=made.speech.duration_seconds,
                work_seconds=made.work_seconds,
                cost_micros=made.cost_micros,
                covered_by=segment.covered_by,
            )
            kept = _end(segment, status=SegmentStatus.DONE, take=take, error_message="")
            if not kept:
                transaction.set_rollback(True)
    except BaseException:
        remove_blob(blob)
        raise
    if kept:
        conclude(generation)
    else:
        remove_blob(blob)


def _give_up_or_wait(segment: Segment, error: EngineError) -> None:
    """Try again later if that may help, else fail the segment and with it the script."""
    if not error.permanent and segment.attempts < MAX_ATTEMPTS:
        delay = error.retry_after or 2 ** (segment.attempts - 1) * random.uniform(0.5, 1.0)  # noqa: S311
        again = timezone.now() + timedelta(seconds=delay)
        if _end(segment, status=SegmentStatus.PENDING, not_before=again, error_message=error.message):
            dispatch.send_tickets(Lane(segment.lane), 1, countdown=delay)
    else:
        fail(segment, error.message)


def fail(segment: Segment, message: str) -> None:
    """The segment cannot be spoken: say why on it and on its script, which ends here and can be tried again."""
    with transaction.atomic():
        generation = VoiceGeneration.objects.select_for_update().filter(pk=segment.generation_id).first()
        if generation is None or not _end(segment, status=SegmentStatus.FAILED, error_message=message):
            return
        if generation.is_active:
            generation.status = GenerationStatus.FAILED
            generation.error_message = _("Sentence %(number)s: %(reason)s") % {
                "number": segment.position + 1,
                "reason": message,
            }
            generation.save(update_fields=["status", "error_message", "updated_at"])
        charging.end_if_nobody_speaks(generation)


def _claimed(segment: Segment) -> SegmentQuerySet:
    """The segment's row, as long as the claim is ours; who tries again starts to count anew, and pays anew."""
    return Segment.objects.filter(
        pk=segment.pk,
        status=SegmentStatus.RUNNING,
        attempts=segment.attempts,
        covered_by=segment.covered_by,
    )


def _renew(segment: Segment) -> None:
    _claimed(segment).update(lease_until=leases.lease_end())


def _end(segment: Segment, **changes: Any) -> bool:
    """Let go of the segment with these changes; False when the claim was not ours any more."""
    return (
        _claimed(segment).update(lease_until=None, external_id="", updated_at=timezone.now(), **changes) == 1
    )


def conclude(generation: VoiceGeneration) -> None:
    """When no segment is left to do: have the whole assembled, or let the script end as its segments did.

    Called after the commit of the last change: of two workers that end the last two segments, at least one sees
    that all is done, and `assembly` bears being called twice.
    """
    statuses = set(generation.segments.values_list("status", flat=True).distinct())
    if statuses & set(SegmentStatus.unfinished()):
        return
    if statuses == {SegmentStatus.DONE}:
        dispatch.send_assembly(generation.pk)
        return
    ended = GenerationStatus.FAILED if SegmentStatus.FAILED in statuses else GenerationStatus.CANCELLED
    with transaction.atomic():
        found = VoiceGeneration.objects.select_for_update().active().filter(pk=generation.pk).first()
        if found:
            found.status = ended
            found.save(update_fields=["status", "updated_at"])
            charging.end(found)
