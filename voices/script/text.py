"""Characters: what is kept of a text, and how many it has."""

import re
import unicodedata

import regex

_NEWLINES = re.compile("\r\n|[\r\x85\u2028\x0b\x0c]")
# Control characters, lone surrogates, bidirectional overrides, zero-width characters without a meaning.
# The zero-width joiner and non-joiner stay: emoji, Persian and the scripts of India need them.
_JUNK = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\uffff\ud800-\udfff]"
)
# Invisible copies of letters. The flag of Scotland is spelt with them: flags keep theirs.
_HIDDEN_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
_GRAPHEME = regex.compile(r"\X")


def normalise(text: str) -> str:
    """The text as it is stored: one kind of line end, composed letters, nothing invisible that surprises."""
    text = _NEWLINES.sub("\n", text).replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", _HIDDEN_TAGS.sub("", _JUNK.sub("", text)))


def count_characters(text: str) -> int:
    """How many characters a reader would count: extended grapheme clusters, a line end being one."""
    text = text.replace("\r\n", "\n")
    return len(text) if text.isascii() else sum(1 for _ in _GRAPHEME.finditer(text))


class Graphemes:
    """The places of a text where a cut does not go through a character."""

    def __init__(self, text: str) -> None:
        simple = text.isascii() and "\r" not in text
        self._length = len(text)
        self._ends = None if simple else {match.end() for match in _GRAPHEME.finditer(text)}

    def at_or_after(self, position: int) -> int:
        """The first such place from `position` on."""
        if self._ends is not None:
            while 0 < position < self._length and position not in self._ends:
                position += 1
        return position

    def at_or_before(self, position: int) -> int:
        """The last such place up to `position`."""
        if self._ends is not None:
            while 0 < position < self._length and position not in self._ends:
                position -= 1
        return position
