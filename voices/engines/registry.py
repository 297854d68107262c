"""Every engine at a glance. To add one: write its file, add its line to `ENGINES`, test it.

Importing this module, and asking for capabilities, loads no model and no library of an engine: the web
processes do both. An engine loads what it needs at its first request, or in `warm_up`.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from voices.engines import hibari, kokoro, tone
from voices.engines.base import Capabilities, Engine, EngineError


class UnknownEngine(EngineError):
    """No engine goes by that key here."""

    def __init__(self, key: str, known: list[str]) -> None:
        super().__init__(
            f"There is no speech engine “{key}” here. Known engines: {', '.join(known)}.", permanent=True
        )
        self.key = key


@dataclass(frozen=True)
class Entry:
    """What is known of an engine before it is built, and how it is built from the settings."""

    capabilities: Capabilities
    build: Callable[[], Engine]
    is_offered: Callable[[], bool] = lambda: True


ENGINES = {
    "hibari": Entry(
        hibari.CAPABILITIES,
        lambda: hibari.HibariEngine(threads=settings.VOICECRAFT_ENGINE_THREADS),
    ),
    "kokoro-82m": Entry(
        kokoro.CAPABILITIES,
        lambda: kokoro.KokoroEngine(
            cache_folder=settings.VOICECRAFT_MODEL_CACHE,
            model_path=settings.VOICECRAFT_KOKORO_MODEL or None,
            voices_path=settings.VOICECRAFT_KOKORO_VOICES or None,
            threads=settings.VOICECRAFT_ENGINE_THREADS,
        ),
    ),
    "tone": Entry(
        tone.CAPABILITIES,
        lambda: tone.ToneEngine(settings.VOICECRAFT_MODEL_CACHE / "tone"),
        is_offered=lambda: settings.VOICECRAFT_TEST_ENGINE,
    ),
}

_instances: dict[str, Engine] = {}
_lock = threading.Lock()


def capabilities(key: str) -> Capabilities:
    """What the engine can do, without loading it. Raises UnknownEngine."""
    return _entry(key).capabilities


def all_capabilities() -> dict[str, Capabilities]:
    """The capabilities of every engine that is offered here by its key, in the order of `ENGINES`."""
    return {key: entry.capabilities for key, entry in ENGINES.items() if entry.is_offered()}


def get_engine(key: str) -> Engine:
    """The process's one instance of the engine; its first request loads it. Raises UnknownEngine."""
    entry = _entry(key)
    with _lock:
        if key not in _instances:
            _instances[key] = entry.build()
        return _instances[key]


def _entry(key: str) -> Entry:
    entry = ENGINES.get(key)
    if entry is None or not entry.is_offered():
        raise UnknownEngine(key, list(all_capabilities()))
    return entry


def _forget_instances() -> None:
    """A forked worker builds its own: a loaded model has threads and locks that do not survive a fork."""
    global _lock  # noqa: PLW0603  # the parent's may have been held at the fork
    _lock = threading.Lock()
    _instances.clear()


os.register_at_fork(after_in_child=_forget_instances)
