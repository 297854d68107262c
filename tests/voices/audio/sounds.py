"""Sounds with known properties."""

from functools import cache

import numpy as np
import pytest

from voices.engines.base import Speech

RATE = 24_000


def tone(seconds, frequency=220.0, amplitude=0.5, rate=RATE):
    times = np.arange(round(seconds * rate)) / rate
    return Speech((amplitude * np.sin(2 * np.pi * frequency * times)).astype(np.float32), rate)


def silent(seconds, rate=RATE):
    return Speech(np.zeros(round(seconds * rate), np.float32), rate)


def chained(*parts):
    return Speech(np.concatenate([part.samples for part in parts]), parts[0].sample_rate)


@cache
def speaker():
    return pytest.importorskip("hibari").Hibari(threads=1)


def speak(text, speed=1.0):
    """What the real voice says."""
    return Speech(speaker()(text, seed=0, speed=speed), RATE)


def fundamental(speech):
    """The pitch in hertz: the median over voiced 50 ms frames, by autocorrelation."""
    rate, size = speech.sample_rate, speech.sample_rate // 20
    found = []
    for start in range(0, len(speech.samples) - size, size):
        frame = speech.samples[start : start + size].astype(np.float64)
        frame -= frame.mean()
        energy = float(frame @ frame)
        if energy < size * 1e-4:
            continue
        correlation = np.correlate(frame, frame, "full")[size - 1 :] / energy
        low, high = rate // 600, rate // 70
        lag = low + int(np.argmax(correlation[low:high]))
        if correlation[lag] > 0.5:
            found.append(rate / lag)
    return float(np.median(found))
