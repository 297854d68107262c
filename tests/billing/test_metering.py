"""Allowance first, credits for the rest; reserved, settled and released once."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from billing import metering
from billing.credits import account_of, grant
from billing.enums import OperationType, PlanKey, ReservationState
from billing.exceptions import InsufficientCredits, KeyReused, PriceChanged
from billing.models import (
    AdminSettings,
    CreditBalance,
    Reservation,
    Subscription,
    UsageHistory,
    UsageLog,
    UsagePeriod,
)
from billing.periods import Bounds, bounds_at, bounds_of, open_period
from billing.plans import ensure_plan
from billing.subscriptions import current_of, put_on_plan

pytestmark = pytest.mark.django_db

SPEECH = OperationType.GENERATE_VOICE


def spend(user, used):
    """Let so many characters of the period's allowance be used."""
    metering.reserve(user, SPEECH, used, key=f"used:{user.pk}")
    metering.settle(f"used:{user.pk}")


def state(user):
    """Balance, ledger's sum, characters of the period."""
    period = UsagePeriod.objects.for_user(user).at(timezone.now()).first()
    balance = CreditBalance.objects.for_user(user).get().credits_remaining
    return balance, -UsageHistory.objects.for_user(user).total(), period.characters if period else 0


@pytest.mark.parametrize(
    ("used", "quantity", "premium", "from_allowance", "credits"),
    [
        (0, 1_240, False, 1_240, 0),
        (0, 10_000, False, 10_000, 0),
        (0, 10_001, False, 10_000, 1),
        (9_900, 200, False, 100, 1),
        (9_900, 201, False, 100, 2),
        (10_000, 1, False, 0, 1),
        (10_000, 100, False, 0, 1),
        (10_000, 101, True, 0, 4),
        (0, 250, True, 250, 3),
    ],
)
def test_allowance_first_then_credits_for_each_100_begun(
    alice, used, quantity, premium, from_allowance, credits
):
    if used:
        spend(alice, used)
    quote = metering.quote(alice, SPEECH, quantity, premium=premium)
    assert (quote.charge.from_allowance, quote.credits) == (from_allowance, credits)
    assert (quote.allowance_left, quote.allowance_after) == (10_000 - used, 10_000 - used - from_allowance)
    assert (quote.balance, quote.balance_after, quote.is_affordable) == (100, 100 - credits, True)

    reservation = metering.reserve(alice, SPEECH, quantity, key="k", premium=premium)
    assert (reservation.from_allowance, reservation.credits) == (from_allowance, credits)
    assert state(alice) == (100 - credits, 100 - credits, used + from_allowance)


def test_a_quote_sets_nothing_aside(alice):
    metering.quote(alice, SPEECH, 20_000)
    assert state(alice) == (100, 100, 0)
    assert Reservation.objects.count() == 0


def test_a_plan_without_limit_never_asks_for_credits(alice):
    put_on_plan(alice, ensure_plan(PlanKey.ENTERPRISE))
    quote = metering.quote(alice, SPEECH, 5_000_000, premium=True)
    assert (quote.credits, quote.allowance_left, quote.allowance_after) == (0, None, None)


def test_the_plans_prices_go_before_everybodys(alice, bob):
    AdminSettings.objects.load()
    AdminSettings.objects.update(feature_costs={"generate_voice": 3, "premium_voice": 5})
    put_on_plan(alice, ensure_plan(PlanKey.PRO))  # premium at no extra cost
    quotes = [metering.quote(user, SPEECH, 200_100, premium=True).charge for user in (alice, bob)]
    assert [(c.from_allowance, c.base_credits, c.premium_credits) for c in quotes] == [
        (200_000, 3, 0),
        (10_000, 1_901 * 3, 2_001 * 5),
    ]


def test_clones_are_included_too_and_the_rest_has_a_price(alice):
    for n in range(2):
        metering.reserve(alice, OperationType.CLONE_VOICE, 1, key=str(n))
    metering.reserve(alice, OperationType.MASTER, 2, key="m")
    assert state(alice) == (40, 40, 0)
    assert UsagePeriod.objects.get().clones == 1


def test_the_same_key_reserves_settles_and_releases_once(alice, bob):
    spend(alice, 10_000)
    first = metering.reserve(alice, SPEECH, 500, key="k")
    assert metering.reserve(alice, SPEECH, 500, key="k") == first
    for other in (alice, 501), (bob, 500):
        with pytest.raises(KeyReused):
            metering.reserve(other[0], SPEECH, other[1], key="k")
    assert state(alice) == (95, 95, 10_000)
    for _ in range(2):
        assert metering.settle("k").state == ReservationState.SETTLED
    assert metering.release("k").state == ReservationState.SETTLED
    assert metering.reserve(alice, SPEECH, 500, key="k").state == ReservationState.SETTLED
    assert state(alice) == (95, 95, 10_000)
    assert UsageLog.objects.for_user(alice).characters() == 10_500


def test_a_release_gives_everything_back_once(alice):
    spend(alice, 9_900)
    metering.reserve(alice, SPEECH, 500, key="k", premium=True)
    assert state(alice) == (91, 91, 10_000)
    for _ in range(2):
        assert metering.release("k").state == ReservationState.RELEASED
    assert metering.settle("k").state == ReservationState.RELEASED
    assert state(alice) == (100, 100, 9_900)
    rows = UsageHistory.objects.for_user(alice).order_by("pk").values_list("operation_type", "credits_used")
    assert list(rows)[1:] == [
        ("generate_voice", 4),
        ("premium_voice", 5),
        ("generate_voice", -4),
        ("premium_voice", -5),
    ]
    assert UsageLog.objects.for_user(alice).characters() == 9_900


@pytest.mark.parametrize(
    ("delivered", "balance", "characters"),
    [(1_000, 91, 10_000), (350, 97, 10_000), (80, 100, 9_980), (0, 100, 9_900)],
)
def test_a_part_is_charged_as_if_only_it_had_been_asked_for(alice, delivered, balance, characters):
    spend(alice, 9_900)
    metering.reserve(alice, SPEECH, 1_000, key="k")
    settled = metering.settle("k", delivered)
    assert state(alice) == (balance, balance, characters)
    assert (settled.charged_quantity, settled.credits) == (delivered, 100 - balance)


def test_the_price_quoted_is_the_price_charged(alice):
    spend(alice, 10_000)
    metering.reserve(alice, SPEECH, 1_000, key="k")
    AdminSettings.objects.update(feature_costs={"generate_voice": 9})
    metering.settle("k", 500)
    assert state(alice) == (95, 95, 10_000)


def test_more_than_was_reserved_cannot_be_settled(alice):
    metering.reserve(alice, SPEECH, 10, key="k")
    for delivered in 11, -1:
        with pytest.raises(ValueError, match="of 10"):
            metering.settle("k", delivered)
    with pytest.raises(Reservation.DoesNotExist):
        metering.release("another")
    for operation, quantity in (SPEECH, 0), (OperationType.PREMIUM_VOICE, 1), (OperationType.GRANT, 1):
        with pytest.raises(ValueError, match="something that a user does"):
            metering.reserve(alice, operation, quantity, key="no")


def test_too_few_credits_set_nothing_aside(alice):
    with pytest.raises(InsufficientCredits) as refusal:
        metering.reserve(alice, SPEECH, 20_001, key="k")
    assert (refusal.value.needed, refusal.value.available) == (101, 100)
    assert metering.quote(alice, SPEECH, 20_001).is_affordable is False
    assert state(alice) == (100, 100, 0)
    assert Reservation.objects.count() == 0


def test_nobody_pays_more_than_they_were_shown(alice):
    shown = metering.quote(alice, SPEECH, 5_000)
    spend(alice, 6_000)
    with pytest.raises(PriceChanged) as refusal:
        metering.reserve(alice, SPEECH, 5_000, key="k", most_credits=shown.credits)
    assert (refusal.value.agreed, refusal.value.needed) == (0, 10)
    assert state(alice) == (100, 100, 6_000)


def test_a_limit_lowered_below_what_was_used_leaves_nothing_and_no_debt(alice):
    spend(alice, 9_000)
    Subscription.objects.for_user(alice).update(monthly_character_limit=500)
    assert metering.quote(alice, SPEECH, 100).allowance_left == 0


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("period_end", "moment", "starts_at", "ends_at"),
    [
        (None, "2026-05-01", "2026-05-01", "2026-06-01"),
        (None, "2026-12-31T23:59:59", "2026-12-01", "2027-01-01"),
        ("2026-05-15T10:00", "2026-05-15T09:59", "2026-04-15T10:00", "2026-05-15T10:00"),
        (
            "2026-05-15T10:00",
            "2026-05-15T10:00",
            "2026-05-15T10:00",
            "2026-06-15T10:00",
        ),  # renewal not told yet
        ("2027-01-31", "2026-02-10", "2026-01-31", "2026-02-28"),  # a year paid at once, months of it
        ("2027-01-31", "2026-02-28", "2026-02-28", "2026-03-31"),
        ("2024-02-29", "2024-02-01", "2024-01-29", "2024-02-29"),
    ],
)
def test_periods_follow_the_subscription(period_end, moment, starts_at, ends_at):
    assert bounds_at(period_end and at(period_end), at(moment)) == Bounds(at(starts_at), at(ends_at))


def test_every_moment_lies_in_one_period():
    end = at("2026-08-31T12:00")
    bounds = [
        bounds_at(end, at(f"2026-{month:02}-{day:02}")) for month in range(1, 13) for day in (1, 15, 28)
    ]
    unique = sorted(set(bounds), key=lambda b: b.starts_at)
    assert [b.ends_at for b in unique[:-1]] == [b.starts_at for b in unique[1:]]


def test_what_a_paid_plan_includes_starts_anew_with_it(alice, charlie):
    spend(alice, 10_000)
    spend(charlie, 10)
    pro = put_on_plan(alice, ensure_plan(PlanKey.PRO))
    assert metering.quote(alice, SPEECH, 1).allowance_left == 190_000  # by hand: still the calendar's month
    pro.stripe_current_period_end = bounds_at(timezone.now(), timezone.now()).ends_at  # bought this moment
    pro.save()
    assert metering.quote(alice, SPEECH, 1).allowance_left == 200_000
    metering.reserve(alice, SPEECH, 5, key="k")
    before, now = UsagePeriod.objects.for_user(alice).order_by("starts_at")
    assert (before.characters, now.characters, before.ends_at) == (10_000, 5, now.starts_at)
    assert UsagePeriod.objects.for_user(charlie).get().characters == 10


def test_a_release_goes_to_the_period_it_came_from(alice):
    metering.reserve(alice, SPEECH, 300, key="k")
    old = UsagePeriod.objects.get()
    UsagePeriod.objects.update(starts_at=at("2020-01-01"), ends_at=at("2020-02-01"))
    metering.reserve(alice, SPEECH, 40, key="now")
    metering.release("k")
    old.refresh_from_db()
    assert (old.characters, UsagePeriod.objects.for_user(alice).at(timezone.now()).get().characters) == (
        0,
        40,
    )


def test_a_period_whose_end_is_told_late_goes_on_with_its_count(alice):
    account_of(alice)
    may = Bounds(at("2026-02-28"), at("2026-03-28"))
    opened = open_period(alice, may)
    moved = open_period(alice, Bounds(at("2026-02-28"), at("2026-03-31")))
    assert (moved.pk, moved.ends_at) == (opened.pk, at("2026-03-31"))
    assert UsagePeriod.objects.get().ends_at == at("2026-03-31")


def test_reserving_costs_the_same_however_much_was_used(alice, django_assert_num_queries):
    grant(alice, 1_000, reason="", key="g")
    spend(alice, 10_000)
    for n in range(2):
        with django_assert_num_queries(10):
            metering.reserve(alice, SPEECH, 100, key=str(n))
        with django_assert_num_queries(7):
            metering.settle(str(n))


def test_the_period_of_a_user_is_the_one_of_their_subscription(alice):
    bounds = bounds_of(current_of(alice), at("2026-05-05"))
    assert bounds == Bounds(at("2026-05-01"), at("2026-06-01"))
