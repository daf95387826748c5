"""Voices that are added and removed: whole or not at all, whatever was downloaded."""

import contextlib
import io
import os
import shutil
import tarfile
import zipfile

import numpy as np
import pexpect
import pytest
import soundfile
import tiny_model
from hypothesis import given
from hypothesis import strategies as st
from parts import need
from running import COMMAND, run

from voice_guide.errors import VoiceError
from voice_guide.voices import unpack


@pytest.fixture
def voices(folders):
    """The folder of installed voices."""
    return folders / "data" / "voice-guide" / "voices"


@pytest.fixture
def pair(folders):
    """A voice of Piper's, as it is downloaded."""
    need(modules=["onnx", "sherpa_onnx"])
    return tiny_model.write_piper(folders / "Downloads")


@pytest.fixture
def recordings(folders):
    folder = folders / "my words"
    folder.mkdir()
    tone = 0.3 * np.sin(np.arange(24000) / 20)
    soundfile.write(folder / "let-your-feet-find-the-floor.wav", tone, 16000)
    return folder


def inside(folder):
    """What is in a folder, hidden or not; none if there is no folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def tar(path, *members, mode="w:gz"):
    """Write an archive of names and contents; a TarInfo is entered as it is."""
    with tarfile.open(path, mode) as file:
        for name, content in members:
            member = tarfile.TarInfo(name) if isinstance(name, str) else name
            if content is not None:
                member.size = len(content)
            file.addfile(member, io.BytesIO(content or b""))
    return path


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.slow
def test_a_pair_of_pipers_is_added_listed_tried_and_removed(guide, pair, voices):
    code, out, err = guide("voices", "add", str(pair), "--as", "tiny")
    assert (code, err) == (0, "")
    assert "neural:tiny is installed" in out
    assert inside(voices) == ["tiny"]
    assert inside(voices / "tiny") == ["en_US-tiny-low.onnx", "en_US-tiny-low.onnx.json"]
    assert "neural:tiny" in guide("voices", "list")[1]
    assert guide("voices", "try", "neural:tiny", "-o", "tiny.wav")[0] == 0
    assert guide("voices", "remove", "neural:tiny", "--yes")[0] == 0
    assert inside(voices) == []
    assert pair.is_file()  # what was downloaded stays where it was


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_an_archive_is_added_under_its_own_name(guide, pair, voices, folders, ending):
    kinds = {".tar.gz": "gztar", ".tar.bz2": "bztar", ".tar.xz": "xztar", ".zip": "zip"}
    root = folders / "packed"
    shutil.copytree(pair.parent, root / "vits-tiny" / "inner")
    archive = shutil.make_archive(str(folders / "vits tiny v1.0"), kinds[ending], root)
    code, _out, err = guide("voices", "add", archive)
    assert (code, err) == (0, "")
    assert inside(voices) == ["vits-tiny-v1.0"]
    assert inside(voices / "vits-tiny-v1.0") == [pair.name, f"{pair.name}.json"]


def test_a_folder_of_recordings_is_added(guide, recordings, voices):
    code, out, _ = guide("voices", "add", str(recordings))
    assert code == 0
    assert "recorded:my-words is installed" in out
    assert inside(voices / "my-words") == inside(recordings)


def test_what_links_to_files_lead_to_is_added(guide, recordings, voices, folders):
    linked = folders / "linked"
    linked.mkdir()
    (file,) = recordings.iterdir()
    (linked / file.name).symlink_to(file)
    (linked / "around").symlink_to(linked)
    assert guide("voices", "add", str(linked))[0] == 0
    assert not (voices / "linked" / file.name).is_symlink()
    assert inside(voices / "linked") == [file.name]


OUTSIDE = "may be outside"
NO_FILE = "neither a file nor a folder"
LINK, HARD, DEVICE, PIPE = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (("../out.wav", b"x"), OUTSIDE),
        (("a/../../out.wav", b"x"), OUTSIDE),
        (("/tmp/out.wav", b"x"), OUTSIDE),  # noqa: S108
        (("..\\out.wav", b"x"), OUTSIDE),
        (("C:/out.wav", b"x"), OUTSIDE),
        ((special("out", LINK, "/etc"), None), NO_FILE),
        ((special("out", HARD, "/etc/passwd"), None), NO_FILE),
        ((special("out", DEVICE), None), NO_FILE),
        ((special("out", PIPE), None), NO_FILE),
    ],
)
def test_what_would_leave_the_folder_is_not_unpacked(guide, voices, folders, member, reason):
    archive = tar(folders / "bad.tar.gz", ("fine.wav", b"x"), member)
    before = inside(folders)
    code, _, err = guide("voices", "add", str(archive))
    assert code == 2
    assert reason in err
    assert inside(voices) == []
    assert set(inside(folders)) - {"data"} == set(before) - {"data"}


def test_a_link_in_a_zip_is_not_followed(guide, voices, folders):
    link = zipfile.ZipInfo("out")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folders / "bad.zip", "w") as file:
        file.writestr(link, "/etc")
        file.writestr("out/passwd", "x")
    code, _, err = guide("voices", "add", "bad.zip")
    assert code == 2
    assert NO_FILE in err
    assert inside(voices) == []


def test_an_archive_that_unpacks_to_too_much_is_refused(guide, voices, folders, monkeypatch):
    monkeypatch.setattr(unpack, "SMALL_ARCHIVE_BYTES", 100_000)
    zeros = bytes(2_000_000)
    tar(folders / "bomb.tar.gz", ("a.onnx", zeros))
    with zipfile.ZipFile(folders / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.onnx", zeros)
    for name in ("bomb.tar.gz", "bomb.zip"):
        code, _, err = guide("voices", "add", name)
        assert code == 2
        assert "would unpack to more than a voice can be" in err
    assert inside(voices) == []


def test_what_an_archive_says_of_a_file_is_bounded(guide, voices, folders):
    """Some versions of Python look for a word in it, in a time that grows with its square."""
    header = tarfile.TarInfo("a.onnx")
    header.pax_headers = {"comment": "0" * 2_000_000}
    tar(folders / "header.tar.gz", (header, b""))
    assert "is damaged" in guide("voices", "add", "header.tar.gz")[2]
    assert inside(voices) == []


def test_an_archive_of_too_many_files_is_refused(guide, voices, folders, monkeypatch):
    monkeypatch.setattr(unpack, "MOST_VOICE_FILES", 10)
    tar(folders / "many.tar.gz", *((f"{number}", b"") for number in range(11)))
    assert "more than 10 files" in guide("voices", "add", "many.tar.gz")[2]
    assert inside(voices) == []


def test_a_file_that_is_there_twice_is_refused(guide, voices, folders):
    tar(folders / "twice.tar.gz", ("a", b"1"), ("a", b"2"))
    assert "twice" in guide("voices", "add", "twice.tar.gz")[2]
    tar(folders / "twice.tar.gz", ("a", b"1"), ("a/b", b"2"))
    assert "twice" in guide("voices", "add", "twice.tar.gz")[2]
    assert inside(voices) == []


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz", ".zip"])
def test_a_damaged_archive_is_told_and_leaves_nothing(guide, voices, folders, ending):
    rng = np.random.default_rng(1)
    if ending == ".zip":
        with zipfile.ZipFile(folders / "whole.zip", "w") as file:
            file.writestr("a.onnx", rng.bytes(100_000))
    else:
        tar(folders / f"whole{ending}", ("a.onnx", rng.bytes(100_000)), mode=f"w:{ending[5:]}")
    data = (folders / f"whole{ending}").read_bytes()
    middle = len(data) // 2
    broken = data[:middle] + rng.bytes(2000) + data[middle + 2000 :]
    for wrong in (data[:middle], b"no archive at all", b"", broken):
        (folders / f"bad{ending}").write_bytes(wrong)
        code, _, err = guide("voices", "add", f"bad{ending}")
        assert code == 2
        if wrong is not broken or ending != ".tar.gz":
            assert "damaged" in err or "not an archive" in err or "neither" in err
        assert inside(voices) == []


@given(name=st.text(st.sampled_from("ab/.\\:\0~ "), min_size=1, max_size=12))
def test_whatever_a_file_is_called_it_stays_inside_or_is_refused(tmp_path_factory, name):
    root = tmp_path_factory.mktemp("names")
    archive = root / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo(name), b"x")
    inner = root / "in" / "folder"
    inner.mkdir(parents=True)
    with contextlib.suppress(VoiceError):
        unpack.unpack(archive, inner)
    assert inside(root) == ["a.zip", "in"]
    assert inside(root / "in") == ["folder"]


def test_what_does_not_speak_is_not_added(guide, pair, voices, folders):
    (folders / "empty").mkdir()
    (folders / "notes.txt").write_text("no voice")
    silent = folders / "silent"
    silent.mkdir()
    soundfile.write(silent / "in.wav", np.zeros(16000), 16000)
    lonely = folders / "lonely.onnx"
    shutil.copy(pair, lonely)
    for source, reason in {
        "nosuch": "no file or folder nosuch",
        "empty": "neither a model",
        "notes.txt": "is not a voice",
        "silent": "its audio is silent",
        "lonely.onnx": "X.onnx and X.onnx.json",
    }.items():
        code, _, err = guide("voices", "add", source)
        assert code == 2
        assert reason in err
    assert inside(voices) == []


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "a#1", "a,b", "neural:a", "a."])
def test_a_name_that_is_none_is_refused(guide, recordings, voices, name):
    code, _, err = guide("voices", "add", str(recordings), "--as", name)
    assert code == 2
    assert "can't be a voice's name" in err
    assert inside(voices) == []


def test_a_name_that_is_taken_is_refused_and_the_older_voice_stays(guide, recordings, voices):
    assert guide("voices", "add", str(recordings), "--as", "mine")[0] == 0
    (voices / "mine" / "more.txt").write_text("kept")
    code, _, err = guide("voices", "add", str(recordings), "--as", "mine")
    assert code == 2
    assert "voices remove mine" in err
    assert (voices / "mine" / "more.txt").read_text() == "kept"


@pytest.mark.parametrize("name", ["nosuch", "../mine", "..", ".", "/", "neural:../mine", ""])
def test_only_what_is_installed_is_removed(guide, recordings, voices, folders, name):
    guide("voices", "add", str(recordings), "--as", "mine")
    (voices.parent / "mine").mkdir()
    code, _, err = guide("voices", "remove", name, "--yes")
    assert code == 2
    assert "there are mine" in err
    assert (voices / "mine").is_dir()
    assert (voices.parent / "mine").is_dir()


def test_nothing_is_removed_unless_it_is_said(guide, recordings, voices):
    guide("voices", "add", str(recordings), "--as", "mine")
    code, _, err = guide("voices", "remove", "mine")
    assert code == 2
    assert "--yes" in err
    assert inside(voices) == ["mine"]


@pytest.mark.parametrize(("answer", "left"), [("n", ["mine"]), ("y", [])])
def test_on_a_terminal_it_is_asked(guide, recordings, voices, answer, left):
    guide("voices", "add", str(recordings), "--as", "mine")
    asking = pexpect.spawn(COMMAND[0], [*COMMAND[1:], "voices", "remove", "mine"], timeout=30)
    asking.expect(r"Remove .*mine \(0\.\d MB\)\?")
    asking.sendline(answer)
    asking.expect("Nothing was removed" if left else "was removed")
    asking.expect(pexpect.EOF)
    asking.close()
    assert asking.exitstatus == 0
    assert inside(voices) == left


def test_of_a_link_only_the_link_is_removed(guide, recordings, voices):
    voices.mkdir(parents=True)
    os.symlink(recordings, voices / "mine")
    assert guide("voices", "remove", "mine", "--yes")[0] == 0
    assert inside(voices) == []
    assert len(inside(recordings)) == 1


def test_a_full_disk_leaves_nothing(disk, pair, folders):
    small = disk(1500)
    result = run(
        *("voices", "add", pair),
        env={**os.environ, "XDG_DATA_HOME": str(small.folder)},
        **small.limits,
    )
    assert result.returncode == 1
    assert small.reason in result.stderr
    assert inside(small.folder / "voice-guide" / "voices") == []
