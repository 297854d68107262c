"""Cutting a sentence that is too long to be spoken in one go, where it hurts least."""

import re

CLAUSE_PAUSE = 0.25
COMMA_PAUSE = 0.15
WORD_PAUSE = 0.06

_CONJUNCTIONS = (
    "and but or nor so yet because since although though while whereas when where which who whom whose that"
    " if unless until before after as than into with without from through between"
    " y o pero porque que cuando donde si aunque et ou mais parce quand dont und oder aber weil dass wenn"
    " e ma perché quando mas porque en maar omdat dat"
)
_CUTS = re.compile(
    r"(?P<clause>(?:[;:—–]|--|\s-)(?=\s)\s+|—|[；：]|[)\]](?=\s)\s+)"
    r"|(?P<comma>,[\"'”’)]*+\s+|[，、،؛])"
    rf"|(?P<conjunction>\s+(?=(?:{'|'.join(_CONJUNCTIONS.split())})\s))"
    r"|(?P<space>\s+)"
)
_KINDS = ("clause", "comma", "conjunction", "space")
_PAUSES = {"clause": CLAUSE_PAUSE, "comma": COMMA_PAUSE, "conjunction": WORD_PAUSE, "space": WORD_PAUSE}
_SCRAP = 15  # characters: less than this is no phrase


def cut_below(plain: str, start: int, end: int, limit: int) -> tuple[int, float]:
    """Where to cut plain[start:end] so that at most `limit` characters come first, and the pause there.

    The last clause of the window is best, then its last comma, conjunction, space; a place late in the window
    before one early in it, and never a scrap at either end if it can be helped.
    """
    furthest = start + limit
    best: dict[tuple[bool, str], int] = {}
    for match in _CUTS.finditer(plain, start, min(furthest, end)):
        position = match.end()
        if start < position < end:
            poor = position - start < min(limit * 0.4, 60) or end - position < _SCRAP
            best[poor, match.lastgroup or "space"] = position
    order = [(False, kind) for kind in _KINDS] + [(True, "space"), *((True, kind) for kind in _KINDS[:3])]
    for key in order:
        if key in best:
            return best[key], _PAUSES[key[1]]
    return min(furthest, end), 0.0


def cut_first(plain: str, start: int, end: int, limit: int) -> tuple[int, float] | None:
    """Where to cut a first sentence so that it is heard soon; None where it has no good place.

    The last clause or comma within `limit`, else the last conjunction there, else the first clause within
    twice that.
    """
    found: dict[str, tuple[int, float]] = {}
    for match in _CUTS.finditer(plain, start, min(start + 2 * limit, end)):
        kind = match.lastgroup or "space"
        words = plain[start : match.end()].strip()
        if kind == "space" or len(words) < _SCRAP or end - match.end() < _SCRAP:
            continue
        cut = match.end(), _PAUSES[kind]
        if len(words) <= limit:
            found["conjunction" if kind == "conjunction" else "clause"] = cut
        elif kind != "conjunction":
            found.setdefault("late", cut)
    return found.get("clause") or found.get("conjunction") or found.get("late")
