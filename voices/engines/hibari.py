"""hibari: one American voice, distilled from Kokoro's af_heart, a hundred times faster than it speaks.

The model, its lexicons and its licence (Apache-2.0) come inside the package `hibari-tts`. Only the bundled
voice is used: the package would download its others.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from voices.engines.base import Capabilities, EngineError, EngineVoice, Range, Samples
from voices.engines.neural import Controls, Floats, NeuralEngine, open_session
from voices.engines.onnx.controls import ControlPlan, add_controls
from voices.engines.onnx.messages import UnknownGraph

CAPABILITIES = Capabilities(
    key="hibari",
    label="Hibari",
    voices=(EngineVoice("heart", "Heart", "en-US", "female"),),
    languages=("en-US",),
    max_characters=2_000,
    first_characters=400,
    speed=Range(0.5, 2.0),
    pitch=Range(0.7, 1.5),  # true to the ratio and to the formants; beyond, words suffer
    emphasis=True,
    characters_per_second=900.0,
)

_PLAN = ControlPlan(
    f0="/Gather_36_output_0",
    durations="/Clip_output_0",
    spread="Gather",
    spread_by="/ReduceSum_1_output_0",
)
_FRAME_SECONDS = 0.025


class HibariEngine(NeuralEngine):
    """`threads` are ONNX Runtime's; one is enough."""

    capabilities = CAPABILITIES
    speaks_together = False  # it was trained on single sentences

    def __init__(self, threads: int = 1) -> None:
        super().__init__(threads)
        self._session: Any = None

    def _load(self) -> dict[str, int]:
        import hibari.tts  # its import reads tables that the web processes do not need

        assets = Path(hibari.tts.ASSETS)
        try:
            model = add_controls((assets / "hibari.onnx").read_bytes(), _PLAN)
        except (OSError, UnknownGraph) as error:
            raise EngineError("Hibari's model is missing or of another version.", permanent=True) from error
        self._session = open_session(model, self._threads)
        vocabulary: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
        return vocabulary

    def _run(self, voice: EngineVoice, ids: list[int], controls: Controls) -> tuple[Samples, Floats]:
        from hibari import dsp

        feeds = {
            "ids": np.asarray([ids], np.int64),
            "speed": controls.pace,
            "pitch": controls.pitch[np.newaxis],
        }
        *spectrum, frames = self._session.run(["lh", "theta", "ln", "lr", "phi", "f0", "durations"], feeds)
        samples = dsp.synth(*(part[0] for part in spectrum), controls.noise)
        return samples.astype(np.float32), frames * np.float32(_FRAME_SECONDS)
