"""The user's pronunciation dictionary."""

import re
from collections.abc import Mapping

import regex

from voices.spans import SpannedText

_UNSPACED = r"\u0E00-\u0EFF\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF"  # Thai, Lao, Khmer, Japanese, Chinese
_WORD = rf"[^\W{_UNSPACED}]"  # a character that, beside an entry, makes it part of a longer word


class Pronunciations:
    """A dictionary made ready for one text. Whole words, any case, the longest entry first, in one pass."""

    def __init__(self, entries: Mapping[str, str], text: str) -> None:
        folded = _key(text)
        self._spoken = {
            key: said for written, said in entries.items() if (key := _key(written)) and key in folded
        }
        self._pattern = _pattern(self._spoken) if self._spoken else None

    def apply(self, spanned: SpannedText) -> None:
        """Write the entries found in `spanned` as they are to be said."""
        if self._pattern is not None:
            spanned.sub(self._pattern, lambda match: self._spoken.get(_key(match.group()), match.group()))


def apply_pronunciations(spoken: str, entries: Mapping[str, str]) -> str:
    """`spoken` with each written form replaced by how it is said; what was put in is not replaced again."""
    spanned = SpannedText(spoken)
    Pronunciations(entries, spoken).apply(spanned)
    return spanned.text


def _key(written: str) -> str:
    return " ".join(written.casefold().split())


def _pattern(keys: Mapping[str, str]) -> "re.Pattern[str]":
    longest_first = sorted(keys, key=lambda key: (-len(key), key))
    return regex.compile("|".join(map(_alternative, longest_first)), regex.IGNORECASE | regex.FULLCASE)


def _alternative(key: str) -> str:
    """An entry that begins or ends with a sign ("C#", ".NET") is bounded only where it has a letter."""
    before = rf"(?<!{_WORD})" if regex.match(_WORD, key[0]) else ""
    after = rf"(?!{_WORD}|['’](?!s\b){_WORD})" if regex.match(_WORD, key[-1]) else ""
    return before + r"\s+".join(regex.escape(word) for word in key.split(" ")) + after
