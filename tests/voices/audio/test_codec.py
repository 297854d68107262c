"""Bytes to sound and back, and what must not be read."""

from io import BytesIO

import av
import numpy as np
import pytest

from tests.voices.audio.sounds import RATE, chained, silent, speak, tone
from voices.audio import codec
from voices.audio.codec import FORMATS, AudioError, decode, encode
from voices.engines.base import Speech

UNREADABLE = "This is not a sound file that can be read. Try MP3, WAV, FLAC, Ogg or M4A."


def opened(content):
    return av.open(BytesIO(content))


@pytest.mark.parametrize(
    ("key", "codec_name", "rate"),
    [
        ("mp3", "mp3", 24_000),
        ("wav", "pcm_s16le", 24_000),
        ("flac", "flac", 24_000),
        ("ogg", "opus", 48_000),
        ("m4a", "aac", 24_000),
    ],
)
def test_every_format_keeps_length_pitch_and_level(key, codec_name, rate):
    content = encode(tone(2.0, 440), key)
    with opened(content) as container:
        assert container.streams.audio[0].codec_context.name.removesuffix("float") == codec_name
    decoded = decode(content)
    assert decoded.sample_rate == rate
    assert decoded.duration_seconds == pytest.approx(2.0, abs=0.03)
    middle = decoded.samples[rate // 2 : 3 * rate // 2]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.03)
    spectrum = np.abs(np.fft.rfft(middle))
    assert int(np.argmax(spectrum)) == 440  # a window of one second: a bin of 1 Hz


@pytest.mark.parametrize("key", ["wav", "flac"])
def test_lossless_formats_keep_every_sample(key):
    speech = tone(0.5)
    assert np.abs(decode(encode(speech, key)).samples - speech.samples).max() <= 1 / 32_768


def test_the_table_knows_its_keys():
    assert list(FORMATS) == ["mp3", "wav", "flac", "ogg", "m4a"]
    assert {key: kind.content_type for key, kind in FORMATS.items()} == {
        "mp3": "audio/mpeg",
        "wav": "audio/wav",
        "flac": "audio/flac",
        "ogg": "audio/ogg",
        "m4a": "audio/mp4",
    }
    with pytest.raises(KeyError):
        encode(tone(0.1), "exe")


@pytest.mark.parametrize("key", list(FORMATS))
def test_tags_say_what_it_is_and_that_a_machine_spoke(key):
    with opened(encode(tone(0.2), key, tags={"title": " Ünï\ncode ", "artist": ""})) as container:
        metadata = container.metadata | container.streams.audio[0].metadata
    assert (metadata["title"], metadata["comment"]) == ("Ünï code", codec.MADE_WITH)
    assert "artist" not in metadata


@pytest.mark.parametrize("key", list(FORMATS))
def test_blocks_make_the_same_file_as_the_whole(key):
    speech = tone(3.0)
    parts = (Speech(block, RATE) for block in np.array_split(speech.samples, 7))
    whole, blocks = decode(encode(speech, key)), decode(encode(parts, key))
    assert len(whole.samples) == len(blocks.samples)
    assert np.abs(whole.samples - blocks.samples).max() < 0.01


def test_an_m4a_has_its_index_in_front():
    content = encode(tone(1.0), "m4a")
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("key", list(FORMATS))
def test_any_rate_can_be_stored(key, rate):
    assert decode(encode(tone(0.5, rate=rate), key)).duration_seconds == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("bitrate", [96_000, 128_000, 192_000, 224_000, 320_000])
def test_an_mp3_is_as_loud_as_what_went_in(bitrate):
    decoded = decode(encode(tone(2.0, rate=44_100), "mp3", bitrate=bitrate)).samples[22_050:66_150]
    assert np.sqrt(np.mean(decoded**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_a_bitrate_is_kept():
    small, large = (encode(tone(5.0), "mp3", bitrate=rate) for rate in (32_000, 128_000))
    assert len(large) / len(small) == pytest.approx(4, rel=0.1)


def test_what_is_too_loud_is_limited_to_full_scale():
    assert np.abs(decode(encode(tone(0.2, amplitude=3.0), "wav")).samples).max() <= 1.0


def test_decoding_resamples_and_mixes_to_mono(tmp_path):
    path = tmp_path / "stereo.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=44_100, layout="stereo")
        samples = np.zeros((1, 88_200), np.int16)
        samples[0, 0::2] = 16_384  # left only
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = 44_100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    speech = decode(path, sample_rate=16_000)
    assert (speech.sample_rate, speech.duration_seconds) == (16_000, 1.0)
    assert speech.samples[4_000:12_000] == pytest.approx(0.25, abs=0.11)
    with path.open("rb") as file:
        assert len(decode(file).samples) == 44_100


def test_a_recording_that_is_too_long_is_refused():
    content = encode(silent(3.0), "flac")
    assert decode(content, max_seconds=3.0).duration_seconds == 3.0
    with pytest.raises(AudioError, match=r"^This recording is too long: 2 seconds at the most\.$"):
        decode(content, max_seconds=2.0)


def test_a_file_that_was_cut_short_ends_where_it_ends():
    for key in ("mp3", "wav", "flac", "ogg"):
        content = encode(tone(4.0), key)
        assert 1.0 < decode(content[: len(content) // 2]).duration_seconds < 3.0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, I am text that was renamed to mp3",
        b"\x00" * 5_000,
        b"ID3\x04\x00\x00\x00\x00\x00\x00",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        encode(tone(4.0), "flac")[:60],
    ],
)
def test_what_is_no_sound_is_refused_in_words(content):
    with pytest.raises(AudioError) as caught:
        decode(content)
    assert caught.value.message in (UNREADABLE, "There is no sound in this file.")


@pytest.mark.parametrize("kind", ["ffconcat", "m3u8", "sdp", "xspf-like"])
def test_a_playlist_that_names_a_file_of_the_server_is_not_followed(kind, tmp_path):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(encode(tone(1.0), "wav"))
    playlist = {
        "ffconcat": f"ffconcat version 1.0\nfile '{secret}'\n",
        "m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "xspf-like": f"file:{secret}|{secret}",
    }[kind]
    hostile = tmp_path / "hostile.mp3"
    hostile.write_text(playlist)
    for source in (hostile, playlist.encode(), BytesIO(playlist.encode())):
        with pytest.raises(AudioError, match=UNREADABLE):
            decode(source)


def test_a_video_without_sound_says_so():
    out = BytesIO()
    with av.open(out, "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(AudioError, match=r"^There is no sound in this file\.$"):
        decode(out.getvalue())


def test_not_a_number_does_not_come_through():
    out = BytesIO()
    with av.open(out, "w", format="wav") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout="mono")
        samples = np.array([[np.nan, np.inf, -np.inf, 2.0, 0.5] * 100], np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert decode(out.getvalue()).samples[:5].tolist() == [0.0, 1.0, -1.0, 1.0, 0.5]


@pytest.mark.slow
def test_speech_comes_back_from_every_format():
    speech = chained(silent(0.1), speak("The quick brown fox jumps over the lazy dog."))
    for key in FORMATS:
        decoded = decode(encode(speech, key), sample_rate=RATE)
        length = min(len(decoded.samples), len(speech.samples))
        spectra = [
            np.abs(np.fft.rfft(samples[:length]))[:4_000] for samples in (decoded.samples, speech.samples)
        ]
        assert np.corrcoef(*spectra)[0, 1] > 0.9, key
