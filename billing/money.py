"""Amounts as people read them."""

WITHOUT_MINOR_UNITS = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$"}


def money(cents: int, currency: str) -> str:
    """`cents` minor units of an ISO 4217 currency: 900 USD is "$9", 950 "$9.50", 900 JPY "¥900", 100 SEK "1 SEK"."""
    currency = currency.upper()
    sign = "−" if cents < 0 else ""
    whole, rest = (abs(cents), 0) if currency in WITHOUT_MINOR_UNITS else divmod(abs(cents), 100)
    number = f"{whole:,}.{rest:02}" if rest else f"{whole:,}"
    return f"{sign}{SIGNS[currency]}{number}" if currency in SIGNS else f"{sign}{number} {currency}"
