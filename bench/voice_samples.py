"""Makes the samples of the voice picker, one MP3 for each preset. Run: python -m bench.voice_samples [slug ...]"""

import sys
from pathlib import Path

from voices.audio.codec import encode
from voices.audio.loudness import normalise
from voices.engines.base import SynthesisRequest
from voices.engines.hibari import HibariEngine
from voices.engines.kokoro import KokoroEngine
from voices.presets import PRESETS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "static" / "audio" / "voices"


def main(slugs: list[str]) -> None:
    """Make the samples of these presets, or of all."""
    engines = {"hibari": HibariEngine(), "kokoro-82m": KokoroEngine(ROOT / "var" / "models", threads=2)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for preset in PRESETS:
        if slugs and preset.slug not in slugs:
            continue
        request = SynthesisRequest(preset.sample_text, preset.voice_id)
        speech = normalise(engines[preset.model].synthesize(request).speech)
        content = encode(speech, "mp3", bitrate=64_000, tags={"title": preset.name})
        (FOLDER / f"{preset.slug}.mp3").write_bytes(content)
        print(f"{preset.slug:24} {speech.duration_seconds:4.1f} s  {len(content) / 1000:5.1f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
