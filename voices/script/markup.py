r"""The little markup of a script: `[pause 0.5s]`, `*emphasis*`, and `\*` for a star that is only a star."""

import re
from dataclasses import dataclass

from voices.spans import Span

MAX_PAUSE_SECONDS = 10.0
DEFAULT_PAUSE_SECONDS = 0.5
HIDDEN = "\ue000"  # stands for a character of markup; private use, never in ordinary text

_ESCAPE_OR_TAG = re.compile(
    r"\\(?P<escaped>[\\*\[\]])|(?P<tag>\[[ \t]*pause(?![a-z])[^\[\]\n]*\]?)", re.IGNORECASE
)
_PAUSE = re.compile(
    r"\[\s*pause\s*[:=]?\s*(?:(?P<number>\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6})\s*"
    r"(?P<unit>ms|milliseconds?|s|secs?|seconds?)?)?\s*\]",
    re.IGNORECASE,
)
# Scripts whose words touch: a star may stand between two letters.
_NO_SPACES = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_EMPHASIS = re.compile(
    rf"(?:(?<![\w*])|(?<=[{_NO_SPACES}]))(?P<open>\*{{1,2}})(?=[^\s*])(?P<words>[^*\n]{{0,79}}[^\s*])(?P=open)"
    rf"(?:(?![\w*])|(?=[{_NO_SPACES}]))"
)
_LINE_MARK = re.compile(r"^[ \t]*(?P<mark>[-*•–—‣◦▪●○·+]|#{1,6}|>{1,3})[ \t]+(?=\S)", re.MULTILINE)


@dataclass(frozen=True)
class Pause:
    """A pause tag at script[start:end]."""

    start: int
    end: int
    seconds: float


@dataclass(frozen=True)
class Problem:
    """Markup at script[start:end] that will not do what was meant; `message` is for the user."""

    start: int
    end: int
    message: str


@dataclass(frozen=True)
class Markup:
    """A script read: `plain` is as long as it, with HIDDEN or a space for each character of markup."""

    plain: str
    pauses: tuple[Pause, ...]
    emphasis: tuple[Span, ...]


def read_markup(text: str) -> Markup:
    """Find the pauses, the emphasis and the marks that are not spoken (bullets, `#` of headings, escapes)."""
    plain = list(text)
    pauses = []
    shielded = list(text)  # where emphasis is looked for: not in escapes, not across pauses
    for match in _ESCAPE_OR_TAG.finditer(text):
        if match["escaped"]:
            plain[match.start()] = HIDDEN
            shielded[match.start() : match.end()] = [HIDDEN] * 2
        elif (seconds := _pause_seconds(match["tag"])) is not None:
            pauses.append(Pause(match.start(), match.end(), min(seconds, MAX_PAUSE_SECONDS)))
            plain[match.start() : match.end()] = [" "] * len(match["tag"])
            shielded[match.start() : match.end()] = ["\n"] * len(match["tag"])
    emphasis = []
    for match in _EMPHASIS.finditer("".join(shielded)):
        emphasis.append(match.span("words"))
        for start, end in ((match.start(), match.start("words")), (match.end("words"), match.end())):
            plain[start:end] = [HIDDEN] * (end - start)
    for match in _LINE_MARK.finditer("".join(plain)):
        plain[match.start("mark") : match.end("mark")] = [HIDDEN] * len(match["mark"])
    return Markup("".join(plain), tuple(pauses), tuple(emphasis))


def problems(text: str) -> list[Problem]:
    """Pause tags that cannot be understood, or that ask for more than the longest pause."""
    found = []
    for match in _ESCAPE_OR_TAG.finditer(text):
        if not (tag := match["tag"]):
            continue
        seconds = _pause_seconds(tag)
        if seconds is None:
            shown = tag.strip() if len(tag) <= 40 else tag[:40].strip() + "…"
            message = f"“{shown}” is not a pause. Write [pause 0.5s], [pause 500ms] or [pause]."
        elif seconds > MAX_PAUSE_SECONDS:
            message = f"“{tag}” is too long: a pause can last {MAX_PAUSE_SECONDS:g} seconds at the most."
        else:
            continue
        found.append(Problem(match.start(), match.end(), message))
    return found


def _pause_seconds(tag: str) -> float | None:
    match = _PAUSE.fullmatch(tag)
    if match is None:
        return None
    if match["number"] is None:
        return DEFAULT_PAUSE_SECONDS
    number = float(match["number"].replace(",", "."))
    return number / 1000 if (match["unit"] or "").lower().startswith("m") else number
