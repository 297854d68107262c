"""Parts in one sound: exact pauses, no clicks, and a timeline that is right."""

import numpy as np
import pytest

from tests.voices.audio.sounds import RATE, chained, silent, speak, tone
from voices.audio.join import join, silence
from voices.engines.base import Speech


def silence_between(joined, first, second):
    """Seconds of silence around the middle of the gap between two cues."""
    middle = round((joined.cues[first][1] + joined.cues[second][0]) / 2 * RATE)
    loud = np.flatnonzero(np.abs(joined.speech.samples) > 1e-3)
    return (loud[loud >= middle][0] - loud[loud < middle][-1]) / RATE


def test_pauses_are_exact_and_the_timeline_is_right():
    padded = chained(silent(0.5), tone(1.0), silent(0.7))
    joined = join([(padded, 0.5), (padded, 1.25), (padded, 0.0)], RATE)
    assert joined.cues == [(0.02, 1.02), (1.52, 2.52), (3.77, 4.77)]
    assert joined.speech.duration_seconds == pytest.approx(4.77 + 0.08)
    assert silence_between(joined, 0, 1) == pytest.approx(0.5, abs=0.002)
    assert silence_between(joined, 1, 2) == pytest.approx(1.25, abs=0.002)


def test_a_pause_of_nothing_leaves_nothing_between():
    padded = chained(silent(0.5), tone(1.0), silent(0.7))
    joined = join([(padded, 0.0), (padded, 0.0)], RATE)
    assert joined.cues == [(0.02, 1.02), (1.02, 2.02)]


def test_silent_parts_add_their_pauses_only():
    joined = join([(silent(0.05), 1.0), (tone(1.0), 0.5), (silent(3.0), 0.25), (tone(0.5), 2.0)], RATE)
    assert joined.cues == [(0.0, 0.0), (1.0, 2.0), (2.5, 2.5), (2.75, 3.25)]
    assert joined.speech.duration_seconds == 5.25


def test_nothing_but_silence():
    joined = join([(silent(0.0), 0.5), (silent(1.0), 0.25)], RATE)
    assert joined.cues == [(0.0, 0.0), (0.5, 0.5)]
    assert joined.speech.samples.tolist() == [0.0] * 18_000
    assert join([], RATE).speech.samples.tolist() == []


@pytest.mark.parametrize("pause", [0.0, 0.01, 0.06, 0.5])
def test_there_are_no_clicks_at_the_joins(pause):
    # Parts that begin and end in the middle of a wave: a step of up to 0.5 if they were only put together
    hard = [Speech(tone(1.0, 200 + 7 * number).samples[37:-53], RATE) for number in range(6)]
    joined = join([(part, pause) for part in hard], RATE).speech.samples
    largest_in_a_part = max(float(np.abs(np.diff(part.samples)).max()) for part in hard)
    assert float(np.abs(np.diff(joined)).max()) <= largest_in_a_part * 1.02
    assert joined[0] == joined[-1] == 0.0


def test_parts_of_another_rate_are_resampled():
    joined = join([(tone(1.0, rate=44_100), 0.5), (tone(1.0, rate=16_000), 0.0)], RATE)
    assert joined.speech.sample_rate == RATE
    assert np.allclose(joined.cues, [(0.0, 1.0), (1.5, 2.5)], atol=0.006)


def test_silence_is_counted_in_samples():
    assert silence(0.5, RATE).tolist() == [0.0] * 12_000
    assert silence(-1, RATE).tolist() == []


@pytest.mark.slow
def test_words_keep_their_beginnings_and_ends():
    parts = [speak(text) for text in ("Fifth.", "She sells six sheep.", "Stop!", "Half a puff.")]
    joined = join([(part, 0.4) for part in parts], RATE)
    kept = sum(float(np.sum(np.square(part.samples, dtype=np.float64))) for part in parts)
    assert float(np.sum(np.square(joined.speech.samples, dtype=np.float64))) == pytest.approx(kept, rel=0.001)
