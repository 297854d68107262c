"""From segments to one audio: joined with the right pauses, made equally loud, encoded, put into the library."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from voices import charging, leases
from voices.audio import codec, join, loudness
from voices.audio.peaks import peaks
from voices.engines.base import Speech
from voices.enums import AudioStatus, GenerationStatus, SegmentStatus, UploadSource
from voices.models import Audio, Segment, StorageObject, VoiceGeneration
from voices.objects import read_blob, remove_blob, throw_away, write_blob

log = logging.getLogger(__name__)

TARGET_LUFS = -16.0
MAX_ATTEMPTS = 4
RETRY_AFTER = timedelta(seconds=30)
NAME_CHARACTERS = 60


@dataclass(frozen=True)
class _Whole:
    """The assembled audio. `cues` are the start and end of each segment in it, in seconds."""

    content: bytes
    duration: float
    peaks: list[int]
    cues: list[tuple[float, float]]


def assemble(generation_id: UUID) -> bool:
    """Make the audio of a script whose segments are all done; False when there is nothing to do, or others do it.

    Idempotent: it may be called twice, concurrently, or again after a crash at any point. What goes wrong is
    tried again by the sweep, a few times; then the script fails, and its takes are kept.
    """
    if not _claim(generation_id):
        return False
    mine = VoiceGeneration.objects.filter(pk=generation_id, assembling_until__isnull=False)
    try:
        with leases.kept(lambda: mine.update(assembling_until=leases.lease_end())):
            kept = _assemble(VoiceGeneration.objects.select_related("user", "voice").get(pk=generation_id))
    except Exception:
        log.exception("script %s could not be assembled", generation_id)
        _wait_or_give_up(generation_id)
        return False
    mine.update(assembling_until=None, assembly_attempts=0)
    return kept or assemble(generation_id)  # a take was changed while we worked: once more


def ready_to_assemble() -> Q:
    """Scripts whose audio is due: still open, or changed since it was made. (That all segments are done is
    checked at the claim.)"""
    return Q(status=GenerationStatus.PROCESSING) | Q(status=GenerationStatus.COMPLETED, is_stale=True)


def _claim(generation_id: UUID) -> bool:
    with transaction.atomic():
        generation = (
            VoiceGeneration.objects.select_for_update(of=("self",))
            .filter(ready_to_assemble(), pk=generation_id)
            .filter(Q(assembling_until=None) | Q(assembling_until__lt=timezone.now()))
            .first()
        )
        if generation is None or generation.segments.exclude(status=SegmentStatus.DONE).exists():
            return False
        generation.assembling_until = leases.lease_end()
        generation.assembly_attempts += 1
        generation.save(update_fields=["assembling_until", "assembly_attempts", "updated_at"])
        return True


def _wait_or_give_up(generation_id: UUID) -> None:
    with transaction.atomic():
        generation = VoiceGeneration.objects.select_for_update().filter(pk=generation_id).first()
        if generation is None:
            return
        generation.assembling_until = timezone.now() + RETRY_AFTER
        if generation.assembly_attempts >= MAX_ATTEMPTS:
            generation.status = GenerationStatus.FAILED
            generation.error_message = _(
                "The sentences could not be put together. They are all kept: try again in a while."
            )
            generation.assembling_until = None
            generation.assembly_attempts = 0
            charging.refund(generation)
        generation.save()


def _assemble(generation: VoiceGeneration) -> bool:
    """False when the script or one of its takes was changed while we worked."""
    segments = list(generation.segments.select_related("take__object").order_by("position"))
    whole = _make(generation, segments)
    blob = write_blob(
        generation.user,
        whole.content,
        name=f"{filename(generation)}.{generation.format}",
        extension=generation.format,
        content_type=codec.FORMATS[generation.format].content_type,
    )
    try:
        with transaction.atomic():
            kept = _keep(generation.pk, segments, blob, whole)
    except BaseException:
        remove_blob(blob)
        raise
    if not kept:
        remove_blob(blob)
    return kept


def _make(generation: VoiceGeneration, segments: list[Segment]) -> _Whole:
    parts: list[tuple[Speech, float]] = []
    for segment in segments:
        if segment.take is None:
            raise RuntimeError(f"segment {segment.pk} is done and has no take")
        parts.append((codec.decode(read_blob(segment.take.object)), segment.pause_after))
    joined = join.join(parts, sample_rate=max(speech.sample_rate for speech, _pause in parts))
    speech = loudness.normalise(joined.speech, target_lufs=TARGET_LUFS)
    tags = {"title": filename(generation), "artist": generation.voice.name}
    return _Whole(
        content=codec.encode(speech, generation.format, tags=tags),
        duration=speech.duration_seconds,
        peaks=peaks(speech),
        cues=joined.cues,
    )


def _keep(generation_id: UUID, segments: list[Segment], blob: StorageObject, whole: _Whole) -> bool:
    """Write the audio's row and the script's end, in the caller's transaction."""
    generation = (
        VoiceGeneration.objects.select_for_update(of=("self",))
        .select_related("user", "voice", "audio__object")
        .filter(ready_to_assemble(), pk=generation_id)
        .first()
    )
    if generation is None:
        return False
    assembled = [(segment.take_id, segment.text, segment.status) for segment in segments]
    if list(generation.segments.order_by("position").values_list("take_id", "text", "status")) != assembled:
        return False
    blob.save()
    generation.audio = _write_audio(generation, segments, blob, whole)
    generation.status = GenerationStatus.COMPLETED
    generation.is_stale = False
    generation.error_message = ""
    generation.duration, generation.file_size = whole.duration, blob.size
    generation.completed_at = timezone.now()
    generation.save()
    charging.end(generation)
    return True


def _write_audio(
    generation: VoiceGeneration, segments: list[Segment], blob: StorageObject, whole: _Whole
) -> Audio:
    """The library's row of this script: a new one, or the one it has, with the new sound."""
    audio = generation.audio or Audio(
        user=generation.user, filename=filename(generation), upload_source=UploadSource.GENERATE
    )
    if audio.object_id:
        throw_away(StorageObject.objects.filter(pk=audio.object_id))
    audio.object = blob
    audio.duration, audio.file_size, audio.format = whole.duration, blob.size, generation.format
    audio.voice, audio.text = generation.voice, generation.text
    audio.peaks = whole.peaks
    audio.status = AudioStatus.READY
    audio.metadata = {
        "model": generation.model,
        "speed": generation.speed,
        "pitch": generation.pitch,
        "emotion": generation.emotion,
        "loudness_lufs": TARGET_LUFS,
        "cues": [
            {"start": round(start, 3), "end": round(end, 3), "text": segment.body}
            for segment, (start, end) in zip(segments, whole.cues, strict=True)
        ],
    }
    audio.save()
    return audio


def filename(generation: VoiceGeneration) -> str:
    """What the audio is called: the script's title, or its first words."""
    name = " ".join((generation.title or generation.text).split())
    return (
        name
        if len(name) <= NAME_CHARACTERS
        else name[:NAME_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
    )
