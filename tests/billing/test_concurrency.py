"""Many at once against PostgreSQL: what is there is spent once, and no more than is there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from billing import metering
from billing.audit import faults
from billing.credits import account_of, grant
from billing.enums import OperationType
from billing.exceptions import InsufficientCredits
from billing.models import CreditBalance, Reservation, Subscription, UsageHistory, UsagePeriod
from billing.subscriptions import current_of
from tests.helpers.work import tone_template
from voices import synthesis
from voices.collection import adopt
from voices.models import VoiceGeneration
from voices.synthesis import Wishes

pytestmark = pytest.mark.django_db(transaction=True)

POOL = 10
SPEECH = OperationType.GENERATE_VOICE


def at_once(act, times):
    """Call `act(number)` so many times from threads with connections of their own; what each returned."""

    def run(number):
        try:
            return act(number)
        except InsufficientCredits:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(POOL) as threads:
        return list(threads.map(run, range(times)))


@pytest.fixture
def alice(alice):
    """Credits pay for everything: her plan includes no characters, and she has 100 credits."""
    account_of(alice)
    Subscription.objects.for_user(alice).update(monthly_character_limit=0)
    return alice


def balance(user):
    return CreditBalance.objects.for_user(user).get().credits_remaining


def test_of_200_submissions_against_credit_for_100_exactly_100_come_through(alice):
    voice = adopt(alice, tone_template())
    submitted = at_once(lambda n: synthesis.submit(alice, voice, f"Sentence {n}.", Wishes()).pk, 200)
    assert sum(pk is not None for pk in submitted) == 100
    assert VoiceGeneration.objects.filter(cost=1).count() == Reservation.objects.open().count() == 100
    assert (balance(alice), -UsageHistory.objects.total()) == (0, 0)
    assert list(faults()) == []


def test_the_allowance_is_not_given_twice_either(bob):
    Subscription.objects.filter(pk=current_of(bob).pk).update(monthly_character_limit=1_050)
    done = at_once(lambda n: metering.reserve(bob, SPEECH, 100, key=str(n)).from_allowance, 40)
    assert (sorted(done), sum(done)) == ([0] * 29 + [50] + [100] * 10, 1_050)
    assert (balance(bob), UsagePeriod.objects.get().characters) == (70, 1_050)
    assert list(faults()) == []


def test_the_same_key_at_once_counts_once(alice):
    keys = at_once(lambda n: metering.reserve(alice, SPEECH, 500, key=f"k{n % 4}").key, 40)
    assert (set(keys), balance(alice)) == ({"k0", "k1", "k2", "k3"}, 80)
    at_once(lambda n: metering.settle(f"k{n % 4}", 100) if n % 2 else metering.release(f"k{n % 4}"), 40)
    assert Reservation.objects.open().count() == 0
    assert balance(alice) == 100 - Reservation.objects.credits()
    assert list(faults()) == []


def test_everything_at_once_leaves_the_books_right(alice, bob):
    def act(number):
        user = (alice, bob)[number % 2]
        if number % 5 == 0:
            return grant(user, 3, reason="Renewal", key=f"invoice:{number % 15}:{user.pk}")
        key = f"{number // 4}:{user.pk}"
        metering.reserve(user, SPEECH, 350 + number // 4, key=key, premium=bool(number % 3))
        return metering.settle(key, 120) if number % 3 else metering.release(key)

    at_once(act, 120)
    assert list(faults()) == []
