"""The pieces of a script: what is spoken in one go, and the silence after it."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

from voices.script.cutting import cut_below, cut_first
from voices.script.markup import HIDDEN, MAX_PAUSE_SECONDS, Markup, Pause, read_markup
from voices.script.pronunciation import Pronunciations
from voices.script.sentences import Sentence, is_speakable, sentences
from voices.script.speakable import clean
from voices.script.text import Graphemes
from voices.spans import Span, SpannedText
from voices.spoken import write_as_spoken

_SHORT = 25  # characters: sentences as short as this are spoken together
_GROUP = 60  # as long as the group may get


@dataclass(frozen=True)
class Piece:
    """script[start:end], the words that an engine is handed for it, and the silence that follows.

    `emphasis` holds (start, end) spans of `spoken`. An empty `spoken` is a piece of silence only.
    """

    start: int
    end: int
    text: str
    spoken: str
    pause_after_seconds: float
    emphasis: tuple[Span, ...] = ()


def split(
    text: str,
    *,
    max_characters: int,
    first_characters: int,
    language: str = "en-US",
    pronunciations: Mapping[str, str] | None = None,
) -> list[Piece]:
    """Cut a script into pieces whose texts, joined, are the script, and whose `spoken` fits `max_characters`.

    A sentence that fits is never cut, but for the first: past `first_characters` it is cut at a clause, if it
    has one, so that the first sound is soon there. The last piece has no pause unless one was asked for.
    """
    script = _Script(text, language, pronunciations or {})
    longest_group = min(_GROUP, first_characters, max_characters // 3)
    parts = _without_silent(script, _grouped(script, _parts(script), longest_group))
    if parts and not parts[-1].explicit:
        parts[-1] = replace(parts[-1], pause=0.0)
    parts = _with_quick_start(script, parts, first_characters)
    return [piece for part in parts for piece in _fitting(script, part, max_characters)]


class _Script:
    """A script with its markup read."""

    def __init__(self, text: str, language: str, pronunciations: Mapping[str, str]) -> None:
        self.text = text
        self.language = language
        self.markup: Markup = read_markup(text)
        self.plain = self.markup.plain
        self.pronunciations = Pronunciations(pronunciations, self.plain)

    @cached_property
    def graphemes(self) -> Graphemes:
        return Graphemes(self.text)

    def speak(self, start: int, end: int) -> SpannedText:
        """What an engine is handed for text[start:end], with the emphasis on its words."""
        plain = self.plain[start:end]
        spans = []
        emphasis = self.markup.emphasis
        for span_start, span_end in emphasis[bisect_left(emphasis, start, key=itemgetter(1)) :]:
            if span_start >= end:
                break
            spans.append((max(span_start, start) - start, min(span_end, end) - start))
        spoken = SpannedText(plain if spans else plain.replace(HIDDEN, ""), spans)
        clean(spoken)
        self.pronunciations.apply(spoken)
        write_as_spoken(spoken, self.language)
        spoken.strip()
        return spoken

    def piece(self, part: Sentence, spoken: str, emphasis: list[Span]) -> Piece:
        pause = round(min(part.pause, MAX_PAUSE_SECONDS), 3)
        return Piece(part.start, part.end, self.text[part.start : part.end], spoken, pause, tuple(emphasis))


def _parts(script: _Script) -> Iterator[Sentence]:
    """The sentences between pauses. A pause and the white space behind it belong to what comes before."""
    start = 0
    block = 0
    pauses: list[Pause | None] = [*script.markup.pauses, None]
    for pause in pauses:
        until = pause.start if pause else len(script.text)
        stretch: list[Sentence] = []
        for sentence in sentences(script.plain, start, until, script.language):
            sentence.start = stretch[-1].end if stretch else start
            sentence.end = script.graphemes.at_or_after(sentence.end)
            sentence.block += block
            if sentence.start < sentence.end:
                stretch.append(sentence)
        block = stretch[-1].block if stretch else block
        if pause:
            end = pause.end
            while end < len(script.text) and script.text[end].isspace():
                end += 1
            last = stretch.pop() if stretch else Sentence(start, end, 0.0, block)
            end = script.graphemes.at_or_after(end)
            stretch.append(replace(last, end=end, pause=pause.seconds, explicit=True))
            start = end
            block += 1
        yield from stretch


def _grouped(script: _Script, parts: Iterator[Sentence], longest: int) -> Iterator[Sentence]:
    """Short sentences of one paragraph ("No. Never.") in one part."""
    group: Sentence | None = None
    for part in parts:
        if group and group.block == part.block and _may_join(script, group, part, longest):
            group = replace(part, start=group.start)
            continue
        if group:
            yield group
        is_short = not part.explicit and _length(script, part.start, part.end) <= _SHORT
        group = part if is_short else None
        if not is_short:
            yield part
    if group:
        yield group


def _may_join(script: _Script, group: Sentence, part: Sentence, longest: int) -> bool:
    return (
        not group.explicit
        and _length(script, part.start, part.end) <= _SHORT
        and _length(script, group.start, part.end) <= longest
    )


def _length(script: _Script, start: int, end: int) -> int:
    """How long it sounds: a Chinese or Japanese character counts for two letters."""
    text = script.plain[start:end].strip()
    return len(text) if text.isascii() else len(text) + sum(character >= "\u2e80" for character in text)


def _without_silent(script: _Script, parts: Iterator[Sentence]) -> list[Sentence]:
    """Parts with nothing to say join the one before them, or at the start the one after; pauses are kept."""
    kept: list[Sentence] = []
    carried: int | None = None  # the start of silent text that waits for the part after it
    for part in parts:
        if carried is not None:
            part, carried = replace(part, start=carried), None  # noqa: PLW2901
        if is_speakable(script.plain, part.start, part.end):
            kept.append(part)
        elif kept:
            kept[-1] = _joined(kept[-1], part)
        elif part.explicit or part.end == len(script.text):
            kept.append(part)
        else:
            carried = part.start
    return kept


def _joined(part: Sentence, silent: Sentence) -> Sentence:
    """`part` with the silent text after it. Pauses asked for add up; of the others the longest counts."""
    if part.explicit and silent.explicit:
        pause = part.pause + silent.pause
    elif part.explicit or silent.explicit:
        pause = part.pause if part.explicit else silent.pause
    else:
        pause = max(part.pause, silent.pause)
    return replace(part, end=silent.end, pause=pause, explicit=part.explicit or silent.explicit)


def _with_quick_start(script: _Script, parts: list[Sentence], first_characters: int) -> list[Sentence]:
    """The first part that says something, cut at a clause if it is long."""
    for index, part in enumerate(parts):
        if not is_speakable(script.plain, part.start, part.end):
            continue
        if len(script.speak(part.start, part.end).text) > first_characters:
            cut = cut_first(script.plain, part.start, part.end, first_characters)
            if cut and script.graphemes.at_or_after(cut[0]) == cut[0]:
                first = Sentence(part.start, cut[0], cut[1], part.block)
                parts[index : index + 1] = [first, replace(part, start=cut[0])]
        break
    return parts


def _fitting(script: _Script, part: Sentence, limit: int) -> Iterator[Piece]:
    """The part as one piece, or as many as it takes for each to fit `limit`."""
    if not is_speakable(script.plain, part.start, part.end):
        yield script.piece(part, "", [])
        return
    spoken = script.speak(part.start, part.end)
    if len(spoken.text) <= limit:
        yield script.piece(part, spoken.text, spoken.spans)
        return
    piece: Piece | None = None
    for cut, words in _cuts(script, part, limit):
        if piece and not words.text:
            piece = script.piece(replace(cut, start=piece.start), piece.spoken, list(piece.emphasis))
            continue
        if piece and piece.spoken:
            yield piece
        elif piece:
            cut = replace(cut, start=piece.start)  # noqa: PLW2901
        piece = script.piece(cut, words.text, words.spans)
    if piece:
        yield piece


def _cuts(script: _Script, part: Sentence, limit: int) -> Iterator[tuple[Sentence, SpannedText]]:
    """Cut a part that is too long. What is too long even as one character is cut off."""
    start = part.start
    while start < part.end:
        window = min(limit, part.end - start)
        while True:
            position, pause = part.end, part.pause
            if start + window < part.end:
                position, pause = cut_below(script.plain, start, part.end, window)
                position = script.graphemes.at_or_before(position)
            if position <= start:
                position, pause = script.graphemes.at_or_after(start + 1), 0.0
            spoken = _speak_or_nothing(script, start, position)
            if len(spoken.text) <= limit or window <= 1:
                break
            window = max(min(position - start, window) * limit // (len(spoken.text) + 1), 1)
        if len(spoken.text) > limit:
            ends = ((begin, min(end, limit)) for begin, end in spoken.spans)
            spoken = SpannedText(spoken.text[:limit], [(begin, end) for begin, end in ends if begin < end])
        last = position >= part.end
        yield Sentence(start, position, pause, part.block, part.explicit and last), spoken
        start = position


def _speak_or_nothing(script: _Script, start: int, end: int) -> SpannedText:
    return script.speak(start, end) if is_speakable(script.plain, start, end) else SpannedText("")
