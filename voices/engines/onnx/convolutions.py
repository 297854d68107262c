"""Makes a model's 8-bit convolutions run on the processor's byte products.

ONNX Runtime multiplies two unsigned bytes (`ConvInteger`, as Kokoro is exported) by way of 16 bits on x86.
An unsigned by a signed byte it gives to one instruction (VNNI, AMX), but only in `MatMulInteger`. So each
convolution is written as the matrix product that it is: the taps side by side, times the weights shifted
from 0..255 to -128..127. The integers that come out are the same to the last; Kokoro takes 0.6 of the time.

Only for processors with VNNI: without it the same product is made of sums that saturate, and the sound
suffers.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voices.engines.onnx import messages
from voices.engines.onnx.messages import field, node

_TO_THE_END = 2**62


def has_byte_products(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this processor is one that `speed_up_convolutions` is right for. False where that is not known."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return False
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return "avx512_vnni" in flags or "avx_vnni" in flags


def speed_up_convolutions(model: bytes) -> bytes:
    """The model with its plain 8-bit convolutions as matrix products; other operators stay. Raises UnknownGraph."""
    graph, before, after = messages.split_model(model)
    return before + field(messages.MODEL_GRAPH, _Edit(graph).result()) + after


class _Edit:
    """One pass over a graph. Constants that the new nodes share are made once."""

    def __init__(self, graph: memoryview) -> None:
        self._graph = graph
        self._constants: dict[str, bytes] = {}
        self._tensors = {
            messages.strings(body, messages.TENSOR_NAME)[0]: body
            for number, body, _ in messages.fields(graph)
            if number == messages.GRAPH_INITIALIZER
        }

    def result(self) -> bytes:
        parts: list[bytes] = []
        replaced: set[str] = set()
        kept: set[str] = set()
        for number, body, raw in messages.fields(self._graph):
            if number == messages.GRAPH_INITIALIZER:
                continue
            if number == messages.GRAPH_NODE:
                inputs = messages.strings(body, messages.NODE_INPUT)
                nodes = self._as_product(body, inputs)
                if nodes:
                    parts += nodes
                    replaced.add(inputs[1])
                    continue
                kept.update(inputs)
            parts.append(bytes(raw))
        for name, tensor in self._tensors.items():
            if name not in replaced or name in kept:
                parts.append(field(messages.GRAPH_INITIALIZER, bytes(tensor)))
        return b"".join([*parts, *self._constants.values()])

    def _as_product(self, body: memoryview, inputs: list[str]) -> list[bytes]:
        """The nodes in place of a convolution; none where it is not one of the plain kind."""
        if messages.strings(body, messages.NODE_OPERATOR) != ["ConvInteger"] or len(inputs) != 4:
            return []
        sound, weights_name, zero, weights_zero_name = inputs
        found = messages.attributes(body)
        plain = found.get("group", [1]) == [1] and found.get("strides", [1]) == [1]
        if not plain or weights_name not in self._tensors or weights_zero_name not in self._tensors:
            return []
        weights = messages.array(self._tensors[weights_name])
        weights_zero = messages.array(self._tensors[weights_zero_name])
        if weights.dtype != np.uint8 or weights.ndim != 3 or weights_zero.size != 1:
            return []
        output = messages.strings(body, messages.NODE_OUTPUT)[0]
        taps = weights.shape[2]
        nodes = [node("Transpose", [sound], f"{output}/turned", perm=[0, 2, 1])]
        nodes += self._side_by_side(
            output, zero, taps, found.get("dilations", [1])[0], found.get("pads", [0, 0])
        )
        columns = f"{output}/columns" if taps > 1 or any(found.get("pads", [0])) else f"{output}/turned"
        product = [
            columns,
            self._constant(f"{weights_name}/signed", _signed_columns(weights)),
            zero,
            self._constant(
                f"product/zero{weights_zero.item()}", np.array(int(weights_zero.item()) - 128, np.int8)
            ),
        ]
        nodes.append(node("MatMulInteger", product, f"{output}/product"))
        nodes.append(node("Transpose", [f"{output}/product"], output, perm=[0, 2, 1]))
        return nodes

    def _side_by_side(self, output: str, zero: str, taps: int, dilation: int, pads: list[int]) -> list[bytes]:
        """1 x time x channels -> 1 x time x (taps * channels): each tap is the sound, shifted."""
        before, after = pads
        padded = f"{output}/columns" if taps == 1 else f"{output}/padded"
        nodes = []
        if before or after:
            sizes = self._constant_integers([0, before, 0, 0, after, 0])
            nodes.append(node("Pad", [f"{output}/turned", sizes, zero], padded))
        else:
            padded = f"{output}/turned"
        if taps == 1:
            return nodes
        for tap in range(taps):
            left = (taps - 1 - tap) * dilation
            start, end = (
                self._constant_integers([tap * dilation]),
                self._constant_integers([-left or _TO_THE_END]),
            )
            nodes.append(
                node("Slice", [padded, start, end, self._constant_integers([1])], f"{output}/tap{tap}")
            )
        nodes.append(
            node("Concat", [f"{output}/tap{tap}" for tap in range(taps)], f"{output}/columns", axis=2)
        )
        return nodes

    def _constant_integers(self, values: list[int]) -> str:
        return self._constant(f"product/{values}", np.array(values, np.int64))

    def _constant(self, name: str, values: NDArray[np.generic]) -> str:
        if name not in self._constants:
            self._constants[name] = messages.initializer(name, values)
        return name


def _signed_columns(weights: NDArray[np.generic]) -> NDArray[np.int8]:
    """out x channels x taps, unsigned -> (taps * channels) x out, signed."""
    outputs, channels, taps = weights.shape
    unsigned = (
        np.ascontiguousarray(weights.transpose(2, 1, 0)).reshape(taps * channels, outputs).view(np.uint8)
    )
    return (unsigned ^ np.uint8(0x80)).view(np.int8)
