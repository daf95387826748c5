"""A voice that is broken in any way is caught and named, and harms nothing else."""

import contextlib
import json
import sys

import pytest
import soundfile
from running import is_alive, run, wait_until

from voice_guide.errors import SpeechError
from voice_guide.scripting.model import Line
from voice_guide.voices import open_voice, open_voices
from voice_guide.voices.spoken import SpokenClips

SAID = "Let your feet find the floor, and let the breath go slowly out."
LINES = [Line(SAID), Line("For a few breaths, out more slowly than in.")]

# A program that speaks like flite would: a voice-like sound, as long as its words take.
SOUND = """
import math, os, struct, sys, time, wave
text_file, output = sys.argv[1:]
RATE = 16000
def sound(seconds, level=8000):
    beats = [math.sin(0.05 * n) * math.sin(math.pi * 4 * n / RATE) for n in range(RATE)]
    second = b"".join(struct.pack("<h", int(level * value)) for value in beats)
    return (second * (int(seconds) + 1))[: int(seconds * RATE) * 2]
def write(body, rate=RATE, to=output):
    with wave.open(to, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(body)
seconds = 0.2 + 0.1 * len(open(text_file).read().strip())
"""

FAULTS = {
    "crashes": ("sys.exit('out of breath')", "it crashed (exit 1): out of breath"),
    "is killed": ("os.kill(os.getpid(), 9)", "it crashed (exit -9)"),
    "hangs": ("time.sleep(600)", "no answer in 1 s"),
    "is silent": ("write(bytes(int(seconds * 2 * RATE)))", "silent"),
    "says nothing": ("write(b'')", "no sound"),
    "says half": ("write(sound(seconds / 2))", " s for 13 words"),
    "says it twice": ("write(sound(seconds * 2.2))", " s for 13 words"),
    "is cut short": ("write(sound(seconds)); os.truncate(output, 9000)", "cut short"),
    "gives a rate twice too high": ("write(sound(seconds), 2 * RATE)", " s for 13 words"),
    "gives a rate twice too low": ("write(sound(seconds), RATE // 2 + 100)", " s for 13 words"),
    "gives a rate of no use": ("write(sound(seconds), 100)", "100 Hz"),
    "makes noise": ("write(os.urandom(int(seconds * RATE) * 2))", "noise"),
    "never ends": (
        "file = open(output, 'wb')\nwhile True: file.write(bytes(1 << 20))",
        "more than 64 MB",
    ),
    "claims hours": (
        "write(bytes(30_000_000), 8000)",
        "lasts 1875 s",
    ),
    "garbles its header": ("open(output, 'wb').write(b'RIFF????WAVEfmt ' * 99)", "can't be read"),
    "writes text": ("print('Saved.'); open(output, 'w').write('Saved.')", "can't be read"),
    "writes nothing": ("pass", "it wrote no file"),
    "writes to standard output": (
        "sys.stdout.buffer.write(sound(seconds))",
        "leave {output} out of its command",
    ),
    "leaves a folder": ("os.mkdir(output)", "it wrote no file"),
}


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Makes a voice ``command:broken`` of the text of a program."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config" / "voice-guide" / "config.toml"
    config.parent.mkdir(parents=True)

    def program(text, seconds=1, arguments=("{text_file}", "{output}"), before=SOUND, rate=110):
        path = tmp_path / "program.py"
        path.write_text(before + text)
        command = [sys.executable, str(path), *arguments]
        config.write_text(
            f"[voices.broken]\ncommand = {json.dumps(command)}\n"
            f"seconds = {seconds}\nrate = {rate}\n"
        )
        return "command:broken"

    return program


@pytest.fixture
def clips_of(tmp_path):
    with contextlib.ExitStack() as stack:

        def clips_of(names, fallback=False):
            voices, _ = open_voices(names, "en", None, fallback)
            clips = SpokenClips(
                voices,
                tmp_path / "clips",
                sample_rate=24000,
                lufs=-18.0,
                ceiling=0.8,
                polish="off",
                fallback=fallback,
            )
            stack.callback(clips.close)
            return clips

        yield clips_of


def test_a_program_without_a_fault_is_heard(program, clips_of):
    clips = clips_of(program("write(sound(seconds))"))
    clips.prepare(LINES)
    assert clips.spoken_by == ["command:broken"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_and_named(program, clips_of, fault):
    text, reason = FAULTS[fault]
    with pytest.raises(SpeechError) as caught:
        clips_of(program(text)).prepare(LINES)
    assert str(caught.value).startswith(f"the voice 'command:broken' could not speak {SAID!r}: ")
    assert reason in str(caught.value)
    assert "--fallback" in str(caught.value)


def test_a_fault_of_one_line_leaves_the_others_their_voice(program, clips_of):
    flaw = "write(sound(seconds if 'few' in open(text_file).read() else seconds / 2))"
    clips = clips_of(program(flaw), fallback=True)
    clips.prepare(LINES)
    assert clips.spoken_by == ["espeak", "command:broken"]
    assert len(clips.notes) == 1


def test_what_a_hanging_program_has_started_is_ended_with_it(program, tmp_path):
    starting = "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
    noting = f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{child.pid}} ')\ntime.sleep(600)"
    voice = open_voice(program(starting + noting), "en", None)
    (fault,) = voice.speak([SAID])
    voice.close()
    assert "no answer" in str(fault)
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2  # it was tried once more
    wait_until(lambda: not any(map(is_alive, pids)))


def test_the_text_is_never_an_argument_and_nothing_is_run(program, tmp_path):
    voice = open_voice(program("open('/dev/null')\nwrite(sound(1))"), "en", None)
    for text in ("--help", "-o x", "$(touch a)", "; touch b", "`touch c`", "| touch d"):
        (answer,) = voice.speak([text])
        assert isinstance(answer, bytes)
    voice.close()
    assert {path.name for path in tmp_path.iterdir()} <= {"config", "program.py", "clips"}


def test_the_sound_may_come_from_standard_output(program, clips_of):
    wave_out = "import io\nfile = io.BytesIO()\nwrite(sound(seconds), to=file)\n"
    before = SOUND.replace("text_file, output = sys.argv[1:]", "text_file = output = sys.argv[1]")
    text = wave_out + "sys.stdout.buffer.write(file.getvalue())"
    clips = clips_of(program(text, arguments=("{text_file}",), before=before))
    clips.prepare(LINES)
    assert clips.spoken_by == ["command:broken"]


def test_500_words_are_given_in_parts(program, clips_of):
    """No engine gets them in one breath: this one can't take more than 300 letters."""
    text = "assert len(open(text_file).read()) <= 301\nwrite(sound(seconds / 3))"
    clips = clips_of(program(text, seconds=20, rate=300))
    line = Line("breathe out " * 249 + "breathe out.")
    clips.prepare([line])
    assert clips.frames(line) / 24000 > 0.9 * 0.1 / 3 * len(line.text)


SHORT = (
    "---\npace: 2-3\n---\n\nLet your feet find the floor, slowly.\n\nLet the breath go, slowly.\n"
)


def test_an_export_stops_and_with_fallback_goes_on_and_says_so(program, tmp_path):
    (tmp_path / "short.md").write_text(SHORT)
    voice = program("sys.exit('out of breath')")
    done = run("export", "short.md", "--voice", voice, "-o", "a.wav")
    assert done.returncode == 1
    for part in ("command:broken", "out of breath", "--fallback", "--voice none"):
        assert part in done.stderr
    assert not (tmp_path / "a.wav").exists()
    done = run("export", "short.md", "--voice", voice, "--fallback", "-o", "a.wav")
    assert done.returncode == 0
    assert "voice espeak at" in done.stdout
    assert "Note: the voice 'command:broken' could not speak" in done.stderr
    assert "'espeak' spoke it instead" in done.stderr
    assert soundfile.info(tmp_path / "a.wav").duration > 10


def test_a_program_that_is_not_there_is_named_with_what_to_do(program, tmp_path):
    voice = program("")
    config = tmp_path / "config" / "voice-guide" / "config.toml"
    config.write_text('[voices.broken]\ncommand = ["nosuch-program", "{text_file}", "{output}"]\n')
    done = run("export", "one-minute-pause", "--voice", voice)
    assert done.returncode == 2
    assert "'nosuch-program'" in done.stderr
    done = run("export", "one-minute-pause", "--voice", "command:other")
    assert done.returncode == 2
    assert "describes broken" in done.stderr
