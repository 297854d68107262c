"""The audit finds each way in which the books could be wrong, and names whose they are."""

import logging

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing import metering
from billing.audit import CHECKS, faults
from billing.credits import grant
from billing.enums import OperationType
from billing.models import CreditBalance, Reservation, UsagePeriod
from billing.tasks import audit_credits

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(alice, charlie):
    """Something of every kind, for two users."""
    for user in alice, charlie:
        grant(user, 50, reason="Gift", key=f"gift:{user.pk}")
        metering.reserve(user, OperationType.GENERATE_VOICE, 10_450, key=f"a:{user.pk}")
        metering.reserve(user, OperationType.CLONE_VOICE, 2, key=f"b:{user.pk}")
        metering.settle(f"a:{user.pk}", 10_101)
        metering.reserve(user, OperationType.MASTER, 1, key=f"c:{user.pk}")
        metering.release(f"c:{user.pk}")


def forget_ledger(user):
    """As if somebody had got past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE billing_usagehistory DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM billing_usagehistory WHERE key = %s", [f"gift:{user.pk}"])


def test_right_books_have_no_faults(books, capsys):
    assert list(faults()) == []
    call_command("audit_credits")
    assert capsys.readouterr().out == f"The books of 2 users are right: {len(CHECKS)} rules hold.\n"


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (lambda u: CreditBalance.objects.for_user(u).update(credits_remaining=7), [0, 1]),
        (forget_ledger, [0]),
        (lambda u: UsagePeriod.objects.for_user(u).update(characters=7), [2]),
        (lambda u: UsagePeriod.objects.for_user(u).update(clones=7), [3]),
        (lambda u: Reservation.objects.for_user(u).filter(operation="clone_voice").update(credits=7), [4]),
    ],
    ids=["balance", "ledger", "characters", "clones", "reservation"],
)
def test_what_is_wrong_is_found_and_named(books, alice, spoil, rules, capsys, caplog):
    spoil(alice)
    found = list(faults())
    assert [(fault.email, list(CHECKS).index(fault.rule)) for fault in found] == [
        ("alice@example.com", rule) for rule in rules
    ]
    with pytest.raises(CommandError):
        call_command("audit_credits")
    assert capsys.readouterr().err.splitlines() == [str(fault) for fault in found]
    with caplog.at_level(logging.ERROR):
        audit_credits()
    assert [record.levelname for record in caplog.records] == ["ERROR"] * len(rules)
