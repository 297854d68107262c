"""Edited graphs compute what the originals compute."""

import numpy as np
import onnxruntime
import pytest

from voices.engines.onnx import messages
from voices.engines.onnx.convolutions import has_byte_products, speed_up_convolutions
from voices.engines.onnx.messages import field, initializer, node

SHAPE = (1, 6, 40)  # 1 x channels x time


def convolution(weights, *, zero=131, **attributes) -> bytes:
    """An ONNX model of one ConvInteger from `sound` and `zero` to `out`."""

    def declare(name, kind, shape=None):
        tensor = messages._number(1, kind)
        if shape is not None:
            tensor += field(2, b"".join(field(1, messages._number(1, size)) for size in shape))
        return field(1, name.encode()) + field(2, field(1, tensor))

    graph = b"".join(
        [
            node("ConvInteger", ["sound", "weights", "zero", "weights_zero"], "out", **attributes),
            field(2, b"graph"),
            initializer("weights", weights),
            initializer("weights_zero", np.array(zero, np.uint8)),
            field(messages.GRAPH_INPUT, declare("sound", 2, SHAPE)),
            field(messages.GRAPH_INPUT, declare("zero", 2, ())),
            field(messages.GRAPH_OUTPUT, declare("out", 6)),
        ]
    )
    return messages._number(1, 9) + field(messages.MODEL_GRAPH, graph) + field(8, messages._number(2, 20))


def run(model: bytes):
    random = np.random.default_rng(7)
    feeds = {
        "sound": random.integers(90, 150, SHAPE).astype(np.uint8),
        "zero": np.array(120, np.uint8),
    }
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["out"], feeds)[0]


def operators(model: bytes) -> list[str]:
    graph, _, _ = messages.split_model(model)
    return [
        messages.strings(body, messages.NODE_OPERATOR)[0]
        for number, body, _ in messages.fields(graph)
        if number == messages.GRAPH_NODE
    ]


@pytest.fixture
def make_weights():
    random = np.random.default_rng(11)
    # small products: no processor saturates, so this holds on all of them
    return lambda taps: random.integers(120, 140, (5, SHAPE[1], taps)).astype(np.uint8)


@pytest.mark.parametrize(
    ("taps", "attributes"),
    [
        (3, {"pads": [1, 1]}),
        (7, {"pads": [9, 9], "dilations": [3]}),
        (3, {"pads": [0, 0]}),
        (4, {"pads": [2, 1]}),
        (1, {"pads": [0, 0]}),
        (1, {"pads": [1, 1]}),
        (2, {}),
    ],
)
def test_a_convolution_becomes_the_same_product(make_weights, taps, attributes):
    model = convolution(make_weights(taps), kernel_shape=[taps], **attributes)
    faster = speed_up_convolutions(model)

    assert operators(model) == ["ConvInteger"]
    assert "ConvInteger" not in operators(faster)
    assert np.array_equal(run(faster), run(model))


@pytest.mark.parametrize("attributes", [{"strides": [2]}, {"group": 2}])
def test_other_convolutions_stay(make_weights, attributes):
    weights = make_weights(3)[:4, :3] if "group" in attributes else make_weights(3)
    model = convolution(weights, kernel_shape=[3], **attributes)

    assert operators(speed_up_convolutions(model)) == ["ConvInteger"]
    assert np.array_equal(run(speed_up_convolutions(model)), run(model))


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        ("fpu avx2 avx512f avx512_vnni", True),
        ("fpu avx2 avx_vnni", True),
        ("fpu avx2 avx512f", False),
        ("", False),
    ],
)
def test_only_processors_with_byte_products_are_sped_up(tmp_path, flags, answer):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor : 0\nflags\t\t: {flags}\nbugs : none\n" if flags else "Features : neon\n")

    assert has_byte_products(cpuinfo) is answer
    assert has_byte_products(tmp_path / "none") is False


def test_integers_survive_the_format():
    tensor = messages.initializer("t", np.array([-3, 0, 2**40], np.int64))
    (body,) = [body for _, body, _ in messages.fields(memoryview(tensor))]

    assert messages.array(body).tolist() == [-3, 0, 2**40]
    assert messages.attributes(node_body("Pad", axis=-1, perm=[0, 2, 1])) == {"axis": [-1], "perm": [0, 2, 1]}


def node_body(operator: str, **attributes):
    written = memoryview(node(operator, ["a"], "b", **attributes))
    return next(body for _, body, _ in messages.fields(written))
