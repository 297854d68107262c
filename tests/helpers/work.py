"""What the pipeline's tests share: a voice of the test engine, and doing by hand what workers do."""

from typing import Any

from voices.assembly import assemble, ready_to_assemble
from voices.collection import adopt
from voices.enums import Lane
from voices.models import Segment, VoiceGeneration, VoiceTemplate
from voices.speaking import speak_next
from voices.synthesis import Wishes, submit


def tone_template(voice_id: str = "alto") -> VoiceTemplate:
    """A template that the test engine speaks."""
    template, _created = VoiceTemplate.objects.get_or_create(
        slug=f"tone-{voice_id}",
        defaults={
            "name": f"Tone {voice_id}",
            "language": "en-US",
            "gender": "neutral",
            "age_group": "adult",
            "style": "formal",
            "model": "tone",
            "voice_id": voice_id,
            "sample_audio_url": "audio/voices/heart.mp3",
        },
    )
    return template


def new_script(
    user: Any, text: str = "One sentence is here. And another one follows it.", **wishes: Any
) -> VoiceGeneration:
    """A submitted script, not yet spoken."""
    return submit(user, adopt(user, tone_template()), text, Wishes(**wishes))


def speak_all(*lanes: Lane) -> int:
    """Take turns as the workers do until no segment can be taken; returns how many turns there were."""
    turns = 0
    for lane in lanes or tuple(Lane):
        while speak_next(lane):
            turns += 1
    return turns


def be_patient() -> None:
    """As if the time had passed that failed segments wait before the next try."""
    Segment.objects.filter(not_before__isnull=False).update(not_before=None)


def work_off() -> None:
    """Do all the work there is: speak, try again what failed, assemble."""
    while speak_all():
        be_patient()
    for generation in VoiceGeneration.objects.filter(ready_to_assemble()):
        assemble(generation.pk)


def finished_script(
    user: Any, text: str = "One sentence is here. And another one follows it.", **wishes: Any
) -> VoiceGeneration:
    """A script that has been spoken and is in the library."""
    generation = new_script(user, text, **wishes)
    work_off()
    generation.refresh_from_db()
    return generation
