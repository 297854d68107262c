"""The waveform as a page draws it."""

import numpy as np

from voices.engines.base import Speech

MAX_COUNT = 1_800  # a row of the database stays small, and no screen is wider


def peaks(speech: Speech, *, per_second: float = 20.0, count: int | None = None) -> list[int]:
    """The largest magnitude of each of `count` equal stretches, from 0 to 100 (full scale).

    Without `count`: `per_second` of them; never more than MAX_COUNT, nor than there are samples.
    """
    wanted = count if count is not None else round(speech.duration_seconds * per_second)
    wanted = min(max(wanted, 1), MAX_COUNT, len(speech.samples))
    if not wanted:
        return []
    edges = np.linspace(0, len(speech.samples), wanted, endpoint=False).astype(np.intp)
    highest = np.maximum.reduceat(np.abs(speech.samples), edges)
    return [int(value) for value in np.rint(np.clip(highest, 0.0, 1.0) * 100)]
