"""Written forms as they are said: what the voices' own reading of English numbers and dates leaves wrong.

The English front end (`hibari.g2p`) already reads cardinals, ordinals, years, $ £ €, dates, times, common
units, percents, "Dr.", "Henry VIII" and more. The rules here hand it a form that it reads right: they write
words where it has none, and take away full stops at which it would end the sentence. Other languages pass
unchanged.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voices import spoken_words as words
from voices.spans import SpannedText

Match = re.Match[str]

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


Said = str | Callable[[Match], str]


@dataclass(frozen=True)
class Rules:
    """Forms and what is said for them. They are tried only on text that has one of the characters `needs`."""

    needs: frozenset[str]
    forms: tuple[tuple[re.Pattern[str], Said], ...]


def write_as_spoken(spoken: SpannedText, language: str) -> None:
    """Write the forms of `spoken` as they are said; its spans stay on their words."""
    if language.partition("-")[0].lower() != "en" or not _UNUSUAL.search(spoken.text):
        return
    characters = set(spoken.text)
    for rules in _RULES:
        if not rules.needs or not rules.needs.isdisjoint(characters):
            for pattern, said in rules.forms:
                spoken.sub(pattern, said)


def _digits(text: str) -> str:
    """Digit by digit; a pause between groups: "555-1234" is "five five five, one two three four"."""
    groups = re.findall(r"\d+", text)
    return ", ".join(" ".join(words.DIGITS[int(digit)] for digit in group) for group in groups)


def _either(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


def _address(text: str) -> str:
    """An address of the web or of mail, its signs as words; "com" and its like as they are said."""
    parts = re.split(r"([./@_+~=:-])", text)
    said = []
    for before, part in zip(["", *parts], parts, strict=False):
        domain = words.DOMAINS.get(part.lower()) if before == "." else None
        said.append(domain or words.ADDRESS_SIGNS.get(part, part))
    return " ".join(filter(None, said))


def _url(match: Match) -> str:
    address = re.sub(r"^(?:\w+://)?(?:www\.)?", "", match["url"], flags=re.IGNORECASE)
    return _address(re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/"))


def _file_name(match: Match) -> str:
    said = words.EXTENSIONS.get(match["ext"].lower()) or " ".join(match["ext"].upper())
    name = match["name"].replace("_", " ")
    return f"{name.lower() if name.isupper() and len(name) > 4 else name} dot {said}"


def _money(number: str, scale: str, unit: tuple[str, str]) -> str:
    scale = words.SCALES.get(scale.lower(), scale)
    one = number == "1" and not scale
    return " ".join(filter(None, (number, scale, unit[0] if one else unit[1])))


def _money_before(match: Match) -> str:
    return _money(match["n"], match["scale"] or "", words.CURRENCIES[match["cur"].upper()])


def _money_after(match: Match) -> str:
    number, sign = match["n"].replace(",", "."), match["cur"]
    return f"{sign}{number}" if sign in "$£€" else _money(number, "", words.CURRENCIES[sign.upper()])


def _unit(match: Match) -> str:
    one, more = words.UNITS[match["unit"]]
    return f"{match['n']} {one if match['n'] == '1' else more}"


def _date(match: Match) -> str:
    day, month = int(match["d"]), int(match["m"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match.group()
    return f"{day} {words.MONTHS[month - 1]} {match['y']}"


def _vulgar(match: Match) -> str:
    alone, after = words.VULGAR[match["f"]]
    return f"{match['n']} and {after}" if match["n"] else alone


def _clock(text: str) -> str:
    """ "9am" and "9 p.m." as "9 AM" and "9 PM"."""
    return re.sub(r"\s?([ap])\.?m\.?$", lambda match: f" {match[1].upper()}M", text, flags=re.IGNORECASE)


def _range(match: Match) -> str:
    low, high, sign = match["a"], match["b"], match["sign"] or ""
    unit = match["unit"] or ""
    second = high if high[0] in "$£€" else sign + high
    return f"{sign}{low}{unit if unit == '%' else ''} to {second}{unit}"


def _roman(text: str) -> int:
    values = [words.ROMAN[digit] for digit in text.upper()]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _roman_number(match: Match) -> str:
    return f"{match['word']} {_roman(match['roman'])}"


def _century(match: Match) -> str:
    number = _roman(match["roman"])
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}{match['gap']}{match['word']}"


def _abbreviation(match: Match) -> str:
    return words.ABBREVIATIONS[match["abbr"]] + _stop(match)


def _half_of_day(match: Match) -> str:
    return f"{match['t']} {match['ap'].upper()}M{_stop(match)}"


def _stop(match: Match) -> str:
    """The full stop of an abbreviation that also ended the sentence."""
    return "." if match.end() == len(match.string) and match.group().endswith(".") else ""


def _rules(needs: str, *forms: tuple[str, Said]) -> Rules:
    return Rules(frozenset(needs), tuple((re.compile(pattern), said) for pattern, said in forms))


_TLD = _either(words.DOMAINS)
_ROMAN_DIGITS = r"(?P<roman>(?=[IVXL])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))"
# Anything but plain words: most sentences have none of it.
_UNUSUAL = re.compile(
    r"[^a-zA-Z\s.,;:!?'’‘\"“”()…—-]|[a-z]-[A-Z]|\w\.[\w\s,]|[A-Za-z]\.$|[IVXL]{2}|\b[IVX]\b"
)
_TIME = r"\d{1,2}(?::\d{2})?"
_AM = r"\s?[aApP](?:\.[mM]\.?|[mM]\b)"
_DAYS, _MONTHS = _either(words.DAY_NAMES), _either(words.MONTH_NAMES)
_CODES = _either(words.CURRENCIES)
_SCALES = "hundred|thousand|million|billion|trillion|bn|mn|tn|[kKmMbB]"
_DIGITS = "0123456789"
_LOW = rf"(?<![\w.,/–-])(?P<sign>[$£€])?(?P<a>{_NUMBER})%?"
_HIGH = rf"(?P<b>[$£€]?(?:{_NUMBER}))(?P<unit>%?)"

_MAIL = _rules(
    "@",
    (r"(?<![\w.+-])(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})", lambda m: _address(m["mail"])),
)

_WEB = _rules(
    ".",
    (r"(?i)(?<![\w@])(?P<url>(?:(?:https?|ftp)://|www\.)[^\s<>\"“”]*[\w/])", _url),
    (rf"(?i)(?<![\w@.-])(?P<url>(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}(?:{_TLD})(?![\w-])(?:/[^\s<>\"“”]*[\w/]|/)?)"
     r"(?!\.\w)", _url),
    (rf"(?i)(?<![\w/.-])(?P<name>[\w-]{{1,60}})\.(?P<ext>{_either(words.EXTENSIONS)})(?![\w-]|\.\w)",
     _file_name),
)  # fmt: skip

_NUMBERS_AS_DIGITS = _rules(
    _DIGITS,
    (r"(?<![\w.])(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-]|\.\d)",
     lambda m: _digits(m.group())),
    (r"(?<!\w)\+\d[\d ().-]{6,18}\d(?!\w)", lambda m: "plus " + _digits(m.group())),
    (r"(?<![\w.-])\d{3}-\d{4}(?![\w-]|\.\d)", lambda m: _digits(m.group())),
    (r"(?<![\w.-])\d+(?:-\d+){3,8}(?![\w-])", lambda m: _digits(m.group())),
    (r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)", lambda m: _digits(m.group()).replace(",", " dot")),
    (r"(?<![\w.,])\d{10,}(?![\w]|[.,]\d)", lambda m: _digits(m.group())),
    (r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)|(?<![\d.,])\d{1,3}(?: \d{3}){2,}(?!\d)",
     lambda m: re.sub(r"\s", "", m.group())),
    (r"(?<![\w.,:/$£€-])0\d{2,}(?![\w:/-]|[.,]\d)", lambda m: _digits(m.group())),
)  # fmt: skip

_VERSIONS = _rules(
    ".",
    (r"(?<![\w.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?![\w]|\.\d)", _date),
    (r"(?i)\bv(?:er\.?)? ?(?=\d+(?:\.\d+){1,4}(?![\w]|\.\d))", "version "),
    (rf"(?i)\b(?P<name>version|release|{_either(words.VERSIONED)}) (?P<n>\d+(?:\.\d+){{1,4}})(?!\w|\.\d)",
     lambda m: f"{m['name']} {m['n'].replace('.', ' point ')}"),
    (r"(?<![\w.,])\d+(?:\.\d+){2,5}(?!\w|\.\d)", lambda m: m.group().replace(".", " point ")),
    (r"(?<![\w.,$£€])(?P<n>\d+)\.0(?!\w|[.,]\d|\s?[%°]|\s[a-zA-Z]{1,3}\b)", r"\g<n> point 0"),
)  # fmt: skip

_MONEY = _rules(
    "$£€¥₹₩₿ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    (rf"(?<!\w)(?P<cur>{_CODES})\s?(?P<n>{_NUMBER})(?:\s?(?P<scale>{_SCALES})\b)?(?!\w)",
     lambda m: m.group() if m["cur"] in "$£€" and not m["scale"] else _money_before(m)),
    (rf"(?<![\w.,])(?P<n>{_NUMBER}|\d+,\d\d)\s?(?P<cur>{_CODES})(?![\w\d])", _money_after),
    (rf"(?<=\d)/(?P<per>{_either(words.PER)})\b", lambda m: f" per {words.PER[m['per']]}"),
)  # fmt: skip

_QUANTITIES = _rules(
    _DIGITS,
    (r"(?<=\d)\s?[–-]\s?(?=\d+(?:\.\d+)?\s?(?:°|%))", " to "),
    (rf"(?<![\w:.-])(?P<a>{_TIME}(?:{_AM})?)\s?[–-]\s?(?P<b>{_TIME}{_AM})(?!\w)",
     lambda m: f"{_clock(m['a'])} to {_clock(m['b'])}{_stop(m)}"),
    (r"(?<![\w:.-])(\d{1,2}:\d{2})\s?[–-]\s?(\d{1,2}:\d{2})(?![\w:])", r"\1 to \2"),
    (rf"(?<![\w:])(?P<t>{_TIME})\s?(?P<ap>[aApP])\.\s?[mM]\.?(?!\w)", _half_of_day),
    (rf"{_LOW}\s?–\s?{_HIGH}(?![\w–-]|\.\d)", _range),
    (rf"{_LOW}-{_HIGH}(?![\w/-]|[.,]\d)", _range),
    (r"(?<![\w/])(?P<n>\d+) (?=[1-9]/\d{1,2}(?![\w/]))", r"\g<n> and "),
    (r"(?<![\w./])(\d{1,3})/(\1|100)(?![\w/]|\.\d)", r"\1 out of \2"),
    (r"(?<![\w.])(\d{1,2})['′’](\d{1,2})(?:\"|″|”|'')?(?!\w)", r"\1 foot \2"),
    (r"(?<=\d) ?x ?(?=\d)", " by "),
    (rf"(?<![\w.])(?P<n>{_NUMBER})\s?(?P<unit>{_either(words.UNITS)})(?![\w²³/])", _unit),
)  # fmt: skip

_FRACTIONS = _rules(
    "".join(words.VULGAR),
    (rf"(?P<n>\d+)?\s?(?P<f>[{''.join(words.VULGAR)}])", _vulgar),
)  # fmt: skip

_COMPARISONS = _rules(
    "−±≥≤≠≈~<>",
    (r"−\s?(?=\d)", "minus "),
    (
        rf"(?<!\S)(?P<sign>[{''.join(words.COMPARISONS)}])\s?(?=[\d$£€])",
        lambda m: f"{words.COMPARISONS[m['sign']]} ",
    ),
    (r"(?<=\S)\s?(?P<sign>[≥≤≠≈])\s?(?=\S)", lambda m: f" {words.COMPARISONS[m['sign']]} "),
)

_SIGNS = _rules(
    "&@©®™[",
    (r"(?<=\w)\s&\s(?=\w)", " and "),
    (r"(?<!\w)@(?=\w)", "at "),
    (r"[®™]", ""),
    (r"(?i)copyright ©|\(c\) ©", "copyright"),
    (r"(?<=[\w.,;!?)”\"’])\[\d{1,3}\]", ""),
)

_LETTERS = _rules(
    "",
    (rf"(?<!\w)(?P<f>{_either(words.FORMULAS)})(?!\w)", lambda m: words.FORMULAS[m["f"]]),
    (rf"(?<!\w)(?P<a>{_DAYS})\.?\s?[–-]\s?(?P<b>{_DAYS})(?!\w)",
     lambda m: f"{words.DAY_NAMES[m['a']]} to {words.DAY_NAMES[m['b']]}"),
    (rf"(?<!\w)(?P<a>{_MONTHS})\.?\s?[–-]\s?(?P<b>{_MONTHS})(?!\w)",
     lambda m: f"{words.MONTH_NAMES[m['a']]} to {words.MONTH_NAMES[m['b']]}"),
    (r"(?<!\w)([A-Z])–([A-Z])(?!\w)", r"\1 to \2"),
    (rf"\b(?P<word>(?i:{_either(words.NUMBERED_IN_ROMAN)})) {_ROMAN_DIGITS}(?![\w’'])", _roman_number),
    (rf"(?<!\w){_ROMAN_DIGITS}(?:th|st|nd|rd)?(?P<gap>[ -])(?P<word>(?i:century|centuries))\b", _century),
    (rf"^(?=[IVXL]{{2}}){_ROMAN_DIGITS}(?P<stop>[.:]?)$",
     lambda m: f"{_roman(m['roman'])}{m['stop']}"),
)  # fmt: skip

_ABBREVIATIONS = _rules(
    ".",
    (r"\b(?:No|no)\. ?(?=\d)", "Number "),
    (r"\b(?:Nos|nos)\. ?(?=\d)", "Numbers "),
    (r"\b[Pp]\. ?(?=\d)", "page "),
    (r"\b[Pp]p\. ?(?=\d)", "pages "),
    (r"(?<![\w.])([Ee])\.g\.,?", lambda m: f"{'F' if m[1] == 'E' else 'f'}or example,"),
    (r"(?<![\w.])([Ii])\.e\.,?", lambda m: f"{'T' if m[1] == 'I' else 't'}hat is,"),
    (r"(?<![\w.])etc\.", lambda m: f"etc{_stop(m)}"),
    (rf"(?<![\w.])(?P<abbr>{_either(words.ABBREVIATIONS)})(?!\w)", _abbreviation),
    (rf"(?<!\w)(?P<m>{_MONTHS})\. (?=\d)", lambda m: f"{words.MONTH_NAMES[m['m']]} "),
    (r"\b((?:[A-Z]\.){1,5}[A-Z])\.(?=\s+\S)", r"\1"),
)

# In this order: each may count on the ones before it having had their turn.
_RULES = (
    _MAIL, _WEB, _NUMBERS_AS_DIGITS, _VERSIONS, _MONEY, _QUANTITIES, _FRACTIONS, _COMPARISONS, _SIGNS,
    _ABBREVIATIONS, _LETTERS,
)  # fmt: skip
