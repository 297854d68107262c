"""The local Stripe, one for all tests, emptied for each; nobody else is ever spoken to."""

from collections.abc import Iterator

import pytest

from billing.seeding import seed_packs, seed_plans
from tests.helpers.payments import Till
from voicecraft.local.stripe import LocalStripe


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[LocalStripe]:
    with LocalStripe(strict=True) as server:
        yield server


@pytest.fixture
def till(stripe_server, settings, db, django_capture_on_commit_callbacks) -> Iterator[Till]:
    """A Stripe that knows nobody yet, and the plans and packs to sell."""
    stripe_server.reset()
    settings.STRIPE_SECRET_KEY = stripe_server.key
    settings.STRIPE_WEBHOOK_SECRET = stripe_server.secret
    settings.STRIPE_API_BASE = stripe_server.url
    seed_plans()
    seed_packs()
    yield Till(stripe_server, django_capture_on_commit_callbacks)
    assert stripe_server.faults == []
