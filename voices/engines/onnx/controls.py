"""Gives a speech model the two controls that its export leaves out.

Kokoro and hibari predict how long each phoneme lasts and how high it is spoken, then make the sound from
that. Their ONNX exports offer one `speed` for the whole text and nothing for the pitch. `add_controls`
edits the graph:

- `speed` takes one value per phoneme, or one for all,
- `pitch` (1 x phonemes) multiplies the predicted fundamental frequency, so the formants stay true,
- `durations` (in frames) comes out beside the sound and tells where each phoneme lies in it.

This is what emphasis on a word and a pitch control are made of. With all values 1.0 the sound is the same
to the bit.
"""

from dataclasses import dataclass

import numpy as np

from voices.engines.onnx import messages
from voices.engines.onnx.messages import UnknownGraph, field, node

_PHONEMES = "phonemes"  # name of the free dimension


@dataclass(frozen=True)
class ControlPlan:
    """Where in one model's graph the controls belong: names of its tensors, and an operator."""

    f0: str  # fundamental frequency, 1 x 2 * frames
    durations: str  # frames of each phoneme
    spread: str  # how a row of phonemes becomes a row of frames: MatMul or Gather ...
    spread_by: str  # ... by this tensor (an alignment matrix, or the phoneme's index of each frame)


def add_controls(model: bytes, plan: ControlPlan) -> bytes:
    """The model with per-phoneme `speed` and `pitch` and the output `durations`. Raises UnknownGraph."""
    graph, before, after = messages.split_model(model)
    return before + field(messages.MODEL_GRAPH, _edited(graph, plan)) + after


def _edited(graph: memoryview, plan: ControlPlan) -> bytes:
    plain_f0 = f"{plan.f0}/unscaled"
    parts: list[bytes] = []
    made: set[str] = set()
    freed = False
    for number, body, raw in messages.fields(graph):
        outputs = messages.strings(body, messages.NODE_OUTPUT) if number == messages.GRAPH_NODE else []
        made.update(outputs)
        if plan.f0 in outputs:
            parts.append(field(messages.GRAPH_NODE, _with_output(body, plan.f0, plain_f0)))
            parts += _pitch_nodes(plan, plain_f0)
        elif number == messages.GRAPH_INPUT and messages.strings(body, 1) == ["speed"]:
            parts.append(field(messages.GRAPH_INPUT, messages.float_value("speed", [_PHONEMES])))
            freed = True
        else:
            parts.append(bytes(raw))
    missing = {plan.f0, plan.durations, plan.spread_by} - made
    if missing or not freed:
        raise UnknownGraph(f"The model has no {', '.join(sorted(missing)) or 'speed'}.")
    return b"".join(
        [
            *parts,
            field(messages.GRAPH_INPUT, messages.float_value("pitch", [1, _PHONEMES])),
            messages.initializer("controls/twice", np.array([1.0, 2.0], np.float32)),
            node("Identity", [plan.durations], "durations"),
            field(messages.GRAPH_OUTPUT, messages.float_value("durations", None)),
        ]
    )


def _pitch_nodes(plan: ControlPlan, plain_f0: str) -> list[bytes]:
    """pitch (1 x phonemes) -> 1 x frames -> 1 x 2 * frames, times the predicted F0."""
    axis = {"axis": 1} if plan.spread == "Gather" else {}
    return [
        node(plan.spread, ["pitch", plan.spread_by], "controls/frames", **axis),
        node(
            "Resize",
            ["controls/frames", "", "controls/twice"],
            "controls/pitch",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        ),
        node("Mul", [plain_f0, "controls/pitch"], plan.f0),
    ]


def _with_output(body: memoryview, old: str, new: str) -> bytes:
    return b"".join(
        field(number, new.encode())
        if number == messages.NODE_OUTPUT and bytes(content) == old.encode()
        else bytes(raw)
        for number, content, raw in messages.fields(body)
    )
