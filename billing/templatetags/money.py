"""Amounts in templates."""

from django import template

from billing.money import money as _money

register = template.Library()


@register.filter
def money(cents: int | None, currency: str) -> str:
    """`{{ plan.price_monthly_cents|money:plan.currency }}`; nothing for no amount."""
    return "" if cents is None else _money(cents, currency)


@register.filter
def monthly(cents: int | None) -> int | None:
    """What a year's price comes to in a month, in whole minor units."""
    return None if cents is None else round(cents / 12)
