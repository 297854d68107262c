"""Word error rate: how much of a text a listener would have written down wrongly."""

import re

from hibari.g2p import numbers

_TOKEN = re.compile(
    r"(?P<money>[$£€])(?P<amount>\d[\d,]*)(?:\.(?P<cents>\d\d))?"
    r"|(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"|(?P<ordinal>\d[\d,]*)(?:st|nd|rd|th)\b"
    r"|(?P<year>\b(?:1[1-9]|20)\d\d\b)(?![,.]\d)"
    r"|(?P<decimal>\d[\d,]*\.\d+)"
    r"|(?P<number>\d[\d,]*)"
)
_CURRENCIES = {"$": ("dollars", "cents"), "£": ("pounds", "pence"), "€": ("euros", "cents")}
_ALIKE = {
    "dr": "doctor",
    "mr": "mister",
    "mrs": "missis",
    "ok": "okay",
    "kg": "kilograms",
    "km": "kilometers",
}


def word_error_rate(expected: str, heard: str) -> float:
    """Words wrong, missing or added in `heard`, per word of `expected`: 0.0 is perfect."""
    wanted, got = spoken_words(expected), spoken_words(heard)
    return edit_distance(wanted, got) / max(len(wanted), 1)


def spoken_words(text: str) -> list[str]:
    """The words that a reader would say, in lower case: "$5 on the 3rd" -> five dollars on the third."""
    text = _TOKEN.sub(
        lambda match: f" {_say(match)} ", text.lower().replace("’", "'").replace("%", " percent ")
    )
    words = re.findall(r"[a-z']+", text.replace("'", ""))
    return [_ALIKE.get(word, word) for word in words]


def _say(match: re.Match[str]) -> str:
    kind, found = match.lastgroup, match.groupdict()
    if found["money"]:
        whole, part = _CURRENCIES[found["money"]]
        cents = int(found["cents"] or 0)
        return f"{_cardinal(found['amount'])} {whole}" + (
            f" and {_cardinal(str(cents))} {part}" if cents else ""
        )
    if found["hour"]:
        minute = int(found["minute"])
        return f"{_cardinal(found['hour'])} {_cardinal(str(minute)) if minute else ''}"
    if found["ordinal"]:
        return numbers.ordinal(int(found["ordinal"].replace(",", "")))
    if found["year"]:
        return numbers.year(int(found["year"]))
    if found["decimal"]:
        return numbers.decimal(found["decimal"].replace(",", ""))
    assert kind == "number"
    return _cardinal(found["number"])


def _cardinal(digits: str) -> str:
    return numbers.cardinal(int(digits.replace(",", "")))


def edit_distance(wanted: list[str], got: list[str]) -> int:
    """Levenshtein's: the fewest insertions, deletions and replacements that turn one list into the other."""
    row = list(range(len(got) + 1))
    for index, word in enumerate(wanted, 1):
        previous, row[0] = row[0], index
        for column, other in enumerate(got, 1):
            previous, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, previous + (word != other)),
            )
    return row[-1]
