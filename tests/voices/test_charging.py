"""What a script costs, whichever way it ends; and that a crash or a repetition charges nothing twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import metering
from billing.credits import take as take_credits
from billing.enums import OperationType, PlanKey
from billing.exceptions import InsufficientCredits, NotInPlan, PriceChanged
from billing.models import CreditBalance, Reservation, Subscription, UsageHistory, UsageLog, UsagePeriod
from billing.plans import ensure_plan
from billing.subscriptions import current_of, put_on_plan
from tests.helpers.work import be_patient, finished_script, new_script, speak_all, tone_template, work_off
from voices import assembly, charging, recovery, speaking, synthesis
from voices.collection import adopt
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.leaving import delete_voice
from voices.models import Segment, Take, Voice, VoiceGeneration, VoiceTemplate
from voices.objects import remove_blob
from voices.synthesis import Wishes

pytestmark = pytest.mark.django_db

HEAD = "This sentence is fine. "  # 23 characters: one credit
TAIL = "The second sentence is longer than a hundred characters, so that it costs two credits and not only just a 1."
TWO = HEAD + TAIL  # 131: two
BAD = "This one {tone:fail-permanent} cannot be spoken however often it is tried and is itself a long one too yes."


@pytest.fixture
def alice(alice):
    """Alice has used what her plan includes: credits pay, one per 100 characters begun."""
    current_of(alice)
    Subscription.objects.for_user(alice).update(monthly_character_limit=0)
    return alice


def account(user):
    """The balance, which must be the ledger's sum."""
    metering.quote(user, OperationType.GENERATE_VOICE, 1)
    balance = CreditBalance.objects.for_user(user).get().credits_remaining
    assert balance == -UsageHistory.objects.for_user(user).total()
    assert 100 - balance == Reservation.objects.for_user(user).credits()
    return balance


def states(generation):
    return list(metering.reservations_for(generation.pk).values_list("state", "quantity", "charged_quantity"))


def test_what_the_plan_includes_is_free(bob):
    generation = finished_script(bob, TWO)
    characters = generation.character_count
    assert (account(bob), generation.cost, states(generation)) == (
        100,
        0,
        [("settled", characters, characters)],
    )
    assert UsagePeriod.objects.for_user(bob).get().characters == characters
    log = UsageLog.objects.for_user(bob).get()
    assert (log.action, log.character_count, log.cost) == ("generate_voice", characters, 0)


def test_beyond_that_credits_pay_when_the_script_is_submitted(alice):
    generation = new_script(alice, TWO)
    assert (generation.character_count, generation.cost, account(alice)) == (131, 2, 98)
    assert states(generation) == [("reserved", 131, None)]
    work_off()
    assert assembly.assemble(generation.pk) is False
    recovery.sweep()
    assert (states(generation), account(alice)) == ([("settled", 131, 131)], 98)
    assert UsageLog.objects.for_user(alice).characters() == 131
    assert UsageHistory.objects.for_user(alice).filter(credits_used__gt=0).count() == 1


def test_a_script_that_cannot_be_paid_is_not_stored(alice):
    take_credits(alice, 99, reason="", key="t")
    with pytest.raises(InsufficientCredits) as refusal:
        new_script(alice, TWO)
    assert (refusal.value.needed, refusal.value.available) == (2, 1)
    assert (VoiceGeneration.objects.count(), Segment.objects.count(), Reservation.objects.count()) == (
        0,
        0,
        0,
    )


def test_nobody_pays_more_than_the_page_showed(alice):
    voice = adopt(alice, tone_template())
    with pytest.raises(PriceChanged):
        synthesis.submit(alice, voice, TWO, Wishes(), most_credits=1)
    assert VoiceGeneration.objects.count() == 0
    assert synthesis.submit(alice, voice, TWO, Wishes(), most_credits=2).cost == 2


def test_a_premium_voice_costs_its_own_also_within_the_allowance(bob):
    tone_template()
    VoiceTemplate.objects.update(is_premium=True)
    generation = finished_script(bob, TWO)
    assert (generation.cost, account(bob)) == (2, 98)
    put_on_plan(bob, ensure_plan(PlanKey.PRO))
    assert finished_script(bob, TWO).cost == 0


def test_a_script_that_fails_for_good_gives_back_what_was_not_made_once(alice):
    generation = finished_script(alice, "This one {tone:fail-permanent} is bad.")
    assert (generation.status, generation.cost, account(alice)) == ("failed", 0, 100)
    assert states(generation) == [("released", 38, 0)]
    for _ in range(2):
        recovery.sweep()
        speaking.conclude(generation)
    assert account(alice) == 100
    assert UsageLog.objects.for_user(alice).count() == 0


def test_what_was_kept_of_a_failed_script_stays_charged_and_is_not_paid_again(alice):
    generation = finished_script(alice, HEAD + BAD)
    assert (generation.status, generation.cost, account(alice)) == ("failed", 1, 99)
    assert states(generation) == [("settled", 130, 23)]

    synthesis.retry(generation)
    assert account(alice) == 97
    work_off()
    generation.refresh_from_db()
    assert (generation.status, generation.cost, account(alice)) == ("failed", 1, 99)

    synthesis.remake(generation.segments.get(position=1), "Now it can be spoken.")
    work_off()
    generation.refresh_from_db()
    assert (generation.status, generation.cost, account(alice)) == ("completed", 2, 98)
    assert [state for state, _, _ in states(generation)] == ["settled", "released", "settled"]


def test_a_take_that_comes_after_its_script_has_failed_is_charged_too(alice):
    generation = new_script(alice, HEAD + BAD)
    late = speaking._claim(Lane.INTERACTIVE)
    while speaking.speak_next(Lane.INTERACTIVE) or speaking.speak_next(Lane.BULK):
        be_patient()
    generation.refresh_from_db()
    assert (generation.status, account(alice)) == ("failed", 98)
    recovery.sweep()
    assert states(generation) == [("reserved", 130, None)]

    speaking._attempt(late, lambda engine: engine.synthesize(speaking._request(late, engine.capabilities)))
    recovery.sweep()
    assert (states(generation), account(alice)) == ([("settled", 130, 23)], 99)


def test_a_cancelled_script_costs_what_was_made(alice):
    generation = new_script(alice, TWO)
    speaking.speak_next(Lane.INTERACTIVE)
    synthesis.cancel(generation)
    generation.refresh_from_db()
    assert (states(generation), generation.cost, account(alice)) == ([("settled", 131, 23)], 1, 99)

    synthesis.retry(generation)
    work_off()
    generation.refresh_from_db()
    assert (generation.status, generation.cost, account(alice)) == ("completed", 3, 97)
    assert states(generation) == [("settled", 131, 23), ("settled", 108, 108)]


def test_cancelled_before_anything_was_made_it_costs_nothing(alice):
    generation = new_script(alice, TWO)
    assert account(alice) == 98
    synthesis.cancel(generation)
    assert account(alice) == 100
    take_credits(alice, 100, reason="", key="t")
    with pytest.raises(InsufficientCredits):
        synthesis.retry(generation)
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.CANCELLED


def test_another_take_of_a_sentence_costs_its_characters(alice):
    generation = finished_script(alice, TWO)
    segment = generation.segments.get(position=1)
    synthesis.remake(segment, "Short now.")
    assert account(alice) == 97
    work_off()
    generation.refresh_from_db()
    assert (generation.cost, account(alice)) == (3, 97)
    synthesis.choose(segment.takes.first())  # to choose among takes is free
    work_off()
    assert account(alice) == 97


def test_a_take_that_fails_is_given_back(alice):
    generation = finished_script(alice, TWO)
    synthesis.remake(generation.segments.get(position=1), BAD)
    assert account(alice) == 96
    work_off()
    assert account(alice) == 98


def test_a_remake_that_cannot_be_paid_leaves_the_sentence_as_it_was(alice):
    generation = finished_script(alice, TWO)
    take_credits(alice, 98, reason="", key="t")
    segment = generation.segments.get(position=1)
    with pytest.raises(InsufficientCredits):
        synthesis.remake(segment, "Another text.")
    segment.refresh_from_db()
    assert (segment.status, segment.text) == (SegmentStatus.DONE, TAIL)


def test_a_dead_worker_costs_nothing_more(alice):
    generation = new_script(alice, TWO)
    for _ in range(2):
        speaking._claim(Lane.INTERACTIVE)
        Segment.objects.filter(status="running").update(lease_until=timezone.now() - timedelta(seconds=1))
        recovery.sweep()
    work_off()
    generation.refresh_from_db()
    assert (generation.status, generation.cost, account(alice)) == ("completed", 2, 98)


def test_what_cannot_be_put_together_is_given_back_and_paid_when_it_can(alice):
    generation = new_script(alice, TWO)
    speak_all()
    blob = Take.objects.first().object
    kept = assembly.read_blob(blob)
    remove_blob(blob)
    for _ in range(assembly.MAX_ATTEMPTS):
        VoiceGeneration.objects.update(assembling_until=None)
        assembly.assemble(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.cost, account(alice)) == ("failed", 0, 100)

    _put_back(blob, kept)
    synthesis.remake(generation.segments.get(position=1))  # pays for the first sentence as well
    assert account(alice) == 98
    work_off()
    generation.refresh_from_db()
    assert (generation.status, generation.cost, account(alice)) == ("completed", 2, 98)
    assert Take.objects.count() == 3


def _put_back(blob, content):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    assert default_storage.save(blob.pathname, ContentFile(content)) == blob.pathname


def test_a_deleted_script_stays_charged_and_leaves_no_link(alice):
    generation = finished_script(alice, TWO)
    synthesis.delete(generation)
    assert (account(alice), Reservation.objects.get().generation) == (98, None)


def test_a_voice_deleted_while_it_speaks_gives_back_what_was_not_made(alice):
    generation = new_script(alice, TWO)
    speaking.speak_next(Lane.INTERACTIVE)
    delete_voice(generation.voice)
    assert (account(alice), Reservation.objects.open().count()) == (99, 0)


def test_the_sweep_gives_back_what_is_held_for_scripts_that_are_gone(alice, charlie):
    kept = new_script(charlie, HEAD)
    lost = new_script(alice, TWO)
    VoiceGeneration.objects.filter(pk=lost.pk).delete()
    for _ in range(2):
        recovery.sweep()
    assert account(alice) == 100
    assert [row.generation for row in Reservation.objects.open()] == [kept.pk]


def test_a_plan_without_custom_voices_has_the_clones_it_includes(bob):
    clones = [
        Voice.objects.create(user=bob, name=f"Own {n}", model="tone", voice_id=f"own{n}", is_cloned=True)
        for n in range(2)
    ]
    charging.require_in_plan(bob, clones[0])
    with pytest.raises(NotInPlan):
        synthesis.submit(bob, clones[1], HEAD, Wishes())
    assert VoiceGeneration.objects.count() == 0
    put_on_plan(bob, ensure_plan(PlanKey.STARTER))
    assert synthesis.submit(bob, clones[1], HEAD, Wishes()).voice == clones[1]


def test_a_download_is_written_down_and_playing_is_not(alice, alice_client):
    audio = finished_script(alice, HEAD).audio
    url = reverse("voices:audio-file", args=[audio.pk])
    alice_client.get(url)
    alice_client.get(f"{url}?download", headers={"Range": "bytes=100-"})
    alice_client.get(f"{url}?download")
    logged = UsageLog.objects.for_user(alice).filter(action="download_audio")
    assert [log.metadata for log in logged] == [{"audio": str(audio.pk)}]
