"""From the text to the audio row: what is written, what is refused, what can be changed afterwards."""

import pytest

from tests.helpers.work import be_patient, finished_script, new_script, speak_all, tone_template, work_off
from voices import synthesis
from voices.collection import adopt
from voices.enums import GenerationStatus, Lane, SegmentStatus
from voices.exceptions import NotNow, ScriptError, VoiceUnavailable
from voices.models import Audio, Pronunciation, Segment, StorageObject, Take, Voice, VoiceGeneration
from voices.synthesis import Wishes

pytestmark = pytest.mark.django_db

TWO = "This is the first sentence of all. Here comes the second sentence now."


def statuses(generation) -> list[str]:
    return list(generation.segments.values_list("status", flat=True))


def test_a_script_becomes_an_audio_in_the_library(alice, charlie):
    generation = finished_script(alice, TWO, title="Two")

    assert generation.status == GenerationStatus.COMPLETED
    assert [segment.text for segment in generation.segments.all()] == [
        "This is the first sentence of all. ",
        "Here comes the second sentence now.",
    ]
    audio = generation.audio
    assert (audio.user, audio.filename, audio.format, audio.upload_source) == (
        alice,
        "Two",
        "mp3",
        "generate",
    )
    assert audio.text == TWO
    assert audio.duration == pytest.approx(sum(take.duration for take in Take.objects.all()), abs=1.5)
    assert audio.file_size == audio.object.size > 1000
    assert [cue["text"] for cue in audio.metadata["cues"]] == [
        s.text.strip() for s in generation.segments.all()
    ]
    assert Audio.objects.for_user(charlie).count() == 0


def test_submitting_stores_the_script_and_speaks_nothing_yet(alice):
    generation = new_script(alice, TWO)

    assert generation.status == GenerationStatus.PENDING
    assert generation.character_count == len(TWO)
    assert statuses(generation) == ["pending", "pending"]
    assert Take.objects.count() == 0


def test_the_template_is_adopted_once_and_its_use_is_counted(alice, bob):
    new_script(alice, TWO)
    new_script(alice, TWO)
    new_script(bob, TWO)

    assert Voice.objects.for_user(alice).count() == 1
    assert tone_template().usage_count == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write something to speak first."),
        (" \n\t ", "Write something to speak first."),
        ("🎉🎉", "There is nothing in this script that can be spoken."),
        (
            "x" * 10_001,
            "The script has 10,001 characters; 10,000 is the most at once. Please shorten or divide it.",
        ),
    ],
)
def test_what_cannot_be_spoken_is_refused_and_leaves_nothing(alice, text, message):
    with pytest.raises(ScriptError) as refused:
        new_script(alice, text)

    assert refused.value.message == message
    assert VoiceGeneration.objects.count() == 0


def test_ten_thousand_characters_are_taken(alice):
    generation = new_script(alice, "word " * 2000)
    assert generation.character_count == 10_000


def test_a_voice_that_is_not_ready_is_refused(alice):
    voice = adopt(alice, tone_template())
    voice.status = "processing"
    voice.save()
    with pytest.raises(VoiceUnavailable):
        synthesis.submit(alice, voice, TWO, Wishes())
    assert VoiceGeneration.objects.count() == 0


def test_the_first_segment_of_a_long_script_is_interactive_and_the_rest_is_not(alice):
    generation = new_script(alice, "This is a sentence of some length for a test. " * 10)
    lanes = list(generation.segments.values_list("lane", flat=True))
    assert lanes[0] == Lane.INTERACTIVE
    assert set(lanes[1:]) == {Lane.BULK}


def test_a_short_script_is_interactive_altogether(alice):
    generation = new_script(alice, TWO)
    assert set(generation.segments.values_list("lane", flat=True)) == {Lane.INTERACTIVE}


def test_a_segment_that_fails_now_and_then_is_tried_again(alice):
    generation = finished_script(
        alice, "This one {tone:fail-times=2} fails two times. This one does not fail."
    )
    assert generation.status == GenerationStatus.COMPLETED
    assert list(generation.segments.values_list("attempts", flat=True)) == [3, 1]


def test_a_segment_that_fails_for_good_ends_the_script_with_its_reason(alice):
    generation = finished_script(alice, "This sentence is fine. This one {tone:fail-permanent} is not fine.")
    assert generation.status == GenerationStatus.FAILED
    assert statuses(generation) == ["done", "failed"]
    failed = generation.segments.get(position=1)
    assert failed.attempts == 1
    assert generation.error_message == f"Sentence 2: {failed.error_message}"
    assert generation.audio is None


@pytest.mark.parametrize("lie", ["silent", "clipped", "too-long", "too-short", "nan"])
def test_corrupt_speech_is_made_again_and_then_fails_with_its_reason(alice, lie):
    generation = finished_script(alice, f"This sentence {{tone:{lie}}} comes out wrong each time.")
    segment = generation.segments.get()
    assert generation.status == GenerationStatus.FAILED
    assert segment.attempts == 4
    assert segment.error_message != ""
    assert Take.objects.count() == 0


def test_a_failed_script_can_be_tried_again_and_keeps_what_it_had(alice):
    generation = finished_script(alice, "This sentence is fine. This one {tone:fail-permanent} is not fine.")
    kept = generation.segments.get(position=0).take_id
    synthesis.remake(generation.segments.get(position=1), "This one is fine now.")
    work_off()
    generation.refresh_from_db()

    assert generation.status == GenerationStatus.COMPLETED
    assert generation.text == "This sentence is fine. This one is fine now."
    assert generation.segments.get(position=0).take_id == kept
    assert Take.objects.count() == 2


def test_retry_speaks_only_what_is_missing(alice):
    generation = new_script(alice, TWO)
    speak_one = speak_all  # the first lane holds both
    assert speak_one(Lane.BULK) == 0
    from voices.speaking import speak_next

    speak_next(Lane.INTERACTIVE)
    synthesis.cancel(generation)
    assert statuses(generation) == ["done", "cancelled"]

    synthesis.retry(generation)
    assert statuses(generation) == ["done", "pending"]
    work_off()
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.COMPLETED
    assert Take.objects.count() == 2


def test_only_what_ended_badly_can_be_tried_again(alice):
    generation = finished_script(alice, TWO)
    with pytest.raises(NotNow):
        synthesis.retry(generation)
    with pytest.raises(NotNow):
        synthesis.cancel(generation)


def test_a_cancelled_script_is_not_spoken(alice):
    generation = new_script(alice, TWO)
    synthesis.cancel(generation)
    assert speak_all() == 0
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.CANCELLED
    assert Take.objects.count() == 0


def test_one_sentence_is_changed_and_only_that_is_made_again(alice):
    generation = finished_script(alice, TWO)
    before = generation.audio
    first, second = generation.segments.all()

    synthesis.remake(second, "An entirely different ending, this one.")
    assert statuses(generation) == ["done", "pending"]
    work_off()
    generation.refresh_from_db()
    after = Audio.objects.get(pk=before.pk)

    assert generation.status == GenerationStatus.COMPLETED
    assert generation.text == "This is the first sentence of all. An entirely different ending, this one."
    assert generation.segments.get(position=0).take_id == first.take_id
    assert [take.text for take in second.takes.all()] == [
        "Here comes the second sentence now.",
        "An entirely different ending, this one.",
    ]
    assert after.text == generation.text
    assert after.object_id != before.object_id
    assert StorageObject.objects.filter(pk=before.object_id).count() == 0  # thrown away, purged later
    assert Audio.objects.count() == 1


def test_an_earlier_take_can_be_chosen_again_with_its_text(alice):
    generation = finished_script(alice, TWO)
    segment = generation.segments.get(position=1)
    first_take = segment.take
    synthesis.remake(segment, "An entirely different ending, this one.")
    work_off()

    synthesis.choose(first_take)
    work_off()
    generation.refresh_from_db()
    segment.refresh_from_db()

    assert segment.take == first_take
    assert generation.text == TWO
    assert generation.audio.text == TWO
    assert generation.is_stale is False
    assert segment.takes.count() == 2


def test_a_sentence_cannot_be_emptied_nor_made_longer_than_a_script_may_be(alice):
    generation = finished_script(alice, TWO)
    segment = generation.segments.get(position=1)
    for text in ("", "   ", "x" * 10_000):
        with pytest.raises(ScriptError):
            synthesis.remake(segment, text)
    segment.refresh_from_db()
    assert segment.text == "Here comes the second sentence now."
    assert segment.status == SegmentStatus.DONE


def test_a_sentence_in_work_cannot_be_changed(alice):
    generation = new_script(alice, TWO)
    with pytest.raises(NotNow):
        synthesis.remake(generation.segments.get(position=0), "Something else.")


def test_an_engines_crash_on_one_attempt_does_not_fail_the_script(alice):
    generation = new_script(alice, TWO)
    segment = generation.segments.get(position=0)
    Segment.objects.filter(pk=segment.pk).update(emphasis=["nonsense"])  # raises outside EngineError
    speak_all()
    segment.refresh_from_db()
    assert (segment.status, segment.attempts) == ("pending", 1)
    Segment.objects.filter(pk=segment.pk).update(emphasis=[])
    be_patient()
    work_off()
    generation.refresh_from_db()
    assert generation.status == GenerationStatus.COMPLETED


def test_the_dictionary_is_applied_to_what_the_engine_hears_and_not_to_the_text(alice, bob):
    Pronunciation.objects.create(user=alice, word="Nguyen", spoken_as="win")
    Pronunciation.objects.create(user=bob, word="sentence", spoken_as="leak")
    generation = new_script(alice, "A sentence by Nguyen is here.")
    segment = generation.segments.get()
    assert segment.text == "A sentence by Nguyen is here."
    assert segment.spoken == "A sentence by win is here."


def test_deleting_a_script_keeps_its_audio_and_throws_its_takes_away(alice):
    generation = finished_script(alice, TWO)
    takes = list(Take.objects.values_list("object_id", flat=True))
    synthesis.delete(generation)
    assert VoiceGeneration.objects.count() == 0
    assert Audio.objects.count() == 1
    assert set(StorageObject.objects.values_list("pk", flat=True)) == {Audio.objects.get().object_id}
    assert StorageObject.all_objects.filter(pk__in=takes, deleted_at__isnull=False).count() == 2


@pytest.mark.parametrize("format", ["mp3", "wav", "flac", "ogg", "m4a"])
def test_every_format_holds_the_same_sound(alice, format):
    from voices.audio.codec import decode
    from voices.objects import read_blob

    generation = finished_script(alice, TWO, format=format)
    heard = decode(read_blob(generation.audio.object))
    assert generation.audio.object.name.endswith(f".{format}")
    assert heard.duration_seconds == pytest.approx(generation.audio.duration, abs=0.15)


def test_speed_and_pitch_change_the_length_and_the_tone(alice):
    normal = finished_script(alice, TWO)
    fast = finished_script(alice, TWO, speed=2.0)
    assert fast.duration == pytest.approx(normal.duration / 2, rel=0.25)
