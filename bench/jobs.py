"""Scripts submitted to the running workers, and what is seen of them in the database. Needs Django set up."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from redis import Redis

from accounts.models import User
from accounts.people import ensure_user
from bench.stage import Stage
from billing.enums import PlanKey
from billing.plans import ensure_plan
from billing.subscriptions import put_on_plan
from voices import synthesis
from voices.collection import adopt
from voices.engines.base import SynthesisRequest
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.exceptions import NotNow
from voices.models import Segment, Voice, VoiceGeneration, VoiceTemplate

LOOK_EVERY_SECONDS = 0.005
PATIENCE_SECONDS = 1800


class Jobs:
    """Two people with a voice of the engine, and their scripts."""

    def __init__(self, stage: Stage, engine: str) -> None:
        template = VoiceTemplate.objects.filter(model=engine, language="en-US").order_by("slug")[0]
        self.stage = stage
        self.author, self.other = (_voice(f"{name}@example.com", template) for name in ("author", "other"))

    def submit(self, voice: Voice, text: str) -> VoiceGeneration:
        return synthesis.submit(voice.user, voice, text, synthesis.Wishes())

    def wait(self, condition: Callable[[], object], *, every: float = LOOK_EVERY_SECONDS) -> None:
        """Look again and again until it is so. Raises LocalError when a worker ends meanwhile."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        next_check = time.monotonic() + 1
        while not condition():
            if time.monotonic() > next_check:
                self.stage.check_alive()
                next_check = time.monotonic() + 1
            if time.monotonic() > deadline:
                raise TimeoutError("the benchmark waits in vain")
            time.sleep(every)

    def seconds_to_first_take(self, voice: Voice, text: str) -> tuple[float, VoiceGeneration]:
        """From before the submission until the first take is stored and a page would show it."""
        started = time.perf_counter()
        generation = self.submit(voice, text)
        first = Segment.objects.filter(generation=generation, position=0, take__isnull=False)
        self.wait(first.exists)
        return time.perf_counter() - started, generation

    def seconds_to_audio(self, voice: Voice, text: str) -> tuple[float, VoiceGeneration]:
        """From before the submission until the audio is in the library."""
        started = time.perf_counter()
        generation = self.submit(voice, text)
        self.finish(generation)
        return time.perf_counter() - started, generation

    def finish(self, generation: VoiceGeneration) -> None:
        """Wait for the end. Raises RuntimeError where it is not the good one."""
        active = VoiceGeneration.objects.active().filter(pk=generation.pk)
        self.wait(lambda: not active.exists(), every=4 * LOOK_EVERY_SECONDS)
        generation.refresh_from_db()
        if generation.status != GenerationStatus.COMPLETED:
            raise RuntimeError(f"a script ended as {generation.status}: {generation.error_message}")

    @contextmanager
    def book(self, text: str) -> Iterator[VoiceGeneration]:
        """A long script of the other user in work; RuntimeError where it ended before what was to be measured."""
        book = self.submit(self.other, text)
        try:
            in_work = book.segments.filter(status=SegmentStatus.RUNNING, lane=Lane.BULK)
            self.wait(lambda: book.segments.filter(take__isnull=False).exists() and in_work.exists())
            yield book
            book.refresh_from_db()
            if not book.is_active:
                raise RuntimeError("the long script was too short to measure beside it")
        finally:
            self.clear()

    def clear(self) -> None:
        """Cancel all there is, and wait until the workers are idle and the queues empty."""
        for generation in VoiceGeneration.objects.active():
            with suppress(NotNow):  # it has just ended
                synthesis.cancel(generation)
        running = Segment.objects.filter(status=SegmentStatus.RUNNING)
        with Redis.from_url(settings.REDIS_URL) as redis:
            for lane in Lane:
                redis.delete(lane.value)
            self.wait(lambda: not running.exists() and not redis.llen("default"), every=0.05)

    def warm_up(self, text: str) -> None:
        """Let every worker process speak, so that all engines are loaded."""
        self.seconds_to_audio(self.author, text)
        self.clear()


def requests_of(generation: VoiceGeneration) -> list[SynthesisRequest]:
    """What the pipeline asks the engine for."""
    return [
        SynthesisRequest(
            text=segment.spoken,
            voice_id=generation.voice.engine_voice_id,
            language=generation.language,
            emphasis=tuple((start, end) for start, end in segment.emphasis),
        )
        for segment in generation.segments.all()
        if segment.spoken
    ]


def _voice(email: str, template: VoiceTemplate) -> Voice:
    user: User = ensure_user(email, "not for the web 1")
    put_on_plan(user, ensure_plan(PlanKey.ENTERPRISE))  # the only one without a limit of characters
    return adopt(user, template)
