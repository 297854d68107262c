"""Sound to bytes and back, through FFmpeg's libraries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import av
import numpy as np

from voices.audio.samples import blocks, collect, to_frame
from voices.engines.base import Samples, Speech

MAX_SECONDS = 4 * 3600.0
MADE_WITH = "Made with VoiceCraft. The voice is AI-generated."
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"  # IPTC's mark for it

# Never open without it: a playlist dressed as a sound makes FFmpeg read files of the server.
_READ_OPTIONS = {
    "format_whitelist": "mp3,wav,ogg,flac,mov,matroska,webm,aac",
    "protocol_whitelist": "",
}
_LAME_SCALES = ((176_000, 0.95), (208_000, 0.97), (240_000, 0.98))
_UNREADABLE = "This is not a sound file that can be read. Try MP3, WAV, FLAC, Ogg or M4A."
_RATES = range(4_000, 384_001)
_MAX_CHANNELS = 16


class AudioError(Exception):
    """A sound could not be read. `message` is for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Format:
    """A kind of file that audio is delivered in. `bitrate` is in bits per second, 0 where it has none."""

    key: str
    extension: str
    content_type: str
    label: str
    container: str
    codec: str
    sample_format: str
    bitrate: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    rates: tuple[int, ...] = ()  # the only ones it takes, best last; empty: any

    def rate_for(self, sample_rate: int) -> int:
        """The rate that it stores sound of `sample_rate` in: the lowest that loses nothing."""
        if not self.rates or sample_rate in self.rates:
            return sample_rate
        return min((rate for rate in self.rates if rate > sample_rate), default=self.rates[-1])


_MPEG_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

FORMATS: dict[str, Format] = {
    kind.key: kind
    for kind in (
        Format(
            "mp3", "mp3", "audio/mpeg", "MP3", "mp3", "libmp3lame", "fltp", 96_000,
            options={"compression_level": "7"}, rates=_MPEG_RATES,
        ),
        Format("wav", "wav", "audio/wav", "WAV, 16 bit", "wav", "pcm_s16le", "s16"),
        Format("flac", "flac", "audio/flac", "FLAC, lossless", "flac", "flac", "s16"),
        Format(
            "ogg", "ogg", "audio/ogg", "Ogg Opus", "ogg", "libopus", "flt", 48_000,
            options={"application": "audio"}, rates=(8_000, 12_000, 16_000, 24_000, 48_000),
        ),
        Format(
            "m4a", "m4a", "audio/mp4", "M4A, AAC", "ipod", "aac", "fltp", 96_000,
            options={"aac_coder": "fast"}, container_options={"movflags": "+faststart"}, rates=_MPEG_RATES,
        ),
    )
}  # fmt: skip


def decode(
    source: bytes | Path | BinaryIO, *, sample_rate: int | None = None, max_seconds: float = MAX_SECONDS
) -> Speech:
    """The first audio track of a file as mono samples, at `sample_rate` (default: its own).

    Raises AudioError where there is no sound that can be read, or more than `max_seconds` of it.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return decode(opened, sample_rate=sample_rate, max_seconds=max_seconds)
    file = BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    try:
        with av.open(file, "r", options=dict(_READ_OPTIONS), metadata_errors="ignore") as container:
            return _read(container, sample_rate, max_seconds)
    except (av.FFmpegError, ValueError, EOFError, OverflowError, MemoryError) as error:
        raise AudioError(_UNREADABLE) from error


def _read(container: Any, sample_rate: int | None, max_seconds: float) -> Speech:
    if not container.streams.audio:
        raise AudioError("There is no sound in this file.")
    stream = container.streams.audio[0]
    if stream.rate not in _RATES or stream.channels > _MAX_CHANNELS:
        raise AudioError("This file has an unusual sample rate or number of channels.")
    rate = sample_rate or stream.rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    parts: list[Samples] = []
    left = int(max_seconds * rate)
    for frame in chain(_frames(container, stream), [None]):
        for made in resampler.resample(frame):
            parts.append(made.to_ndarray()[0])
            left -= made.samples
        if left < 0:
            raise AudioError(f"This recording is too long: {_minutes(max_seconds)} at the most.")
    samples = collect(parts)
    if not len(samples):
        raise AudioError("There is no sound in this file.")
    np.nan_to_num(samples, copy=False, posinf=1.0, neginf=-1.0)
    return Speech(np.clip(samples, -1.0, 1.0, out=samples), rate)


def _frames(container: Any, stream: Any) -> Iterator[av.AudioFrame]:
    """What can be decoded: a damaged packet is left out, and a file that was cut short ends where it ends."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            packet = None
        if packet is None:
            return
        try:
            yield from (frame for frame in packet.decode() if frame.samples)
        except av.FFmpegError:
            continue


def _minutes(seconds: float) -> str:
    return f"{seconds:g} seconds" if seconds < 120 else f"{seconds / 60:g} minutes"


def encode(
    speech: Speech | Iterable[Speech],
    format: str,
    *,
    bitrate: int | None = None,
    tags: Mapping[str, str] | None = None,
) -> bytes:
    """A file of that format (a key of FORMATS). Long sound may come as consecutive blocks, all of one rate.

    `bitrate` is in bits per second, for the formats that have one. `tags` may hold title and artist; that the
    voice is AI-generated is always noted. KeyError for an unknown format, ValueError where there is no block.
    """
    kind = FORMATS[format]
    parts = iter([speech] if isinstance(speech, Speech) else speech)
    first = next(parts, None)
    if first is None:
        raise ValueError("there is nothing to encode")
    rate = kind.rate_for(first.sample_rate)
    with TemporaryDirectory() as folder:
        # Moving the index of an M4A to its front means reading the file again: that takes a real one.
        out = str(Path(folder, "made")) if kind.container_options else BytesIO()
        container_options = dict(kind.container_options)
        with av.open(out, "w", format=kind.container, container_options=container_options) as container:
            options = dict(kind.options)
            stream: Any = container.add_stream(kind.codec, rate=rate, layout="mono", options=options)
            stream.format = kind.sample_format
            if kind.bitrate:
                stream.bit_rate = _allowed(bitrate or kind.bitrate, rate)
            labels = {"comment": MADE_WITH, "digital_source_type": SOURCE_TYPE, **_known(tags or {})}
            (stream if kind.container == "ogg" else container).metadata.update(labels)
            for frame in _to_frames(chain([first], parts), _gain_for(kind, stream)):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return out.getvalue() if isinstance(out, BytesIO) else Path(out).read_bytes()


def _to_frames(parts: Iterable[Speech], gain: float) -> Iterator[av.AudioFrame]:
    position = 0
    for part in parts:
        for block in blocks(part.samples):
            samples = np.clip(block, -1.0, 1.0) * np.float32(gain)
            yield to_frame(samples.astype(np.float32, copy=False), part.sample_rate, position)
            position += len(block)


def _gain_for(kind: Format, stream: Any) -> float:
    """LAME turns everything down a little, less at high rates: it is given that much more."""
    if kind.codec != "libmp3lame":
        return 1.0
    return next((1 / scale for up_to, scale in _LAME_SCALES if stream.bit_rate <= up_to), 1.0)


def _allowed(bitrate: int, rate: int) -> int:
    """MPEG knows less than 160 kbit/s below 32 kHz, and less than 64 below 16 kHz."""
    return min(bitrate, 320_000 if rate >= 32_000 else 160_000 if rate >= 16_000 else 64_000)


def _known(tags: Mapping[str, str]) -> dict[str, str]:
    cleaned = {key: " ".join(value.replace("\0", "").split()) for key, value in tags.items()}
    return {key: value for key, value in cleaned.items() if value}
