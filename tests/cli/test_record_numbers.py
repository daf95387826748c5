"""The numbers of counted breaths: asked for, taken from files, and heard in the session."""

import json
import re

import numpy as np
import pytest
import soundfile
import soxr
from speaking import spoken

from voice_guide.pace.pace import PRESETS, Pace
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings

RATE = 48000
NUMBERS = [str(number) for number in range(1, 12)]
"""As far as the longest phase of a built-in pace, the 8 of 4-7-8, and three more."""

COUNTING = "---\npace: 3-4\n---\n\nNow let it go.\n\n[count 2 breaths]\n"


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    """A folder of recordings: what COUNTING and a bundled practice say, and the numbers."""
    folder = tmp_path_factory.mktemp("takes")
    lines = ["Now let it go.", *load("one-minute-pause").texts()]
    stems = [*lines, *(f"count {number.zfill(2)}" for number in NUMBERS)]
    clips = spoken("espeak:f2", *lines, *NUMBERS, rate=150)
    for stem, (clip, rate) in zip(stems, clips, strict=True):
        sound = np.float32(0.4 / np.abs(clip).max()) * clip
        soundfile.write(folder / f"{stem.rstrip('.?:')}.wav", sound, rate)
    return folder


@pytest.fixture
def counting(tmp_path):
    path = tmp_path / "counting.md"
    path.write_text(COUNTING)
    return str(path)


@pytest.fixture
def asked_for(guide, tmp_path):
    """What ``record`` asks for, as it tells when there is nothing of it."""
    (tmp_path / "x.wav").touch()

    def asked_for(*arguments):
        where = "--into", str(tmp_path / "nothing"), "--from", str(tmp_path / "x.wav")
        told = guide("record", *arguments, *where)[1]
        return re.findall(r"^ *\d+  (.*)  <-  missing$", told, re.MULTILINE)

    return asked_for


@pytest.mark.parametrize("name", names())
def test_a_practice_that_counts_has_every_word_at_every_built_in_pace(asked_for, name):
    script = load(name)
    lines, counted = asked_for(name), asked_for(name, "--count")
    assert not set(lines) & set(NUMBERS)
    assert counted[: len(lines)] == lines
    for pace in map(Pace.parse, PRESETS.values()):
        if script.holds or not pace.has_holds:
            session = open_session(script, Settings(voice="none", count=True, pace=pace))
            assert {line.text for line in session.numbers()} <= set(counted)


def test_numbers_reach_as_far_as_the_paces_that_are_asked_for(asked_for, counting):
    assert asked_for(counting) == ["Now let it go.", *NUMBERS]
    assert asked_for(counting, "--pace", "5-12.5")[-1] == "16"
    assert asked_for(counting, "--ramp", "20-3:5m")[-1] == "23"


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--minutes=2", "--count"]], ids=["[count]", "--count"])
def test_recorded_numbers_alone_count_the_session(guide, takes, counting, tmp_path, options):
    """Each number that is heard is most like its own recording, of all."""
    script = "one-minute-pause" if options else counting
    into, out, plan = (tmp_path / name for name in ("into", "a.wav", "a.json"))
    counted = options[1:]
    code, told, err = guide("record", script, *counted, "--into", str(into), "--from", str(takes))
    assert "missing" not in told, err
    assert ("--count" in told) == bool(counted)
    sound = ("--tone=none", "--polish=off", "--voice", f"recorded:{into}")
    arguments = ("export", script, *options, *sound, "-o", str(out), "--plan", str(plan))
    code, _, err = guide(*arguments)
    assert (code, err) == (0, "")
    session, _ = soundfile.read(out)
    lines = [line for line in json.loads(plan.read_text())["lines"] if line["text"] in NUMBERS]
    assert len(lines) >= 10
    recordings = {n: _read(takes / f"count {n.zfill(2)}.wav") for n in NUMBERS}
    for line in lines:
        heard = session[line["start"] : line["end"], 0]
        alike = {number: _alike(heard, recording) for number, recording in recordings.items()}
        assert max(alike, key=alike.__getitem__) == line["text"]
        assert alike[line["text"]] > 0.9


def _read(path):
    sound, rate = soundfile.read(path)
    return soxr.resample(sound, rate, RATE)


def _alike(sound, other):
    """How alike two sounds are where they are most, 0 to 1."""
    size = len(sound) + len(other)
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(other, size).conj(), size)
    return product.max() / np.sqrt((sound**2).sum() * (other**2).sum())
