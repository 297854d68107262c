"""Corrupt speech is found, and ordinary speech is left alone."""

import numpy as np
import pytest

from tests.voices.audio.sounds import RATE, chained, silent, speak, tone
from voices.audio.check import DefectKind, find_defects, spoken_length
from voices.engines.base import Speech

TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps for a while."  # about five seconds


def kinds(speech, text=TEXT, speed=1.0):
    return [
        defect.kind for defect in find_defects(speech, expected_characters=spoken_length(text), speed=speed)
    ]


def test_damage_is_found_and_said_in_words():
    broken = tone(5.0)
    broken.samples[1_000] = np.nan
    (defect,) = find_defects(broken, expected_characters=80, speed=1.0)
    assert (defect.kind, defect.message) == (DefectKind.BROKEN, "The voice returned a damaged sound.")


@pytest.mark.parametrize(
    ("speech", "found"),
    [
        (silent(5.0), [DefectKind.SILENT]),
        (silent(0.0), [DefectKind.SILENT]),
        (tone(5.0, amplitude=1e-4), [DefectKind.SILENT]),
        (Speech(np.clip(tone(5.0, amplitude=4.0).samples, -1, 1), RATE), [DefectKind.CLIPPED]),
        (tone(60.0), [DefectKind.TOO_LONG]),
        (tone(0.4), [DefectKind.TOO_SHORT]),
        (chained(tone(0.4), silent(5.0)), [DefectKind.TOO_SHORT]),
        (tone(5.0), []),
    ],
)
def test_what_is_wrong_is_named(speech, found):
    assert kinds(speech) == found


@pytest.mark.parametrize("frequency", [50, 100, 440, 3_000])
@pytest.mark.parametrize("amplitude", [0.01, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000])
def test_a_pure_tone_is_not_taken_for_clipping(frequency, amplitude, rate):
    assert kinds(tone(5.0, frequency, amplitude, rate)) == []


def test_speed_moves_the_bounds():
    assert kinds(tone(1.2)) == [DefectKind.TOO_SHORT]
    assert kinds(tone(1.2), speed=2.0) == []
    assert kinds(tone(30.0)) == [DefectKind.TOO_LONG]
    assert kinds(tone(30.0), speed=0.5) == []


def test_nothing_is_expected_of_a_piece_without_words():
    assert find_defects(silent(0.0), expected_characters=0) == []


def test_a_digit_counts_for_a_word():
    assert spoken_length("abc") == 3
    assert spoken_length("1999") == 28
    assert spoken_length("你好") == 8


ORDINARY = [
    *(
        "Hi.",
        "No.",
        "OK!",
        "Oh?",
        "I.",
        "A",
        "Yes, sir.",
        "Stop!",
        "5",
        "42.",
        "1999.",
        "$5.",
        "Mm-hmm.",
        "NASA.",
    ),
    *(
        "WWW.",
        "1,234,567.89",
        "$999,999,999.99",
        "3.14159265358979",
        "FBI, CIA and NSA.",
        "100%",
        "12:45 p.m.",
    ),
    *("x = y + z", "Strengths, lengths, twelfths.", "Aeiou.", "Call 555-123-4567 now."),
    "Supercalifragilisticexpialidocious!",
    "Well... I, uh, I do not know; perhaps - perhaps not - who can say?",
    "On March 3, 2024, 1,250 people paid $9.99 each for 3.5 GB.",
    "A b c d e f g h i j k l m n o p q r s t u v w x y z.",
    TEXT,
    f"{TEXT} {TEXT}",
    ("word " * 60).strip() + ".",
]


@pytest.mark.slow
@pytest.mark.parametrize("speed", [0.7, 1.0, 1.6])
def test_ordinary_speech_of_the_real_voice_is_left_alone(speed):
    for text in ORDINARY:
        assert kinds(speak(text, speed), text, speed) == [], text


@pytest.mark.slow
def test_the_real_voice_gone_wrong_is_found():
    speech = speak(TEXT)
    assert kinds(Speech(np.clip(speech.samples * 8, -1, 1), RATE)) == [DefectKind.CLIPPED]
    assert kinds(chained(*[speech] * 6)) == [DefectKind.TOO_LONG]
    assert kinds(Speech(speech.samples[:20_000], RATE)) == [DefectKind.TOO_SHORT]
