"""Where sentences end: by their punctuation, by lines and by paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voices.script.markup import HIDDEN
from voices.script.words import NEVER_LAST, NUMBERED, SOMETIMES_LAST, STARTERS

SENTENCE_PAUSE = 0.35
ELLIPSIS_PAUSE = 0.45
LINE_PAUSE = 0.4
PARAGRAPH_PAUSE = 0.7
SCENE_PAUSE = 1.2

_WRAPPED_LINE = 50  # a line as long as this was broken by a margin, not by its writer

_CLOSERS = rf"[\"'”’»›)\]}}」』）】〉》＂{HIDDEN}]"
_OPENERS = rf"[\"'“‘„«‹(\[{{「『（【〈《¿¡—–{HIDDEN}-]"
_MARKS = ".!?…‽؟۔।॥։።။។᠃"
_STOPS = "。！？｡．"  # these end a sentence without a space after them
_END = re.compile(
    rf"(?<![{_MARKS}{_STOPS}])"
    rf"(?:[{_MARKS}]*+[{_STOPS}][{_MARKS}{_STOPS}]*+(?P<close>{_CLOSERS}*+)[ \t\u3000]*\n?"
    rf"|(?P<end>[{_MARKS}]++){_CLOSERS}*+(?:\[\d{{1,3}}\]|[⁰¹²³⁴-⁹]{{1,3}}+)?(?=\s|$)\s*+)"
)
_NEXT = re.compile(rf"{_OPENERS}*(.?)", re.DOTALL)
_NEXT_WORD = re.compile(rf"{_OPENERS}*([^\W\d_]+)")
_LAST_WORD = re.compile(r"[^\s(\[{“‘\"«—–]*$")
_INITIAL = re.compile(rf"{HIDDEN}?[^\W\d_]")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ITEM = re.compile(rf"[ \t]*(?:{HIDDEN}+[ \t]|(?:\(?\d{{1,3}}[.)]|\(?[a-z]\))[ \t]+\S)")
_ITEM_NUMBER = re.compile(r"[ \t]*\(?\d{1,3}")
_BREAK = re.compile(r"\n\s*")
_SCENE = re.compile(r"\s*(?:[*_~=#•·⁂❦-][ \t]*){3,80}$")
_SPEAKABLE = re.compile(r"[^\W_]")


@dataclass
class Sentence:
    """plain[start:end] with the white space that follows it, and the pause after it.

    `block` numbers the paragraph or line it is of: only sentences of one block may be spoken in one breath.
    """

    start: int
    end: int
    pause: float
    block: int = 0
    explicit: bool = False  # the pause was asked for


def is_speakable(plain: str, start: int, end: int) -> bool:
    """Whether anything there can be said: a letter or a digit."""
    return _SPEAKABLE.search(plain, start, end) is not None


def sentences(plain: str, start: int, end: int, language: str) -> Iterator[Sentence]:
    """The sentences of plain[start:end], which they cover without gaps."""
    casual = _is_casual(plain[start:end])
    for number, (block_start, block_end, pause) in enumerate(_blocks(plain, start, end)):
        last = block_start
        for position, sentence_pause in _ends(plain, block_start, block_end, language, casual):
            if position < block_end and is_speakable(plain, last, position):
                yield Sentence(last, position, sentence_pause, number)
                last = position
        yield Sentence(last, block_end, pause, number)


def _blocks(plain: str, start: int, end: int) -> Iterator[tuple[int, int, float]]:
    """Paragraphs, and within them the lines that stand by themselves: items, headings, verses."""
    block_start = line_start = start
    for match in _BREAK.finditer(plain, start, end):
        if match.end() == end:
            break
        line = plain[line_start : match.start()]
        pause = _pause_at(line, plain, match)
        if pause:
            yield block_start, match.end(), SCENE_PAUSE if _SCENE.match(line) else pause
            block_start = match.end()
        line_start = match.end()
    if block_start < end:
        yield block_start, end, SENTENCE_PAUSE


def _pause_at(line: str, plain: str, match: re.Match[str]) -> float:
    """The pause at a line end, or 0 where the line goes on."""
    if match.group().count("\n") > 1:
        return PARAGRAPH_PAUSE
    if _ITEM.match(plain, match.end()) or line.rstrip().endswith((":", "：")):
        return LINE_PAUSE
    following = _NEXT.match(plain, match.end())
    if following and following[1].islower():
        return 0
    if _ITEM.match(line):
        return LINE_PAUSE
    goes_on = len(line) >= _WRAPPED_LINE or line.rstrip().endswith((",", ";", "-", "—", "–", "，", "、"))
    return 0 if goes_on else LINE_PAUSE


def _ends(plain: str, start: int, end: int, language: str, casual: bool) -> Iterator[tuple[int, float]]:
    item_number = _ITEM_NUMBER.match(plain, start, end)
    for match in _END.finditer(plain, start, end):
        stop = match["end"]
        if stop is None:
            if not (match["close"] and plain.startswith(("と", "って"), match.end())):  # 「…！」と言った
                yield match.end(), SENTENCE_PAUSE
            continue
        if item_number and match.start() == item_number.end():
            continue
        if not _goes_on(plain, match, language, casual):
            yield match.end(), ELLIPSIS_PAUSE if stop.endswith(("…", "...")) else SENTENCE_PAUSE


def _goes_on(plain: str, match: re.Match[str], language: str, casual: bool) -> bool:
    """Whether the sentence goes on after the full stop (or other mark) of `match`."""
    following = _NEXT.match(plain, match.end())
    first = following[1] if following else ""
    stop = match["end"]
    if not first or first in _MARKS:
        return bool(first)
    closed = match.end("end") < len(plain) and not plain[match.end("end")].isspace()
    if first.islower() and (closed or not casual):
        return True  # “Really?” he asked. Or an abbreviation that no list knows
    if stop != ".":
        return False
    before = plain[max(match.start() - 40, 0) : match.start()]
    word = (_LAST_WORD.search(before) or [""])[0].lstrip(HIDDEN)
    return _is_abbreviation(word, first, plain, match.end(), language)


def _is_abbreviation(word: str, first: str, plain: str, position: int, language: str) -> bool:
    """Whether the stop after `word` is the word's own, before text that begins with the character `first`."""
    primary = language.partition("-")[0].lower()
    lower = word.lower()
    if lower in NEVER_LAST["*"] or lower in NEVER_LAST.get(primary, ()):
        return True
    if word.isdecimal():
        return primary in ("de", "da", "nb", "no", "fi", "cs", "pl", "hu") and len(word) <= 2
    if lower in NUMBERED:
        return first.isdecimal() or bool(re.match(r"[IVXLC]+\b", plain[position : position + 8]))
    if lower in SOMETIMES_LAST or _INITIAL.fullmatch(word) or _DOTTED.fullmatch(word):
        if word == "I":
            return False
        following = _NEXT_WORD.match(plain, position)
        return not (following and following[1] in STARTERS)
    return False


def _is_casual(text: str) -> bool:
    """Whether the writer begins sentences with small letters."""
    small = len(re.findall(r"[.!?]\s+[a-z]", text))
    return small > 0 and small > 2 * len(re.findall(r"[.!?]\s+[A-Z]", text))
