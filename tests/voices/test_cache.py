"""Clips kept between runs."""

import contextlib
import json
import os
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest
from disks import limit_files
from hypothesis import given
from hypothesis import strategies as st
from running import run, start

from voice_guide.voices.cache import ClipCache, Head, key_of

CLIP = np.sin(np.arange(60, dtype=np.float32))
KEY = key_of(text="That's enough.")
NOTE = {"words": [["That's", 0], ["enough…", 480]]}


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def cache(tmp_path):
    return ClipCache(tmp_path / "clips")


@pytest.fixture
def entry(cache, tmp_path):
    """The file of a clip."""
    cache.put(KEY, CLIP)
    (path,) = files(tmp_path)
    return path


@given(st.lists(st.floats(-1000, 1000, width=32), min_size=1, max_size=50))
def test_what_is_put_is_what_another_run_gets(tmp_path_factory, samples):
    folder, clip = tmp_path_factory.mktemp("clips"), np.array(samples, np.float32)
    ClipCache(folder).put(KEY, clip)
    found = ClipCache(folder).get(KEY)
    assert found is not None
    assert found.dtype == np.float32
    assert np.array_equal(found, clip)


def test_what_was_never_put_is_absent(cache):
    assert cache.get(KEY) is None


@given(st.binary(max_size=40), st.integers(0, 60), st.booleans())
def test_a_note_is_what_was_noted_or_absent(tmp_path_factory, damage, at, cut):
    cache = ClipCache(tmp_path_factory.mktemp("clips"))
    cache.put_note(KEY, NOTE)
    assert cache.note(KEY) == NOTE
    (path,) = files(cache._folder)
    data = path.read_bytes()
    damaged = data[:at] + damage + data[at if cut else at + len(damage) :]
    path.write_bytes(damaged)
    assert cache.note(KEY) == (NOTE if damaged == data else None)


def test_any_flipped_bit_makes_an_entry_absent(cache, entry):
    data = entry.read_bytes()
    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 8
        entry.write_bytes(flipped)
        assert cache.get(KEY) is None
    entry.write_bytes(data)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_an_entry_that_is_cut_short_or_too_long_is_absent(cache, entry):
    data = entry.read_bytes()
    for length in range(len(data)):
        entry.write_bytes(data[:length])
        assert cache.get(KEY) is None
    for tail in (b"\0", bytes(4), data):
        entry.write_bytes(data + tail)
        assert cache.get(KEY) is None


def test_an_entry_that_can_not_be_read_is_absent_and_kept_in_memory_when_made_again(cache, entry):
    entry.unlink()
    entry.mkdir()
    (entry / "in the way").touch()
    assert cache.get(KEY) is None
    cache.put(KEY, CLIP)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_its_head_tells_how_long_a_clip_is(cache, entry):
    assert cache.head(KEY) == Head(len(CLIP))
    data = entry.read_bytes()
    for other in (b"", data[:4], data[:-1], data + b"\0", bytes(len(data)), data[:4] + data):
        entry.write_bytes(other)
        assert cache.head(KEY) is None
    entry.unlink()
    assert cache.head(KEY) is None


@pytest.mark.parametrize("rooms", [None, 0, 1, 2, 3, 4])
def test_and_in_how_many_rooms_it_is_calm(rooms, cache):
    cache.put(KEY, CLIP, rooms)
    assert cache.head(KEY) == Head(len(CLIP), rooms)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_a_damaged_entry_is_replaced(cache, entry):
    entry.write_bytes(b"damaged")
    cache.put(KEY, CLIP)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_nothing_but_the_entry_is_left(cache, entry, tmp_path):
    assert files(tmp_path) == [entry]


@pytest.mark.parametrize("interruption", [OSError, KeyboardInterrupt])
def test_an_entry_is_there_whole_or_not_at_all(cache, tmp_path, monkeypatch, interruption):
    def interrupted(*_):
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr("voice_guide.voices.cache.os.replace", interrupted)
        with contextlib.suppress(KeyboardInterrupt):
            cache.put(KEY, CLIP)
    assert files(tmp_path) == []
    assert ClipCache(tmp_path / "clips").get(KEY) is None


def test_a_folder_that_can_not_be_made_keeps_clips_in_memory(tmp_path):
    (tmp_path / "clips").write_text("a file is in the way")
    cache = ClipCache(tmp_path / "clips")
    cache.put(KEY, CLIP)
    kept = cache.get(KEY)
    assert kept is not None
    assert np.array_equal(kept, CLIP)
    assert ClipCache(tmp_path / "clips").get(KEY) is None


def test_a_full_disk_keeps_clips_in_memory_and_leaves_nothing(tmp_path):
    """A process that may write no file larger than 1000 bytes; the clip has 2000."""
    script = f"""
from pathlib import Path
import numpy as np
from voice_guide.voices.cache import ClipCache
cache = ClipCache(Path({str(tmp_path)!r}))
cache.put({KEY!r}, np.ones(500, np.float32))
assert cache.get({KEY!r}).sum() == 500
"""
    limit = partial(limit_files, 1000)
    subprocess.run([sys.executable, "-c", script], check=True, preexec_fn=limit)
    assert files(tmp_path) == []


@pytest.mark.slow
def test_two_processes_at_once_leave_a_whole_entry(tmp_path):
    script = f"""
import sys
from pathlib import Path
import numpy as np
from voice_guide.voices.cache import ClipCache
cache = ClipCache(Path({str(tmp_path)!r}))
sys.stdin.readline()
for _ in range(200):
    cache.put({KEY!r}, np.full(20_000, int(sys.argv[1]), np.float32))
    assert len(set(cache.get({KEY!r}))) == 1
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", script, number], stdin=subprocess.PIPE)
        for number in "12"
    ]
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    for writer in writers:
        writer.stdin.close()
    assert len(files(tmp_path)) == 1
    kept = ClipCache(tmp_path).get(KEY)
    assert kept is not None
    assert set(kept) in ({1.0}, {2.0})


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2) | st.text("ab", max_size=2)))
def test_keys_are_equal_only_when_everything_is(identity):
    assert key_of(**identity) == key_of(**dict(reversed(identity.items())))
    for name in identity:
        assert key_of(**identity) != key_of(**{**identity, name: "another"})
        assert key_of(**identity) != key_of(**{n: v for n, v in identity.items() if n != name})


# What may go


def used(cache, name, hours_ago):
    """Put a clip that was used last so long ago; 248 bytes of it."""
    key = key_of(text=name)
    cache.put(key, CLIP)
    path = cache._path(key)
    then = path.stat().st_mtime - 3600 * hours_ago
    os.utime(path, (then, then))
    return key


def test_what_was_used_least_recently_goes_first(cache):
    keys = [used(cache, str(hours), hours) for hours in (5, 2, 9, 3)]
    cache.shrink(2 * 248)
    assert [cache.get(key) is not None for key in keys] == [False, True, False, True]
    assert cache.size() == (2, 2 * 248)


def test_using_a_clip_keeps_it(cache):
    old, older = used(cache, "old", 5), used(cache, "older", 9)
    cache.get(older)
    cache.shrink(248)
    assert cache.get(older) is not None
    assert cache.get(old) is None


def test_what_is_in_use_stays_whatever_the_limit(cache):
    mine, recent, other = used(cache, "mine", 9), used(cache, "recent", 0.5), used(cache, "x", 5)
    cache.shrink(1, keep=[mine])
    assert [cache.get(key) is not None for key in (mine, recent, other)] == [True, True, False]


def test_what_an_interrupted_process_left_is_cleared_away(cache, entry):
    part = entry.with_suffix(".part")
    part.touch()
    cache.shrink(10**9)
    assert part.exists()  # it may still be written
    os.utime(part, (0, 0))
    cache.shrink(10**9)
    assert not part.exists()
    assert entry.exists()


@pytest.mark.slow
def test_two_processes_that_shrink_a_cache_at_once_do_no_harm(cache, tmp_path):
    script = f"""
import sys
from pathlib import Path
from voice_guide.voices import cache as module
module.IN_USE_SECONDS = -1
cache = module.ClipCache(Path({str(tmp_path / "clips")!r}))
sys.stdin.readline()
for _ in range(20):
    cache.shrink(0)
    for number in range(50):
        cache.put(module.key_of(text=str(number)), module.np.ones(100, module.np.float32))
        cache.get(module.key_of(text=str(number + 1)))
"""
    both = [subprocess.Popen([sys.executable, "-c", script], stdin=-1) for _ in range(2)]
    for process in both:
        process.stdin.write(b"go\n")
        process.stdin.close()
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert cache.size()[0] <= 100


# By the commands


def test_the_cache_is_shown_and_cleared(guide, folders):
    guide("export", "one-minute-pause", "-o", "a.wav", "--tone", "none")
    told = json.loads(guide("cache", "--json")[1])
    files = list((folders / "cache").rglob("*.clip"))
    assert told["clips"] == len(files) > 3
    assert told["bytes"] == sum(file.stat().st_size for file in files)
    assert told["limit"] == 512_000_000
    assert "0 clips" in guide("cache", "--clear")[1]
    assert not list((folders / "cache").rglob("*.clip"))


def test_what_can_not_be_cleared_is_told(guide, folders):
    in_the_way = folders / "cache" / "voice-guide" / "clips" / "ab" / "c.clip"
    in_the_way.mkdir(parents=True)
    code, _, err = guide("cache", "--clear")
    assert code == 1
    assert f"can't remove {in_the_way}: " in err


@pytest.mark.slow
def test_two_exports_share_a_cache_that_is_cleared_meanwhile(folders):
    options = ("export", "one-minute-pause", "--voice", "espeak", "--tone", "none", "-o")
    assert run(*options, "alone.wav").returncode == 0
    cache = ClipCache(folders / "cache" / "voice-guide" / "clips")
    both = [start(*options, f"{name}.wav") for name in "ab"]
    while any(process.poll() is None for process in both):
        cache.clear()
        time.sleep(0.3)
    for process in both:
        process.communicate()
        assert process.returncode == 0
    first, *others = [(folders / f"{name}.wav").read_bytes() for name in ("alone", "a", "b")]
    assert all(other == first for other in others)
