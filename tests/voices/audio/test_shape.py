"""Speed changes the length and not the pitch; pitch the pitch and not the length."""

import pytest

from tests.voices.audio.sounds import fundamental, silent, speak, tone
from voices.audio.shape import change_pitch, change_speed

RATIOS = [0.5, 0.75, 0.9, 1.1, 1.5, 2.0]


@pytest.mark.parametrize("ratio", [0.25, *RATIOS, 4.0])
def test_speed_changes_the_length_alone(ratio):
    made = change_speed(tone(4.0, 200), ratio)
    assert made.duration_seconds == pytest.approx(4.0 / ratio, rel=0.02)
    assert fundamental(made) == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize("ratio", RATIOS)
def test_pitch_changes_the_pitch_alone(ratio):
    made = change_pitch(tone(3.0, 200), ratio)
    assert made.duration_seconds == 3.0
    assert fundamental(made) == pytest.approx(200 * ratio, rel=0.02)


def test_a_ratio_of_one_changes_nothing():
    speech = tone(1.0)
    assert change_speed(speech, 1.0) is speech
    assert change_pitch(speech, 1.0) is speech
    assert change_speed(silent(0.0), 2.0).samples.tolist() == []


@pytest.mark.parametrize("ratio", [0.0, -1.0, 5.0, float("nan")])
def test_a_ratio_that_makes_no_sense_is_refused(ratio):
    with pytest.raises(ValueError, match="outside"):
        change_speed(tone(1.0), ratio)
    with pytest.raises(ValueError, match="outside"):
        change_pitch(tone(1.0), ratio)


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.2])
def test_very_short_sounds_survive(seconds):
    assert len(change_pitch(tone(seconds), 1.5).samples) == len(tone(seconds).samples)
    assert change_speed(tone(seconds), 2.0).duration_seconds == pytest.approx(seconds / 2, abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [0.7, 1.4])
def test_the_real_voice_is_shaped(ratio):
    speech = speak("The rain in Spain stays mainly in the plain, and so do all of my old friends.")
    faster, higher = change_speed(speech, ratio), change_pitch(speech, ratio)
    assert faster.duration_seconds == pytest.approx(speech.duration_seconds / ratio, rel=0.02)
    assert fundamental(faster) == pytest.approx(fundamental(speech), rel=0.05)
    assert fundamental(higher) == pytest.approx(fundamental(speech) * ratio, rel=0.07)
