"""The voices that the studio brings along, as rows, and a small library for the demo account."""

import time
from dataclasses import asdict
from typing import Any

from voices.assembly import assemble
from voices.collection import adopt
from voices.enums import Lane
from voices.library import describe
from voices.models import Audio, VoiceGeneration, VoiceTemplate
from voices.presets import PRESETS
from voices.speaking import speak_next
from voices.synthesis import Wishes, submit

STAFF_DECIDE = ("is_featured", "is_premium")  # seeding again leaves these as they are
DEMO_VOICE = "heart"
DEMO_PATIENCE_SECONDS = 60
DEMO_SCRIPTS = (
    (
        "Welcome to the museum",
        "Welcome to the city museum. Please follow the blue line to the first room. "
        "There you will meet the people who built this town.",
        "The greeting at the entrance.",
        ["museum", "guide"],
    ),
    (
        "The bridge of 1904",
        "This bridge was built in nineteen hundred and four. For twenty years it was the longest in the country. "
        "Look up, and you can still see the marks of the old rails.",
        "Second stop of the tour.",
        ["museum", "guide"],
    ),
    (
        "Podcast opening",
        "Good morning, and welcome back to The Long Table. Today we talk about bread: who bakes it, who breaks it, "
        "and why everybody remembers the smell.",
        "Goes before the music.",
        ["podcast"],
    ),
    (
        "The lighthouse keeper",
        "The lamp had to be lit by dusk. She climbed the hundred and twelve steps, as she did every evening, "
        "and opened the door to the wind.",
        "First lines of the story.",
        ["audiobook", "fiction"],
    ),
)


def seed_templates() -> int:
    """Bring the templates to what `presets` says; how often each was used, and what staff decide, is kept.

    Returns how many there are.
    """
    for preset in PRESETS:
        fields = asdict(preset)
        slug = fields.pop("slug")
        fields["sample_audio_url"] = f"audio/voices/{slug}.mp3"
        changes = {name: value for name, value in fields.items() if name not in STAFF_DECIDE}
        VoiceTemplate.objects.update_or_create(slug=slug, defaults=changes, create_defaults=fields)
    return len(PRESETS)


def seed_demo_library(user: Any) -> list[Audio]:
    """Short scripts really spoken, here and now, so that the demo account has something to listen to."""
    voice = adopt(user, VoiceTemplate.objects.get(slug=DEMO_VOICE))
    mine = VoiceGeneration.objects.for_user(user)
    scripts = [
        mine.filter(title=title).first() or submit(user, voice, text, Wishes(title=title))
        for title, text, _description, _tags in DEMO_SCRIPTS
    ]
    _speak(scripts)
    audios = []
    for script, (title, _text, description, tags) in zip(scripts, DEMO_SCRIPTS, strict=True):
        script.refresh_from_db()
        if script.audio:
            describe(script.audio, filename=title, description=description, tags=tags)
            audios.append(script.audio)
    return audios


def _speak(scripts: list[VoiceGeneration]) -> None:
    """Take turns as a worker does until these scripts are spoken; workers that run may help."""
    unfinished = VoiceGeneration.objects.active().filter(pk__in=[script.pk for script in scripts])
    deadline = time.monotonic() + DEMO_PATIENCE_SECONDS
    while (waiting := list(unfinished.values_list("pk", flat=True))) and time.monotonic() < deadline:
        if not any(speak_next(lane) for lane in Lane) and not any(assemble(pk) for pk in waiting):
            time.sleep(0.1)
