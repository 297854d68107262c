"""How far a script is, whose turn it is, and when it will be ready: from what was observed, not from a guess."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.db.models.functions import Length

from voices.engines import registry
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.models import Segment, Take, VoiceGeneration

OBSERVED_TAKES = 40
OBSERVED_FOR_SECONDS = 15


@dataclass(frozen=True)
class Progress:
    """`place` is how many scripts of others are before this one (0: it is its turn)."""

    done: int
    total: int
    place: int
    eta_seconds: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


def progress(generation: VoiceGeneration) -> Progress:
    """Where `generation` stands; an ETA only while it is active."""
    statuses = list(generation.segments.values_list("status", flat=True))
    done = statuses.count(SegmentStatus.DONE)
    if not generation.is_active:
        return Progress(done, len(statuses), 0, None)
    return Progress(done, len(statuses), _place(generation), _eta(generation))


def observed_rate(model: str) -> float:
    """Characters per second that one worker speaks with this engine: measured over the latest takes."""

    def measure() -> float:
        takes = Take.objects.filter(segment__generation__model=model, work_seconds__gt=0).order_by(
            "-created_at"
        )
        latest = Take.objects.filter(pk__in=takes.values("pk")[:OBSERVED_TAKES])
        sums = latest.aggregate(characters=Sum(Length("text")), seconds=Sum("work_seconds"))
        if not sums["seconds"]:
            return registry.capabilities(model).characters_per_second
        return float(sums["characters"] / sums["seconds"])

    return float(cache.get_or_set(f"observed-rate:{model}", measure, OBSERVED_FOR_SECONDS) or 1.0)


def _place(generation: VoiceGeneration) -> int:
    if generation.status != GenerationStatus.PENDING:
        return 0
    before = VoiceGeneration.objects.active().exclude(user=generation.user).filter(pk__lt=generation.pk)
    return before.count()


def _eta(generation: VoiceGeneration) -> float:
    """Seconds until the last segment: what is left, at the observed speed, on this user's share of the workers."""
    left = generation.segments.filter(status__in=SegmentStatus.unfinished())
    characters = left.aggregate(sum=Sum(Length("text")))["sum"] or 0
    waiting = Segment.objects.filter(lane=Lane.BULK, generation__status__in=GenerationStatus.active())
    users = (
        waiting.filter(status__in=SegmentStatus.unfinished()).values("generation__user").distinct().count()
    )
    share = settings.VOICECRAFT_SPEECH_WORKERS / max(users, 1)
    return characters / (observed_rate(generation.model) * max(share, 0.1))
