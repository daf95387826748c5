"""``record`` without a microphone: what it takes from files, what it keeps, what it refuses."""

import json
import re
import subprocess
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import soxr
import speaking
from running import run

from voice_guide.errors import DeviceError, OutputError, VoiceError
from voice_guide.live.microphone import Microphone
from voice_guide.voices.recorded import Recorded, keep

LINES = ("Let your feet find the floor.", "Now let it go.", "Feel the floor.")


@pytest.fixture(scope="module")
def spoken():
    """The sound of each line, float32 (frames,), and their sample rate."""
    clips, rates = zip(*speaking.spoken("espeak", *LINES, rate=150), strict=True)
    return [np.float32(0.4 / np.abs(clip).max()) * clip for clip in clips], rates[0]


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text("---\npace: 3-4\n---\n\n" + "\n\n".join(LINES) + f"\n\n{LINES[0]}\n")
    return path


@pytest.fixture
def takes(spoken, tmp_path):
    """A folder of files that were recorded elsewhere, in several formats, and one of none."""
    folder = tmp_path / "takes"
    folder.mkdir()
    clips, rate = spoken
    stereo = np.stack([clips[0], clips[0]], axis=1)
    soundfile.write(folder / "let-your-feet-find-the-floor.ogg", stereo, rate)
    soundfile.write(folder / "02.flac", clips[1], rate)
    soundfile.write(folder / "other.wav", clips[2], rate)
    (folder / "notes.txt").write_text("no sound")
    return folder


def recorded(folder):
    return Recorded("en", None, str(folder))


def index_of(folder):
    return json.loads((folder / "lines.json").read_text())


def test_files_are_matched_and_all_is_told(guide, script, takes, tmp_path):
    into = tmp_path / "deep" / "into"
    code, out, _ = guide("record", str(script), "--into", str(into), "--from", str(takes))
    told = [" ".join(row.split()) for row in out.splitlines()]
    assert code == 1  # not all of it could be used
    assert f"1 {LINES[0]} <- let-your-feet-find-the-floor.ogg" in told
    assert f"2 {LINES[1]} <- 02.flac" in told
    assert f"3 {LINES[2]} <- missing" in told
    assert "- no line has this name or number <- other.wav" in told
    assert f"{into}: 2 of 3 lines recorded." in told
    assert "notes.txt" not in out
    stems = ("let-your-feet-find-the-floor.wav", "now-let-it-go.wav")
    assert index_of(into) == dict(zip(LINES, stems, strict=False))
    assert sorted(path.name for path in into.iterdir()) == sorted([*stems, "lines.json"])
    for name in stems:
        made = soundfile.info(into / name)
        assert (made.channels, made.subtype, made.samplerate) == (1, "PCM_24", 22050)


def test_several_files_after_from_are_taken(guide, script, takes, tmp_path):
    files = [str(takes / "02.flac"), str(takes / "let-your-feet-find-the-floor.ogg")]
    into = tmp_path / "into"
    code, out, _ = guide("record", str(script), "--into", str(into), "--from", *files)
    assert code == 0
    assert "2 of 3 lines" in out
    assert f"--voice recorded:{into},auto" in out


def test_what_is_recorded_already_is_kept_unless_it_is_to_be_done_again(
    guide, script, spoken, takes, tmp_path
):
    clips, rate = spoken
    kept = keep(tmp_path, LINES[1], clips[2], rate)
    before = kept.read_bytes()
    arguments = ("record", str(script), "--into", str(tmp_path), "--from", str(takes / "02.flac"))
    code, out, _ = guide(*arguments)
    assert code == 0
    assert "02.flac: not used: you already have this line; --again replaces it" in out
    assert kept.read_bytes() == before
    code, out, _ = guide(*arguments, "--again")
    assert code == 0
    assert kept.read_bytes() != before


def test_a_file_that_can_not_be_its_line_is_not_taken(guide, script, takes, tmp_path):
    soundfile.write(takes / "01.wav", np.zeros(22050), 22050)
    soundfile.write(takes / "02.wav", np.zeros(301 * 8000, np.int16), 8000)
    (takes / "3.wav").write_bytes(b"RIFF nonsense")
    files = [str(takes / name) for name in ("01.wav", "02.wav", "3.wav")]
    code, out, _ = guide("record", str(script), "--into", str(tmp_path / "x"), "--from", *files)
    assert code == 1
    assert "01.wav: not used: nothing was heard" in out
    assert "02.wav: not used: it lasts 301 s: cut it into lines first." in out
    assert "3.wav: not used: it can't be read as sound" in out
    assert "0 of 3 lines" in out
    assert not (tmp_path / "x").exists()


def test_where_no_file_can_be_taken_only_a_new_folder_is_removed(guide, script, tmp_path):
    (tmp_path / "stray.wav").touch()
    (tmp_path / "old").mkdir()
    for folder in (tmp_path / "old", tmp_path / "new"):
        files = ("--into", str(folder), "--from", str(tmp_path / "stray.wav"))
        assert guide("record", str(script), *files)[0] == 1
    assert (tmp_path / "old").exists()
    assert not (tmp_path / "new").exists()


def test_a_line_whose_words_have_changed_is_missing_and_its_old_file_stays(
    guide, script, spoken, takes, tmp_path
):
    clips, rate = spoken
    old = keep(tmp_path, "Feel the Floor!", clips[1], rate)  # the same file name
    before = old.read_bytes()
    soundfile.write(takes / "3.wav", clips[2], rate)
    assert recorded(tmp_path).older_line(LINES[2], LINES) == "Feel the Floor!"
    assert recorded(tmp_path).older_line(LINES[2], ["Feel the Floor!"]) is None
    arguments = ("--into", str(tmp_path), "--from", str(takes / "3.wav"))
    assert guide("record", str(script), *arguments)[0] == 0
    assert old.read_bytes() == before
    assert recorded(tmp_path).file(LINES[2]).name == "feel-the-floor-2.wav"


def test_a_recording_goes_into_the_session_in_its_place(guide, script, spoken, takes, tmp_path):
    into, out = tmp_path / "into", tmp_path / "out.wav"
    guide("record", str(script), "--into", str(into), "--from", str(takes))
    voice = ("--voice", f"recorded:{into},espeak", "--tone=none", "--polish=off", "--subtype=float")
    plan = tmp_path / "plan.json"
    code, _, err = guide("export", str(script), *voice, "-o", str(out), "--plan", str(plan))
    assert code == 0, err
    session, _ = soundfile.read(out)
    twice = [line for line in json.loads(plan.read_text())["lines"] if line["text"] == LINES[0]]
    first, second = (session[line["start"] : line["end"], 0] for line in twice)
    assert np.array_equal(first, second)
    clip = soxr.resample(spoken[0][0], spoken[1], 48000)[: len(first)]
    first = first[: len(clip)]
    alike = np.fft.irfft(np.fft.rfft(first) * np.fft.rfft(clip).conj())
    assert alike.max() > 0.8 * np.sqrt((first**2).sum() * (clip**2).sum())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--into", "x", "--from", "nowhere"], "there are no recordings at nowhere"),
        (["--into", "x", "--from", "empty"], "there are no recordings at empty"),
        (["--into", "x", "--from", "a" * 300], "there are no recordings at a"),
        (["--into", "x", "--from", "empty"], r"folder with files \(wav, flac, ogg, opus, mp3, aif"),
        (["--into", "x", "stray.wav"], "'stray.wav'.*after --from"),
        (["--into", "x", "--from", "a/1.wav", "b/1.wav"], "two files are called '1.wav'"),
        (["--from", "takes"], "--into"),
    ],
)
def test_what_is_asked_for_in_a_wrong_way_is_told(
    guide, script, takes, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "a", "b"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / name / "1.wav").touch()
    code, _, err = guide("record", str(script), *arguments)
    assert code == 2
    assert re.search(message, err)
    assert not (tmp_path / "x").exists()


def test_a_script_without_lines_is_told(guide, tmp_path):
    script = tmp_path / "quiet.md"
    script.write_text("[2 breaths]\n")
    code, _, err = guide("record", str(script), "--into", str(tmp_path / "x"))
    assert code == 2
    assert "no lines to record" in err


@pytest.mark.parametrize(
    ("into", "reason"),
    [
        ("file", "file is a file."),
        ("file/deeper", "can't make the folder"),
        ("a" * 300, "File name too long"),
    ],
)
def test_a_folder_that_can_not_be_made_is_told(guide, script, takes, tmp_path, into, reason):
    (tmp_path / "file").touch()
    folders = "--into", str(tmp_path / into), "--from", str(takes)
    code, _, err = guide("record", str(script), *folders)
    assert code == 1
    assert reason in err
    assert "with --into" in err


def test_an_index_that_is_damaged_is_told_and_kept(guide, script, takes, tmp_path):
    (tmp_path / "lines.json").write_text("{")
    code, _, err = guide("record", str(script), "--into", str(tmp_path), "--from", str(takes))
    assert code == 2
    assert "lines.json can't be read" in err
    assert (tmp_path / "lines.json").read_text() == "{"


def test_without_a_terminal_it_says_what_to_do(script, tmp_path):
    into = tmp_path / "into"
    done = run("record", script, "--into", into, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "there is no terminal" in done.stderr
    assert "--from FILES" in done.stderr
    assert not into.exists()


def test_a_microphone_that_gives_no_more_is_told(monkeypatch):
    monkeypatch.setattr("voice_guide.live.microphone.GIVE_UP_SECONDS", 0.05)
    source = Microphone(48000, "Use a file.")
    source.take(np.ones((4, 1), np.float32), 4, None, SimpleNamespace(input_overflow=True))
    assert source.broken
    assert list(source.read()) == [1, 1, 1, 1]
    source.take(np.ones((4, 1), np.float32), 4, None, SimpleNamespace(input_overflow=False))
    source.skip()
    assert not source.broken
    with pytest.raises(DeviceError, match=r"stopped giving sound.\nUse a file."):
        source.read()


def test_what_can_not_be_written_is_told_and_leaves_nothing(spoken, tmp_path):
    clips, rate = spoken
    with pytest.raises(OutputError, match=r"can't write .*now-let-it-go.wav"):
        keep(tmp_path / "gone", LINES[1], clips[1], rate)
    (tmp_path / "lines.json").mkdir()
    with pytest.raises(VoiceError, match=r"lines.json can't be read"):
        keep(tmp_path, LINES[1], clips[1], rate)
    assert [path.name for path in tmp_path.iterdir()] == ["lines.json"]


@pytest.mark.parametrize("suffix", ["m4a", "M4A", "aac", "wma", "3gp", "webm"])
@pytest.mark.parametrize("given", ["folder", "file"])
def test_recordings_in_another_format_are_told_by_its_name(guide, tmp_path, suffix, given):
    file = tmp_path / f"let your feet.{suffix}"
    file.write_bytes(b"....ftypM4A ")
    (tmp_path / "notes.txt").write_text("mine")
    source = tmp_path if given == "folder" else file
    code, _, err = guide("record", "--into", str(tmp_path / "mine"), "--from", str(source))
    assert code == 2
    assert f"{suffix.lower()} files can't be read here; these can: wav, flac, ogg, opus, mp3" in err
    assert f"ffmpeg -i '{file}' '{file.with_suffix('.wav')}'" in err
    assert not (tmp_path / "mine").exists()


def test_of_a_folder_what_can_be_read_is_taken(guide, script, takes, tmp_path):
    (takes / "01.m4a").write_bytes(b"....ftypM4A ")
    _, out, _ = guide("record", str(script), "--into", str(tmp_path / "m"), "--from", str(takes))
    assert "let-your-feet-find-the-floor.ogg" in out
