"""Text to phonemes: what hibari and Kokoro are fed.

The front end is hibari's (`hibari.g2p`): it reads numbers, money, dates and units in US or British English
and answers in Kokoro's alphabet. Around it stand the things that it leaves to its caller: text that must
not reach it as markup, text that it cannot read, words to be emphasised, and pieces that the model can
speak at once.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from voices.engines.base import EngineError

Span = tuple[int, int]
_Part = tuple[int, str]

TARGET_PHONEMES = 250  # sentences are spoken together up to this: more makes the voice hurry and costs memory
LONGEST_PHONEMES = 400  # one sentence may have as many (the models take 500); a longer one is divided

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”)]*\s+")
_CLAUSE_END = re.compile(r"(?<=[;:—])\s+|(?<=,)\s+")
_BRACKETS = str.maketrans("[]{}", "()()")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|app|co|uk|de|fr|info|biz|ai|tv)\b(?:/[^\s<>()]*)?",
    re.IGNORECASE,
)
_ADDRESS_WORDS = {".": "dot", "/": "slash", "@": "at", "-": "dash", "_": "underscore", "+": "plus"}
_LONG_DIGITS = re.compile(r"\d{16,}")  # the front end has no words for numbers beyond the quadrillions
_STRONG_FORMS = {"a": "ˈA", "an": "ˈæn", "the": "ðˈi", "to": "tˈu"}


@dataclass(frozen=True)
class Phrase:
    """Phonemes to be spoken in one breath. `stressed` marks, phoneme by phoneme, what is emphasised."""

    phonemes: str
    stressed: tuple[bool, ...]
    ends_paragraph: bool = False

    @property
    def ends_sentence(self) -> bool:
        return self.phonemes.rstrip('"”) ').endswith((".", "!", "?", "…"))


def phrases(
    text: str, *, british: bool, emphasis: tuple[Span, ...] = (), together: bool = True
) -> list[Phrase]:
    """The text as phrases that the model can speak; a sentence each unless `together`.

    `emphasis` holds (start, end) spans of `text`. Raises a permanent EngineError where nothing can be spoken.
    """
    found: list[Phrase] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        spans = tuple((start - offset, end - offset) for start, end in emphasis)
        marked = _phonemise(line, spans, british)
        found += _pieces(marked, TARGET_PHONEMES if together else 0)
        offset += len(line)
    if not found:
        shown = text.strip()
        raise EngineError(
            f"There is nothing to speak in “{shown[:60]}{'…' if len(shown) > 60 else ''}”.", permanent=True
        )
    return found


def refuse_other_scripts(text: str) -> None:
    """A permanent EngineError for a text mostly not in Latin letters: English rules make noise of it."""
    letters = [character for character in text if character.isalpha()]
    names = (unicodedata.name(letter, "LATIN") for letter in letters)
    foreign = sum("LATIN" not in name and "MATHEMATICAL" not in name for name in names)
    if foreign * 2 > len(letters):
        shown = text.strip()
        raise EngineError(
            f"This voice reads English and cannot read “{shown[:60]}{'…' if len(shown) > 60 else ''}”.",
            permanent=True,
        )


def readable(text: str) -> str:
    """The text as the front end may have it: composed letters, plain brackets, addresses and long digits in
    words.

    Brackets become parentheses, so no text can pass for the front end's `[word](/phonemes/)`.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(unicodedata.normalize("NFKC", letter) if _is_fancy(letter) else letter for letter in text)
    text = _ADDRESS.sub(lambda match: _say_address(match.group()), text)
    text = _LONG_DIGITS.sub(lambda match: " ".join(match.group()), text)
    return text.translate(_BRACKETS)


def _is_fancy(letter: str) -> bool:
    """Mathematical, full-width and ligature letters: letters to a reader, symbols to the front end."""
    return "\U0001d400" <= letter <= "\U0001d7ff" or "！" <= letter <= "～" or "ﬀ" <= letter <= "ﬆ"


def _say_address(address: str) -> str:
    """example.com/news -> "example dot com slash news"."""
    end = len(address.rstrip(".,;:!?"))
    address, tail = address[:end], address[end:]
    address = re.sub(r"^https?://", "", address, flags=re.IGNORECASE).removeprefix("www.").rstrip("/")
    words = re.sub(r"[^\w\s]|_", lambda mark: f" {_ADDRESS_WORDS.get(mark.group(), '')} ", address)
    return " ".join(words.split()) + tail


# --- phonemes and emphasis ------------------------------------------------------------------------


@lru_cache(maxsize=2)
def front_end(british: bool) -> Any:
    """hibari's front end for US or British English; 0.3 s and 100 MB, once a process for all engines."""
    from hibari.g2p import G2P  # its lexicons are large, and the web processes never speak

    return G2P(british=british)


def _phonemise(line: str, emphasis: tuple[Span, ...], british: bool) -> list[tuple[str, bool]]:
    """(phoneme, is it emphasised) of one line."""
    from hibari.g2p.normalize import normalize

    text = normalize(readable(line))
    if not text:
        return []
    text, tokens = _tokens(text, front_end(british))
    spans = _carry_over(line, text, emphasis) if emphasis else []
    marked: list[tuple[str, bool]] = []
    position = 0
    for token in tokens:
        start = max(text.find(token.text, position), position)
        position = start + len(token.text)
        stressed = any(first < position and last > start for first, last in spans)
        phonemes = _stress(token.text, token.phonemes or "") if stressed else token.phonemes or ""
        marked += [(phoneme, stressed) for phoneme in phonemes]
        if token.whitespace and marked and marked[-1][0] != " ":
            marked.append((" ", False))
    while marked and marked[-1][0] == " ":
        marked.pop()
    return marked


def _tokens(text: str, reader: Any) -> tuple[str, list[Any]]:
    """The text as it could be read, and its tokens with their phonemes."""
    try:
        return text, reader.phonemize_tokens(reader.tokenize(text))
    except (ValueError, IndexError, KeyError, TypeError):  # it trips over rare mixtures such as "$.5£|99"
        text = re.sub(r"[^A-Za-zÀ-ɏ0-9\s.,;:!?'-]", " ", text)
        text = " ".join(re.sub(r"\d", r" \g<0> ", text).split())
        return text, reader.phonemize_tokens(reader.tokenize(text))


def _stress(word: str, phonemes: str) -> str:
    """The word's phonemes with a primary stress and, for the little words, in their strong form."""
    from hibari.g2p.lexicon import apply_stress

    return str(_STRONG_FORMS.get(word.lower()) or apply_stress(phonemes, 2))


def _carry_over(line: str, spoken: str, emphasis: tuple[Span, ...]) -> list[Span]:
    """The spans of `spoken` for what `emphasis` marks in `line` ("3/4" may have become "March fourth")."""
    before, after = list(re.finditer(r"\S+", line)), list(re.finditer(r"\S+", spoken))
    marked = {
        index
        for index, word in enumerate(before)
        if any(start < word.end() and end > word.start() for start, end in emphasis)
    }
    matcher = SequenceMatcher(
        a=[word.group() for word in before], b=[word.group() for word in after], autojunk=False
    )
    carried: list[Span] = []
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind == "equal":
            pairs = range(b_end - b_start)
            carried += [after[b_start + n].span() for n in pairs if a_start + n in marked]
        elif b_end > b_start and any(index in marked for index in range(a_start, a_end)):
            carried.append((after[b_start].start(), after[b_end - 1].end()))
    return carried


# --- pieces that fit ------------------------------------------------------------------------------


def _pieces(marked: list[tuple[str, bool]], target: int) -> list[Phrase]:
    """One line as phrases of whole sentences: as many as `target` holds, at least one."""
    phonemes = "".join(phoneme for phoneme, _ in marked)
    if not any(map(str.isalpha, phonemes)):
        return []
    sentences = [piece for sentence in _cut(phonemes, _SENTENCE_END) for piece in _divide(sentence)]
    spans: list[slice] = []
    for sentence in sentences:
        if spans and sentence.stop - spans[-1].start <= target:
            spans[-1] = slice(spans[-1].start, sentence.stop)
        else:
            spans.append(sentence)
    found = [
        Phrase(phonemes[span], tuple(stressed for _, stressed in marked[span]), span is spans[-1])
        for span in spans
    ]
    return [phrase for phrase in found if any(map(str.isalpha, phrase.phonemes))]


def _divide(sentence: _Part) -> Iterator[slice]:
    """A sentence in parts of at most LONGEST_PHONEMES: at clauses, else between words, else anywhere."""
    start, text = sentence
    while len(text) > LONGEST_PHONEMES:
        head = text[: LONGEST_PHONEMES + 1]
        cuts = [match.end() for match in _CLAUSE_END.finditer(head)]
        good = [cut for cut in cuts if cut >= LONGEST_PHONEMES // 4]
        cut = good[-1] if good else head.rfind(" ") + 1 or LONGEST_PHONEMES
        yield slice(start, start + cut)
        start, text = start + cut, text[cut:]
    yield slice(start, start + len(text))


def _cut(phonemes: str, at: re.Pattern[str]) -> Iterator[_Part]:
    """(start, text) of the parts between the matches."""
    start = 0
    for match in at.finditer(phonemes):
        yield start, phonemes[start : match.end()]
        start = match.end()
    if start < len(phonemes):
        yield start, phonemes[start:]
