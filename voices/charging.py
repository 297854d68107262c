"""What a script costs: the events of its life, told to billing's metering.

A segment names the reservation that pays for speaking it, and a take the one that paid for it. So whatever way a
script ends, what it costs follows from its rows: the takes that were kept are charged, the rest is given back. A
crash in between charges nothing twice, as a reservation ends once. The callers hold the lock of the script's row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from billing import metering
from billing.enums import OperationType, UsageAction
from billing.exceptions import NotInPlan
from billing.models import Reservation, UsageLog
from billing.subscriptions import current_of
from voices.enums import GenerationStatus, SegmentStatus
from voices.models import Audio, Segment, Take, Voice, VoiceGeneration
from voices.script import count_characters

_PAID = Q(status=SegmentStatus.DONE) & ~Q(covered_by="")


@dataclass(frozen=True)
class Offer:
    """What speaking costs: so many characters free (None: all), then credits per 100 begun; premium voices more."""

    characters_left: int | None
    credits_per_100: int
    premium_per_100: int
    balance: int


def require_in_plan(user: Any, voice: Voice) -> None:
    """NotInPlan where the voice is a clone that the user's plan does not let them speak with.

    A plan without custom voices has the clones that it includes: the oldest ones.
    """
    if not voice.is_cloned:
        return
    plan = current_of(user)
    if plan.allow_custom_voices or plan.monthly_voice_clones is None:
        return
    clones = Voice.objects.for_user(user).filter(is_cloned=True).order_by("pk")
    if voice.pk not in clones.values_list("pk", flat=True)[: plan.monthly_voice_clones]:
        raise NotInPlan(
            _(
                "Your plan does not include “%(voice)s”. With a plan that has custom voices you can use it again."
            )
            % {"voice": voice.name}
        )


def is_premium(voice: Voice) -> bool:
    """Whether speaking with this voice has a price of its own."""
    return voice.template is not None and voice.template.is_premium


def offer(user: Any) -> Offer:
    """What speaking costs the user now. Four queries."""
    quote = metering.quote(user, OperationType.GENERATE_VOICE, 0, premium=True)
    return Offer(quote.allowance_left, quote.prices.unit, quote.prices.premium, quote.balance)


def cover(
    generation: VoiceGeneration,
    segments: Iterable[Segment],
    characters: int,
    *,
    most_credits: int | None = None,
) -> None:
    """Reserve what speaking `segments`, which have so many `characters`, costs, and note it on them, unsaved.

    Raises InsufficientCredits, and PriceChanged where it is more than `most_credits`.
    """
    reserved_before = metering.reservations_for(generation.pk).count()
    key = f"script:{generation.pk}:{reserved_before + 1}"
    metering.reserve(
        generation.user,
        OperationType.GENERATE_VOICE,
        characters,
        key=key,
        premium=is_premium(generation.voice),
        most_credits=most_credits,
        generation=generation.pk,
        reason=str(generation),
    )
    for segment in segments:
        segment.covered_by = key
    _note_cost(generation)


def cover_again(generation: VoiceGeneration) -> None:
    """Reserve what a script that ended badly still lacks: what was not spoken, or was spoken and refunded."""
    end(generation)
    missing = list(generation.segments.exclude(_PAID))
    _cover_all(generation, missing, [s for s in missing if s.status == SegmentStatus.DONE])


def quote_again(generation: VoiceGeneration) -> metering.Quote | None:
    """What `cover_again` would reserve now; None where nothing is missing, or the script has not ended badly."""
    if generation.status not in (GenerationStatus.FAILED, GenerationStatus.CANCELLED):
        return None
    texts = generation.segments.exclude(_PAID).values_list("text", flat=True)
    characters = sum(count_characters(text.strip()) for text in texts)
    premium = is_premium(generation.voice)
    operation = OperationType.GENERATE_VOICE
    return metering.quote(generation.user, operation, characters, premium=premium) if characters else None


def cover_sentence(generation: VoiceGeneration, segment: Segment) -> None:
    """Reserve another take of `segment`, unsaved as it is, and whatever else was spoken and refunded."""
    others = generation.segments.filter(status=SegmentStatus.DONE).exclude(_PAID).exclude(pk=segment.pk)
    refunded = list(others)
    _cover_all(generation, [segment, *refunded], refunded)


def end(generation: VoiceGeneration) -> None:
    """Nothing more is spoken for now: charge what was made and kept, give the rest back."""
    still_open = list(metering.reservations_for(generation.pk).open())
    for reservation in still_open:
        made = Take.objects.filter(segment__generation=generation, covered_by=reservation.key)
        characters = sum(count_characters(text) for text in made.values_list("text", flat=True))
        metering.settle(reservation.key, min(characters, reservation.quantity))
    if still_open:
        _note_cost(generation)


def end_if_nobody_speaks(generation: VoiceGeneration) -> None:
    """As `end`, unless a worker has a segment yet, whose take would be kept; then the sweep does it."""
    if not generation.segments.filter(status=SegmentStatus.RUNNING).exists():
        end(generation)


def refund(generation: VoiceGeneration) -> None:
    """All was spoken and cannot be put together: give back what is not charged yet, also for what is kept."""
    still_open = list(metering.reservations_for(generation.pk).open())
    for reservation in still_open:
        metering.release(reservation.key)
        generation.segments.filter(covered_by=reservation.key).update(covered_by="")
        Take.objects.filter(segment__generation=generation, covered_by=reservation.key).update(covered_by="")
    if still_open:
        _note_cost(generation)


def forget(generation: VoiceGeneration) -> None:
    """The script is about to be deleted: what was made is charged, and nothing refers to it any more."""
    end(generation)
    metering.forget(generation.pk)


def sweep() -> None:
    """End what is still reserved for scripts that ended or are gone."""
    reserved = Reservation.objects.open().exclude(generation=None)
    speaking = Segment.objects.filter(generation=OuterRef("pk"), status=SegmentStatus.RUNNING)
    over = VoiceGeneration.objects.filter(pk__in=reserved.values("generation")).exclude(
        status__in=GenerationStatus.active()
    )
    for pk in over.filter(~Exists(speaking)).values_list("pk", flat=True):
        with transaction.atomic():
            generation = VoiceGeneration.objects.select_for_update().filter(pk=pk).first()
            if generation and not generation.is_active:
                end_if_nobody_speaks(generation)
    gone = reserved.exclude(Exists(VoiceGeneration.objects.filter(pk=OuterRef("generation"))))
    for key in gone.values_list("key", flat=True):
        metering.release(key)


def note_download(user: Any, audio: Audio) -> None:
    """Write down that the user took an audio along."""
    UsageLog.objects.create(
        user=user, action=UsageAction.DOWNLOAD_AUDIO, cost=0, metadata={"audio": str(audio.pk)}
    )


def _cover_all(generation: VoiceGeneration, segments: list[Segment], refunded: list[Segment]) -> None:
    """Reserve `segments` as one; of these, the `refunded` have the takes already that are charged then.

    The white space between them is not counted: the page shows a sentence, and its price, without it.
    """
    if not segments:
        return
    characters = sum(count_characters(segment.body) for segment in segments)
    cover(generation, segments, max(characters, 1))
    key = segments[0].covered_by
    Segment.objects.filter(pk__in=[segment.pk for segment in segments]).update(covered_by=key)
    Take.objects.filter(pk__in=[segment.take_id for segment in refunded if segment.take_id]).update(
        covered_by=key
    )


def _note_cost(generation: VoiceGeneration) -> None:
    """The script's cost: the credits that are held or charged for it."""
    generation.cost = metering.reservations_for(generation.pk).credits()
    VoiceGeneration.objects.filter(pk=generation.pk).update(cost=generation.cost)
