"""Gives a speech model the two controls that its export leaves out.

Kokoro and hibari predict how long each phoneme lasts and how high it is spoken, then make the sound from
that. Their ONNX exports offer one `speed` for the whole text and nothing for the pitch. `add_controls`
edits the graph so that

- `speed` takes one value per phoneme, or one for all,
- `pitch` (1 x phonemes) multiplies the predicted fundamental frequency, so the formants stay true,
- `durations` (in frames) comes out beside the sound and tells where each phoneme lies in it.

This is what emphasis on a word and a pitch control are made of. The file is Protocol Buffers, and the edit is
small, so the few lines that read and write that format stand here instead of the `onnx` package.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FLOAT = 1  # TensorProto.DataType
_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_INPUT, _GRAPH_OUTPUT = 1, 5, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_OP, _NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_PHONEMES = "phonemes"  # name of the free dimension


class UnknownGraph(ValueError):
    """The model is not the export that the plan was written for."""


@dataclass(frozen=True)
class ControlPlan:
    """Where in one model's graph the controls belong: names of its tensors, and an operator."""

    f0: str  # fundamental frequency, 1 x 2 * frames
    durations: str  # frames of each phoneme
    spread: str  # how a row of phonemes becomes a row of frames: MatMul or Gather ...
    spread_by: str  # ... by this tensor (an alignment matrix, or the phoneme's index of each frame)


def add_controls(model: bytes, plan: ControlPlan) -> bytes:
    """The model with per-phoneme `speed` and `pitch` and the output `durations`. Raises UnknownGraph."""
    view = memoryview(model)
    graphs = [body for number, body, _ in _fields(view) if number == _MODEL_GRAPH]
    if len(graphs) != 1:
        raise UnknownGraph("This is not an ONNX file.")
    edited = _edit_graph(graphs[0], plan)
    parts = [
        _field(_MODEL_GRAPH, edited) if number == _MODEL_GRAPH else bytes(raw)
        for number, _, raw in _fields(view)
    ]
    return b"".join(parts)


def _edit_graph(graph: memoryview, plan: ControlPlan) -> bytes:
    plain_f0 = f"{plan.f0}/unscaled"
    parts: list[bytes] = []
    outputs: set[str] = set()
    freed = False
    for number, body, raw in _fields(graph):
        if number == _GRAPH_NODE:
            made = _strings(body, _NODE_OUTPUT)
            outputs |= made
            if plan.f0 in made:
                parts.append(_field(_GRAPH_NODE, _rename_output(body, plan.f0, plain_f0)))
                parts += _pitch_nodes(plan, plain_f0)
                continue
        elif number == _GRAPH_INPUT and _strings(body, 1) == {"speed"}:
            parts.append(_field(_GRAPH_INPUT, _value_info("speed", [_PHONEMES])))
            freed = True
            continue
        parts.append(bytes(raw))
    missing = {plan.f0, plan.durations, plan.spread_by} - outputs
    if missing or not freed:
        raise UnknownGraph(f"The model has no {', '.join(sorted(missing)) or 'speed'}.")
    parts.append(_field(_GRAPH_INPUT, _value_info("pitch", [1, _PHONEMES])))
    parts.append(_field(_GRAPH_INITIALIZER, _floats("controls/twice", [1.0, 2.0])))
    parts.append(_field(_GRAPH_NODE, _node("Identity", [plan.durations], "durations")))
    parts.append(_field(_GRAPH_OUTPUT, _value_info("durations", None)))
    return b"".join(parts)


def _pitch_nodes(plan: ControlPlan, plain_f0: str) -> list[bytes]:
    """pitch (1 x phonemes) -> 1 x frames -> 1 x 2 * frames, times the predicted F0."""
    axis = [_integer_attribute("axis", 1)] if plan.spread == "Gather" else []
    nearest = [
        _string_attribute("mode", "nearest"),
        _string_attribute("coordinate_transformation_mode", "asymmetric"),
        _string_attribute("nearest_mode", "floor"),
    ]
    nodes = [
        _node(plan.spread, ["pitch", plan.spread_by], "controls/frames", axis),
        _node("Resize", ["controls/frames", "", "controls/twice"], "controls/pitch", nearest),
        _node("Mul", [plain_f0, "controls/pitch"], plan.f0),
    ]
    return [_field(_GRAPH_NODE, node) for node in nodes]


def _rename_output(node: memoryview, old: str, new: str) -> bytes:
    return b"".join(
        _field(number, new.encode()) if number == _NODE_OUTPUT and bytes(body) == old.encode() else bytes(raw)
        for number, body, raw in _fields(node)
    )


# --- the messages of ONNX -------------------------------------------------------------------------


def _node(operator: str, inputs: list[str], output: str, attributes: list[bytes] | None = None) -> bytes:
    return b"".join(
        [_field(_NODE_INPUT, name.encode()) for name in inputs]
        + [
            _field(_NODE_OUTPUT, output.encode()),
            _field(_NODE_NAME, f"{output}/{operator}".encode()),
            _field(_NODE_OP, operator.encode()),
        ]
        + [_field(_NODE_ATTRIBUTE, attribute) for attribute in attributes or []]
    )


def _integer_attribute(name: str, value: int) -> bytes:
    return _field(1, name.encode()) + _number(3, value) + _number(20, 2)


def _string_attribute(name: str, value: str) -> bytes:
    return _field(1, name.encode()) + _field(4, value.encode()) + _number(20, 3)


def _floats(name: str, values: list[float]) -> bytes:
    raw = struct.pack(f"<{len(values)}f", *values)
    return _number(1, len(values)) + _number(2, _FLOAT) + _field(8, name.encode()) + _field(9, raw)


def _value_info(name: str, shape: list[int | str] | None) -> bytes:
    tensor = _number(1, _FLOAT)
    if shape is not None:
        sizes = (_number(1, size) if isinstance(size, int) else _field(2, size.encode()) for size in shape)
        tensor += _field(2, b"".join(_field(1, size) for size in sizes))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


# --- Protocol Buffers -----------------------------------------------------------------------------


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """(field number, content, field with its header) of one message, in order."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            body = at
            _, at = _read_varint(message, at)
        elif kind == _BYTES:
            length, body = _read_varint(message, at)
            at = body + length
        elif kind in (_FIXED64, _FIXED32):
            body = at
            at += 8 if kind == _FIXED64 else 4
        else:
            raise UnknownGraph("This is not an ONNX file.")
        if at > len(message):
            raise UnknownGraph("The ONNX file is cut short.")
        yield key >> 3, message[body:at], message[start:at]


def _strings(message: memoryview, number: int) -> set[str]:
    return {str(body, "utf-8") for found, body, _ in _fields(message) if found == number}


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise UnknownGraph("The ONNX file is cut short.")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value)
