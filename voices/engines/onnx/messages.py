"""As much of the ONNX file format as editing a graph needs.

An ONNX file is a message of Protocol Buffers. Reading and writing the few kinds of it that are edited here
takes less than the package `onnx` would bring along.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_INITIALIZER, GRAPH_INPUT, GRAPH_OUTPUT = 1, 5, 11, 12
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OPERATOR, NODE_ATTRIBUTE = 1, 2, 3, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INTEGER, _ATTRIBUTE_STRING, _ATTRIBUTE_INTEGERS, _ATTRIBUTE_TYPE = 1, 3, 4, 8, 20
_TENSOR_DIMENSIONS, _TENSOR_TYPE, _TENSOR_INT32, TENSOR_NAME, _TENSOR_RAW = 1, 2, 5, 8, 9
_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 7: np.int64}
_TYPE_OF = {np.dtype(kind): number for number, kind in _TYPES.items()}


class UnknownGraph(ValueError):
    """The model is not what the edit was written for."""


def split_model(model: bytes) -> tuple[memoryview, bytes, bytes]:
    """(graph, what stands before it, what stands after it). Raises UnknownGraph."""
    view = memoryview(model)
    position = 0
    for number, body, raw in fields(view):
        if number == MODEL_GRAPH:
            return body, bytes(view[:position]), bytes(view[position + len(raw) :])
        position += len(raw)
    raise UnknownGraph("This is not an ONNX file.")


# --- reading --------------------------------------------------------------------------------------


def fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """(field number, content, field with its header) of one message, in order. Raises UnknownGraph."""
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


def strings(message: memoryview, number: int) -> list[str]:
    """The strings in the fields of that number."""
    return [str(body, "utf-8") for found, body, _ in fields(message) if found == number]


def integers(message: memoryview, number: int) -> list[int]:
    """The integers in the fields of that number, packed or not."""
    values = []
    for found, body, raw in fields(message):
        if found == number and raw[0] & 7 == _VARINT:
            values.append(_signed(_read_varint(body, 0)[0]))
        elif found == number:
            at = 0
            while at < len(body):
                value, at = _read_varint(body, at)
                values.append(_signed(value))
    return values


def attributes(node: memoryview) -> dict[str, list[int]]:
    """The integer attributes of a node."""
    found = [body for number, body, _ in fields(node) if number == NODE_ATTRIBUTE]
    return {
        strings(attribute, _ATTRIBUTE_NAME)[0]: integers(attribute, _ATTRIBUTE_INTEGER)
        + integers(attribute, _ATTRIBUTE_INTEGERS)
        for attribute in found
    }


def array(tensor: memoryview) -> NDArray[np.generic]:
    """A tensor's values. Raises UnknownGraph for a type that no edit needs."""
    kind = _TYPES.get(integers(tensor, _TENSOR_TYPE)[0])
    if kind is None:
        raise UnknownGraph("A tensor is of an unexpected type.")
    raw = [body for number, body, _ in fields(tensor) if number == _TENSOR_RAW]
    values = np.frombuffer(raw[0], kind) if raw else np.array(integers(tensor, _TENSOR_INT32), kind)
    return values.reshape(integers(tensor, _TENSOR_DIMENSIONS))


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


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


# --- writing --------------------------------------------------------------------------------------


def field(number: int, body: bytes) -> bytes:
    """A field of text, bytes or another message."""
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def node(operator: str, inputs: Sequence[str], output: str, **attribute: int | str | Sequence[int]) -> bytes:
    """A node, as a field of the graph. It is named after its output."""
    parts = [field(NODE_INPUT, name.encode()) for name in inputs]
    parts.append(field(NODE_OUTPUT, output.encode()))
    parts.append(field(NODE_NAME, f"{output}/{operator}".encode()))
    parts.append(field(NODE_OPERATOR, operator.encode()))
    parts += [field(NODE_ATTRIBUTE, _attribute(name, value)) for name, value in attribute.items()]
    return field(GRAPH_NODE, b"".join(parts))


def _attribute(name: str, value: int | str | Sequence[int]) -> bytes:
    if isinstance(value, int):
        content = _number(_ATTRIBUTE_INTEGER, value) + _number(_ATTRIBUTE_TYPE, 2)
    elif isinstance(value, str):
        content = field(_ATTRIBUTE_STRING, value.encode()) + _number(_ATTRIBUTE_TYPE, 3)
    else:
        content = b"".join(_number(_ATTRIBUTE_INTEGERS, one) for one in value) + _number(_ATTRIBUTE_TYPE, 7)
    return field(_ATTRIBUTE_NAME, name.encode()) + content


def initializer(name: str, values: NDArray[np.generic]) -> bytes:
    """A constant tensor, as a field of the graph."""
    dimensions = b"".join(_number(_TENSOR_DIMENSIONS, size) for size in values.shape)
    kind = _number(_TENSOR_TYPE, _TYPE_OF[values.dtype])
    return field(
        GRAPH_INITIALIZER,
        dimensions + kind + field(TENSOR_NAME, name.encode()) + field(_TENSOR_RAW, values.tobytes()),
    )


def float_value(name: str, shape: Sequence[int | str] | None) -> bytes:
    """The declaration of an input or output of 32-bit floats; a size that is a string is free."""
    tensor = _number(1, 1)
    if shape is not None:
        sizes = (_number(1, size) if isinstance(size, int) else field(2, size.encode()) for size in shape)
        tensor += field(2, b"".join(field(1, size) for size in sizes))
    return field(1, name.encode()) + field(2, field(1, tensor))
