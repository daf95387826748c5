"""Recording as a person does it: at a terminal, by a microphone that hears what is played."""

import json
import os
import subprocess
from contextlib import contextmanager

import numpy as np
import pexpect
import pytest
import soundfile
from rig import ended
from running import COMMAND, run

from voice_guide.voices import open_voice
from voice_guide.voices.prepare import decode

RATE = 48000

LINES = ("Let your feet find the floor.", "Let it go.", "Now rest.")

SCRIPT = "---\npace: 3-4\n---\n\n{}\n"

LISTEN, SPEAK, HEARD = "You will hear", "Speak now", "space keeps it"


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """A file for each line, by a voice that the product doesn't choose itself, and its sound."""
    import soxr

    folder, voice = tmp_path_factory.mktemp("spoken"), open_voice("espeak:f2", "en", 150)
    try:
        answers = list(voice.speak(LINES))
    finally:
        voice.close()
    made = {}
    for number, (line, answer) in enumerate(zip(LINES, answers, strict=True)):
        sound = soxr.resample(*decode(line, answer)[:2], RATE)
        sound *= np.float32(0.4 / np.abs(sound).max())
        soundfile.write(folder / f"{number}.wav", sound, RATE, "FLOAT")
        made[line] = folder / f"{number}.wav", sound
    return made


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text(SCRIPT.format("\n\n".join(LINES)))
    return path


@pytest.fixture
def person(rig, tmp_path):
    return Person(rig, tmp_path / "into")


class Person:
    """Somebody at a terminal, whose voice is what is played to the microphone."""

    def __init__(self, rig, into):
        self.rig = rig
        self.into = into

    @contextmanager
    def at(self, *arguments):
        command, *rest = [*COMMAND, "record", *map(str, arguments), "--into", str(self.into)]
        size = {"dimensions": (24, 200)}
        terminal = pexpect.spawn(
            command, rest, env=self.rig.env, encoding="utf-8", timeout=20, **size
        )
        try:
            yield terminal
        finally:
            terminal.close(force=True)

    def say(self, file):
        """Say what a file has, to its end."""
        subprocess.run(["paplay", file], env=self.rig.pulse.env, check=True)

    @property
    def index(self):
        return json.loads((self.into / "lines.json").read_text())


def like(sound, other):
    """How alike two sounds are where they are most, 0 to 1, and by how many frames."""
    found = product(sound, other)
    at = int(np.argmax(found))
    energy = np.sqrt((sound**2).sum() * (other**2).sum())
    return found[at] / energy, at - len(other) + 1


def product(sound, other):
    """The cross-correlation of two sounds, from the first frames that meet to the last."""
    size = 1 << (len(sound) + len(other)).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.fft.rfft(other[::-1], size)
    return np.fft.irfft(spectrum, size)[: len(sound) + len(other) - 1]


def times_heard(recording, sound):
    """How often a sound occurs, at any level."""
    heard = recording.all()[:, 0].astype(float)
    energy = np.convolve(heard**2, np.ones(1))  # a copy
    sums = np.concatenate([[0], np.cumsum(energy)])
    window = sums[len(sound) :] - sums[: -len(sound)]
    inside = product(heard, sound)[len(sound) - 1 : len(heard)]
    alike = inside / np.sqrt(np.maximum(window, 1e-3) * (sound**2).sum()) > 0.9
    return int(np.count_nonzero(np.diff(np.flatnonzero(alike)) > RATE // 2) + alike.any())


def test_what_is_said_after_each_line_is_played_back_and_heard_in_the_session(
    person, script, spoken
):
    (first, sound), (second, _), (third, _) = (spoken[line] for line in LINES)
    with person.rig.recording() as recording, person.at(script) as terminal:
        terminal.expect_exact(LISTEN)
        terminal.send(" ")  # that is known
        terminal.expect_exact(f"1/3  {LINES[0]}")
        terminal.expect_exact(SPEAK)
        person.say(first)
        terminal.expect_exact(HEARD)  # it has ended by itself
        recording.until_heard(recording.seconds + len(sound) / RATE + 1)
        terminal.send(" ")
        terminal.expect_exact(f"2/3  {LINES[1]}")
        terminal.send(" ")
        terminal.expect_exact(SPEAK)
        person.say(third)
        terminal.send(" ")
        terminal.expect_exact(HEARD)
        terminal.send("r")  # that was the wrong line
        terminal.expect_exact(SPEAK)
        person.say(second)
        terminal.send(" ")
        terminal.expect_exact(HEARD)
        terminal.send(" ")
        terminal.expect_exact(f"3/3  {LINES[2]}")
        terminal.send(" ")
        terminal.expect_exact(SPEAK)
        terminal.send("s")
        code, wrote = ended(terminal)
    assert code == 0
    assert f"2 of 3 lines are recorded in {person.into}" in wrote
    assert times_heard(recording, sound) == 2  # said, and played back
    assert list(person.index) == list(LINES[:2])
    for name in person.index.values():
        made = soundfile.info(person.into / name)
        assert (made.channels, made.subtype) == (1, "PCM_24")

    out, plan = person.into / "out.wav", person.into / "plan.json"
    voice = ("--voice", f"recorded:{person.into},espeak", "--tone", "none")
    done = run("export", script, *voice, "-o", out, "--subtype", "float", "--plan", plan)
    assert done.returncode == 0, done.stderr
    assert f"voice recorded:{person.into} and espeak" in done.stdout
    session, _ = soundfile.read(out, dtype="float32")
    placed = {line["text"]: line for line in json.loads(plan.read_text())["lines"]}
    for line in LINES:
        there = session[placed[line]["start"] : placed[line]["end"], 0]
        alike, later = like(there, spoken[line][1])
        if line in person.index:
            assert alike > 0.95
            assert abs(later) < 0.01 * RATE
        else:
            assert alike < 0.5
