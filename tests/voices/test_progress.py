"""Where a script stands, whose turn it is, and when it will be ready."""

import pytest
from django.core.cache import cache

from tests.helpers.work import finished_script, new_script, speak_all, work_off
from voices.engines import registry
from voices.enums import Lane
from voices.models import Take
from voices.progress import observed_rate, progress
from voices.speaking import speak_next
from voices.templatetags.waveform import waveform

pytestmark = pytest.mark.django_db

BOOK = "This is a sentence of some length for a test. " * 10


def test_a_finished_script_has_nothing_left(alice):
    now = progress(finished_script(alice))
    assert (now.done, now.total, now.place, now.eta_seconds, now.percent) == (2, 2, 0, None, 100)


def test_the_place_counts_the_scripts_of_others_that_came_before(alice, bob, charlie):
    new_script(alice, BOOK)
    new_script(bob, BOOK)
    own = new_script(charlie, BOOK)
    new_script(alice, BOOK)
    assert progress(own).place == 2
    speak_next(Lane.INTERACTIVE)  # Alice's first script begins; it is still before Charlie's
    assert progress(own).place == 2


def test_a_script_that_has_begun_waits_for_nobody(alice, bob):
    new_script(bob, BOOK)
    own = new_script(alice, BOOK)
    speak_all(Lane.INTERACTIVE)
    own.refresh_from_db()
    assert progress(own).place == 0


def test_until_something_was_spoken_the_engines_own_guess_counts(alice):
    new_script(alice, BOOK)
    assert observed_rate("tone") == registry.capabilities("tone").characters_per_second


def test_afterwards_what_was_observed_counts(alice):
    finished_script(alice, "x" * 40 + " is a word. And here is another sentence of forty letters.")
    Take.objects.update(work_seconds=2.0)
    cache.clear()
    characters = sum(len(take.text) for take in Take.objects.all())
    assert observed_rate("tone") == pytest.approx(characters / 4.0)


def test_the_time_left_is_shared_with_whoever_else_has_long_scripts(alice, bob, settings):
    settings.VOICECRAFT_SPEECH_WORKERS = 2
    own = new_script(alice, BOOK)
    rate = registry.capabilities("tone").characters_per_second
    left = sum(len(segment.text) for segment in own.segments.all())
    assert progress(own).eta_seconds == pytest.approx(left / (rate * 2))
    new_script(bob, BOOK)
    assert progress(own).eta_seconds == pytest.approx(left / rate)


def test_it_goes_to_zero(alice):
    own = new_script(alice, BOOK)
    work_off()
    own.refresh_from_db()
    assert progress(own).eta_seconds is None


def test_a_waveform_has_a_bar_for_each_group_of_peaks():
    assert waveform([]) == ""
    drawn = waveform([0, 100, 50, 10], bars=2)
    assert 'viewBox="0 0 6 100"' in drawn
    assert '<path d="M0 0h2v100h-2zM3 25h2v50h-2z"/>' in drawn
