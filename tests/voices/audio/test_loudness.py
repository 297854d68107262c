"""Loudness is measured as the standard says, and made what was asked for."""

import numpy as np
import pytest

from tests.voices.audio.sounds import RATE, chained, silent, speak, tone
from voices.audio.loudness import Loudness, measure, normalise
from voices.engines.base import Speech


def speechlike(seconds=6.0, amplitude=0.1, seed=1):
    """Noise whose level comes and goes as syllables do."""
    times = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(seed).standard_normal(len(times))
    syllables = np.maximum(np.sin(2 * np.pi * 2.5 * times), 0) ** 2
    return Speech((amplitude * noise * syllables).astype(np.float32), RATE)


def test_a_sine_of_the_standard_measures_as_it_says():
    # BS.1770: 997 Hz at 0 dBFS in one channel is -3.01 LUFS
    loudness = measure(tone(5.0, 997, amplitude=1.0, rate=48_000))
    assert loudness.integrated_lufs == pytest.approx(-3.01, abs=0.05)
    assert loudness.true_peak_dbtp == pytest.approx(0.0, abs=0.1)


def test_a_peak_between_the_samples_is_found():
    # A quarter of the rate, half way between the samples: they show 0.707 of it
    times = np.arange(RATE) / RATE
    swelling = np.sin(np.pi * times)  # no edges: they would overshoot
    samples = (0.5 * swelling * np.sin(2 * np.pi * RATE / 4 * times + np.pi / 4)).astype(np.float32)
    assert 20 * np.log10(np.abs(samples).max()) == pytest.approx(-9.03, abs=0.01)
    assert measure(Speech(samples, RATE)).true_peak_dbtp == pytest.approx(-6.02, abs=0.05)


@pytest.mark.parametrize("amplitude", [0.003, 0.05, 0.3, 1.0])
@pytest.mark.parametrize("target", [-23.0, -16.0])
def test_speech_comes_out_as_loud_as_asked(amplitude, target):
    loudness = measure(normalise(speechlike(amplitude=amplitude), target_lufs=target))
    assert loudness.integrated_lufs == pytest.approx(target, abs=0.5)
    assert loudness.true_peak_dbtp <= -0.95


def test_gain_alone_is_enough_where_no_peak_stands_in_the_way():
    speech = tone(3.0, 300, amplitude=0.05)
    made = normalise(speech)
    ratio = made.samples[100:] / np.where(speech.samples[100:] == 0, 1, speech.samples[100:])
    loud = np.abs(speech.samples[100:]) > 0.01
    assert ratio[loud] == pytest.approx(ratio[loud][0], rel=1e-5)


def test_a_lone_peak_is_held_down_without_a_click():
    speech = tone(4.0, 220, amplitude=0.05)
    speech.samples[48_000:48_200] *= 18
    made = normalise(speech)
    assert measure(made).true_peak_dbtp <= -0.95
    assert measure(made).integrated_lufs == pytest.approx(-16.0, abs=0.5)
    quiet = made.samples[:24_000], made.samples[-24_000:]
    assert np.abs(quiet[0]).max() == pytest.approx(
        np.abs(quiet[1]).max(), rel=0.01
    )  # only the peak's surroundings changed


def test_silence_stays_silence():
    for speech in (silent(2.0), silent(0.0), Speech(np.full(48_000, 1e-5, np.float32), RATE)):
        assert normalise(speech) is speech
    assert measure(silent(1.0)) == Loudness(-np.inf, -np.inf, 0.0)


def test_what_is_not_heard_does_not_count():
    # The gate of the standard: the mean level of these would be 6 dB lower
    spoken = speechlike(3.03)
    with_pauses = chained(spoken, silent(9.04))
    assert measure(with_pauses).integrated_lufs == pytest.approx(measure(spoken).integrated_lufs, abs=0.3)
    assert measure(normalise(with_pauses)).integrated_lufs == pytest.approx(-16.0, abs=0.2)


@pytest.mark.parametrize("extra", [1, 1_000, 2_399])
def test_the_length_makes_no_difference(extra):
    speech = speechlike(4.0)
    longer = Speech(np.concatenate([speech.samples, speech.samples[:extra]]), RATE)
    assert measure(longer).integrated_lufs == pytest.approx(measure(speech).integrated_lufs, abs=0.1)
    assert measure(longer).range_lu == pytest.approx(measure(speech).range_lu, abs=0.1)


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.39, 0.41])
def test_a_very_short_clip_is_measured_by_its_mean_level(seconds):
    made = normalise(tone(seconds, 1_000, amplitude=0.02))
    assert measure(made).integrated_lufs == pytest.approx(-16.0, abs=0.5)
    assert len(made.samples) == round(seconds * RATE)


def test_the_length_is_kept():
    speech = chained(silent(0.3), speechlike(3.0, 0.9), silent(0.3))
    assert len(normalise(speech).samples) == len(speech.samples)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["Hi.", "The quick brown fox jumps over the lazy dog, and then it sleeps."])
def test_the_real_voice_comes_out_as_loud_as_asked(text):
    loudness = measure(normalise(speak(text)))
    assert loudness.integrated_lufs == pytest.approx(-16.0, abs=0.5)
    assert loudness.true_peak_dbtp <= -0.95
