"""A script on its way to speech: submitted, cancelled, tried again, changed sentence by sentence.

Here the rows are written; `speaking` does the work on them, `assembly` makes the whole of the parts, and
`recovery` finds what a crash left undone.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from voices import charging, dispatch
from voices.collection import count_use, require_usable
from voices.engines.base import Capabilities
from voices.enums import AudioFormat, GenerationStatus, Lane, SegmentStatus
from voices.exceptions import NotNow, ScriptError
from voices.models import Pronunciation, Segment, StorageObject, Take, Voice, VoiceGeneration
from voices.models.generation import MAX_CHARACTERS
from voices.objects import throw_away
from voices.script import Piece, count_characters, normalise, problems, split

INTERACTIVE_CHARACTERS = 300  # a script as short as this is something that somebody waits for


@dataclass(frozen=True)
class Wishes:
    """How a script is to be spoken. Speed and pitch are ratios (1.0 is unchanged)."""

    speed: float = 1.0
    pitch: float = 1.0
    emotion: str = ""
    format: str = AudioFormat.MP3
    title: str = ""


def check_script(text: str) -> str:
    """The text as it will be stored; ScriptError, in the user's words, where it cannot be spoken."""
    text = normalise(text)
    if not text.strip():
        raise ScriptError(_("Write something to speak first."))
    count = count_characters(text)
    if count > MAX_CHARACTERS:
        raise ScriptError(
            _(
                "The script has %(count)s characters; %(limit)s is the most at once. Please shorten or divide it."
            )
            % {"count": f"{count:,}", "limit": f"{MAX_CHARACTERS:,}"}
        )
    for problem in problems(text):
        raise ScriptError(problem.message)
    return text


def submit(
    user: Any, voice: Voice, text: str, wishes: Wishes, *, most_credits: int | None = None
) -> VoiceGeneration:
    """Take a script in; its segments are spoken as soon as a worker is free.

    `most_credits` is the price that the user was shown. Raises ScriptError, VoiceUnavailable, NotInPlan,
    InsufficientCredits and PriceChanged; then nothing is stored.
    """
    text = check_script(text)
    capabilities = require_usable(voice)
    charging.require_in_plan(user, voice)
    pieces = _pieces(user, text, voice.language, capabilities)
    if not any(piece.spoken for piece in pieces):
        raise ScriptError(_("There is nothing in this script that can be spoken."))
    characters = count_characters(text)
    with transaction.atomic():
        generation = VoiceGeneration.objects.create(
            user=user,
            voice=voice,
            model=voice.model,
            language=voice.language,
            text=text,
            title=wishes.title,
            speed=wishes.speed,
            pitch=wishes.pitch,
            emotion=wishes.emotion if wishes.emotion in capabilities.emotions else "",
            emphasis=_stressed_words(pieces),
            format=wishes.format,
            character_count=characters,
        )
        lane = Lane.INTERACTIVE if characters <= INTERACTIVE_CHARACTERS else Lane.BULK
        segments = [_segment(generation, n, piece, lane) for n, piece in enumerate(pieces)]
        charging.cover(generation, segments, characters, most_credits=most_credits)
        Segment.objects.bulk_create(segments)
        count_use(voice)
        dispatch.segments_on_commit(generation)
    return generation


def cancel(generation: VoiceGeneration) -> None:
    """Stop the work; what is made already stays. NotNow when there is nothing to stop."""
    with transaction.atomic():
        generation = _locked(generation)
        if not generation.is_active:
            raise NotNow(_("This script is not being spoken any more."))
        generation.status = GenerationStatus.CANCELLED
        generation.save(update_fields=["status", "updated_at"])
        generation.segments.filter(status__in=SegmentStatus.unfinished()).update(
            status=SegmentStatus.CANCELLED, lease_until=None
        )
        charging.end(generation)


def retry(generation: VoiceGeneration) -> None:
    """Speak what a failed or cancelled script still lacks; finished segments are kept, and are not paid again.

    Raises NotNow, VoiceUnavailable, NotInPlan and InsufficientCredits.
    """
    with transaction.atomic():
        generation = _locked(generation)
        if generation.status not in (GenerationStatus.FAILED, GenerationStatus.CANCELLED):
            raise NotNow(_("Only a script that failed or was cancelled can be tried again."))
        require_usable(generation.voice)
        charging.require_in_plan(generation.user, generation.voice)
        charging.cover_again(generation)
        generation.segments.exclude(status=SegmentStatus.DONE).update(
            status=SegmentStatus.PENDING, attempts=0, not_before=None, lease_until=None, error_message=""
        )
        _reopen(generation)


def remake(segment: Segment, text: str | None = None) -> None:
    """Make another take of one segment, with another text if one is given. All takes are kept.

    Raises ScriptError where the text cannot be spoken, NotNow while the segment is in work, NotInPlan and
    InsufficientCredits where it cannot be paid.
    """
    with transaction.atomic():
        generation = _locked(segment.generation)
        segment = Segment.objects.select_for_update().get(pk=segment.pk)
        if segment.status in SegmentStatus.unfinished() and generation.is_active:
            raise NotNow(_("This sentence is being spoken just now."))
        capabilities = require_usable(generation.voice)
        charging.require_in_plan(generation.user, generation.voice)
        if text is not None:
            _rewrite(generation, segment, text, capabilities)
        charging.cover_sentence(generation, segment)
        segment.status = SegmentStatus.PENDING
        segment.lane = Lane.INTERACTIVE
        segment.attempts = 0
        segment.not_before = None
        segment.error_message = ""
        segment.save()
        _reopen(generation)


def choose(take: Take) -> None:
    """Let this take of its segment be the one that is heard; the audio is assembled anew."""
    with transaction.atomic():
        generation = _locked(take.segment.generation)
        segment = Segment.objects.select_for_update().get(pk=take.segment_id)
        if segment.status in SegmentStatus.unfinished():
            raise NotNow(_("This sentence is being spoken just now."))
        if segment.take_id == take.pk:
            return
        segment.take = take
        segment.status = SegmentStatus.DONE
        segment.error_message = ""
        if segment.text != take.text:
            piece = _rewritten(generation, take.text, require_usable(generation.voice))
            _apply(segment, take.text, piece)
        segment.save()
        _rejoin_text(generation)
        generation.is_stale = True
        generation.save()
        dispatch.assembly_on_commit(generation)


def rename(generation: VoiceGeneration, title: str) -> None:
    """Give the script another title."""
    generation.title = title.strip()[:120]
    generation.save(update_fields=["title", "updated_at"])


def delete(generation: VoiceGeneration) -> None:
    """Take a script out of the history, with its takes. Its audio stays in the library."""
    with transaction.atomic():
        generation = _locked(generation)
        if generation.is_active:
            raise NotNow(_("Cancel the script before you delete it."))
        blobs = list(Take.objects.filter(segment__generation=generation).values_list("object_id", flat=True))
        charging.forget(generation)
        generation.delete()
        throw_away(StorageObject.objects.filter(pk__in=blobs))


def _locked(generation: VoiceGeneration) -> VoiceGeneration:
    return (
        VoiceGeneration.objects.select_for_update(of=("self",))
        .select_related("user", "voice__template")
        .get(pk=generation.pk)
    )


def _reopen(generation: VoiceGeneration) -> None:
    generation.status = GenerationStatus.PROCESSING
    generation.error_message = ""
    generation.is_stale = True
    generation.save()
    dispatch.segments_on_commit(generation)


def _pieces(user: Any, text: str, language: str, capabilities: Capabilities) -> list[Piece]:
    return split(
        text,
        max_characters=capabilities.max_characters,
        first_characters=capabilities.first_characters,
        language=language,
        pronunciations=dict(Pronunciation.objects.for_user(user).values_list("word", "spoken_as")),
    )


def _segment(generation: VoiceGeneration, position: int, piece: Piece, lane: Lane) -> Segment:
    segment = Segment(
        generation=generation,
        position=position,
        lane=Lane.INTERACTIVE if position == 0 else lane,  # the first is heard while the rest is made
    )
    _apply(segment, piece.text, piece)
    return segment


def _apply(segment: Segment, text: str, piece: Piece) -> None:
    segment.text = text
    segment.spoken = piece.spoken
    segment.emphasis = [list(span) for span in piece.emphasis]
    segment.pause_after = piece.pause_after_seconds


def _rewrite(generation: VoiceGeneration, segment: Segment, text: str, capabilities: Capabilities) -> None:
    text = segment.space_before + normalise(text).strip() + segment.space_after
    others = count_characters(generation.text) - count_characters(segment.text)
    if others + count_characters(text) > MAX_CHARACTERS:
        raise ScriptError(
            _("With this change the script would be longer than %(limit)s characters.")
            % {"limit": f"{MAX_CHARACTERS:,}"}
        )
    _apply(segment, text, _rewritten(generation, text, capabilities))
    segment.save()
    _rejoin_text(generation)


def _rewritten(generation: VoiceGeneration, text: str, capabilities: Capabilities) -> Piece:
    """The changed sentence as one piece, however many sentences it has become; ScriptError where it cannot be."""
    for problem in problems(text):
        raise ScriptError(problem.message)
    pieces = _pieces(generation.user, text, generation.language, capabilities)
    spoken = [piece for piece in pieces if piece.spoken]
    if not spoken:
        raise ScriptError(_("Write something to speak first."))
    return _joined(text, pieces, capabilities)


def _joined(text: str, pieces: list[Piece], capabilities: Capabilities) -> Piece:
    spoken, emphasis = "", []
    for piece in pieces:
        offset = len(spoken) + 1 if spoken and piece.spoken else len(spoken)
        emphasis += [(start + offset, end + offset) for start, end in piece.emphasis]
        spoken = f"{spoken} {piece.spoken}".strip()
    if len(spoken) > capabilities.max_characters:
        raise ScriptError(
            _("That is too long for one sentence: %(limit)s characters are the most.")
            % {"limit": capabilities.max_characters}
        )
    return Piece(0, len(text), text, spoken, pieces[-1].pause_after_seconds, tuple(emphasis))


def _rejoin_text(generation: VoiceGeneration) -> None:
    generation.text = "".join(generation.segments.order_by("position").values_list("text", flat=True))
    generation.character_count = count_characters(generation.text)


def _stressed_words(pieces: list[Piece]) -> dict[str, list[str]]:
    words = [piece.spoken[start:end] for piece in pieces for start, end in piece.emphasis]
    return {"words": words} if words else {}
