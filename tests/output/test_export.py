"""Writing a session to a file or a pipe."""

import hashlib
import io
import json
import struct
import subprocess
import wave

import numpy as np
import pexpect
import pytest
import soundfile
from parts import need, needs
from running import COMMAND, run

from voice_guide.audio.wavhead import wav_header
from voice_guide.output import writing
from voice_guide.output.wav import LARGEST_WAV
from voice_guide.pace.pace import Pace
from voice_guide.scripting.model import Line, Rest, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings

pytestmark = pytest.mark.usefixtures("folder")

QUICK = ("one-minute-pause", "--voice", "none", "--sample-rate", "16000")
TOLD_TWICE = "Discarding ID3 tags because more suitable tags were found"
"""What FFmpeg says of a file that has its title in both ways that players look for it."""

WIDTHS = {"16": 2, "24": 3, "float": 4}


@pytest.fixture(scope="module")
def session():
    script = Script("short", (Section("short", (Line("in and out"), Rest(2, 2))),))
    return open_session(script, Settings(voice="none", pace=Pace.parse("2-3")))


@pytest.fixture(scope="module")
def rendered(session):
    return np.concatenate(list(session.renderer().blocks(1000)))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "subtype", "container", "sample_format", "step"),
    [
        ("a.wav", None, "WAV", "PCM_16", 2**-15),
        ("a.WAV", "16", "WAV", "PCM_16", 2**-15),
        ("a.wav", "24", "WAV", "PCM_24", 2**-23),
        ("a.wav", "float", "WAV", "FLOAT", 0),
        ("a.flac", None, "FLAC", "PCM_16", 2**-15),
        ("a.flac", "24", "FLAC", "PCM_24", 2**-23),
    ],
)
def test_lossless_files_hold_what_was_rendered(
    session, rendered, folder, name, subtype, container, sample_format, step
):
    session.export(name, subtype=subtype)
    info = soundfile.info(name)
    assert (info.format, info.subtype) == (container, sample_format)
    assert (info.samplerate, info.channels, info.frames) == (48000, 2, session.plan().frames)
    samples, _ = soundfile.read(name, dtype="float32")
    assert np.abs(samples - rendered).max() <= step
    assert [path.name for path in folder.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "container", "sample_format"),
    [
        ("a.ogg", "OGG", "VORBIS"),
        ("a.opus", "OGG", "OPUS"),
        ("a.mp3", "MP3", "MPEG_LAYER_III"),
    ],
)
def test_lossy_files_sound_like_what_was_rendered(
    session, rendered, name, container, sample_format
):
    session.export(name)
    info = soundfile.info(name)
    assert (info.format, info.subtype) == (container, sample_format)
    assert (info.samplerate, info.channels) == (48000, 2)
    samples, _ = soundfile.read(name, dtype="float32")
    assert len(samples) == pytest.approx(len(rendered), abs=2500)
    both = min(len(samples), len(rendered))
    assert np.corrcoef(samples[:both, 0], rendered[:both, 0])[0, 1] > 0.98


@pytest.mark.parametrize("subtype", WIDTHS)
def test_standard_output_is_the_file(folder, subtype):
    """Into a pipe and into a file, the same bytes; the same samples as the export to a file."""
    options = (*QUICK, "--subtype", subtype)
    run("export", *options, "-o", "a.wav", check=True)
    piped = run("export", *options, "-o", "-", text=False, check=True)
    assert b"standard output: 1:03" in piped.stderr
    with open("redirected.wav", "wb") as out:
        done = run("export", *options, "-o", "-", capture_output=False, stdout=out)
    assert done.returncode == 0
    assert (folder / "redirected.wav").read_bytes() == piped.stdout
    expected, _ = soundfile.read("a.wav", dtype="float32")
    samples, rate = soundfile.read(io.BytesIO(piped.stdout), dtype="float32")
    assert rate == 16000
    assert np.array_equal(samples, expected)


@pytest.mark.parametrize("subtype", WIDTHS)
@needs("sox")
@needs("ffmpeg")
def test_sox_and_ffmpeg_find_nothing_wrong_with_the_head(folder, subtype):
    options = (*QUICK, "--subtype", subtype)
    run("export", *options, "-o", "file.wav", check=True)
    stream = run("export", *options, "-o", "-", text=False, check=True).stdout
    (folder / "stream.wav").write_bytes(stream)
    for name in ("file.wav", "stream.wav"):
        for command in (
            ["sox", name, "-n", "trim", "0", "1"],
            ["ffmpeg", "-v", "warning", "-guess_layout_max", "0", "-i", name, "-f", "null", "-"],
        ):
            done = subprocess.run(command, capture_output=True, text=True)
            told = [row for row in done.stderr.splitlines() if TOLD_TWICE not in row]
            assert (done.returncode, told) == (0, [])


def test_a_float_file_has_the_extension_that_its_format_asks_for(folder):
    run("export", *QUICK, "--subtype", "float", "-o", "a.wav", check=True)
    _, chunks = chunks_of((folder / "a.wav").read_bytes())
    assert len(chunks[b"fmt "]) == 18
    assert chunks[b"fmt "][16:] == b"\0\0"


@pytest.mark.parametrize("command", ["export one-minute-pause", "voices try espeak"])
def test_a_terminal_gets_no_sound(command):
    arguments = [*COMMAND[1:], *command.split(), "-o", "-"]
    child = pexpect.spawn(COMMAND[0], arguments, encoding="utf-8", timeout=30)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert "RIFF" not in child.before
    for instead in ("voice-guide export -o - > session.wav", "voice-guide export -o - | ffmpeg"):
        assert instead in child.before


# what would be silent


@pytest.mark.parametrize("command", ["export", "play"])
@pytest.mark.parametrize("name", ["stay-present", "one-minute-pause"])
def test_a_session_of_silence_is_refused(guide, folder, command, name):
    code, _, err = guide(command, name, "--tone", "none", "--voice", "none")
    assert code == 2
    assert "would be silent" in err
    assert "Choose a --voice or a --tone, or add a --bed." in err
    assert list(folder.iterdir()) == []


def test_words_that_are_all_left_out_are_silent_too(guide, folder):
    (folder / "my.md").write_text("(Breathe.)\n\n[2 breaths]\n")
    arguments = ("export", "my.md", "--tone", "none", "-o", "a.wav")
    code, _, err = guide(*arguments, "--talk", "least")
    assert (code, "'My' would be silent:" in err) == (2, True)
    assert guide(*arguments)[0] == 0


def test_what_sounds_is_made(guide, folder):
    (folder / "bells.md").write_text("[bell]\n\n[10 seconds]\n\n[bell]\n")
    noise = np.random.default_rng(1).standard_normal(48000 * 20) * 0.1
    soundfile.write("rain.wav", noise, 48000)
    silence = ("--tone", "none", "--voice", "none", "--overwrite", "-o", "a.wav")
    for sounding in (["bells.md"], ["one-minute-pause", "--bed", "rain.wav"]):
        assert guide("export", *sounding, *silence)[0] == 0
        assert np.abs(soundfile.read("a.wav")[0]).max() > 0.01


def chunks_of(data):
    """Read RIFF by hand: the size of the whole, and each chunk by name."""
    riff, size, kind = struct.unpack_from("<4sI4s", data)
    assert (riff, kind) == (b"RIFF", b"WAVE")
    chunks, at = {}, 12
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        chunks[name] = data[at + 8 : at + 8 + length]
        assert len(chunks[name]) == length
        at += 8 + length + length % 2
    return size, chunks


@pytest.mark.parametrize("subtype", WIDTHS)
def test_the_head_of_a_stream_tells_its_true_sizes(subtype):
    options = (*QUICK, "--subtype", subtype)
    data = run("export", *options, "-o", "-", text=False, check=True).stdout
    frames, width = json.loads(run("show", *QUICK, "--json").stdout)["frames"], WIDTHS[subtype]
    size, chunks = chunks_of(data)
    assert size == len(data) - 8
    assert len(chunks[b"data"]) == frames * 2 * width
    form = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    tag = 3 if subtype == "float" else 1
    assert form == (tag, 2, 16000, 16000 * 2 * width, 2 * width, 8 * width)
    if subtype == "float":
        assert struct.unpack("<I", chunks[b"fact"]) == (frames,)
    else:
        with wave.open(io.BytesIO(data)) as file:
            assert file.getparams()[:4] == (2, width, 16000, frames)


def test_a_stream_past_4_gib_gives_endless_sizes():
    for subtype in ("PCM_16", "PCM_24", "FLOAT"):
        head = wav_header(2**32, 48000, subtype)
        assert head[4:8] == head[-4:] == b"\xff\xff\xff\xff"
        assert head[-8:-4] == b"data"


@pytest.mark.slow
def test_the_same_inputs_are_the_same_bytes_with_a_cold_and_a_warm_cache(folder, monkeypatch):
    """Each is exported once with one cache for all, and seconds later once with its own."""
    kinds = {"16": "wav", "24": "wav", "float": "wav", "flac": "flac"}
    sums = {"warm": [], "cold": []}
    for cache, found in sums.items():
        for kind, suffix in kinds.items():
            monkeypatch.setenv(
                "XDG_CACHE_HOME", str(folder / (cache if cache == "warm" else f"cold {kind}"))
            )
            name = f"{cache}-{kind}.{suffix}"
            subtype = () if kind == "flac" else ("--subtype", kind)
            run("export", "one-minute-pause", "-o", name, *subtype, check=True)
            found.append(sha256(folder / name))
    assert len(set(sums["warm"])) == 4
    assert sums["warm"] == sums["cold"]


def test_past_4_gib_a_file_is_rf64(session, rendered, folder, monkeypatch):
    """The limit is lowered to just above, and to just under, the size of this session."""
    session.export("a.wav")
    size = (folder / "a.wav").stat().st_size - 44  # of the head; the rest are samples and tags
    for limit, head in ((size, b"RIFF"), (size - 1, b"RF64")):
        monkeypatch.setattr(writing, "LARGEST_WAV", limit)
        session.export("a.wav", overwrite=True)
        with open("a.wav", "rb") as file:
            assert file.read(4) == head
        samples, _ = soundfile.read("a.wav", dtype="float32")
        assert np.abs(samples - rendered).max() <= 2**-15


def test_4_gib_is_the_real_limit():
    assert 2**32 - 4096 < LARGEST_WAV < 2**32 - 100


def test_the_plan_is_that_of_show(folder):
    options = ("one-minute-pause", "--pace", "5.5-5.5", "--minutes", "2", "--rate", "120")
    run("export", *options, "-o", "a.wav", "--plan", "a.json", check=True)
    shown = run("show", *options, "--json", check=True).stdout
    assert (folder / "a.json").read_text() == shown
    plan = json.loads(shown)
    assert plan["schema"] == 1
    assert soundfile.info("a.wav").frames == plan["frames"]


def test_a_file_is_named_after_its_script(folder):
    (folder / "my own.md").write_text("Breathe out.")
    run("export", *QUICK, check=True)
    run("export", "my own.md", *QUICK[1:], check=True)
    assert soundfile.info("one-minute-pause.wav").samplerate == 16000
    assert soundfile.info("my own.wav").samplerate == 16000


def test_one_line_says_what_was_made():
    done = run("export", *QUICK, "--pace", "5-5", "--loudness", "-20", check=True)
    assert done.stdout == ("one-minute-pause.wav: 1:03, 6 breaths at 5-5, tone at -20 LUFS\n")
    assert done.stderr == ""
    spoken = run("export", *QUICK[:1], "-o", "x.wav", "--voice-level", "3", check=True)
    assert spoken.stdout.endswith("voice espeak at -15 LUFS\n")


def test_progress_is_shown_on_a_terminal(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    command = [*COMMAND, "export", "one-minute-pause", "-o", "a.wav"]
    terminal = pexpect.spawn(command[0], command[1:], timeout=60, dimensions=(24, 100))
    for expected in (
        "Speech",
        "100%",
        "Mixing",
        "100%",
        "a.wav: 1:03, 6 breaths at 4-6",
        "close your eyes",
    ):
        terminal.expect_exact(expected)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_a_reader_that_goes_away_ends_it_quietly():
    first = subprocess.Popen(
        [*COMMAND, "export", *QUICK, "-o", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    first.stdout.read(100)
    first.stdout.close()
    message = first.stderr.read().decode()
    first.stderr.close()
    assert first.wait(timeout=30) == 1
    assert message == "Error: standard output can't be written: Broken pipe.\n"


@pytest.mark.parametrize(
    "reader",
    [
        "sox -q -t wav - -n stat",
        "aplay -q -D null -",
        "ffmpeg -v error -i - -f null -",
        "ffplay -v error -nodisp -autoexit -t 1 -",
    ],
)
def test_programs_read_it_while_it_is_made(monkeypatch, reader):
    program = reader.partition(" ")[0]
    need(program)
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    maker = subprocess.Popen(
        [*COMMAND, "export", *QUICK, "-o", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    done = subprocess.run(reader.split(), stdin=maker.stdout, capture_output=True, timeout=60)
    maker.stdout.close()
    message = maker.stderr.read().decode()
    maker.stderr.close()
    assert (maker.wait(timeout=30), done.returncode) == (0, 0), message
    assert message.startswith("standard output: 1:03")
    assert program == "sox" or done.stderr == b""  # that is where it puts its figures


def test_sound_comes_before_all_of_it_is_made():
    """A pipe holds 64 KiB; whoever has read the first seconds finds the maker waiting for them."""
    options = ("seen-and-safe", "--voice", "none", "--minutes", "15", "-o", "-")
    with subprocess.Popen(
        [*COMMAND, "export", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as maker:
        seconds = maker.stdout.read(44 + 2 * 4 * 48000)
        assert maker.poll() is None
        maker.stdout.close()
        assert maker.wait(timeout=30) == 1
    assert np.frombuffer(seconds[44:], "<i2").any()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["-o", "a"], "one of .wav, .flac, .ogg, .opus, .mp3"),
        (["-o", "a.txt"], "one of .wav, .flac, .ogg, .opus, .mp3"),
        (["-o", "a.wave"], "one of .wav, .flac, .ogg, .opus, .mp3"),
        (["-o", "a.flac", "--subtype", "float"], "choose 16 or 24"),
        (["-o", "a.ogg", "--subtype", "16"], "it has only one"),
        (["-o", "a.wav", "--subtype", "8"], "'16', '24', 'float'"),
        (["-o", "a.opus", "--sample-rate", "44100"], "48000"),
        (["-o", "a.mp3", "--sample-rate", "96000"], "48000"),
    ],
)
def test_what_no_format_can_hold_is_refused_before_any_work(folder, options, reason):
    done = run("export", *QUICK, *options)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []
