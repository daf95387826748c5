"""The parts of a session as files: together they are the session, and each is nothing else."""

import errno
import os
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_guide.errors import OutputError, RequestError
from voice_guide.output.formats import Form
from voice_guide.output.stems import with_stems
from voice_guide.output.wav import packed
from voice_guide.scripting.model import Line
from voice_guide.session import open_session

SCRIPT = """---
title: Parts
pace: 2-3
---

[bell]

Breathe in, and let it go.

[1 breath]

[bell]

Now rest.
"""
RATE = 16000
NAMES = ("tone", "bed", "bells", "voice")


@pytest.fixture(scope="module")
def rain(tmp_path_factory):
    """A bed: noise in two channels."""
    path = tmp_path_factory.mktemp("bed") / "rain.wav"
    noise = np.random.default_rng(1).normal(0, 0.1, (3 * RATE, 2))
    soundfile.write(path, noise.astype(np.float32), RATE)
    return str(path)


def exported(folder, subtype="16", suffix=".wav", script=SCRIPT, louder=1, **how):
    """Export with stems; returns the session."""
    profile = how.pop("profile", None)
    session = open_session(
        script, profile=profile, **{"sample_rate": RATE, "voice": "espeak", **how}
    )
    session.speak()
    said = session.clips.samples
    vars(session.clips)["samples"] = lambda line: said(line) * np.float32(louder)
    vars(session.clips)["calm"] = lambda _line: None
    target = folder / f"s{suffix}"
    session.export(target, stems=True, subtype=subtype, overwrite=True)
    return session


def read(folder, bits):
    """Return the mix, and each part by its name, in steps of their samples."""
    full = 2 ** (bits - 1)
    files = {name: folder / f"s.{name}.wav" for name in NAMES}
    mix, *parts = (
        np.rint(soundfile.read(path, dtype="float64")[0] * full).astype(int)
        for path in (folder / "s.wav", *files.values())
    )
    return mix, dict(zip(files, parts, strict=True))


@pytest.mark.parametrize(
    ("bits", "how"),
    [
        (16, {}),
        (24, {}),
        (16, {"night": True, "mono": True}),
        (24, {"profile": "acx"}),
        (24, {"louder": 40}),
        (24, {"voice": "none", "tone": "pad"}),
        (24, {"tone": "none", "sample_rate": 44100}),
    ],
)
def test_they_add_up_to_the_mix_within_a_step(tmp_path, rain, bits, how):
    bed = {} if "profile" in how else {"bed": rain}
    session = exported(tmp_path, str(bits), **how, **bed)
    mix, parts = read(tmp_path, bits)
    assert len(mix) == session.plan().frames
    assert np.abs(sum(parts.values()) - mix).max() <= 1
    if "louder" in how:  # the guard has turned it down, and its parts with it
        assert session.mended.loud
        assert np.abs(mix).max() < 2 ** (bits - 1)


def test_in_floating_point_they_do_so_too(tmp_path, rain):
    exported(tmp_path, "float", bed=rain)
    mix, _ = soundfile.read(tmp_path / "s.wav")
    parts = [soundfile.read(tmp_path / f"s.{name}.wav")[0] for name in NAMES]
    assert np.abs(sum(parts) - mix).max() <= 2**-23


def test_each_is_silent_but_for_its_own(tmp_path):
    session = exported(tmp_path)
    plan, (_, parts) = session.plan(), read(tmp_path, 16)
    said = np.zeros(plan.frames, bool)
    rung = said.copy()
    for _, cue in plan.cues():
        (said if isinstance(cue.item, Line) else rung)[cue.start : cue.end] = True
    assert not parts["bed"].any()
    assert parts["tone"].any()
    for name, own in (("voice", said), ("bells", rung)):
        assert parts[name][own].any()
        assert not parts[name][~own].any()


def test_the_tone_makes_room_for_words_as_in_the_mix(tmp_path):
    session = exported(tmp_path, tone="pad")
    _, parts = read(tmp_path, 16)
    cue = next(cue for _, cue in session.plan().cues() if isinstance(cue.item, Line))
    middle = (cue.start + cue.end) // 2
    under, before = (parts["tone"][at - RATE // 4 : at + RATE // 4] for at in (middle, RATE))
    assert np.std(under) < np.std(before) / 2


def test_without_a_sample_format_of_the_file_they_have_24_bits(tmp_path):
    exported(tmp_path, None, ".mp3")
    assert {soundfile.info(tmp_path / f"s.{name}.wav").subtype for name in NAMES} == {"PCM_24"}


def test_longer_sessions_take_no_more_memory(tmp_path):
    highest = []
    for breaths in (8, 64):
        script = f"---\npace: 2-3\n---\n\n[{breaths} breaths]\n"
        session = open_session(script, sample_rate=RATE, voice="none")
        tracemalloc.start()
        session.export(tmp_path / f"{breaths}.wav", stems=True)
        highest.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert highest[1] < 1.2 * highest[0]


def test_they_need_a_file_that_they_are_named_after(tmp_path):
    session = open_session(SCRIPT, voice="none")
    with pytest.raises(RequestError, match="stems are named after the sound's file"):
        session.export("-", stems=True)


def test_where_they_have_no_room_nothing_is_made_and_the_one_is_named(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=3_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(OutputError, match=r"s\.tone\.wav: No space left on device \(\d+ MB"):
        exported(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_past_4_gib_they_are_rf64_with_the_same_sound(tmp_path, monkeypatch):
    exported(tmp_path)
    _, usual = read(tmp_path, 16)
    monkeypatch.setattr("voice_guide.output.stems.LARGEST_WAV", 1024)
    exported(tmp_path)
    _, large = read(tmp_path, 16)
    for name in NAMES:
        assert (tmp_path / f"s.{name}.wav").read_bytes()[:4] == b"RF64"
        assert np.array_equal(large[name], usual[name])


@pytest.mark.parametrize("full", NAMES)
def test_the_one_that_cannot_be_written_is_named(tmp_path, monkeypatch, full):
    """The disk fills up while the second block of one of them is written."""
    parts = {Path(name): tmp_path / name for name in NAMES}
    left = iter([True] * (len(NAMES) + NAMES.index(full)))

    def writing(*sound):
        if not next(left, False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return packed(*sound)

    monkeypatch.setattr("voice_guide.output.stems.packed", writing)
    session = open_session(SCRIPT, sample_rate=RATE, voice="none")
    blocks, form = session.blocks(4096, stems=True), Form(".wav", "WAV", "PCM_16", "", 0)
    with pytest.raises(OutputError, match=f"{full}: No space left"):
        list(with_stems(blocks, parts, form, session.plan()))
