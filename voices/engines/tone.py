"""An engine for tests: it hums a text, one sine tone a word, instantly and always the same.

The text can tell it to misbehave. A directive is `{tone:name}` or `{tone:name=value}` and is not spoken:

    fail                  an error that another attempt may cure
    fail-permanent        an error that none will
    retry-after=30        a busy engine that says how many seconds to wait
    hang=5                sleeps that many seconds first
    silent, clipped, nan  the right length, the wrong samples
    too-long, too-short   far from the right length
    crash                 ends the process on the spot
    remote, remote=3      answers Running, then Finished at the third `fetch` (second, unless told)
    remote-fail           answers Running, then Failed

With `-times=2` behind its name (`{tone:fail-times=2}`, `{tone:silent-times=1}`, `{tone:crash-times=1}`) a
directive holds for the first two attempts at one take only. Attempts are counted in files, so it works
across processes.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from voices.engines.base import (
    Capabilities,
    Engine,
    EngineError,
    EngineVoice,
    Failed,
    Finished,
    Range,
    Running,
    Samples,
    Speech,
    Submission,
    SynthesisRequest,
)

SAMPLE_RATE = 16_000
SECONDS_PER_CHARACTER = 0.06
GAP_SECONDS = 0.06
LEVEL = 0.1 * 2**0.5  # amplitude of a sine at -20 dBFS RMS
LOUDER = 1.6  # an emphasised word
BASE_HZ = {"alto": 220.0, "bass": 110.0}
EMOTION_RATIO = {"calm": 0.9, "happy": 1.2, "sad": 0.8}

CAPABILITIES = Capabilities(
    key="tone",
    label="Tone",
    voices=(
        EngineVoice("alto", "Alto", "en-US", "female"),
        EngineVoice("bass", "Bass", "en-GB", "male"),
    ),
    languages=("en-US", "en-GB"),
    max_characters=400,
    first_characters=60,
    speed=Range(0.5, 2.0),
    pitch=Range(0.8, 1.25),  # narrower than what users may ask for: the rest is left to resampling
    emotions=tuple(EMOTION_RATIO),
    emphasis=True,
    characters_per_second=5_000.0,
)

_DIRECTIVE = re.compile(r"\{tone:([a-z-]+?)(-times)?(?:=([0-9.]+))?\}\s?")


class ToneEngine(Engine):
    """`state_folder` keeps the counts of attempts and the remote jobs; share it between processes."""

    capabilities = CAPABILITIES

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder

    def synthesize(self, request: SynthesisRequest) -> Submission:
        self.capabilities.voice(request.voice_id)
        directives = dict(self._directives(request))
        self._stumble(directives)
        if "remote" in directives or "remote-fail" in directives:
            return self._start_remote(request, directives)
        return Finished(Speech(_distort(hum(request), directives), SAMPLE_RATE))

    def fetch(self, external_id: str) -> Submission:
        """One more poll of a remote job; raises a permanent EngineError where the job is unknown."""
        path = self._folder / f"{external_id}.json"
        if not re.fullmatch(r"tone-[0-9a-f]+", external_id) or not path.exists():
            raise EngineError("The tone engine does not know this job.", permanent=True)
        job = json.loads(path.read_text())
        if self._count(f"{external_id}.polls") < job["polls"]:
            return Running(external_id, poll_after_seconds=0.1)
        if job["fails"]:
            return Failed(EngineError("The tone engine was told to fail far away."))
        request = job["request"] | {"emphasis": tuple(map(tuple, job["request"]["emphasis"]))}
        return Finished(Speech(hum(SynthesisRequest(**request)), SAMPLE_RATE), cost_micros=1_000)

    def _directives(self, request: SynthesisRequest) -> Iterator[tuple[str, float | None]]:
        """(name, value) of the directives that hold for this attempt."""
        for name, times, value in _DIRECTIVE.findall(request.text):
            if not times:
                yield name, float(value) if value else None
            elif self._count(f"{_digest(request, name)}.attempts") <= float(value or 1):
                yield name, None

    def _count(self, name: str) -> int:
        """How often this was asked, this time included. A byte is appended: atomic between processes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / name).open("ab") as counter:
            counter.write(b".")
            counter.flush()
            return counter.tell()

    @staticmethod
    def _stumble(directives: dict[str, float | None]) -> None:
        if "crash" in directives:
            os._exit(70)
        if "hang" in directives:
            time.sleep(directives["hang"] or 5)
        if "fail-permanent" in directives:
            raise EngineError("The tone engine was told to fail for good.", permanent=True)
        if "retry-after" in directives:
            raise EngineError(
                "The tone engine was told to be busy.", retry_after=directives["retry-after"] or 30.0
            )
        if "fail" in directives:
            raise EngineError("The tone engine was told to fail.")

    def _start_remote(self, request: SynthesisRequest, directives: dict[str, float | None]) -> Running:
        external_id = f"tone-{_digest(request, 'remote')}"
        job = {
            "request": asdict(request),
            "polls": int(directives.get("remote") or 2),
            "fails": "remote-fail" in directives,
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{external_id}.json").write_text(json.dumps(job))
        return Running(external_id, poll_after_seconds=0.1)


def hum(request: SynthesisRequest) -> Samples:
    """The samples of a request: per word a tone as long as the word. Raises EngineError if it has no word."""
    base = BASE_HZ[request.voice_id] * request.pitch * EMOTION_RATIO.get(request.emotion, 1.0)
    spoken = _DIRECTIVE.sub(lambda match: " " * len(match.group()), request.text)
    words = [word for word in re.finditer(r"\S+", spoken) if any(map(str.isalnum, word.group()))]
    if not words:
        raise EngineError(f"There is nothing to speak in “{spoken.strip()}”.", permanent=True)
    gap = np.zeros(round(GAP_SECONDS * SAMPLE_RATE / request.speed), np.float32)
    parts = [gap]
    for word in words:
        stressed = any(start < word.end() and end > word.start() for start, end in request.emphasis)
        seconds = len(word.group()) * SECONDS_PER_CHARACTER / request.speed
        hertz = base * 2 ** (_step(word.group(), request.seed) / 12)
        parts += [_sine(hertz, seconds, LEVEL * (LOUDER if stressed else 1.0)), gap]
    return np.concatenate(parts)


def _sine(hertz: float, seconds: float, amplitude: float) -> Samples:
    """A tone with 5 ms ramps, so that it begins and ends without a click."""
    count = max(round(seconds * SAMPLE_RATE), 160)
    ramp = np.minimum(1.0, np.arange(count) / 80)
    wave = np.sin(2 * np.pi * hertz / SAMPLE_RATE * np.arange(count)) * ramp * ramp[::-1]
    return (amplitude * wave).astype(np.float32)


def _step(word: str, seed: int) -> int:
    """The word's pitch within an octave, in semitones; another seed sings another melody."""
    return hashlib.sha256(f"{seed}:{word.lower()}".encode()).digest()[0] % 12


def _distort(samples: Samples, directives: dict[str, float | None]) -> Samples:
    if "silent" in directives:
        return np.zeros_like(samples)
    if "clipped" in directives:
        return np.clip(samples * 40, -1.0, 1.0)
    if "nan" in directives:
        return np.full_like(samples, np.nan)
    if "too-long" in directives:
        return np.tile(samples, 12)
    if "too-short" in directives:
        return samples[: max(len(samples) // 20, 1)]
    return samples


def _digest(request: SynthesisRequest, purpose: str) -> str:
    """Names one take: the same for all its attempts."""
    identity = request.key or f"{request.voice_id}:{request.seed}:{request.text}"
    return hashlib.sha256(f"{purpose}:{identity}".encode()).hexdigest()[:32]
