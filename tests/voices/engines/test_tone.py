import subprocess
import sys

import numpy as np
import pytest

from voices.engines.base import EngineError, Failed, Finished, Running, SynthesisRequest
from voices.engines.tone import ToneEngine


def level_db(samples) -> float:
    return 20 * np.log10(np.sqrt(np.mean(np.square(samples[samples != 0]))))


def test_hums_a_tone_a_word_at_minus_20_db(tone, speak):
    speech = speak(tone, "Hello there", "alto")

    # 10 letters and 3 gaps of 60 ms each
    assert (speech.sample_rate, speech.samples.dtype) == (16_000, np.float32)
    assert speech.duration_seconds == pytest.approx(13 * 0.06, abs=0.001)
    assert level_db(speech.samples) == pytest.approx(-20, abs=0.5)


def test_same_request_same_samples_another_seed_another_take(tone, speak):
    first = speak(tone, "Hello there", "alto", seed=1)
    again = speak(tone, "Hello there", "alto", seed=1)
    other = speak(tone, "Hello there", "alto", seed=2)

    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_speed_divides_the_length(tone, speak):
    plain = speak(tone, "Hello there", "alto")
    fast = speak(tone, "Hello there", "alto", speed=2.0)

    assert fast.duration_seconds == pytest.approx(plain.duration_seconds / 2, abs=0.001)


def dominant_hertz(speech) -> float:
    spectrum = np.abs(np.fft.rfft(speech.samples, 1 << 17))
    return spectrum.argmax() * speech.sample_rate / (1 << 17)


def test_pitch_and_voice_set_the_frequency(tone, speak):
    alto = dominant_hertz(speak(tone, "Mississippi", "alto"))

    assert dominant_hertz(speak(tone, "Mississippi", "bass")) == pytest.approx(alto / 2, rel=0.01)
    assert dominant_hertz(speak(tone, "Mississippi", "alto", pitch=1.25)) == pytest.approx(
        alto * 1.25, rel=0.01
    )
    assert dominant_hertz(speak(tone, "Mississippi", "alto", emotion="sad")) == pytest.approx(
        alto * 0.8, rel=0.01
    )


def test_emphasis_makes_that_word_louder_and_no_other(tone, speak):
    plain = speak(tone, "one two", "alto").samples
    stressed = speak(tone, "one two", "alto", emphasis=((4, 7),)).samples
    middle = len(plain) // 2

    assert np.array_equal(plain[:middle], stressed[:middle])
    assert level_db(stressed[middle:]) - level_db(plain[middle:]) == pytest.approx(4.1, abs=0.2)


@pytest.mark.parametrize("text", ["", "…", " 🙂 ", "{tone:silent}"])
def test_refuses_a_text_without_words(tone, text):
    with pytest.raises(EngineError, match="nothing to speak") as caught:
        tone.synthesize(SynthesisRequest(text, "alto"))
    assert caught.value.permanent is True


def test_refuses_a_voice_of_another_engine(tone):
    with pytest.raises(EngineError, match="no voice “heart”") as caught:
        tone.synthesize(SynthesisRequest("Hello", "heart"))
    assert caught.value.permanent is True


def test_directives_are_not_spoken(tone, speak):
    plain = speak(tone, "Hello there", "alto").samples

    assert np.array_equal(speak(tone, "Hello {tone:hang=0.01}there", "alto").samples, plain)


def test_fails_and_says_whether_to_try_again(tone):
    with pytest.raises(EngineError) as transient:
        tone.synthesize(SynthesisRequest("{tone:fail} Hello", "alto"))
    with pytest.raises(EngineError) as permanent:
        tone.synthesize(SynthesisRequest("{tone:fail-permanent} Hello", "alto"))
    with pytest.raises(EngineError) as busy:
        tone.synthesize(SynthesisRequest("{tone:retry-after=7} Hello", "alto"))

    assert (transient.value.permanent, transient.value.retry_after) == (False, None)
    assert permanent.value.permanent is True
    assert (busy.value.permanent, busy.value.retry_after) == (False, 7.0)


def test_fails_twice_and_counts_across_engines_by_key(tmp_path, speak):
    text = "{tone:fail-times=2} Hello"
    for _ in range(2):
        with pytest.raises(EngineError):
            ToneEngine(tmp_path).synthesize(SynthesisRequest(text, "alto", key="take-1"))

    assert speak(ToneEngine(tmp_path), text, "alto", key="take-1").duration_seconds == pytest.approx(
        0.42, abs=0.01
    )
    with pytest.raises(EngineError):
        ToneEngine(tmp_path).synthesize(SynthesisRequest(text, "alto", key="take-2"))


def test_distortions(tone, speak):
    plain = speak(tone, "Hello there", "alto").samples

    assert not speak(tone, "{tone:silent} Hello there", "alto").samples.any()
    assert np.isnan(speak(tone, "{tone:nan} Hello there", "alto").samples).all()
    assert len(speak(tone, "{tone:too-long} Hello there", "alto").samples) == 12 * len(plain)
    assert len(speak(tone, "{tone:too-short} Hello there", "alto").samples) == len(plain) // 20
    clipped = speak(tone, "{tone:clipped} Hello there", "alto").samples
    assert np.mean(np.abs(clipped) == 1.0) > 0.5


def test_a_distortion_can_end_with_the_second_attempt(tone, speak):
    text = "{tone:silent-times=1} Hello"

    assert not speak(tone, text, "alto", key="k").samples.any()
    assert speak(tone, text, "alto", key="k").samples.any()


def test_crash_ends_the_process(tmp_path):
    code = (
        "import sys, pathlib; from voices.engines.tone import ToneEngine;"
        "from voices.engines.base import SynthesisRequest as Request;"
        "engine = ToneEngine(pathlib.Path(sys.argv[1]));"
        "engine.synthesize(Request('{tone:crash-times=1} Hello', 'alto')); print('survived')"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
        for _ in range(2)
    )

    assert (first.returncode, first.stdout) == (70, "")
    assert (second.returncode, second.stdout) == (0, "survived\n")


def test_remote_job_runs_then_finishes_in_any_process(tmp_path, speak):
    request = SynthesisRequest("{tone:remote=2} Hello there", "alto", speed=1.5, emphasis=((20, 25),))
    running = ToneEngine(tmp_path).synthesize(request)

    assert isinstance(running, Running)
    assert ToneEngine(tmp_path).fetch(running.external_id) == Running(running.external_id, 0.1)
    finished = ToneEngine(tmp_path).fetch(running.external_id)
    assert isinstance(finished, Finished)
    assert finished.cost_micros == 1_000
    assert finished.speech.duration_seconds == pytest.approx(13 * 0.06 / 1.5, abs=0.002)


def test_remote_job_can_fail(tone):
    running = tone.synthesize(SynthesisRequest("{tone:remote-fail} Hello", "alto"))

    assert isinstance(tone.fetch(running.external_id), Running)
    failed = tone.fetch(running.external_id)
    assert isinstance(failed, Failed)
    assert failed.error.message == "The tone engine was told to fail far away."


@pytest.mark.parametrize("external_id", ["tone-00", "../../etc/passwd", "tone-../x"])
def test_unknown_remote_job(tone, external_id):
    with pytest.raises(EngineError, match="does not know"):
        tone.fetch(external_id)
