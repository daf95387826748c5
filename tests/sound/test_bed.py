"""The listener's own ambience: endless, level, under the voice, and nothing else."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import RATE, Words, kink, listen, seconds, session_of, talk, whole
from metering import momentary, true_peak
from sounds import noise, silence, sine, write

from voice_guide.audio.loudness import integrated
from voice_guide.errors import AudioError, RequestError
from voice_guide.live.playback import Playback
from voice_guide.scripting.model import Rest
from voice_guide.sound.bed import open_bed
from voice_guide.sound.looped import seam

BED_ALONE = {"tone": "none", "voice": "none"}


def music(length, rate):
    """Three chords of four partials, a second each, each swelling and dying."""
    times = np.arange(round(length * rate)) / rate
    level = 0.3 + 0.7 * np.sin(np.pi * (times % 1.0)) ** 2
    roots = np.take([110.0, 146.8, 98.0], np.int64(times) % 3)
    angle = 2 * np.pi * np.cumsum(roots) / rate
    return 0.1 * level * sum(np.sin(ratio * angle + ratio) for ratio in (1, 1.5, 2, 5))


SOUNDS = {
    "sine": lambda length, rate: sine(-12, length, 220.3, rate),
    "noise": lambda length, rate: noise(-20, length, rate),
    "music": music,
}


@pytest.fixture
def file(tmp_path):
    """Writes a sound file; gives its path."""

    def file(samples, rate=RATE, name="bed.wav", **options):
        return str(write(tmp_path / name, samples, rate, **options))

    return file


@pytest.fixture
def under(file):
    """Makes a session with a bed of noise."""
    return partial(session_of, bed=file(noise(-20, 5, RATE)))


def heard(path, length, rate=RATE):
    return open_bed(path, rate).stream().read(round(length * rate))


def level(sound, rate=RATE, window=0.1):
    size = round(window * rate)
    power = sound[: len(sound) // size * size].reshape(-1, size * sound.shape[1]) ** 2
    return 10 * np.log10(power.mean(axis=1))


# --- without a seam ---------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8000, 22050, RATE, 44100, 96000])
@pytest.mark.parametrize("kind", SOUNDS)
def test_it_goes_round_without_a_step_or_a_dip(kind, rate, file):
    """Three rounds are no rougher, and no softer or louder, than the file itself."""
    original = SOUNDS[kind](7.37, rate)
    longer = SOUNDS[kind](20, rate)
    path = file(original, rate)
    rounds = heard(path, 20)[RATE:]
    once = heard(file(longer, rate, "longer.wav"), 20)[RATE:]
    assert kink(rounds) <= 1.2 * kink(once) + 1e-4
    dip = 0.3 if kind == "sine" else 1.5
    assert level(rounds).min() > level(once).min() - dip
    assert level(rounds).max() < level(once).max() + dip


@pytest.mark.parametrize("length", [2.0, 2.5, 4])
def test_short_files_go_round_too(length, file):
    rounds = heard(file(sine(-12, length, 301.7, RATE)), 15)
    assert np.ptp(level(rounds[RATE // 10 :])) < 0.3
    assert kink(rounds) < 2 * kink(sine(-12, 3, 301.7, RATE)[:, None]) + 1e-4


def test_unrelated_ends_keep_their_power(file):
    rounds = heard(file(noise(-20, 6, RATE)), 30)
    assert np.ptp(level(rounds, window=0.5)) < 1


# --- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "opus", "mp3", "aiff", "caf"])
def test_formats(suffix, tmp_path):
    path = tmp_path / f"bed.{suffix}"
    container = {"format": "OGG", "subtype": "OPUS"} if suffix == "opus" else {}
    soundfile.write(path, sine(-12, 4, 440, 48000), 48000, **container)
    rounds = heard(str(path), 12)
    assert np.ptp(level(rounds[RATE:])) < 0.5
    peak = np.argmax(np.abs(np.fft.rfft(rounds[: 10 * RATE, 0]))) / 10
    assert peak == pytest.approx(440, abs=0.2)


def test_one_channel_is_heard_in_both_and_many_are_mixed(file):
    parts = np.stack([sine(-20, 3, hertz, RATE) for hertz in (300, 500, 700, 900)], axis=1)
    for channels in (1, 4):
        left, right = heard(file(parts[:, :channels]), 3).T
        assert np.array_equal(left, right)
        assert np.allclose(left[: 2 * RATE], parts[: 2 * RATE, :channels].mean(axis=1), atol=1e-6)
    two = heard(file(parts[:, :2]), 2)
    assert np.allclose(two, parts[: 2 * RATE, :2], atol=1e-6)


def test_what_cannot_be_a_bed_is_named(tmp_path, file):
    text = tmp_path / "words.wav"
    text.write_text("no sound")
    empty = tmp_path / "empty.flac"
    empty.touch()
    raw = tmp_path / "raw.raw"
    raw.write_bytes(bytes(99999))
    wrong = {
        str(tmp_path / "nowhere.wav"): "there is no file",
        str(tmp_path): "is a folder",
        str(text): "can't be read as sound: it is damaged, or not in a known format",
        str(empty): "can't be read as sound",
        str(raw): "can't be read as sound",
        file(silence(0), name="none.wav"): "lasts 0.0 s",
        file(noise(-20, 1.9, RATE), name="short.wav"): "1.9 s; a bed has to last at least 2 s",
        file(silence(5), name="silent.wav"): "silent",
        file(np.full(5 * RATE, np.nan), name="nan.wav"): "has samples that are not numbers",
    }
    for path, reason in wrong.items():
        with pytest.raises((RequestError, AudioError)) as told:
            open_bed(path, RATE)
        assert path in str(told.value)
        assert reason in str(told.value)


@pytest.mark.parametrize("left", [0.1, 1.27])
def test_a_file_that_shrinks_while_it_is_played_is_told(left, file):
    path = file(noise(-20, 5, RATE))
    stream = open_bed(path, RATE).stream()
    stream.read(RATE)
    file(noise(-20, left, RATE))
    with pytest.raises(AudioError, match="changed while"):
        stream.read(20 * RATE)


def test_each_round_is_joined_as_it_is_then(file):
    """A file that is written over at the end of a round goes over into what it has become."""
    path = file(sine(-12, 8, 300, RATE))
    stream = open_bed(path, RATE).stream()
    before = stream.read(round(5.9 * RATE))
    file(sine(-12, 8, 310, RATE))
    rounds = np.concatenate([before, stream.read(20 * RATE)])
    assert kink(rounds) < 2 * kink(sine(-12, 3, 310, RATE)[:, None])


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([1000, 8000, 44100]),
    length=st.floats(2, 14),
    late=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_an_end_that_repeats_the_beginning_goes_over_into_it_unheard(rate, length, late, seed):
    frames, slack = round(length * rate), round(0.05 * rate)
    fade = min(3 * rate, frames // 4)
    sound = np.random.default_rng(seed).normal(0, 0.1, (frames, 2)).astype(np.float32)
    at = frames - fade - slack + round(late * slack)
    sound[at : at + fade] = sound[:fade]
    joined = seam(sound, sound, frames, rate)
    np.testing.assert_allclose(joined, np.concatenate([sound[:at], sound]), atol=1e-5)


# --- in the mix -------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "loud"), [(8000, 2.0), (44100, 0.05)])
@pytest.mark.parametrize("kind", SOUNDS)
def test_it_is_as_loud_as_the_tone_or_alone_as_the_voice(kind, rate, loud, file):
    path = file(loud * SOUNDS[kind](6.5, rate), rate)
    rests = [Rest(4, 4)]
    for options, expected in (({"tone": "none"}, -32), (BED_ALONE, -18)):
        sound = whole(session_of(rests, bed=path, pace="3-4", **options))
        assert integrated(sound[seconds(3) : -seconds(4)], RATE) == pytest.approx(expected, abs=0.5)


def test_beside_the_tone_both_are_as_loud_together_as_either_alone(under):
    together, tone = (make([Rest(3, 3)], tone="pad") for make in (under, session_of))
    bed = under([Rest(3, 3)], tone="none")
    both = (whole(tone) + whole(bed)) * 10 ** (-3 / 20)
    assert np.allclose(whole(together), both, atol=1e-6)


@pytest.mark.parametrize(("voice", "expected"), [("none", -18), ("espeak", -32)])
@pytest.mark.parametrize("tone", ["breath", "chord"])
def test_tone_and_bed_together_are_brought_to_the_loudness(tone, voice, expected, under):
    sound = whole(under([Rest(4, 4)], tone=tone, voice=voice, pace="4-6"))
    loudness = integrated(sound[seconds(10) : seconds(30)], RATE)
    assert loudness == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("tone", ["none", "pad", "breath"])
def test_it_passes_no_peak(tone, under):
    loudest = under([Rest(3, 3)], tone=tone, voice="none", loudness=-10)
    assert true_peak(whole(loudest), RATE) <= 10 ** (-1 / 20)


@pytest.mark.parametrize("tone", ["none", "breath"])
@pytest.mark.parametrize("duck", [20, 26])
def test_it_makes_room_for_the_voice(tone, duck, under):
    lines = [Rest(1, 1), *talk("a", "b", seconds=3), Rest(1, 1)]
    session = under(lines, words=Words(loud=False), tone=tone, duck=duck, pace="3-4")
    sound = whole(session)
    levels = momentary(sound, RATE)
    for _, cue in session.plan().cues():
        first, last = cue.start * 10 // RATE + 4, cue.end * 10 // RATE
        assert levels[first:last].max() <= -18 - duck + 0.2
    if tone == "none":
        free = whole(under([Rest(6, 6)], tone=tone, pace="3-4"))
        start = next(cue.start for _, cue in session.plan().cues())
        gain = sound[:start] / np.where(free[:start] == 0, 1, free[:start])
        changed = np.flatnonzero(np.abs(gain[seconds(2) :, 0] - 1) > 0.01) + seconds(2)
        assert changed[0] == pytest.approx(start - 0.6 * RATE, abs=0.06 * RATE)


def test_it_fades_at_both_ends(under):
    sound = whole(under([Rest(2, 2)], **BED_ALONE))
    assert np.abs(sound[: RATE // 10]).max() < 0.1 * np.abs(sound).max()
    assert not sound[-RATE // 2 :].any()
    assert sound[-RATE : -RATE // 2].any()


@settings(max_examples=10, deadline=None)
@given(sizes=st.lists(st.integers(1, 30000), min_size=1, max_size=20))
def test_the_size_of_blocks_changes_nothing(sizes, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("bed") / "bed.wav", noise(-20, 2.2, 8000), 8000)
    renderer = session_of(talk("a"), bed=str(path), pace="1-1.5").renderer()
    reference = whole(session_of(talk("a"), bed=str(path), pace="1-1.5"))
    pieces = [renderer.read(size) for size in sizes]
    pieces += renderer.blocks(4096)
    assert np.array_equal(np.concatenate(pieces), reference)


@pytest.mark.slow
def test_memory_does_not_grow_with_its_length(tmp_path):
    def highest(minutes):
        path = str(tmp_path / "bed.wav")
        with soundfile.SoundFile(path, "w", 8000, 1, "PCM_16") as sound:
            for number in range(minutes):
                sound.write(noise(-20, 60, 8000, seed=number))
        tracemalloc.start()
        stream = open_bed(path, 8000).stream()
        for _ in range(60 * minutes + 9):
            stream.read(8000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    highest(1)  # what is kept once for all is kept now
    assert highest(12) < highest(3) + 200_000


# --- while it is played -----------------------------------------------------------------------


@pytest.mark.usefixtures("unanswered")
@pytest.mark.parametrize(
    "presses",
    [
        [(5.6, "next")],
        [(5.6, "next"), (7.5, "again"), (9.5, "next")],
        [(2, "slower"), (5, "faster"), (7.5, "toggle_words")],
    ],
    ids=lambda presses: " ".join(name for _, name in presses),
)
def test_it_goes_on_whatever_is_pressed(presses, under):
    """Another section or pace leaves the bed as it is, sample for sample but for rounding."""
    rests = [[Rest(9, 9)], [Rest(2, 2)]]
    asked = under(*rests, **BED_ALONE, pace="3-4")
    playback = Playback(asked)
    presses = [(seconds(at), getattr(playback, name)) for at, name in presses]
    sound = listen(playback, *presses)[: -seconds(3)]
    assert len(sound) > seconds(12)
    plain = whole(under([Rest(30, 30)], **BED_ALONE, pace="3-4"))[: len(sound)]
    assert np.abs(sound - plain).max() < 1e-4


@pytest.mark.usefixtures("unanswered")
@pytest.mark.parametrize("voice", ["none", "espeak"])
def test_another_tone_does_not_make_it_jump(voice, under):
    session = under([Rest(4, 4)], tone="bowl", voice=voice, pace="3-4")
    playback = Playback(session)
    sound = listen(playback, (seconds(2), playback.next_tone))
    assert playback.session.mix.tone == "none"
    bed = sound[seconds(7) : seconds(14)]
    assert np.abs(np.diff(level(bed))).max() < 1.5


@pytest.mark.usefixtures("unanswered")
def test_another_tone_while_a_line_sounds_leaves_it_as_it_was(file):
    """Where the next breath begins, in the midst of a line, a sine has no corner."""
    lines = talk("a", seconds=6, anchor="out"), [Rest(3, 3)]

    def heard(bed):
        options = {"words": Words(loud=False), "tone": "bowl", "pace": "3-4"}
        playback = Playback(session_of(*lines, bed=bed, **options))
        return listen(playback, (seconds(2), playback.next_tone))

    bed = heard(file(sine(-20, 6, 220, RATE))) - 10 ** (-3 / 20) * heard(None)
    begins = slice(seconds(7) - 100, seconds(7) + 100)
    before = slice(seconds(6), seconds(7) - 200)
    assert 0.001 < np.abs(bed[before]).max() < 0.1
    assert kink(bed[begins]) < 2 * kink(bed[before]) + 1e-6


@pytest.mark.usefixtures("unanswered")
def test_after_a_pause_it_goes_on_where_it_was(under):
    playback = Playback(under([Rest(6, 6)], **BED_ALONE, pace="3-4"))
    asked = [(seconds(at), playback.toggle_pause) for at in (5, 8)]
    sound = listen(playback, *asked)
    plain = whole(under([Rest(6, 6)], **BED_ALONE, pace="3-4"))
    later, before = sound[seconds(9) : seconds(12)], plain[seconds(6.3) : seconds(9.3)]
    assert np.abs(later - before).max() < 1e-4
