"""How loud a sound is (ITU-R BS.1770, by FFmpeg's ebur128), and making it as loud as wanted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voices.audio.samples import blocks, filtered
from voices.engines.base import Samples, Speech

TARGET_LUFS = -16.0
CEILING_DBTP = -1.0

SILENT_LUFS = -70.0  # the gate of the standard: nothing below it counts
_GATE_SECONDS = 0.4  # the standard measures blocks of this length
_MAX_GAIN_DB = 40.0
_LIMIT_STEP_SECONDS = 0.001
_LIMIT_STEPS = 6  # looked ahead and smoothed over, either way
_OVERSAMPLING = 4


@dataclass(frozen=True)
class Loudness:
    """`integrated_lufs` is -inf for silence; `true_peak_dbtp` is the peak between the samples too."""

    integrated_lufs: float
    true_peak_dbtp: float
    range_lu: float

    @property
    def is_silent(self) -> bool:
        return self.integrated_lufs <= SILENT_LUFS


def measure(speech: Speech) -> Loudness:
    """Measure a sound. Below 0.4 s, which the standard does not measure, its mean level stands in."""
    if not len(speech.samples) or not np.any(speech.samples):
        return Loudness(-np.inf, -np.inf, 0.0)
    values: dict[str, str] = {}
    for frame in filtered(speech, ("ebur128", "metadata=1")):
        values = dict(frame.metadata)
    integrated = float(values.get("lavfi.r128.I", -np.inf))
    if speech.duration_seconds < _GATE_SECONDS or not integrated > SILENT_LUFS:
        integrated = _mean_lufs(speech.samples)
    return Loudness(integrated, _decibels(_true_peak(speech)), float(values.get("lavfi.r128.LRA", 0.0)))


def normalise(speech: Speech, target_lufs: float = TARGET_LUFS, ceiling_dbtp: float = CEILING_DBTP) -> Speech:
    """The sound at that loudness, no peak above the ceiling: by gain alone, unless a peak stands in the way.

    Silence stays as it is.
    """
    before = measure(speech)
    if before.is_silent:
        return speech
    gain = min(target_lufs - before.integrated_lufs, _MAX_GAIN_DB)
    if before.true_peak_dbtp + gain <= ceiling_dbtp:
        return Speech(speech.samples * np.float32(_ratio(gain)), speech.sample_rate)
    made = _limited(speech, gain, ceiling_dbtp)
    for _attempt in range(2):  # what the limiter took away is given back, as far as it goes
        missing = target_lufs - measure(made).integrated_lufs
        if abs(missing) < 0.2 or gain + missing > _MAX_GAIN_DB:
            break
        gain += missing
        made = _limited(speech, gain, ceiling_dbtp)
    return made


def _limited(speech: Speech, gain_db: float, ceiling_dbtp: float) -> Speech:
    """With that gain, and turned down smoothly around each peak that would pass the ceiling."""
    step = max(round(_LIMIT_STEP_SECONDS * speech.sample_rate), 1)
    wanted = _ratio(gain_db)
    peaks = _peaks_per_step(speech, step) * wanted
    allowed = np.minimum(1.0, _ratio(ceiling_dbtp - 0.05) / np.maximum(peaks, 1e-9))
    # The lowest within reach, then the mean within a shorter reach: never above what is allowed, and smooth.
    padded = np.pad(allowed, _LIMIT_STEPS, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _LIMIT_STEPS + 1).min(axis=1)
    window = np.hanning(2 * _LIMIT_STEPS + 1)[1:-1]
    smooth = np.convolve(np.pad(lowest, _LIMIT_STEPS - 1, mode="edge"), window / window.sum(), mode="valid")
    centres = (np.arange(len(smooth)) + 0.5) * step
    made = np.empty_like(speech.samples)
    start = 0
    for block in blocks(speech.samples):
        end = start + len(block)
        made[start:end] = block * (np.interp(np.arange(start, end), centres, smooth) * wanted)
        start = end
    return Speech(made, speech.sample_rate)


def _peaks_per_step(speech: Speech, step: int) -> NDArray[np.float64]:
    """The largest magnitude in each `step` samples, between the samples too."""
    peaks = np.zeros(-(-len(speech.samples) // step))
    start = 0
    for block in _oversampled(speech):
        steps = np.arange(start, start + len(block)) // (step * _OVERSAMPLING)
        firsts = np.flatnonzero(np.diff(steps, prepend=-1))
        within = steps[firsts] < len(peaks)
        highest = np.maximum.reduceat(np.abs(block), firsts)[within]
        places = steps[firsts][within]
        peaks[places] = np.maximum(peaks[places], highest)
        start += len(block)
    direct = np.zeros(len(peaks) * step, np.float32)
    np.abs(speech.samples, out=direct[: len(speech.samples)])
    return np.maximum(peaks, direct.reshape(len(peaks), step).max(axis=1))


def _true_peak(speech: Speech) -> float:
    between = max((float(np.abs(block).max(initial=0.0)) for block in _oversampled(speech)), default=0.0)
    return max(between, float(np.abs(speech.samples).max(initial=0.0)))


def _oversampled(speech: Speech) -> Iterator[Samples]:
    """The sound at four times its rate, a block at a time: the whole of an hour would fill the memory."""
    filters = ("aresample", str(speech.sample_rate * _OVERSAMPLING)), ("aformat", "sample_fmts=flt")
    return (frame.to_ndarray()[0] for frame in filtered(speech, *filters))


def _mean_lufs(samples: Samples) -> float:
    return 10 * float(np.log10(max(float(np.mean(np.square(samples, dtype=np.float64))), 1e-12))) - 0.691


def _decibels(amplitude: float) -> float:
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else -np.inf


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))
