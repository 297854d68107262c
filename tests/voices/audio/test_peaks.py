"""The waveform: right where it is loud, and never too large for its row."""

import numpy as np

from tests.voices.audio.sounds import RATE, chained, silent, tone
from voices.audio.peaks import MAX_COUNT, peaks
from voices.engines.base import Speech


def test_each_stretch_shows_its_largest_magnitude():
    speech = chained(silent(1.0), tone(1.0, amplitude=0.5), tone(1.0, amplitude=1.0))
    assert peaks(speech, count=6) == [0, 0, 50, 50, 100, 100]
    assert peaks(speech, per_second=1) == [0, 50, 100]


def test_the_number_is_bounded():
    assert len(peaks(silent(60.0))) == 1_200
    assert len(peaks(Speech(np.zeros(RATE * 600, np.float32), RATE))) == MAX_COUNT
    assert len(peaks(silent(10.0), count=99_999)) == MAX_COUNT


def test_short_and_empty_sounds():
    assert peaks(silent(0.0)) == []
    assert peaks(Speech(np.array([-0.25, 2.0], np.float32), RATE), count=10) == [25, 100]
    assert len(peaks(tone(0.001))) == 1
