"""Recording as a person does it: at a terminal, by a microphone that hears what is played."""

import json
import re
import shlex
import subprocess
from contextlib import contextmanager

import numpy as np
import pexpect
import pytest
import soundfile
import soxr
import speaking
from rig import ended
from running import COMMAND, run

RATE = 48000

LINES = ("Now let it go.", "Feel the floor.", "And rest.")

SCRIPT = "---\npace: 3-4\n---\n\n{}\n"

LISTEN, SPEAK, HEARD = "You will hear one line at a time", "Speak now", "space keeps it"


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """A file for each line, by a voice that the product doesn't choose itself, and its sound."""
    folder, made = tmp_path_factory.mktemp("spoken"), {}
    clips = speaking.spoken("espeak:f2", *LINES, rate=150)
    for number, (line, clip) in enumerate(zip(LINES, clips, strict=True)):
        sound = soxr.resample(*clip, RATE)
        sound *= np.float32(0.4 / np.abs(sound).max())
        soundfile.write(folder / f"{number}.wav", sound, RATE, "FLOAT")
        made[line] = folder / f"{number}.wav", sound
    return made


@pytest.fixture
def script(tmp_path):
    return script_of(tmp_path, LINES)


def script_of(folder, lines):
    path = folder / "mine.md"
    path.write_text(SCRIPT.format("\n\n".join(lines)))
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
    def at(self, *arguments, env=None):
        """A terminal with the command, and its settings before and after."""
        command = shlex.join([*COMMAND, "record", *map(str, arguments), "--into", str(self.into)])
        script = f"trap : INT; stty -a; echo BEGIN; {command}; echo RC=$?; stty -a"
        terminal = pexpect.spawn(
            "sh",
            ["-c", script],
            env=env or self.rig.env,
            encoding="utf-8",
            timeout=20,
            dimensions=(24, 200),
        )
        try:
            terminal.expect_exact("BEGIN")
            self.before = terminal.before.split()
            yield terminal
        finally:
            terminal.close(force=True)

    def ended(self, terminal):
        """Wait for the end; return the exit code and what was written, the terminal as before."""
        _, wrote = ended(terminal)
        code, _, after = wrote.rpartition("RC=")[2].partition("\n")
        assert after.split() == self.before
        return int(code), wrote

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
    sums = np.concatenate([[0], np.cumsum(heard**2)])
    energy = np.maximum(sums[len(sound) :] - sums[: -len(sound)], 1e-3) * (sound**2).sum()
    alike = product(heard, sound)[len(sound) - 1 : len(heard)] / np.sqrt(energy)
    places = np.flatnonzero(alike > 0.9)
    return len(places) and 1 + np.count_nonzero(np.diff(places) > RATE // 2)


def test_what_is_said_after_a_line_is_played_back_and_heard_in_the_session(
    person, spoken, tmp_path
):
    script, (file, sound) = script_of(tmp_path, LINES[:2]), spoken[LINES[0]]
    with person.rig.recording() as recording, person.at(script) as terminal:
        terminal.expect_exact(LISTEN)
        terminal.send(" ")  # that is known
        terminal.expect_exact(f"1/2  {LINES[0]}")
        terminal.expect_exact(SPEAK)
        person.say(file)
        terminal.expect_exact(HEARD)  # it has ended by itself
        recording.until_heard(recording.seconds + len(sound) / RATE + 1)
        terminal.send(" ")
        terminal.expect_exact(f"2/2  {LINES[1]}")
        terminal.send("q")
        code, wrote = person.ended(terminal)
    assert code == 0
    assert f"{person.into}: 1 of 2 lines recorded" in wrote
    assert times_heard(recording, sound) == 2  # said, and played back
    assert person.index == {LINES[0]: "now-let-it-go.wav"}
    made = soundfile.info(person.into / "now-let-it-go.wav")
    assert (made.channels, made.subtype) == (1, "PCM_24")

    out, plan = person.into / "out.wav", person.into / "plan.json"
    voice = ("--voice", f"recorded:{person.into},espeak", "--tone", "none", "--polish", "off")
    done = run("export", script, *voice, "-o", out, "--subtype", "float", "--plan", plan)
    assert done.returncode == 0, done.stderr
    assert f"recorded:{person.into}" in done.stdout
    assert "espeak" in done.stdout
    session, _ = soundfile.read(out, dtype="float32")
    placed = {line["text"]: line for line in json.loads(plan.read_text())["lines"]}
    there = session[placed[LINES[0]]["start"] : placed[LINES[0]]["end"], 0]
    alike, later = like(there, sound)
    assert alike > 0.8
    assert abs(later) < 0.01 * RATE
    there = session[placed[LINES[1]]["start"] : placed[LINES[1]]["end"], 0]
    assert np.abs(there).max() > 0.05
    assert like(there, spoken[LINES[1]][1])[0] < 0.5  # another voice


def test_it_goes_on_where_it_stopped_and_asks_again_for_what_has_changed_or_is_no_good(
    person, script, spoken, tmp_path
):
    loud = tmp_path / "loud.wav"
    soundfile.write(loud, np.clip(8 * spoken[LINES[1]][1], -1, 1), RATE)
    person.into.mkdir()
    index = {LINES[0]: "a.wav", "Feel the ground.": "b.wav"}
    (person.into / "lines.json").write_text(json.dumps(index))
    for name in index.values():
        (person.into / name).write_bytes(spoken[LINES[0]][0].read_bytes())
    before = {name: (person.into / name).read_bytes() for name in index.values()}
    with person.at(script, "--voice", "none") as terminal:
        terminal.expect_exact(f"2/3  {LINES[1]}")
        terminal.expect_exact("You recorded: Feel the ground.")
        terminal.expect_exact(SPEAK)
        person.say(loud)
        terminal.send(" ")
        terminal.expect_exact("it is too loud and distorted: turn the microphone down")
        terminal.expect_exact(HEARD)
        terminal.send("r")
        terminal.expect_exact(SPEAK)
        person.say(spoken[LINES[1]][0])
        terminal.send(" ")
        terminal.expect_exact(HEARD)
        terminal.send(" ")
        terminal.expect_exact(f"3/3  {LINES[2]}")
        kept, rate = soundfile.read(person.into / "feel-the-floor.wav")
        assert like(soxr.resample(kept, rate, RATE), spoken[LINES[1]][1])[0] > 0.9
        assert person.index == {**index, LINES[1]: "feel-the-floor.wav"}
        terminal.expect_exact(SPEAK)
        terminal.send("s")
        code, wrote = person.ended(terminal)
    assert code == 0
    assert "2 of 3 lines recorded" in wrote
    assert {name: (person.into / name).read_bytes() for name in before} == before
    assert sorted(path.name for path in person.into.iterdir()) == [
        *before, "feel-the-floor.wav", "lines.json"
    ]  # fmt: skip


def test_a_silent_microphone_is_told_and_ctrl_c_leaves_all_as_it_was(person, script):
    with person.at(script, "--voice", "none") as terminal:
        terminal.expect_exact(SPEAK)
        terminal.send(" ")
        terminal.expect_exact("Not kept: nothing was heard. Is the microphone muted")
        terminal.send(" ")
        terminal.expect_exact(SPEAK)
        terminal.send("\x03")
        code, wrote = person.ended(terminal)
    assert code == 130
    assert "0 of 3 lines recorded" in wrote
    assert not person.into.exists()


def test_a_take_that_can_not_be_kept_is_told_aloud_too(person, script, spoken):
    (person.into / "now-let-it-go.wav").mkdir(parents=True)
    with person.rig.recording() as recording, person.at(script) as terminal:
        terminal.expect_exact(LISTEN)
        terminal.send(" ")
        terminal.expect_exact(SPEAK)
        person.say(spoken[LINES[0]][0])
        terminal.expect_exact(HEARD)
        recording.until_silent()
        before = recording.frames
        terminal.send(" ")
        code, wrote = person.ended(terminal)
    assert code == 1
    assert "0 of 3 lines recorded" in wrote
    assert "can't write" in wrote
    assert "now-let-it-go.wav: it is a folder" in wrote
    said = recording.all()[before:]
    loud = np.abs(said[: len(said) // 4800 * 4800]).reshape(-1, 9600).max(axis=1) > 0.01
    assert np.count_nonzero(loud) > 15, "more than the sign that answers the key: a sentence"
    assert not list(person.into.glob(".*"))


def test_without_a_microphone_it_says_what_to_do(person, script, deaf):
    with person.at(script, env=deaf) as terminal:
        code, wrote = person.ended(terminal)
    assert code == 1
    assert "there is no microphone" in wrote
    assert "--from FILES" in wrote
    assert not person.into.exists()


def test_a_microphone_that_is_not_there_is_answered_with_those_that_are(person, script):
    with person.at(script, "--device", "nothing") as terminal:
        code, wrote = person.ended(terminal)
    assert code == 1
    assert re.search(r"'nothing' is not a microphone.*the microphones are: '", wrote)
