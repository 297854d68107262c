"""What the engines cost: time, memory, first sound. Run on a quiet machine: python -m bench.engines

Each row is measured in a process of its own, so that memory is that engine's alone. RTF is seconds of work for
a second of speech; the first sound is a clause of 60 characters, model loaded; the least of three runs counts.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

MODELS = Path(__file__).resolve().parents[1] / "var" / "models"
CLAUSE = "Hello there, and welcome to the studio where we make speech,"
PARAGRAPH = (
    "The first lighthouse on this rock was made of wood, and it stood for eleven years. The second was burned "
    "by its own lamp. The third, which is the one you see today, took four summers to build, because the men "
    "could work only at low tide, two hours a day, with ropes around their waists."
)
RUNS = [("hibari", 1), ("hibari", 2), ("kokoro-82m", 1), ("kokoro-82m", 2)]


def main() -> None:
    """Measure every engine and print the table."""
    print("engine       threads   load s   first sound s   RTF     characters/s   memory MB (peak)")
    for key, threads in RUNS:
        command = [sys.executable, "-m", "bench.engines", key, str(threads)]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print(
            f"{key:12} {threads:7} {found['load']:8.2f} {found['first']:15.2f} {found['rtf']:7.3f} "
            f"{found['characters']:14.0f} {found['memory']:11.0f} ({found['peak']:.0f})"
        )


def measure(key: str, threads: int) -> None:
    """One row, as JSON on standard output."""
    from voices.engines.hibari import HibariEngine
    from voices.engines.kokoro import KokoroEngine

    engine = HibariEngine(threads) if key == "hibari" else KokoroEngine(MODELS, threads=threads)
    voice = "heart" if key == "hibari" else "af_heart"
    load, _ = _timed(engine, "Ready.", voice)
    first = min(_timed(engine, CLAUSE, voice)[0] for _ in range(3))
    seconds, spoken = min(_timed(engine, PARAGRAPH, voice) for _ in range(3))
    memory, peak = _memory_mb()
    row = {"load": load, "first": first, "rtf": seconds / spoken, "characters": len(PARAGRAPH) / seconds}
    print(json.dumps({**row, "memory": memory, "peak": peak}))


def _timed(engine: Any, text: str, voice: str) -> tuple[float, float]:
    """(seconds of work, seconds of speech)."""
    from voices.engines.base import SynthesisRequest

    started = time.perf_counter()
    speech = engine.synthesize(SynthesisRequest(text, voice)).speech
    return time.perf_counter() - started, speech.duration_seconds


def _memory_mb() -> tuple[float, float]:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(int(status[name].split()[0]) / 1000 for name in ("VmRSS", "VmHWM"))


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 2 else main()
