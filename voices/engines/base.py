"""The contract every speech engine keeps.

An engine turns one short text into speech. It knows nothing of models, requests or settings: it is handed
frozen dataclasses and answers with frozen dataclasses, so it can be run, measured and tested on its own.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class EngineError(Exception):
    """Speech could not be made. `message` is for the user; `permanent` says that trying again is of no use.

    `retry_after` is in seconds, where the engine knows how long to wait.
    """

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.retry_after = retry_after


class PitchMethod(StrEnum):
    """How a change of pitch is made: by the engine, leaving the formants true, or by resampling its output."""

    ENGINE = "engine"
    RESAMPLED = "resampled"


@dataclass(frozen=True)
class Range:
    """A closed interval of a ratio (1.0 is unchanged)."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class EngineVoice:
    """A voice that an engine brings with it."""

    id: str
    name: str
    language: str  # BCP 47, "en-US"
    gender: str  # female, male or neutral


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do. The studio shows the controls that are declared here and no others."""

    key: str
    label: str
    voices: tuple[EngineVoice, ...]
    languages: tuple[str, ...]
    max_characters: int  # longest text of one request
    first_characters: int  # longest first segment that is still heard within a second or two
    speed: Range | None = None  # what the engine does itself; outside it, or None: time-stretched afterwards
    pitch: Range | None = None  # likewise; None: resampled afterwards
    emotions: tuple[str, ...] = ()
    emphasis: bool = False
    phonemes: bool = False  # takes pronunciations
    clones: bool = False
    remote: bool = False
    characters_per_second: float = 15.0  # a first guess at its working speed, until it has been observed
    price_per_1000_characters_micros: int = 0  # what the operator pays, in millionths of a US dollar

    @property
    def pitch_method(self) -> PitchMethod:
        return PitchMethod.ENGINE if self.pitch else PitchMethod.RESAMPLED

    def voice(self, voice_id: str) -> EngineVoice:
        """The voice of that id; a permanent EngineError where there is none."""
        for voice in self.voices:
            if voice.id == voice_id:
                return voice
        raise EngineError(f"{self.label} has no voice “{voice_id}”.", permanent=True)


@dataclass(frozen=True)
class SynthesisRequest:
    """One text to be spoken. `emphasis` holds (start, end) character spans of `text`."""

    text: str
    voice_id: str
    language: str = "en-US"
    speed: float = 1.0
    pitch: float = 1.0
    emotion: str = ""
    emphasis: tuple[tuple[int, int], ...] = ()
    seed: int = 0  # another seed gives another take, where the engine can
    key: str = ""  # the same for every attempt at one take: lets a remote engine recognise a repeat


@dataclass(frozen=True)
class Speech:
    """Mono samples, float32 in [-1, 1], and their rate in hertz."""

    samples: Samples
    sample_rate: int

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True)
class Running:
    """The engine works on it elsewhere; ask again with `fetch(external_id)`."""

    external_id: str
    poll_after_seconds: float = 2.0


@dataclass(frozen=True)
class Finished:
    """Done. `cost_micros` is what it cost the operator, in millionths of a US dollar."""

    speech: Speech
    cost_micros: int = 0


@dataclass(frozen=True)
class Failed:
    """A remote job ended badly; `error` says whether another try may help."""

    error: EngineError = field(compare=False)


Submission = Running | Finished | Failed


@dataclass(frozen=True)
class CloneRequest:
    """A voice to be made from a sample: mono float32 samples of one speaker."""

    name: str
    sample: Speech
    language: str = "en-US"


class Engine(ABC):
    """A provider of speech. One instance lives in a worker process; loading is lazy, see `warm_up`."""

    capabilities: Capabilities

    @abstractmethod
    def synthesize(self, request: SynthesisRequest) -> Submission:
        """Speak `request.text`. A local engine answers Finished at once. Raises EngineError."""

    def fetch(self, external_id: str) -> Submission:
        """The state of a remote job. Raises EngineError for engines that run here."""
        raise EngineError(f"{self.capabilities.label} runs here and has no jobs to ask for.", permanent=True)

    def cancel(self, external_id: str) -> None:
        """Stop a remote job as far as that is possible; a local engine has nothing to stop."""

    def clone(self, request: CloneRequest) -> Submission:
        """Make a voice from a sample. Raises EngineError where the engine cannot."""
        raise EngineError(f"{self.capabilities.label} cannot clone voices.", permanent=True)

    def warm_up(self) -> None:
        """Load what the first request would otherwise wait for. Called once in each worker process."""
