"""The one sentence that a visitor may hear before signing up. It leaves no row: the sound lives for minutes."""

import time
from uuid import UUID

from celery import current_app
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.base import new_id
from voices.audio import codec, loudness
from voices.audio.join import join
from voices.engines import registry
from voices.engines.base import EngineError, Finished, SynthesisRequest
from voices.exceptions import ScriptError
from voices.script import count_characters, normalise, problems, split

MODEL, VOICE_ID = "hibari", "heart"
MAX_CHARACTERS = 200
KEPT_SECONDS = 600
WAIT_SECONDS = 8.0


def request_speech(text: str) -> UUID:
    """Have a short text spoken; returns the ticket for `wait_for`. Raises ScriptError."""
    text = normalise(text).strip()
    if not text:
        raise ScriptError(_("Write a sentence to hear first."))
    if count_characters(text) > MAX_CHARACTERS:
        raise ScriptError(
            _("Here one sentence of up to %(limit)s characters is spoken.") % {"limit": MAX_CHARACTERS}
        )
    for problem in problems(text):
        raise ScriptError(problem.message)
    ticket = new_id()
    current_app.send_task(
        "voices.tasks.speak_tryout",
        kwargs={"ticket": str(ticket), "text": text},
        queue="interactive",
        expires=30,
    )
    return ticket


def speak(ticket: UUID, text: str) -> None:
    """A worker's part: speak the text and leave the sound, or the reason why not, for who waits."""
    try:
        outcome: dict[str, object] = {"audio": _spoken(text)}
    except EngineError as error:
        outcome = {"error": error.message}
    cache.set(_key(ticket), outcome, KEPT_SECONDS)


def _spoken(text: str) -> bytes:
    engine = registry.get_engine(MODEL)
    parts = []
    for piece in split(
        text, max_characters=engine.capabilities.max_characters, first_characters=MAX_CHARACTERS
    ):
        if piece.spoken:
            submission = engine.synthesize(SynthesisRequest(text=piece.spoken, voice_id=VOICE_ID))
            if not isinstance(submission, Finished):
                raise EngineError(_("The voice is not there at the moment."))
            parts.append((submission.speech, piece.pause_after_seconds))
    if not parts:
        raise EngineError(_("There is nothing in it that can be spoken."))
    joined = join(parts, sample_rate=parts[0][0].sample_rate)
    return codec.encode(loudness.normalise(joined.speech), "mp3")


def wait_for(ticket: UUID) -> None:
    """Wait until the sound is there; ScriptError, in the visitor's words, where it does not come."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        outcome = cache.get(_key(ticket))
        if outcome and "error" in outcome:
            raise ScriptError(outcome["error"])
        if outcome:
            return
        time.sleep(0.05)
    raise ScriptError(_("Many people are trying just now. Please try again in a moment."))


def audio(ticket: UUID) -> bytes | None:
    """The MP3 behind a ticket, as long as it is kept."""
    outcome = cache.get(_key(ticket)) or {}
    return outcome.get("audio")


def _key(ticket: UUID) -> str:
    return f"tryout:{ticket}"
