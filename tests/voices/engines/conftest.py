"""The engines as their tests need them: no Django, one loaded model a session."""

from pathlib import Path

import pytest

from tests.helpers.recognise import recogniser
from voices.engines.base import Engine, Finished, Speech, SynthesisRequest
from voices.engines.hibari import HibariEngine
from voices.engines.kokoro import KokoroEngine
from voices.engines.tone import ToneEngine

__all__ = ["recogniser"]

MODELS = Path(__file__).resolve().parents[3] / "var" / "models"


@pytest.fixture
def tone(tmp_path):
    return ToneEngine(tmp_path / "state")


@pytest.fixture(scope="session")
def hibari():
    return HibariEngine()


@pytest.fixture(scope="session")
def kokoro():
    return KokoroEngine(MODELS, threads=2)


@pytest.fixture
def speak():
    """speak(engine, text, voice, ...) -> Speech, for an engine that answers at once."""

    def synthesize(engine: Engine, text: str, voice_id: str, **wishes) -> Speech:
        submission = engine.synthesize(SynthesisRequest(text, voice_id, **wishes))
        assert isinstance(submission, Finished)
        return submission.speech

    return synthesize
