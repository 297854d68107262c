"""Small pieces of HTML. Everything that is not a piece is escaped."""

from datetime import UTC, datetime
from html import escape

from .contract import Json

ZERO_DECIMAL = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf",
                "xof", "xpf"}  # fmt: skip
SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "brl": "R$ ", "jpy": "¥"}


def money(amount: int, currency: str) -> str:
    """Return an amount of minor units as people read it."""
    sign = SIGNS.get(currency, f"{currency.upper()} ")
    text = f"{abs(amount):,}" if currency in ZERO_DECIMAL else f"{abs(amount) / 100:,.2f}"
    return f"{'−' if amount < 0 else ''}{sign}{text}"


def day(seconds: int) -> str:
    """Return a day, in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%-d %B %Y}"


def moment(seconds: int) -> str:
    """Return a day and time, in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%-d %B %Y, %H:%M} UTC"


def price_words(price: Json, quantity: int = 1) -> str:
    """Return a price as people read it: `€19.00 per month`."""
    text = money(price["unit_amount"] * quantity, price["currency"])
    if not price["recurring"]:
        return text
    count, interval = price["recurring"]["interval_count"], price["recurring"]["interval"]
    return f"{text} per {interval}" if count == 1 else f"{text} every {count} {interval}s"


def layout(title: str, content: str) -> str:
    """Return a whole page; `content` is HTML."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} · Test payments</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><p class="banner"><strong>Test payments:</strong> no money moves.</p></header>
<main>
<h1>{escape(title)}</h1>
{content}
</main>
</body>
</html>
"""


def alert(text: str) -> str:
    """Return a message about what went wrong."""
    return f'<p class="alert" role="alert">{escape(text)}</p>' if text else ""


def status(text: str) -> str:
    """Return a message about what was done."""
    return f'<p class="status" role="status">{escape(text)}</p>' if text else ""


def table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    """Return a table; its cells are HTML."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def choices(legend: str, name: str, options: list[tuple[str, str, str]], chosen: str) -> str:
    """Return radio buttons: (value, label, hint) each."""
    rows = "".join(
        f'<label><input type="radio" name="{escape(name)}" value="{escape(value)}"'
        f"{' checked' if value == chosen else ''} required> {escape(label)}"
        f"{f' <small>{escape(hint)}</small>' if hint else ''}</label>"
        for value, label, hint in options
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{rows}</fieldset>"


def form(to: str, button: str, fields: str = "", **hidden: str) -> str:
    """Return a form of hidden values, HTML fields and one button."""
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return (
        f'<form method="post" action="{escape(to)}">{inputs}{fields}<button>{escape(button)}</button></form>'
    )
