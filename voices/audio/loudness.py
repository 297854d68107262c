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


def measure(speech: Speech) -> Loudness:
    """Measure a sound. Below 0.4 s, which the standard does not measure, its mean level stands in."""
    integrated, loudness_range = _integrated(speech)
    true_peak = float(_peaks_per_step(speech).max(initial=0.0))
    return Loudness(integrated, _decibels(true_peak), loudness_range)


def normalise(speech: Speech, target_lufs: float = TARGET_LUFS, ceiling_dbtp: float = CEILING_DBTP) -> Speech:
    """The sound at that loudness, no peak above the ceiling: by gain alone, unless a peak stands in the way.

    Silence stays as it is.
    """
    before, _range = _integrated(speech)
    if before <= SILENT_LUFS:
        return speech
    gain = min(target_lufs - before, _MAX_GAIN_DB)
    peaks = _peaks_per_step(speech)
    if _decibels(float(peaks.max())) + gain <= ceiling_dbtp:
        return Speech(speech.samples * np.float32(_ratio(gain)), speech.sample_rate)
    made = _limited(speech, peaks, gain, ceiling_dbtp)
    for _attempt in range(2):  # what the limiter took away is given back, as far as it goes
        missing = target_lufs - _integrated(made)[0]
        if abs(missing) < 0.2 or gain + missing > _MAX_GAIN_DB:
            break
        gain += missing
        made = _limited(speech, peaks, gain, ceiling_dbtp)
    return made


def _integrated(speech: Speech) -> tuple[float, float]:
    """The integrated loudness in LUFS (-inf for digital silence) and the loudness range in LU."""
    if not len(speech.samples) or not np.any(speech.samples):
        return -np.inf, 0.0
    values: dict[str, str] = {}
    for frame in filtered(speech, ("ebur128", "metadata=1")):
        values = dict(frame.metadata) or values  # the last frame has none when it is shorter than the others
    integrated = float(values.get("lavfi.r128.I", -np.inf))
    if speech.duration_seconds < _GATE_SECONDS or not integrated > SILENT_LUFS:
        integrated = _mean_lufs(speech.samples)
    return integrated, float(values.get("lavfi.r128.LRA", 0.0))


def _limited(speech: Speech, peaks: NDArray[np.float64], gain_db: float, ceiling_dbtp: float) -> Speech:
    """With that gain, and turned down smoothly around each of its peaks that would pass the ceiling."""
    wanted = _ratio(gain_db)
    allowed = np.minimum(1.0, _ratio(ceiling_dbtp - 0.05) / np.maximum(peaks * wanted, 1e-9))
    # The lowest within reach, then the mean within a shorter reach: never above what is allowed, and smooth.
    padded = np.pad(allowed, _LIMIT_STEPS, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _LIMIT_STEPS + 1).min(axis=1)
    window = np.hanning(2 * _LIMIT_STEPS + 1)[1:-1]
    smooth = np.convolve(np.pad(lowest, _LIMIT_STEPS - 1, mode="edge"), window / window.sum(), mode="valid")
    centres = (np.arange(len(smooth)) + 0.5) * _step(speech)
    made = np.empty_like(speech.samples)
    start = 0
    for block in blocks(speech.samples):
        end = start + len(block)
        made[start:end] = block * (np.interp(np.arange(start, end), centres, smooth) * wanted)
        start = end
    return Speech(made, speech.sample_rate)


def _step(speech: Speech) -> int:
    """The limiter's step in samples."""
    return max(round(_LIMIT_STEP_SECONDS * speech.sample_rate), 1)


def _peaks_per_step(speech: Speech) -> NDArray[np.float64]:
    """The largest magnitude in each of the limiter's steps, between the samples too."""
    step = _step(speech)
    size = step * _OVERSAMPLING
    peaks = np.zeros(-(-len(speech.samples) // step))
    start = 0
    for block in _oversampled(speech):
        firsts = np.arange(-(start % size), len(block), size)
        places = (start + firsts) // size
        within = places < len(peaks)
        highest = np.maximum.reduceat(np.abs(block), np.maximum(firsts, 0))[within]
        peaks[places[within]] = np.maximum(peaks[places[within]], highest)
        start += len(block)
    direct = np.zeros(len(peaks) * step, np.float32)
    np.abs(speech.samples, out=direct[: len(speech.samples)])
    return np.maximum(peaks, direct.reshape(len(peaks), step).max(axis=1))


def _oversampled(speech: Speech) -> Iterator[Samples]:
    """The sound at four times its rate, a block at a time: the whole of an hour would fill the memory."""
    filters = ("aresample", str(speech.sample_rate * _OVERSAMPLING)), ("aformat", "sample_fmts=flt")
    return (frame.to_ndarray()[0] for frame in filtered(speech, *filters) if frame.samples)


def _mean_lufs(samples: Samples) -> float:
    return 10 * float(np.log10(max(float(np.mean(np.square(samples, dtype=np.float64))), 1e-12))) - 0.691


def _decibels(amplitude: float) -> float:
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else -np.inf


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))
