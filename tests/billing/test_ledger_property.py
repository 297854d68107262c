"""Whatever is done, in whatever order and however often: the books are right after every step."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from billing import metering
from billing.audit import faults
from billing.credits import account_of, grant, take
from billing.enums import OperationType, PlanKey, ReservationState, UsageAction
from billing.exceptions import InsufficientCredits, KeyReused, PriceChanged
from billing.models import CreditBalance, Reservation, Subscription, UsageHistory, UsagePeriod
from billing.periods import bounds_of
from billing.plans import ensure_plan
from billing.subscriptions import current_of, put_on_plan

pytestmark = pytest.mark.django_db

USERS = st.integers(0, 1)
KEYS = st.integers(0, 2)  # few, so that most come again
OPERATIONS = st.sampled_from([operation for operation in OperationType if operation in UsageAction.values])


class _UndoneAtTheEnd(Exception):
    pass


@dataclass(frozen=True)
class Asked:
    """What a key was used for, whether or not it was granted."""

    who: int
    operation: OperationType
    quantity: int
    premium: bool


class Books(RuleBasedStateMachine):
    """Two users' books, with a model of each beside them that knows nothing of how they are kept."""

    keys = Bundle("keys")

    @initialize()
    def open(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.users = [User.objects.create(email=f"{name}@example.com") for name in ("ann", "ben")]
        self.balances = [100, 100]
        self.granted: set[str] = set()
        self.asked: dict[str, Asked] = {}
        self.held: dict[str, int] = {}  # key -> credits
        self.ended: dict[str, int] = {}
        for user in self.users:
            account_of(user)

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            self.transaction.__exit__(_UndoneAtTheEnd, _UndoneAtTheEnd(), None)

    @rule(
        target=keys,
        who=USERS,
        operation=OPERATIONS,
        quantity=st.integers(1, 6_000),
        premium=st.booleans(),
        generous=st.integers(0, 4).map(bool),
    )
    def reserve(self, who, operation, quantity, premium, generous):
        """Reserve under a new key what was quoted; or with fewer credits agreed to than that."""
        quantity = quantity if operation in metering.ALLOWANCES else quantity % 20 + 1
        user, key = self.users[who], f"r{len(self.asked)}"
        quote = metering.quote(user, operation, quantity, premium=premium)
        self.asked[key] = Asked(who, operation, quantity, premium)
        try:
            reservation = metering.reserve(
                user,
                operation,
                quantity,
                key=key,
                premium=premium,
                most_credits=quote.credits if generous else quote.credits - 1,
            )
        except PriceChanged:
            assert not generous
        except InsufficientCredits:
            assert not quote.is_affordable
        else:
            assert generous
            assert quote.is_affordable
            assert (reservation.credits, reservation.from_allowance) == (
                quote.credits,
                quote.charge.from_allowance,
            )
            self.held[key] = quote.credits
            self.balances[who] -= quote.credits
        return key

    @rule(key=keys, other=st.integers(0, 1))
    def reserve_again(self, key, other):
        """The same once more changes nothing; something else under the same key is refused."""
        asked = self.asked[key]
        if key not in self.held and key not in self.ended:
            return
        try:
            again = metering.reserve(
                self.users[asked.who], asked.operation, asked.quantity + other, key=key, premium=asked.premium
            )
        except KeyReused:
            assert other
        else:
            assert not other
            assert again.credits == self.held.get(key, self.ended.get(key))

    @rule(key=keys, share=st.sampled_from([0, 0.01, 0.5, 0.99, 1]))
    def settle(self, key, share):
        """Settle a part, all, or nothing of it: what has ended stays as it ended."""
        asked = self.asked[key]
        if key in self.held:
            credits = self.held.pop(key)
            settled = metering.settle(key, int(asked.quantity * share))
            assert 0 <= settled.credits <= credits
            self.balances[asked.who] += credits - settled.credits
            self.ended[key] = settled.credits
        elif key in self.ended:
            assert metering.settle(key).credits == self.ended[key]

    @rule(key=keys)
    def release(self, key):
        if key in self.held:
            self.balances[self.asked[key].who] += self.held.pop(key)
            assert metering.release(key).state == ReservationState.RELEASED
            self.ended[key] = 0
        elif key in self.ended:
            assert metering.release(key).credits == self.ended[key]

    @rule(who=USERS, credits=st.sampled_from([1, 500]), key=KEYS)
    def renew(self, who, credits, key):
        """The grant of an invoice: once per invoice, however often it is told."""
        name = f"invoice:{who}:{key}:{credits}"
        grant(self.users[who], credits, reason="Renewal", key=name)
        if name not in self.granted:
            self.granted.add(name)
            self.balances[who] += credits

    @rule(who=USERS, credits=st.integers(1, 300), key=KEYS)
    def take_back(self, who, credits, key):
        name = f"refund:{who}:{key}:{credits}"
        try:
            take(self.users[who], credits, reason="Refund", key=name)
        except InsufficientCredits:
            assert name not in self.granted
            assert credits > self.balances[who]
        else:
            if name not in self.granted:
                self.granted.add(name)
                self.balances[who] -= credits

    @rule(who=USERS, plan=st.sampled_from(PlanKey.values))
    def change_plan(self, who, plan):
        put_on_plan(self.users[who], ensure_plan(plan))

    @rule(who=USERS, hours=st.integers(-30 * 24, 400 * 24))
    def move_the_period(self, who, hours):
        """News of a subscription's period: a renewal, a yearly plan, one that is late."""
        Subscription.objects.for_user(self.users[who]).current().update(
            stripe_current_period_end=timezone.now() + timedelta(hours=hours)
        )

    @invariant()
    def the_books_are_right(self):
        if not hasattr(self, "users"):
            return
        assert list(faults()) == []
        kept = [CreditBalance.objects.for_user(user).get().credits_remaining for user in self.users]
        assert kept == self.balances
        assert min(kept) >= 0
        assert kept == [-UsageHistory.objects.for_user(user).total() for user in self.users]
        assert set(Reservation.objects.open().values_list("key", flat=True)) == set(self.held)

    @invariant()
    def periods_do_not_overlap(self):
        for user in getattr(self, "users", []):
            periods = list(UsagePeriod.objects.for_user(user).order_by("starts_at"))
            for before, after in itertools.pairwise(periods):
                assert before.ends_at <= after.starts_at
            subscription = current_of(user)
            bounds = bounds_of(subscription, timezone.now())
            assert bounds.starts_at <= timezone.now() < bounds.ends_at


def test_the_books_are_right_after_every_step(db):
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
