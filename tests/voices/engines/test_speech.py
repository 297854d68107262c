"""The real engines speak, and what they say is measured. Slow."""

import numpy as np
import pytest

from tests.helpers.wer import word_error_rate
from voices.engines import weights
from voices.engines.base import EngineError, Speech, SynthesisRequest
from voices.engines.kokoro import KokoroEngine
from voices.engines.neural import STRESS_LENGTH
from voices.engines.onnx.convolutions import has_byte_products

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PARAGRAPH = (
    "On March 3rd, 2024, the museum paid $1,250 for a painting that is 3.5 meters wide. Dr. Smith said that "
    "42% of the visitors came before noon. The second hall opens on the 21st of June, and a ticket will cost "
    "$12.50."
)
SENTENCE = "We need the red car, not the blue one."


@pytest.fixture(params=["hibari", "kokoro-82m"])
def speaker(request, hibari, kokoro):
    """(engine, voice) of each real engine."""
    return {"hibari": (hibari, "heart"), "kokoro-82m": (kokoro, "af_heart")}[request.param]


def median_hertz(speech: Speech) -> float:
    """Fundamental frequency by autocorrelation over the loud frames of 40 ms."""
    size, rate = round(0.04 * speech.sample_rate), speech.sample_rate
    frames = speech.samples[: len(speech.samples) // size * size].reshape(-1, size)
    loud = frames[np.square(frames).mean(axis=1) > np.square(frames).mean()]
    shortest, longest = rate // 400, rate // 70
    found = []
    for frame in loud - loud.mean(axis=1, keepdims=True):
        likeness = np.correlate(frame, frame, "full")[size - 1 :]
        lag = shortest + int(likeness[shortest:longest].argmax())
        if likeness[lag] > 0.5 * likeness[0]:
            found.append(rate / lag)
    return float(np.median(found))


def test_speech_is_of_plausible_length_and_level(speaker, speak):
    speech = speak(speaker[0], SENTENCE, speaker[1])

    assert (speech.sample_rate, speech.samples.dtype, speech.samples.ndim) == (24_000, np.float32, 1)
    assert 1.6 < speech.duration_seconds < 4.0
    assert -32 < 10 * np.log10(np.mean(np.square(speech.samples))) < -14
    assert 0.2 < np.abs(speech.samples).max() < 0.99
    assert np.isfinite(speech.samples).all()


def test_speech_begins_and_ends_within_a_tenth_of_a_second(speaker, speak):
    samples = speak(speaker[0], SENTENCE, speaker[1]).samples
    loud = np.flatnonzero(np.abs(samples) > 0.01)

    assert 0 < loud[0] < 0.15 * 24_000
    assert 0 < len(samples) - loud[-1] < 0.15 * 24_000
    assert samples[0] == samples[-1] == 0.0


def test_speed_divides_the_length(speaker, speak):
    plain = speak(speaker[0], SENTENCE, speaker[1]).duration_seconds

    assert speak(speaker[0], SENTENCE, speaker[1], speed=1.5).duration_seconds == pytest.approx(
        plain / 1.5, rel=0.12
    )
    assert speak(speaker[0], SENTENCE, speaker[1], speed=0.7).duration_seconds == pytest.approx(
        plain / 0.7, rel=0.12
    )


@pytest.mark.parametrize("ratio", [0.75, 1.35])
def test_pitch_moves_the_fundamental_and_not_the_length(speaker, speak, ratio):
    plain = speak(speaker[0], SENTENCE, speaker[1])
    moved = speak(speaker[0], SENTENCE, speaker[1], pitch=ratio)

    assert median_hertz(moved) / median_hertz(plain) == pytest.approx(ratio, rel=0.1)
    assert moved.duration_seconds == pytest.approx(plain.duration_seconds, abs=0.1)


def test_emphasis_lengthens_the_word_and_no_more(speaker, speak):
    plain = speak(speaker[0], SENTENCE, speaker[1])
    start = SENTENCE.index("blue")
    stressed = speak(speaker[0], SENTENCE, speaker[1], emphasis=((start, start + 4),))

    gained = stressed.duration_seconds - plain.duration_seconds
    assert 0.03 < gained < 0.5 * STRESS_LENGTH


def test_same_seed_same_sound_another_seed_another_take(speaker, speak):
    first, again, other = (speak(speaker[0], SENTENCE, speaker[1], seed=seed) for seed in (3, 3, 4))

    assert np.array_equal(first.samples, again.samples)
    assert len(first.samples) != len(other.samples) or not np.allclose(
        first.samples, other.samples, atol=0.01
    )


@pytest.mark.parametrize("voice_id", ["af_bella", "am_michael", "bf_emma", "bm_george"])
def test_kokoro_speaks_with_several_voices(kokoro, speak, recogniser, voice_id):
    assert word_error_rate(SENTENCE, recogniser.hear(speak(kokoro, SENTENCE, voice_id))) == 0.0


def test_a_paragraph_is_understood(speaker, speak, recogniser):
    heard = recogniser.hear(speak(speaker[0], PARAGRAPH, speaker[1]))

    assert word_error_rate(PARAGRAPH, heard) < 0.1, heard


@pytest.mark.parametrize(
    "wishes", [{"speed": 1.6}, {"speed": 0.6}, {"pitch": 0.7}, {"pitch": 1.5}, {"seed": 5}]
)
def test_controls_leave_the_words_intact(hibari, speak, recogniser, wishes):
    heard = recogniser.hear(speak(hibari, PARAGRAPH, "heart", **wishes))

    assert word_error_rate(PARAGRAPH, heard) < 0.1, heard


def test_two_texts_joined_are_both_heard(kokoro, speak, recogniser):
    text = "The garden is closed in winter.\nPlease come back in the spring, when it is warm again."
    speech = speak(kokoro, text, "af_sarah")

    assert word_error_rate(text, recogniser.hear(speech)) < 0.1


def test_a_long_sentence_without_an_end_is_spoken_whole(hibari, speak):
    text = "and the long road turned north " * 60
    speech = speak(hibari, text, "heart")

    assert speech.duration_seconds == pytest.approx(60 * 1.75, rel=0.25)


def test_nothing_to_speak_is_refused_before_the_model_is_asked(speaker):
    with pytest.raises(EngineError, match="nothing to speak in “🙂”"):
        speaker[0].synthesize(SynthesisRequest("🙂", speaker[1]))


@pytest.mark.skipif(not has_byte_products(), reason="this processor runs the model as it was exported")
def test_the_faster_model_speaks_the_same_samples(kokoro, speak, monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "has_byte_products", lambda: False)
    plain = KokoroEngine(tmp_path)

    assert np.array_equal(
        speak(plain, SENTENCE, "bf_emma").samples, speak(kokoro, SENTENCE, "bf_emma").samples
    )
