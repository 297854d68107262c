"""What hibari and Kokoro share: from a request to phrases, from phrases to one sound.

Both models take phonemes with a pace and a pitch for each (see `onnx.controls`). Emphasis, takes and pitch are
made there, so that they sound spoken and not processed.
"""

import threading
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voices.engines import phonemes
from voices.engines.base import Engine, EngineError, EngineVoice, Finished, Samples, Speech, SynthesisRequest

SAMPLE_RATE = 24_000

# Emphasis: measured in bench/engines.py; less than this is not heard, more sounds shouted
STRESS_LENGTH = 1.3
STRESS_PITCH = 1.12
STRESS_GAIN = 10 ** (2.5 / 20)

# The models rest for half a second after a phrase: shortened before it is computed. The rest before it stays
# as it is: Kokoro begins the first word in there and swallows it otherwise (word error rate 0.02 -> 0.24).
REST_PACE = 3.0
EDGE_SILENCE_SECONDS = 0.05
SENTENCE_GAP_SECONDS, PARAGRAPH_GAP_SECONDS, CLAUSE_GAP_SECONDS = 0.30, 0.60, 0.12
_CEILING = 0.98
_BURST = 2.0  # a peak beyond so many times the level that the speech reaches is a burst

Floats = NDArray[np.float32]
_Factors = NDArray[np.float64]


@dataclass(frozen=True)
class Controls:
    """Per phoneme, the silent ones at both ends included: how fast and how high. `noise` is the take's."""

    pace: Floats
    pitch: Floats
    noise: np.random.Generator


class NeuralEngine(Engine):
    """An engine that speaks phonemes with an ONNX model. Safe to use from several threads of a process."""

    speaks_together = True  # several sentences at once, as far as they fit

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded = False
        self._vocabulary: dict[str, int] = {}

    def synthesize(self, request: SynthesisRequest) -> Finished:
        voice = self.capabilities.voice(request.voice_id)
        phonemes.refuse_other_scripts(request.text)
        found = phonemes.phrases(
            request.text,
            british=voice.language == "en-GB",
            emphasis=request.emphasis,
            together=self.speaks_together,
        )
        self._ensure_loaded()
        noise = np.random.default_rng(request.seed)
        parts: list[Samples] = []
        for index, phrase in enumerate(found):
            parts.append(self._speak(voice, phrase, request, noise))
            if index + 1 < len(found):
                parts.append(_silence(_gap_seconds(phrase) / request.speed))
        return Finished(Speech(_limited(np.concatenate(parts)), SAMPLE_RATE))

    def warm_up(self) -> None:
        """Load the model and the US front end and speak a word: the first request then waits for neither."""
        self.synthesize(SynthesisRequest("Ready.", self.capabilities.voices[0].id))

    @abstractmethod
    def _load(self) -> dict[str, int]:
        """Load the model; answer its phonemes and their ids. Called once. Raises EngineError."""

    @abstractmethod
    def _run(self, voice: EngineVoice, ids: list[int], controls: Controls) -> tuple[Samples, Floats]:
        """The sound of `ids` and each one's length in seconds."""

    def _ensure_loaded(self) -> None:
        with self._loading:
            if not self._loaded:
                self._vocabulary = self._load()
                self._loaded = True

    def _speak(
        self,
        voice: EngineVoice,
        phrase: phonemes.Phrase,
        request: SynthesisRequest,
        noise: np.random.Generator,
    ) -> Samples:
        known = [
            (self._vocabulary[phoneme], stressed)
            for phoneme, stressed in zip(phrase.phonemes, phrase.stressed, strict=True)
            if phoneme in self._vocabulary
        ]
        ids = [0, *(phoneme for phoneme, _ in known), 0]
        stressed = np.array([False, *(stressed for _, stressed in known), False])
        pace, pitch = _variation(len(ids), request.seed, noise)
        pace = pace * np.where(stressed, request.speed / STRESS_LENGTH, request.speed)
        pitch = pitch * np.where(stressed, request.pitch * STRESS_PITCH, request.pitch)
        pace[self._resting(ids)] = REST_PACE * request.speed
        controls = Controls(pace.astype(np.float32), pitch.astype(np.float32), noise)
        samples, seconds = self._run(voice, ids, controls)
        return _trim(_louder(samples, seconds, stressed) if stressed.any() else samples)

    def _resting(self, ids: list[int]) -> slice:
        """Where the silence at the end lies: the punctuation and the pad."""
        marks = {self._vocabulary.get(mark) for mark in ' .,;:!?…—"”)'}
        first = len(ids) - 1
        while first > 1 and ids[first - 1] in marks:
            first -= 1
        return slice(first, None)


def open_session(model: str | bytes | Path, threads: int) -> Any:
    """An ONNX Runtime session on `threads` threads of the CPU. Raises EngineError."""
    import onnxruntime  # 60 MB that the web processes do without

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # each text has its own shapes: a pattern is never used again
    options.log_severity_level = 3
    # threads that spin while they wait take the core from the workers beside this one
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no class of their own
        raise EngineError("The voice model could not be loaded.", permanent=True) from error


def _variation(count: int, seed: int, noise: np.random.Generator) -> tuple[_Factors, _Factors]:
    """Pace and pitch factors of a take. Seed 0 is the model's own reading; others vary rhythm and melody."""
    if seed == 0:
        return np.ones(count), np.ones(count)
    steps = noise.standard_normal((2, count + 16))
    window = np.hanning(16) / np.sqrt(6.0)  # a change takes a word or two
    rhythm, melody = (np.convolve(row, window, mode="valid")[:count] for row in steps)
    return np.exp(0.06 * rhythm), np.exp(0.04 * melody)


def _gap_seconds(phrase: phonemes.Phrase) -> float:
    if phrase.ends_paragraph:
        return PARAGRAPH_GAP_SECONDS
    return SENTENCE_GAP_SECONDS if phrase.ends_sentence else CLAUSE_GAP_SECONDS


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def _louder(samples: Samples, seconds: Floats, stressed: NDArray[np.bool_]) -> Samples:
    """The samples with the stressed phonemes raised by STRESS_GAIN, over ramps of 20 ms."""
    ends = np.round(np.cumsum(seconds) * SAMPLE_RATE).astype(int)
    gain = np.ones(len(samples))
    for index in np.flatnonzero(stressed):
        gain[ends[index - 1] : ends[index]] = STRESS_GAIN
    ramp = np.hanning(round(0.04 * SAMPLE_RATE))
    smooth = np.convolve(np.pad(gain, len(ramp), mode="edge"), ramp / ramp.sum(), mode="same")
    return (samples * smooth[len(ramp) : len(ramp) + len(samples)]).astype(np.float32)


def _trim(samples: Samples) -> Samples:
    """The samples with at most 50 ms of silence at either end: pauses between texts are the caller's."""
    window = SAMPLE_RATE // 100
    count = len(samples) // window
    if count == 0:
        return samples
    power = np.square(samples[: count * window]).reshape(count, window).mean(axis=1)
    loud = np.flatnonzero(power > max(power.max() * 1e-5, 1e-9))  # 50 dB below the loudest
    if not len(loud):
        return samples
    margin = round(EDGE_SILENCE_SECONDS * SAMPLE_RATE)
    start, end = loud[0] * window - margin, (loud[-1] + 1) * window + margin
    return _faded(samples[max(start, 0) : end])


def _faded(samples: Samples) -> Samples:
    """The samples with ramps of 5 ms at their ends, so that a cut does not click."""
    length = min(SAMPLE_RATE // 200, len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    faded = samples.copy()
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded


def _limited(samples: Samples) -> Samples:
    """The samples with their peaks held down, each for itself.

    Kokoro's int8 weights burst now and then: a millisecond at four times the level of the speech around it.
    Scaling the whole down to it would make the voice quiet.
    """
    size = np.abs(samples)
    usual = float(np.quantile(size, 0.999))
    limit = min(_CEILING, max(_BURST * usual, 0.1))
    if size.max() <= limit:
        return samples
    block = SAMPLE_RATE // 400  # 2.5 ms
    blocks = np.pad(size, (0, -len(size) % block)).reshape(-1, block).max(axis=1)
    gain = np.minimum(1.0, limit / np.maximum(blocks, 1e-6))
    padded = np.pad(gain, 1, mode="edge")
    gain = np.minimum(np.minimum(padded[:-2], padded[2:]), gain)  # slopes begin early
    centres = np.arange(len(gain)) * block + block / 2
    return (samples * np.interp(np.arange(len(samples)), centres, gain)).astype(np.float32)
