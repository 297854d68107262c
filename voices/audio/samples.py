"""Samples: silence, blocks, another rate, and the way through an FFmpeg filter."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph

from voices.engines.base import Samples, Speech

_BLOCK = 65_536  # samples


def silence(seconds: float, sample_rate: int) -> Samples:
    """That many seconds of digital silence, to the nearest sample."""
    return np.zeros(round(max(seconds, 0.0) * sample_rate), np.float32)


def blocks(samples: Samples, size: int = _BLOCK) -> Iterator[Samples]:
    """Views of `samples`, `size` at a time."""
    for start in range(0, len(samples), size):
        yield samples[start : start + size]


def to_frame(samples: Samples, sample_rate: int, pts: int) -> av.AudioFrame:
    """A mono frame for FFmpeg; `pts` is its first sample's number."""
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="flt", layout="mono")
    frame.sample_rate = sample_rate
    frame.time_base = Fraction(1, sample_rate)
    frame.pts = pts
    return frame


def filtered(speech: Speech, *filters: tuple[str, str]) -> Iterator[av.AudioFrame]:
    """The frames that come out of a chain of FFmpeg filters, each given by its name and arguments."""
    rate = speech.sample_rate
    graph = Graph()
    chain = [graph.add_abuffer(sample_rate=rate, format="flt", layout="mono", time_base=Fraction(1, rate))]
    chain += [graph.add(name, arguments) for name, arguments in filters]
    chain.append(graph.add("abuffersink"))
    graph.link_nodes(*chain).configure()
    position = 0
    for block in blocks(speech.samples):
        graph.push(to_frame(block, rate, position))
        position += len(block)
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def collect(parts: Iterable[Samples]) -> Samples:
    """One array of all the parts."""
    kept = list(parts)
    return np.concatenate(kept) if kept else np.zeros(0, np.float32)


def resample(speech: Speech, sample_rate: int) -> Speech:
    """The same sound at another rate (in hertz)."""
    if sample_rate == speech.sample_rate or not len(speech.samples):
        return Speech(speech.samples, sample_rate)
    frames = filtered(speech, ("aresample", str(sample_rate)), ("aformat", "sample_fmts=flt"))
    return Speech(collect(frame.to_ndarray()[0] for frame in frames), sample_rate)


def _pulled(graph: Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame
