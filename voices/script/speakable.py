"""Dropping from a text what no voice can say: emoji, decoration, runs of white space."""

import re
import unicodedata

import regex

from voices.script.markup import HIDDEN
from voices.spans import SpannedText

_HIDDEN = re.compile(HIDDEN)
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{1,2}"
    r"|(?![©®™‼⁉#*\d])[\p{Extended_Pictographic}\p{Emoji_Modifier}]\p{Emoji_Modifier}?"
    r"|[\u200d\u20e3\ufe0e\ufe0f\U000e0020-\U000e007f]+(?![^\W\d_a-zA-Z])"
)
_STYLED = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e\ufb00-\ufb06]+")  # 𝐛𝐨𝐥𝐝, ｗｉｄｅ, ﬁ
_DECORATION = re.compile(r"(?<!\S)[*_~=#|•·●▪◆◇■□★☆─━═⁂❦-]{2,}(?!\S)|[*_~=#|·─━═]{3,}|[★☆●◆■▪◇□❦⁂]")
_DASHES = re.compile(r"(?<=\s)-{2,3}(?=\s)|(?<=\w)--(?=\w)")
_SPACED_DOTS = re.compile(r"\s?\.(?:\s\.)+")
_LONG_RUN = re.compile(r"([!?])[!?]{3,}|([.,;:…\"'“”‘’—–(){}\[\]-])\2{3,}")
_SPACE = re.compile(r"\s+")
_NEEDS_EMOJI_PASS = re.compile(r"[^\x00-\u024f\u2010-\u2027]")


def clean(spoken: SpannedText) -> None:
    """Leave what can be said, in single-spaced plain letters. Words keep their marks of emphasis."""
    if HIDDEN in spoken.text:
        spoken.sub(_HIDDEN, "")
    if _NEEDS_EMOJI_PASS.search(spoken.text):
        spoken.sub(_EMOJI, " ")
        spoken.sub(_STYLED, _plain)
    spoken.sub(_DASHES, " — ")
    spoken.sub(_SPACED_DOTS, "…")
    spoken.sub(_DECORATION, " ")
    spoken.sub(_LONG_RUN, lambda match: match.group()[:3])
    spoken.sub(_SPACE, " ")
    spoken.strip()


def _plain(match: re.Match[str]) -> str:
    return "".join(
        character if character in "！？，：；（）" else unicodedata.normalize("NFKC", character)
        for character in match.group()
    )
