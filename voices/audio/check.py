"""Is this the speech that was asked for? What an engine answers is looked at before it is kept."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import regex

from voices.audio.join import heard_bounds
from voices.engines.base import Samples, Speech

_SILENT = 10 ** (-55 / 20)  # a peak below this is not heard
_CLIPPED_SHARE = 0.002  # of the samples; clipped speech has several times as many
_CLIP_LEVEL = 0.97
_FLAT = 3e-6

# Seconds that a character takes. Ordinary speech: 0.05 to 0.09.
_FASTEST = 0.02
_SLOWEST = 0.25
_SLOWEST_START = 3.0  # seconds that even the shortest text may take

_DIGITS = regex.compile(r"\d")
_SIGNS = regex.compile(r"[%&@+=<>#$£€¥°]")
_CAPITALS = regex.compile(r"\b\p{Lu}{2,}\b")
_SYLLABIC = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


class DefectKind(StrEnum):
    """What is wrong with a sound."""

    BROKEN = "broken"
    SILENT = "silent"
    CLIPPED = "clipped"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"


@dataclass(frozen=True)
class Defect:
    """What is wrong; `message` is for the user."""

    kind: DefectKind
    message: str


_MESSAGES = {
    DefectKind.BROKEN: "The voice returned a damaged sound.",
    DefectKind.SILENT: "The voice returned silence.",
    DefectKind.CLIPPED: "The voice returned a distorted sound.",
    DefectKind.TOO_LONG: "The voice went on far too long for this text.",
    DefectKind.TOO_SHORT: "The voice left out most of this text.",
}


def spoken_length(text: str) -> int:
    """How many characters of ordinary writing a text sounds like: a digit is a word, a kanji a syllable."""
    capitals = sum(len(match.group()) for match in _CAPITALS.finditer(text))
    extra = 6 * len(_DIGITS.findall(text)) + 7 * len(_SIGNS.findall(text)) + 3 * len(_SYLLABIC.findall(text))
    return len(text) + extra + 2 * capitals


def find_defects(speech: Speech, *, expected_characters: int, speed: float = 1.0) -> list[Defect]:
    """What is wrong with the speech made of a text; an empty list when nothing is.

    `expected_characters` is the text's `spoken_length`; `speed` that at which it was spoken (1.0: ordinary).
    """
    samples = speech.samples
    if not np.all(np.isfinite(samples)):
        return [_defect(DefectKind.BROKEN)]
    if expected_characters <= 0:
        return []
    if not len(samples) or float(np.abs(samples).max()) < _SILENT:
        return [_defect(DefectKind.SILENT)]
    found = []
    if _clipped_share(samples) > _CLIPPED_SHARE:
        found.append(_defect(DefectKind.CLIPPED))
    first, last = heard_bounds(samples, speech.sample_rate)
    heard_seconds = (last - first) / speech.sample_rate * speed
    if speech.duration_seconds * speed > _SLOWEST_START + _SLOWEST * expected_characters:
        found.append(_defect(DefectKind.TOO_LONG))
    if heard_seconds < _FASTEST * expected_characters:
        found.append(_defect(DefectKind.TOO_SHORT))
    return found


def _clipped_share(samples: Samples) -> float:
    """The share of samples that stand still at the top: three alike in a row near full scale."""
    high = np.abs(samples) >= _CLIP_LEVEL
    if not high.any():
        return 0.0
    still = np.abs(np.diff(samples)) < _FLAT
    flat = high[2:] & still[1:] & still[:-1]
    return float(np.count_nonzero(flat)) / len(samples)


def _defect(kind: DefectKind) -> Defect:
    return Defect(kind, _MESSAGES[kind])
