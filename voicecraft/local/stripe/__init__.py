"""Test payments: a local server that speaks Stripe's API to the real `stripe` library. No money moves.

For development (`python -m voicecraft.local.stripe`) and tests (`LocalStripe`); the product never imports it, and
it never runs where a real key is set. It knows what this product uses of Stripe, and holds it to the library's own
types: an object is made from the library's class, a parameter judged by its TypedDict.

From the bottom up: contract, errors, forms, store; catalog, payments, periods, standing, invoices, items,
subscriptions, schedules, checkout, portal; clock, preview, lists, routes; api, webhooks, control, pages, server.
"""

from .running import KEY, SECRET, LocalStripe

__all__ = ["KEY", "SECRET", "LocalStripe"]
