"""The bare engine: one process that speaks what it is given and does nothing else. What the pipeline is held to."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from voices.engines.base import Finished, SynthesisRequest


@dataclass(frozen=True)
class Spent:
    """`seconds` by the clock, `cpu_seconds` of the processor, `speech_seconds` of sound that came of it."""

    seconds: float
    cpu_seconds: float
    speech_seconds: float


class BareEngine:
    """The engine `key` in a process of its own, loaded and warm, on so many threads. Use it in `with`."""

    def __init__(self, key: str, threads: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bare", key],
            env={**os.environ, "VOICECRAFT_ENGINE_THREADS": str(threads)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # it ends where its input ends

    def speak(self, requests: Iterable[SynthesisRequest]) -> Spent:
        """Speak one after the other."""
        assert self._process.stdin is not None
        print(json.dumps([asdict(request) for request in requests]), file=self._process.stdin, flush=True)
        return Spent(**self._answer())

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the bare engine ended with {self._process.wait()}")
        answer: dict[str, float] = json.loads(line)
        return answer


def main(key: str) -> None:
    """Load the engine, then for each line of input, a list of requests, say what speaking it took."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voicecraft.settings")
    django.setup()
    from voices.engines import registry  # reads the settings, so that both sides use the same engine

    engine = registry.get_engine(key)
    engine.warm_up()
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        requests = [SynthesisRequest(**fields) for fields in json.loads(line)]
        print(json.dumps(asdict(_spoken(engine, requests))), flush=True)


def _spoken(engine: Any, requests: list[SynthesisRequest]) -> Spent:
    started, cpu_started = time.perf_counter(), time.process_time()
    speech_seconds = 0.0
    for request in requests:
        submission = engine.synthesize(request)
        assert isinstance(submission, Finished)
        speech_seconds += submission.speech.duration_seconds
    return Spent(time.perf_counter() - started, time.process_time() - cpu_started, speech_seconds)


if __name__ == "__main__":
    main(sys.argv[1])
