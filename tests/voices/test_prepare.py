"""From an engine's file to a clip, measured."""

import io
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from metering import loudness, true_peak

from voice_guide.settings import Polish
from voice_guide.voices.prepare import BadSpeechError, decode, prepare, spoken_parts

RATE = 22050
CEILING = 10 ** (-2 / 20)
TWO_WORDS = "breathe out"


def sine(seconds, level=0.0, hertz=220, rate=RATE):
    n = np.arange(round(seconds * rate))
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz * n / rate)


def speech(seconds, syllables):
    """A tone that swells for each syllable."""
    n = np.arange(round(seconds * RATE))
    return sine(seconds, -6) * (0.55 - 0.45 * np.cos(2 * np.pi * syllables * n / len(n)))


def silence(seconds):
    return np.zeros(round(seconds * RATE))


def noise(seconds, level):
    rng = np.random.default_rng(1)
    return 10 ** (level / 20) * rng.uniform(-1, 1, round(seconds * RATE))


def file_of(samples, rate=RATE, container="WAV", subtype=None):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, subtype, format=container)
    return file.getvalue()


def decoded(samples, text=TWO_WORDS, **options):
    clip, rate = decode(text, file_of(samples, **options))
    assert clip.dtype == np.float32
    assert clip.ndim == 1
    assert rate == options.get("rate", RATE)
    return clip


def prepared(*parts, rate=RATE, to=48000, lufs=-18, ceiling=CEILING):
    spoken = [(TWO_WORDS, part.astype(np.float32), rate) for part in parts]
    return prepare(spoken, to, lufs=lufs, ceiling=ceiling, polish="off")


@pytest.mark.parametrize("polish", get_args(Polish))
@pytest.mark.parametrize("natural", [False, True])
def test_every_polish_that_can_be_asked_for_is_known(polish, natural):
    part = (TWO_WORDS, sine(1, -20).astype(np.float32), RATE)
    how = {"lufs": -18, "ceiling": CEILING, "natural": natural}
    plain = prepare([part], 48000, polish="off", **how)
    clip = prepare([part], 48000, polish=polish, **how)
    as_spoken = len(clip) == len(plain) and np.array_equal(clip, plain)
    assert as_spoken == (polish == "off" or (natural and polish == "light")), "no mark to pause at"


def measured(clip, rate):
    """Loudness and true peak of a clip in both channels; a short one as its repetition."""
    repeated = np.tile(clip, (2, max(1, round(3 * rate / len(clip))))).T
    return loudness(repeated, rate), true_peak(repeated, rate)


@pytest.mark.parametrize("before", [0.0, 0.017, 0.4, 3.0])
@pytest.mark.parametrize("around", ["silence", "noise"])
def test_a_clip_begins_with_the_voice(before, around):
    pad = {"silence": silence, "noise": lambda seconds: noise(seconds, -66)}[around]
    clip = decoded(np.concatenate([pad(before), sine(1, -6), pad(0.8)]))
    onset = np.argmax(np.abs(clip) > 0.05)
    assert onset < 0.005 * RATE
    assert len(clip) == pytest.approx(1.06 * RATE, abs=0.01 * RATE)


def test_soft_first_and_last_words_are_kept_whole():
    """An onset of 36 dB under the loudest word, an ending of 48 dB under it."""
    said = np.concatenate(
        [sine(0.2, -42), silence(0.3), sine(0.5, -6), silence(0.3), sine(0.3, -54)]
    )
    clip = decoded(np.concatenate([silence(0.5), said, silence(0.5)]))
    assert len(clip) > len(said)
    first = clip[: round(0.2 * RATE)]
    assert np.sum(first**2) > 0.97 * np.sum(sine(0.2, -42) ** 2)
    ending = clip[len(said) - round(0.3 * RATE) :]
    assert np.sum(ending**2) > 0.97 * np.sum(sine(0.3, -54) ** 2)


@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.4, 3))
def test_no_energy_is_lost_and_the_ends_are_silent(before, after, seconds):
    said = sine(seconds, -6)
    clip = decoded(np.concatenate([silence(before), said, silence(after)]), subtype="FLOAT")
    assert abs(clip[0]) < 1e-3
    assert abs(clip[-1]) < 1e-3
    fades = 0.003 + (0.06 if after < 0.06 else 0)
    assert np.sum(clip**2) > (1 - 1.1 * fades / seconds) * np.sum(said**2)


def test_a_constant_offset_is_removed():
    said = np.concatenate([silence(0.2), sine(1, -20), silence(0.2)])
    clip = decoded(said + 0.2, subtype="FLOAT")
    assert abs(clip.mean()) < 1e-3
    assert len(clip) == len(decoded(said, subtype="FLOAT"))


@pytest.mark.parametrize("container", ["WAV", "AIFF", "FLAC", "OGG"])
def test_the_header_says_what_a_file_is(container):
    both = np.stack([sine(1, -6), sine(1, -6)], axis=1)
    assert len(decoded(both, container=container)) == pytest.approx(RATE, abs=0.07 * RATE)


@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
@pytest.mark.parametrize("wanted", [16000, 44100, 48000, 96000])
def test_a_clip_has_the_rate_that_was_asked_for_and_nothing_that_was_not_there(rate, wanted):
    clip = prepared(sine(2, -20, 1000, rate), rate=rate, to=wanted, lufs=-23)
    assert clip.dtype == np.float32
    assert len(clip) == pytest.approx(2 * wanted, abs=1)
    power = np.abs(np.fft.rfft(clip * np.hanning(len(clip)))) ** 2
    hertz = np.fft.rfftfreq(len(clip), 1 / wanted)
    assert hertz[power.argmax()] == pytest.approx(1000, abs=1)
    assert power[np.abs(hertz - 1000) > 100].sum() < 1e-7 * power.sum()


def test_parts_are_joined_with_a_short_pause():
    clip = prepared(sine(1, -20), sine(2, -20), to=RATE, lufs=-23)
    assert len(clip) == pytest.approx(3.35 * RATE, abs=2)
    assert np.abs(clip[round(1.01 * RATE) : round(1.34 * RATE)]).max() < 1e-3


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.399, 0.401, 1, 2.9, 3.1, 20])
@pytest.mark.parametrize("lufs", [-30, -18, -14])
def test_each_clip_is_as_loud_as_asked(seconds, lufs):
    clip = prepared(sine(seconds, -35, 500), lufs=lufs)
    loudness, peak = measured(clip, 48000)
    assert loudness == pytest.approx(lufs, abs=0.5)
    assert peak <= CEILING * 1.001


def spiky(seconds):
    """A quiet voice with clicks 46 dB above it, every 0.2 s, none of them at an edge."""
    clip = sine(seconds, -46, 300)
    clip[RATE // 10 :: RATE // 5] += 1.0
    return clip


def rough(seconds):
    """Bursts of noise between pauses."""
    rng = np.random.default_rng(5)
    return rng.standard_normal(round(seconds * RATE)) * (sine(seconds, hertz=2) > 0.3) * 0.2


@pytest.mark.parametrize("make", [spiky, rough])
@pytest.mark.parametrize("seconds", [0.5, 4])
@pytest.mark.parametrize("ceiling", [-9, -2])
def test_no_true_peak_passes_the_ceiling(make, seconds, ceiling):
    clip = prepared(make(seconds), ceiling=10 ** (ceiling / 20))
    loudness, peak = measured(clip, 48000)
    assert 20 * np.log10(peak) <= ceiling + 0.01
    assert loudness == pytest.approx(-18, abs=0.5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "can't be read"),
        (b"Audio saved to line.wav", "can't be read"),
        (bytes(10_000), "can't be read"),
        (file_of(sine(1))[:20], "can't be read"),
        (file_of(np.zeros(0)), "no sound"),
        (file_of(sine(1))[:44], "no sound"),
        (file_of(silence(1)), "silent"),
        (file_of(silence(1) + 0.5), "silent"),
        (file_of(sine(1, -60)), "silent"),
        (file_of(np.full(RATE, np.nan), subtype="FLOAT"), "not numbers"),
        (file_of(np.append(sine(1), np.inf), subtype="FLOAT"), "not numbers"),
        (file_of(sine(1), rate=4000), "4000 Hz"),
    ],
)
def test_what_is_no_speech_is_refused_with_the_reason(data, reason):
    with pytest.raises(BadSpeechError, match=reason):
        decode(TWO_WORDS, data)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("let your feet find the floor", 0.2),
        (" ".join(["breathe"] * 300), 20),
        ("in", 30),
        (TWO_WORDS, 60),
    ],
)
def test_a_length_that_no_voice_would_take_is_refused(text, seconds):
    with pytest.raises(BadSpeechError, match=r"lasts [\d.]+ s for \d+ words?"):
        decode(text, file_of(sine(seconds)))


@pytest.mark.parametrize(
    ("text", "seconds", "syllables"),
    [
        ("in", 0.15, 1),
        ("in", 4, 1),
        ("let your feet find the floor", 1, 6),
        ("let your feet find the floor", 9, 6),
        ("One. Two. Three. Four. Five. Six. Seven. Eight.", 8.8, 9),
        ("1234567890123", 16, 15),
        ("慢慢呼气", 4, 4),
        ("- - - - - - - - - in", 0.5, 1),
    ],
)
def test_a_length_that_a_voice_may_take_is_not(text, seconds, syllables):
    clip = decoded(speech(seconds, syllables), text)
    assert len(clip) == pytest.approx(seconds * RATE, abs=0.15 * RATE)


# --- speech of another text ---------------------------------------------------------------------

LINE = "Something in you may be stepping back."  # ten syllables


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (LINE, sine(3, -6)),
        (LINE, np.sign(sine(3))),
        (LINE, np.concatenate([speech(0.3, 1), silence(2.6), speech(0.2, 1)])),
        (LINE, speech(3, 30)),
        ("Дыши медленно, очень медленно.", sine(2, -6)),
        ("Lass deine Füße den Boden finden.", speech(3, 2)),
        ("천천히 숨을 내쉬세요.", sine(2, -6)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_not_the_syllables_of_its_text_is_refused(text, heard):
    data = file_of(0.9 * heard)
    with pytest.raises(BadSpeechError, match=r"has \d+ syllables? for \d+ words"):
        decode(text, data)
    assert len(decode(text, data, by_person=True)[0])  # who may hum, or laugh


@pytest.mark.parametrize("seconds", [8, 12])
def test_a_line_with_all_its_syllables_is_taken_however_slow_it_is(seconds):
    assert len(decode(LINE, file_of(speech(seconds, 10)), words_a_minute=150)[0])
    for syllables in (5, 20):
        with pytest.raises(BadSpeechError, match="lasts"):
            decode(LINE, file_of(speech(seconds, syllables)), words_a_minute=150)


def test_a_line_that_has_lost_its_end_is_refused():
    with pytest.raises(BadSpeechError, match="lasts"):
        decode(LINE, file_of(speech(1, 10)), words_a_minute=120)


@pytest.mark.parametrize("text", ["ॐ", "🙏", "…"])
def test_faint_noise_is_no_speech(text):
    """With which flite answers whatever it doesn't know."""
    with pytest.raises(BadSpeechError, match="too faint"):
        decode(text, file_of(speech(0.3, 1) * 0.01))


LETTERS = st.sampled_from("aB1 éß中\U0001f642…—.?!;'<&\0\x1b\x9b\n\t\u00a0\u2028\ufeff")
WORDS = st.text(st.sampled_from("abcdefgäß’'-"), min_size=1, max_size=30)
SENTENCES = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: " ".join(words) + ".")


def letters(text):
    return "".join(c for c in text if c.isprintable() and not c.isspace())


@given(st.text(LETTERS, max_size=2000) | st.lists(SENTENCES, max_size=30).map(" ".join))
def test_nothing_is_lost_when_a_text_is_split(text):
    parts = spoken_parts(text)
    assert all(0 < len(part) <= 300 for part in parts)
    assert letters("".join(parts)) == letters(text)
    assert all(part == " ".join(part.split()) and part.isprintable() for part in parts)


@given(st.lists(SENTENCES, min_size=1, max_size=30))
def test_a_text_is_split_between_sentences_and_no_more_than_needed(sentences):
    parts = spoken_parts(" ".join(sentences))
    assert " ".join(parts) == " ".join(sentences)
    assert all(part.endswith(".") for part in parts)
    assert all(len(one) + len(other) >= 299 for one, other in pairwise(parts))


@given(st.lists(WORDS, min_size=20, max_size=200))
def test_words_stay_whole_in_a_sentence_without_an_end(words):
    assert " ".join(spoken_parts(" ".join(words))).split() == words


def test_a_word_longer_than_any_engine_takes_is_cut():
    assert [len(part) for part in spoken_parts("x" * 1000)] == [300, 300, 300, 100]
