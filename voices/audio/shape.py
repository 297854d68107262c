"""Speed and pitch of speech that is already made."""

import numpy as np

from voices.audio.samples import collect, filtered
from voices.engines.base import Speech

LOW, HIGH = 0.25, 4.0


def change_speed(speech: Speech, ratio: float) -> Speech:
    """Faster (above 1) or slower, at the same pitch. Raises ValueError for a ratio outside LOW to HIGH."""
    if _changes_nothing(speech, ratio):
        return speech
    return _through(speech, _tempo(ratio))


def change_pitch(speech: Speech, ratio: float) -> Speech:
    """Higher (above 1) or lower, of the same length; formants move along. ValueError as for speed."""
    if _changes_nothing(speech, ratio):
        return speech
    rate = speech.sample_rate
    filters = [("asetrate", str(round(rate * ratio))), ("aresample", str(rate)), *_tempo(1 / ratio)]
    samples = _through(speech, filters).samples[: len(speech.samples)]
    return Speech(np.pad(samples, (0, len(speech.samples) - len(samples))), rate)


def _changes_nothing(speech: Speech, ratio: float) -> bool:
    if not LOW <= ratio <= HIGH:
        raise ValueError(f"a ratio of {ratio} is outside {LOW} to {HIGH}")
    return abs(ratio - 1) < 1e-3 or not len(speech.samples)


def _through(speech: Speech, filters: list[tuple[str, str]]) -> Speech:
    frames = filtered(speech, *filters, ("aformat", "sample_fmts=flt"))
    return Speech(collect(frame.to_ndarray()[0] for frame in frames), speech.sample_rate)


def _tempo(ratio: float) -> list[tuple[str, str]]:
    """atempo takes 0.5 to 2 without skipping samples: what is outside takes two steps."""
    steps = [ratio] if 0.5 <= ratio <= 2.0 else [ratio**0.5] * 2
    return [("atempo", f"{step:.6f}") for step in steps]
