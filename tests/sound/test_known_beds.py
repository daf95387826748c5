"""What is known of a bed: how far it reaches, measured once for as long as its file is the same."""

from unittest import mock

import numpy as np
import pytest
from listening import RATE
from reaching import assert_reaches_within
from sounds import noise, sine, write

from voice_guide.config import cache_folder
from voice_guide.session import beds
from voice_guide.session.beds import known_bed
from voice_guide.sound.bed import open_bed
from voice_guide.sound.cells import cell_frames
from voice_guide.voices.cache import ClipCache

SECONDS = 6


def sounds(rate):
    """By their names; each begins otherwise than it ends."""
    times = np.arange(SECONDS * rate) / rate
    return {
        "rain": noise(-20, SECONDS, rate),
        "a hum": sine(-15, SECONDS, 50.3, rate),
        "waves": noise(-20, SECONDS, rate) * (0.1 + np.sin(np.pi * times / 4) ** 2),
        "loud ends": noise(-30, SECONDS, rate) * np.where(abs(times - SECONDS / 2) > 2, 8, 1),
        "knocks that meet": knocks_that_meet(rate),
        "a rumble": np.cumsum(noise(-60, SECONDS, rate)) * 0.3,
    }


def knocks_that_meet(rate):
    """One at each end, where it goes over into itself: together they are louder than each."""
    sound = noise(-45, SECONDS, rate)
    frames, slack = len(sound), round(0.05 * rate)
    fade = frames // 4
    for at in (fade // 2, frames - fade - slack // 2 + fade // 2):
        sound[at] = 0.5
    return sound


@pytest.fixture
def file(tmp_path):
    """Writes a sound; returns its path."""
    return lambda sound, rate=RATE: str(write(tmp_path / "bed.wav", sound, rate))


@pytest.mark.parametrize("rate", [RATE, 8000, 44100])
@pytest.mark.parametrize("name", sounds(RATE))
def test_it_reaches_as_far_as_was_measured_however_often_it_goes_round(name, rate, file):
    bed = open_bed(file(sounds(rate)[name], rate), RATE)
    assert_reaches_within(bed.reach, bed.stream().read(4 * SECONDS * RATE), cell_frames(RATE))


def test_what_a_file_has_become_while_it_sounds_reaches_no_higher_than_it_did(file):
    path = file(noise(-20, SECONDS, RATE))
    bed = open_bed(path, RATE)
    stream = bed.stream()
    stream.read(RATE)
    assert stream.reach == bed.reach
    file(10 * noise(-20, SECONDS, RATE))
    highest = np.abs(stream.read(2 * SECONDS * RATE)).max()
    assert highest <= bed.peak * 2**0.5  # where it goes over into itself
    assert not stream.reach.is_within(bed.reach)


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Counts how often a file is measured; none is taken to be changed just now."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(beds, "_SETTLED_SECONDS", -1)
    with mock.patch.object(beds, "open_bed", side_effect=open_bed) as counted:
        yield counted


def test_a_bed_is_measured_when_it_is_used_first(file, measured):
    path = file(noise(-20, SECONDS, RATE) + 0.01)  # with direct current
    first, second = known_bed(path, RATE), known_bed(path, RATE)
    assert measured.call_count == 1
    told, again = dict(vars(first)), dict(vars(second))
    assert told.keys() == again.keys()
    assert np.array_equal(told.pop("offset"), again.pop("offset"))
    assert told == again
    assert np.array_equal(first.stream().read(8 * RATE), second.stream().read(8 * RATE))


def test_and_again_if_it_was_changed_or_is_heard_at_another_rate(file, measured):
    path = file(noise(-20, SECONDS, RATE))
    known_bed(path, RATE)
    known_bed(path, 44100)
    file(noise(-26, SECONDS, RATE))
    changed = known_bed(path, RATE)
    assert measured.call_count == 3
    assert changed.lufs == open_bed(path, RATE).lufs


def test_what_has_been_changed_just_now_is_measured_again(file, measured, monkeypatch):
    monkeypatch.setattr(beds, "_SETTLED_SECONDS", 60)
    path = file(noise(-20, SECONDS, RATE))
    known_bed(path, RATE)
    known_bed(path, RATE)
    assert measured.call_count == 2


def test_so_is_what_comes_and_goes_with_direct_current(file, measured):
    times = np.arange(20 * RATE) / RATE
    path = file(noise(-50, 20, RATE) + np.where(times % 10 > 5, 0.2, 0))
    first, second = known_bed(path, RATE), known_bed(path, RATE)
    assert measured.call_count == 2
    assert len(first.offset) == len(second.offset) > 1


def test_a_note_that_tells_something_else_is_not_believed(file, measured):
    path = file(noise(-20, SECONDS, RATE))
    first = known_bed(path, RATE)
    cache = ClipCache(cache_folder())
    (note,) = cache_folder().rglob("*.note")
    cache.put_note(note.parent.name + note.stem, {"frames": 1})
    assert known_bed(path, RATE).frames == first.frames
    note.write_bytes(note.read_bytes()[:-1])
    assert known_bed(path, RATE).frames == first.frames
    assert measured.call_count == 3


def test_no_file_is_named_in_what_is_kept(file, measured):
    path = file(noise(-20, SECONDS, RATE))
    known_bed(path, RATE)
    (note,) = cache_folder().rglob("*.note")
    assert b"bed" not in note.read_bytes()
    assert note.stat().st_mode & 0o777 == 0o600
