"""Who hears that their credits run out, and how often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.credits import grant, take
from billing.models import UsagePeriod
from billing.reminders import tell_of_low_credits
from tests.helpers.payments import subjects


@pytest.fixture
def remind(django_capture_on_commit_callbacks):
    def remind(now=None):
        with django_capture_on_commit_callbacks(execute=True):
            return tell_of_low_credits(now)

    return remind


def test_once_in_a_period(alice, bob, charlie, remind):
    take(alice, 95, reason="Spent", key="a")
    take(bob, 50, reason="Spent", key="b")
    grant(charlie, 5, reason="Sorry", key="c")
    assert (remind(), remind()) == (1, 0)
    assert subjects(alice) == ["Your credits are running out"]
    assert (subjects(bob), subjects(charlie)) == ([], [])
    grant(alice, 50, reason="Bought", key="d")
    take(alice, 50, reason="Spent", key="e")
    assert remind() == 0

    month = timedelta(days=40)
    for period in UsagePeriod.objects.for_user(alice):
        UsagePeriod.objects.filter(pk=period.pk).update(
            starts_at=period.starts_at - month, ends_at=period.ends_at - month
        )
    assert remind() == 1
    assert subjects(alice) == ["Your credits are running out"] * 2


def test_who_has_spent_nothing_lately_is_left_in_peace(alice, remind):
    take(alice, 95, reason="Spent", key="a")
    assert remind(timezone.now() + timedelta(hours=4)) == 0
    assert remind(timezone.now() + timedelta(hours=2)) == 1
