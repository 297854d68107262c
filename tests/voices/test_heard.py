"""What comes out at the end is what was written: the finished file, read back by a recogniser."""

import pytest

from tests.helpers.recognise import recogniser
from tests.helpers.wer import word_error_rate
from tests.helpers.work import work_off
from voices.audio.codec import decode
from voices.audio.loudness import measure
from voices.collection import adopt
from voices.models import VoiceTemplate
from voices.objects import read_blob
from voices.seeding import seed_templates
from voices.synthesis import Wishes, submit

__all__ = ["recogniser"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SCRIPT = """Dr. Harris arrived at the station at 7:45 with 3 suitcases and $12.50 in her pocket.

"Is this the train to Bristol?" she asked. The guard looked at his watch. [pause 1s] It was raining again, and \
*nobody* on the platform seemed to know the answer.
"""
SAID = SCRIPT.replace("[pause 1s] ", "").replace("*", "")


@pytest.mark.parametrize("slug", ["heart", "storyteller"])
@pytest.mark.parametrize("format", ["mp3", "ogg"])
def test_the_finished_audio_says_the_script(alice, recogniser, slug, format):
    seed_templates()
    voice = adopt(alice, VoiceTemplate.objects.get(slug=slug))
    generation = submit(alice, voice, SCRIPT, Wishes(format=format))
    work_off()
    generation.refresh_from_db()

    speech = decode(read_blob(generation.audio.object))
    assert word_error_rate(SAID, recogniser.hear(speech)) < 0.1
    assert measure(speech).integrated_lufs == pytest.approx(-16.0, abs=0.7)
    assert speech.duration_seconds == pytest.approx(generation.audio.duration, abs=0.15)
