"""Sound files that are damaged, unfinished, endless or of no use, for every reader of them."""

import contextlib
import os
import resource
from functools import partial

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from running import run
from sounds import noise, sine, write

from voice_guide.audio.soundfiles import BadSoundError, open_sound
from voice_guide.errors import AudioError, RequestError
from voice_guide.sound.bed import open_bed
from voice_guide.voices.prepare import BadSpeechError, decode

RATE = 16000
LINE = "Let your feet find the floor."


@pytest.fixture
def at(tmp_path):
    return tmp_path / "sound.wav"


def read(path, **options):
    with open_sound(path) as sound:
        return np.concatenate([np.zeros((0, sound.channels)), *sound.blocks(**options)])


def header(rate, samples, channels=1):
    """A WAV whose header says what it is told to say."""
    size, wide = 2 * samples * channels, channels * 2
    parts = (1).to_bytes(2, "little"), channels.to_bytes(2, "little"), rate.to_bytes(4, "little")
    form = b"".join(parts) + (rate * wide & 0xFFFFFFFF).to_bytes(4, "little")
    form += wide.to_bytes(2, "little") + (16).to_bytes(2, "little")
    data = b"data" + size.to_bytes(4, "little") + bytes(size)
    body = b"WAVEfmt " + len(form).to_bytes(4, "little") + form + data
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def without_length(path, seconds=6):
    """Write an MP3 of a varying bit rate, and leave out the frame that says how long it is."""
    sound = np.concatenate([0.001 * noise(-20, seconds / 2, 44100), noise(-20, seconds / 2, 44100)])
    with soundfile.SoundFile(
        path, "w", 44100, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="VARIABLE"
    ) as file:
        file.write(sound)
    data = path.read_bytes()
    first = data.index(b"\xff\xfb")
    path.write_bytes(data[data.index(b"\xff\xfb", first + 200) :])
    return path


# --- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff", "caf", "w64", "au"])
def test_what_is_whole_is_read_to_its_end(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, sine(-12, 3, 440, 44100), 44100)
    sound = read(path)
    assert len(sound) == 3 * 44100
    assert np.abs(sound[:, 0] - sine(-12, 3, 440, 44100)).max() < 0.02


@examples(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 9000), min_size=1, max_size=3), st.integers(0, 20000))
def test_blocks_and_stretches_agree(tmp_path_factory, sizes, start):
    path = write(tmp_path_factory.mktemp("a") / "a.wav", noise(-20, 1, RATE), RATE)
    whole = read(path)
    assert all(np.array_equal(read(path, frames=size), whole) for size in sizes)
    with open_sound(path) as sound:
        assert np.array_equal(sound.stretch(start, 500), whole[start : start + 500])


def test_an_mp3_that_does_not_say_how_long_it_is_is_read_to_its_end(tmp_path):
    path = without_length(tmp_path / "a.mp3")
    assert abs(soundfile.info(path).duration - 6) > 1, "libsndfile guesses right: no test"
    whole = read(path)
    assert len(whole) / 44100 == pytest.approx(6, abs=0.1)
    with open_sound(path) as sound:
        assert sound.seconds is None
        assert np.array_equal(sound.stretch(200_000, 500), whole[200_000:200_500])
    assert open_bed(str(path), 44100).frames == len(whole)
    assert "0:06, 44100 Hz" in run("analyse", path).stdout
    with open_sound(path.read_bytes()) as sound:
        assert len(sound.mono(7)) == len(whole)
        with pytest.raises(BadSoundError, match=r"is longer than 0:05"):
            sound.mono(5)


def test_an_mp3_that_says_two_things_of_its_channels_is_told(tmp_path):
    path = without_length(tmp_path / "a.mp3")
    data = bytearray(path.read_bytes())
    data[3] &= 0x3F  # its first frame is stereo, all others are mono
    path.write_bytes(data)
    with pytest.raises(BadSoundError, match="two sample rates, or numbers of channels"):
        read(path)


def test_nothing_is_left_open_when_reading_stops_early(tmp_path):
    path = without_length(tmp_path / "a.mp3")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(3):
        with open_sound(path) as sound:
            next(sound.blocks())
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before


def test_a_stream_whose_end_was_not_known_is_read(at):
    write(at, noise(-20, 1, RATE), RATE, "PCM_16", 1)
    data = at.read_bytes()
    there = data.index(b"data") + 4
    at.write_bytes(data[:4] + b"\xff" * 4 + data[8:there] + b"\xff" * 4 + data[there + 4 :])
    assert len(read(at)) == RATE


# --- what is not whole ------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["wav", "aiff", "rf64", "w64", "au"])
@pytest.mark.parametrize("part", [0.25, 0.5, 0.9])
def test_what_is_cut_is_told_with_what_is_there(suffix, part, tmp_path):
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, noise(-20, 6, RATE), RATE)
    path.write_bytes(path.read_bytes()[: round(part * path.stat().st_size)])
    with pytest.raises(BadSoundError, match=rf"is cut short: {6 * part:.1f} of 6\.0 s are there"):
        read(path)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "caf"])
def test_what_is_cut_is_never_taken_as_whole(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, noise(-20, 6, RATE), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadSoundError, match=r"is cut short|can't be read"):
        read(path)


def test_half_a_sample_at_the_end_is_left_out(at):
    write(at, noise(-20, 1, RATE), RATE, "PCM_16", 1)
    data = at.read_bytes()
    there = data.index(b"data") + 4
    at.write_bytes(data[:there] + (2 * RATE - 1).to_bytes(4, "little") + data[there + 4 : -1])
    assert len(read(at)) == RATE - 1


def test_a_recording_that_was_never_finished_is_told(at):
    write(at, noise(-20, 3, RATE), RATE, "PCM_16", 1)
    data = at.read_bytes()
    there = data.index(b"data") + 4
    at.write_bytes(data[:4] + bytes(4) + data[8:there] + bytes(4) + data[there + 4 :])
    with pytest.raises(BadSoundError, match="was never finished"):
        read(at)


# --- what is no sound -------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [1, 8, 16, 17, 999, 768_001, 2_147_483_647])
def test_no_reader_takes_a_rate_that_is_none(rate, tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(header(rate, 4000))
    for reader in (read, lambda path: open_bed(str(path), 48000)):
        with pytest.raises(BadSoundError, match=f"has a sample rate of {rate} Hz"):
            reader(path)
    with pytest.raises(BadSpeechError, match=f"has a sample rate of {rate} Hz"):
        decode(LINE, path.read_bytes())


@pytest.mark.parametrize("rate", [1000, 3999, 768_000])
def test_rates_at_the_ends_make_a_bed(rate, at):
    write(at, noise(-20, 2.5, rate), rate, "PCM_16", 1)
    sound = open_bed(str(at), 48000).stream().read(96_000)
    assert np.abs(sound).max() < 1


@pytest.mark.parametrize("where", [0, 30_000, -1])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        (np.nan, "not numbers"),
        (np.inf, "not numbers"),
        (-np.inf, "not numbers"),
        (1e20, "has samples as high as 1e[+]20, where 1 is full scale"),
        (-30000.0, "has samples as high as 3e[+]04"),
    ],
)
def test_one_sample_that_is_none_is_found_by_every_reader(value, why, where, at):
    sound = noise(-20, 3, RATE)
    sound[where] = value
    write(at, sound, RATE)
    for reader in (read, lambda path: open_bed(str(path), 48000)):
        with pytest.raises(AudioError, match=why):
            reader(at)
    with pytest.raises(BadSpeechError, match=why):
        decode(LINE, at.read_bytes())
    done = run("analyse", at)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Warning" not in done.stderr


def test_too_many_channels_are_refused(at):
    at.write_bytes(header(48000, 100, 65))
    with pytest.raises(BadSoundError, match="has 65 channels; it can have at most 64"):
        read(at)


@examples(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["WAV", "AIFF", "W64", "FLAC", "OGG", "MP3", "AU", "RF64"]),
    flips=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=6),
    keep=st.floats(0, 1),
)
def test_whatever_is_in_a_file_its_samples_are_sound(kind, flips, keep, tmp_path_factory):
    path = tmp_path_factory.mktemp("a") / "a.bin"
    soundfile.write(path, noise(-20, 0.1, RATE), RATE, format=kind)
    data = bytearray(path.read_bytes())
    for place, value in flips:
        data[place % len(data)] = value
    path.write_bytes(data[: round(keep * len(data))])
    with contextlib.suppress(BadSoundError):
        assert np.abs(read(path, longest_seconds=10)).max(initial=0) <= 1000


# --- what is no file --------------------------------------------------------------------------


@pytest.fixture(params=["fifo", "device", "link to a device", "folder", "nothing", "zero"])
def no_file(request, tmp_path):
    path = tmp_path / "let-your-feet-find-the-floor.wav"
    if request.param == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("there are no named pipes")
        os.mkfifo(path)
    elif request.param == "device":
        path = "/dev/zero"
    elif request.param == "link to a device":
        path.symlink_to("/dev/zero")
    elif request.param == "folder":
        path.mkdir()
    elif request.param == "zero":
        path = "a\0b.wav"
    return path


def test_what_is_no_file_is_refused_at_once(no_file):
    """And is not even opened: one would wait, another never end."""
    for reader in (read, lambda path: open_bed(str(path), 48000)):
        with pytest.raises(RequestError):
            reader(no_file)


def little_memory(size=2_000_000_000):
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no /dev/zero")
def test_a_recording_that_is_a_device_takes_no_memory(tmp_path):
    script = tmp_path / "a.md"
    script.write_text(LINE)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "let-your-feet-find-the-floor.wav").symlink_to("/dev/zero")
    options = ("--voice", f"recorded:{folder}", "-o", tmp_path / "o.wav")
    done = run("export", script, *options, preexec_fn=partial(little_memory))
    assert done.returncode == 1
    assert "is not a file, but a device or a pipe" in done.stderr
    done = run("record", script, "--into", tmp_path / "new", "--from", folder)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_a_bed_of_an_enormous_rate_takes_no_memory(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(header(2_147_483_647, 1000))
    options = ("--voice", "none", "--bed", path, "-o", tmp_path / "o.wav")
    done = run("export", "one-minute-pause", *options, preexec_fn=partial(little_memory))
    assert done.returncode == 1
    assert "has a sample rate of 2147483647 Hz" in done.stderr
    assert not (tmp_path / "o.wav").exists()


# --- direct current ---------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [0.005, -0.3])
def test_direct_current_of_a_bed_is_taken_out(offset, at):
    """However soft the recording is, and however much louder it is made."""
    write(at, 0.005 * sine(-12, 5, 301, RATE) + offset, RATE)
    clean = at.with_name("clean.wav")
    write(clean, 0.005 * sine(-12, 5, 301, RATE), RATE)
    beds = [open_bed(str(path), RATE) for path in (at, clean)]
    assert beds[0].lufs == pytest.approx(beds[1].lufs, abs=0.1)
    assert beds[0].peak == pytest.approx(beds[1].peak, rel=0.05)
    sound = beds[0].stream().read(12 * RATE)
    assert np.abs(sound.mean(axis=0)).max() < 0.01 * np.abs(sound).max()
