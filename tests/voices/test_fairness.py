"""Whose turn it is."""

import pytest

from tests.helpers.work import new_script, speak_all
from voices import speaking
from voices.enums import Lane
from voices.models import VoiceGeneration

pytestmark = pytest.mark.django_db

BOOK = "This is a sentence of some length for a test. " * 12


def turns(number: int) -> list[str]:
    """The owners of the next segments that workers take, all of them still in work."""
    return [speaking._claim(Lane.BULK).generation.user.email.split("@")[0] for _ in range(number)]


def test_users_take_turns_however_much_one_has_asked_for(alice, bob, charlie):
    for _ in range(3):
        new_script(alice, BOOK)
    new_script(bob, BOOK)
    new_script(charlie, BOOK)
    assert sorted(turns(3)) == ["alice", "bob", "charlie"]
    assert sorted(turns(3)) == ["alice", "bob", "charlie"]


def test_who_was_served_longest_ago_is_next(alice, bob):
    new_script(alice, BOOK)
    new_script(bob, BOOK)
    order = []
    for _ in range(6):
        segment = speaking._claim(Lane.BULK)
        order.append(segment.generation.user)
        speaking._end(segment, status="done")
    assert order == [alice, bob] * 3


def test_short_work_is_in_a_lane_of_its_own(alice, bob):
    new_script(alice, BOOK)
    new_script(bob, "Just one short sentence here.")
    first = {speaking._claim(Lane.INTERACTIVE).generation.user for _ in range(2)}
    assert first == {alice, bob}
    assert speaking._claim(Lane.INTERACTIVE) is None


def test_an_own_scripts_segments_are_taken_in_order(alice):
    new_script(alice, BOOK)
    assert [speaking._claim(Lane.BULK).position for _ in range(4)] == [1, 2, 3, 4]


def test_claiming_costs_the_same_however_much_is_waiting(alice, bob, django_assert_num_queries):
    new_script(alice, BOOK)
    with django_assert_num_queries(6):
        speaking._claim(Lane.BULK)
    for _ in range(5):
        new_script(bob, BOOK)
    with django_assert_num_queries(6):
        speaking._claim(Lane.BULK)


def test_nothing_to_do_is_no_error(alice):
    assert speak_all() == 0
    assert VoiceGeneration.objects.count() == 0
