"""Spoken parts in one sound: exact pauses, no clicks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voices.audio.samples import resample, silence
from voices.engines.base import Samples, Speech

__all__ = ["Joined", "heard_bounds", "join", "silence"]

HEAD_SECONDS = 0.02  # kept before the first sound of a part
TAIL_SECONDS = 0.08  # and after its last, where it dies away
FADE_SECONDS = 0.008

_FRAME_SECONDS = 0.005
_BELOW_PEAK = 10 ** (-48 / 20)  # softer than that is breath and room, not speech
_FLOOR = 10 ** (-66 / 20)


@dataclass(frozen=True)
class Joined:
    """The whole, and for each part where it is heard: (start, end) in seconds."""

    speech: Speech
    cues: list[tuple[float, float]]


@dataclass(frozen=True)
class _Placed:
    """A part whose sound, samples[first:last], begins at sample `start` of the whole."""

    samples: Samples
    first: int
    last: int
    start: int

    @property
    def end(self) -> int:
        return self.start + self.last - self.first


def join(parts: Sequence[tuple[Speech, float]], sample_rate: int) -> Joined:
    """Join (speech, seconds of pause after it) pairs into one sound at `sample_rate`.

    A pause lasts exactly from the last sound of a part to the first sound of the next: the little that is
    kept around each part lies within it. A silent part adds nothing but its pause.
    """
    placed: list[_Placed] = []
    cues: list[tuple[float, float]] = []
    position = pause = 0  # in samples: the end of the last sound, and what is to follow it
    for speech, pause_after in parts:
        samples = resample(speech, sample_rate).samples
        first, last = heard_bounds(samples, sample_rate)
        start = position + pause
        if last > first:
            if not placed and not pause:
                start = min(first, round(HEAD_SECONDS * sample_rate))
            placed.append(_Placed(samples, first, last, start))
            position, pause = placed[-1].end, 0
        cues.append((start / sample_rate, (start + last - first) / sample_rate))
        pause += round(max(pause_after, 0.0) * sample_rate)
    tail = min(len(placed[-1].samples) - placed[-1].last, round(TAIL_SECONDS * sample_rate)) if placed else 0
    whole = np.zeros(position + max(pause, tail), np.float32)
    for start, samples in _with_margins(placed, len(whole), sample_rate):
        whole[start : start + len(samples)] = _faded(samples, sample_rate)
    return Joined(Speech(whole, sample_rate), cues)


def heard_bounds(samples: Samples, sample_rate: int) -> tuple[int, int]:
    """The first and last sample (exclusive) of what is heard; (0, 0) for silence."""
    frame = max(round(_FRAME_SECONDS * sample_rate), 1)
    count = -(-len(samples) // frame)
    if not count:
        return 0, 0
    squares = np.zeros(count * frame, np.float32)
    np.square(samples, out=squares[: len(samples)])
    levels = np.sqrt(squares.reshape(count, frame).mean(axis=1))
    heard = np.flatnonzero(levels > max(_FLOOR, float(np.sqrt(squares.max())) * _BELOW_PEAK))
    if not heard.size:
        return 0, 0
    return int(heard[0]) * frame, min((int(heard[-1]) + 1) * frame, len(samples))


def _with_margins(placed: list[_Placed], length: int, sample_rate: int) -> Iterator[tuple[int, Samples]]:
    """Each part with as much of its margins as the pauses beside it have room for, and where it begins."""
    head_limit, tail_limit = round(HEAD_SECONDS * sample_rate), round(TAIL_SECONDS * sample_rate)
    free_from = 0
    for part, following in pairwise([*placed, None]):
        if part is None:
            return
        head = min(part.first, head_limit, part.start - free_from)
        room = (following.start if following else length) - part.end
        tail = min(len(part.samples) - part.last, tail_limit, room)
        free_from = part.end + tail
        yield part.start - head, part.samples[part.first - head : part.last + tail]


def _faded(samples: Samples, sample_rate: int) -> Samples:
    """Raised-cosine fades at both edges, so that the sound starts and ends at nothing."""
    length = min(round(FADE_SECONDS * sample_rate), len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)
    faded = samples.copy()
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded
