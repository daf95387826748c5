"""A bundle from a stranger: whatever is wrong with it is told before anything in it is used."""

import io
import json
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from bundling import SCRIPT, SETTINGS, Stream, files, listed, small, tone, wav, zipped

from voice_guide import open_session
from voice_guide.bundle import archive
from voice_guide.errors import BundleError, RequestError, ScriptError, VoiceGuideError
from voice_guide.limits import MOST_BUNDLE_BYTES

LOCAL, LISTED, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


@pytest.fixture
def heard(folders):
    """Opens a bundle and plans it, which looks at every clip."""

    def heard(data):
        Path("s.zip").write_bytes(data)
        return open_session(Path("s.zip")).plan()

    yield heard
    assert sorted(path.name for path in folders.iterdir()) == ["s.zip"]


def refused(heard, data, why, kind=BundleError):
    with pytest.raises(kind) as caught:
        heard(data)
    assert "s.zip" in str(caught.value)
    assert why in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_the_one_made_by_hand_is_heard(heard):
    lines = heard(small()).to_json()["lines"]
    assert [line["text"] for line in lines] == ["Stay.", "And go."]
    assert [line["end"] - line["start"] for line in lines] == [4800, 6400]


@pytest.mark.parametrize("into", [io.BytesIO, Stream])
def test_one_that_another_program_has_packed_is_heard_as_well(heard, into):
    inside = [*reversed(files().items()), ("clips/", b""), ("plan.json", b"{}")]
    assert heard(zipped(inside, zipfile.ZIP_DEFLATED, into)) == heard(small())


# Names


def entry(name, mode=stat.S_IFREG | 0o644, **values):
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    for key, value in values.items():
        setattr(made, key, value)
    return made


def with_entry(added, data=b"", inside=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        return zipped([*(inside or files()).items(), (added, data)])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *((name, "leads out of it") for name in ("../x.md", "/etc/x", "C:x", "c:/x", "a/../../x")),
        *((name, "leads out of it") for name in (r"\x", r"..\x", r"scripts\..\..\x")),
        (r"scripts\x.md", "not every system can have"),
        *((name, "not every system can have") for name in ("sch\xf6n.md", "\x1b[2J", "a\u202eb")),
        *((name, "a device") for name in ("con", "scripts/AUX.md", "lpt1.txt", "NUL.tar.gz")),
        *((name, "not every system keeps") for name in ("x.", "x /y", "./x", "scripts//x.md")),
        ("scripts/00001.md", "in it twice"),
        ("Scripts/00001.md", "the same file on many systems"),
        *(
            (name, "no bundle has that")
            for name in ("run.py", "clips/00001.mp3", "in.zip", "a" * 99)
        ),
    ],
)
def test_a_name_that_no_bundle_has(heard, name, why):
    refused(heard, with_entry(name), why)


def test_a_name_with_a_zero_in_it(heard):
    refused(heard, with_entry("a-b.md").replace(b"a-b.md", b"a\0b.md"), "not every system can have")


@pytest.mark.parametrize("kind", ["S_IFLNK", "S_IFCHR", "S_IFIFO", "S_IFDIR", "S_IFSOCK"])
def test_what_is_no_file(heard, kind):
    linked = entry("plan.json", getattr(stat, kind) | 0o777)
    refused(heard, with_entry(linked, b"/etc/passwd"), "a link or a device")


# What it says of itself


def patched(data, mark, at, form, *values, last=False):
    """Change what stands behind a mark, of which there are several."""
    found = data.rindex(mark) if last else data.index(mark)
    changed = bytearray(data)
    struct.pack_into(form, changed, found + at, *values)
    return bytes(changed)


GOOD = small()
DEFLATED = zipped(files(), zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (GOOD[: len(GOOD) // 2], "only a part"),
        (GOOD[:-1], "only a part"),
        (GOOD + b"more", "only a part"),
        (GOOD[:40] + GOOD[60:], "lies before its files"),
        (LOCAL + GOOD, "lies before its files"),
        (patched(GOOD, END, 20, "<H", 9), "only a part"),
        (patched(GOOD, END, 4, "<H", 1), "one part of several"),
        (patched(GOOD, END, 8, "<HH", 2, 2), "only a part"),
        (patched(GOOD, END, 8, "<HH", 65535, 65535), "more than 25000 files"),
        (patched(GOOD, END, 12, "<I", 1 << 30), "more than 25000 files"),
        (GOOD[:-22] + b"PK\6\7" + bytes(16) + GOOD[-22:], "ZIP64"),
        (patched(GOOD, LISTED, 8, "<H", 1), "locked with a password"),
        (patched(GOOD, LISTED, 10, "<H", 14), "few programs know"),
        (patched(GOOD, LISTED, 24, "<I", 7), "two places in it"),
        (patched(DEFLATED, LISTED, 24, "<I", 7), "two places in it"),
        (patched(GOOD, LOCAL, 22, "<I", 7), "two places in it"),
        (patched(GOOD, LOCAL, 0, "<4s", b"PK\3\5"), "no script file"),
        (patched(GOOD, LOCAL, 0, "<4s", b"PK\3\5", last=True), "two places in it"),
        (patched(GOOD, LOCAL, 30, "<4s", b"plan"), "two places in it"),
        (patched(GOOD, LISTED, 42, "<I", 1, last=True), "lies over another file"),
        (GOOD.replace(b"And go.\n", b"And no.\n"), "is damaged"),
    ],
)
def test_what_says_something_else_than_is_there(heard, data, why):
    if why == "no script file":  # it is no zip any more
        refused(heard, data, "not text", ScriptError)
    else:
        refused(heard, data, why)


def test_files_that_lie_in_one_another(heard):
    """As the smallest bombs do: one piece of data is the content of many files."""
    inner = zipped({"plan.json": bytes(1000)})
    data = zipped([*files().items(), ("README.txt", inner)])
    row = inner[inner.index(LISTED) : inner.index(END)]
    row = patched(row, LISTED, 42, "<I", data.index(inner))
    end = data.rindex(END)
    count, size = struct.unpack_from("<HI", data, end + 10)
    data = data[:end] + row + data[end:]
    counts = (count + 1, count + 1, size + len(row))
    refused(heard, patched(data, END, 8, "<HHI", *counts, last=True), "lies over another file")


def test_what_would_unpack_to_too_much(heard):
    bomb = zipped({**files(), "plan.json": bytes(100_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    refused(heard, bomb, "would unpack from 0.1")


def test_more_than_it_says_of_itself(heard):
    """Both places say that it is small."""
    data = zipped({**files(), "bed.wav": bytes(9999)}, zipfile.ZIP_DEFLATED)
    for mark, at in ((LISTED, 24), (LOCAL, 22)):
        data = patched(data, mark, at, "<I", 100)  # of the first file, its list
    refused(heard, data, "voice-guide.json")


def test_more_files_than_a_bundle_has(heard, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BUNDLE_FILES", 4)
    refused(heard, GOOD, "more than 4 files")


def test_a_file_larger_than_a_bundle_is_not_read(folders):
    with open("s.zip", "wb") as file:
        file.write(GOOD)
        file.truncate(MOST_BUNDLE_BYTES + 1)
    with pytest.raises(BundleError, match="larger than 2000 MB"):
        open_session(Path("s.zip"))


# Its list


def without(name):
    index = listed()
    del index[name]
    return index


def with_settings(**values):
    return listed(settings=SETTINGS | values)


CLIP = listed()["clips"][0]


@pytest.mark.parametrize(
    ("index", "why"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 100_000, "not JSON"),
        (b"9" * 9999, "not JSON"),
        (b"[]", "has to be a table"),
        (b'{"schema": NaN}', "'NaN' for a number"),
        *((json.dumps(without(name)), f"has no {name!r}") for name in listed()),
        *(
            (json.dumps(listed(**{name: value})), f"another kind of value for {name!r}")
            for name in listed()
            for value in ([[]], {"a": 1}, 1.5, "a", True, 10**400, None)
            if not isinstance(value, type(listed()[name]))
            and not (name == "ceiling" and isinstance(value, int | float) and value is not True)
            and not (name in ("profile", "bed") and isinstance(value, str))
        ),
        (json.dumps(listed(schema=0)), "another 'schema'"),
        (json.dumps(listed(schema=2)), "a newer Voice Guide"),
        (json.dumps(listed(scripts=[])), "names no script"),
        (json.dumps(listed(scripts=["a"])), "has to be a table"),
        (json.dumps(listed(scripts=[{"name": "a", "file": "../a", "ours": False}])), "is missing"),
        (json.dumps(listed(clips=[CLIP | {"file": "/etc/passwd"}])), "is missing"),
        (json.dumps(listed(clips=[CLIP | {"words": "a"}])), "another kind of value for 'words'"),
        (json.dumps(listed(clips=[CLIP | {"inner": "no"}])), "another kind of value for 'inner'"),
        (json.dumps(listed(clips=[CLIP | {"times": [["a", 1]]}])), "has to be a table"),
        (json.dumps(listed(clips=[CLIP | {"times": [{"said": "a", "frame": -1}]}])), "no order"),
        (json.dumps(listed(bed="bed.wav")), "'bed.wav' is missing"),
        (json.dumps(listed(bed="/dev/zero")), "is missing"),
        (json.dumps(listed(profile="nosuch")), "no profile 'nosuch'"),
        (json.dumps(listed(profile="a" * 2000)), "more than 1000 letters"),
        (json.dumps(listed(labels={"x": "y"})), "a label 'x'"),
        (json.dumps(listed(labels={"title": 1})), "another kind of value for 'title'"),
        (json.dumps(listed(spoken_by=[1])), "another kind of value for 'spoken_by'"),
        *((json.dumps(listed(ceiling=value)), "'ceiling'") for value in (0, -1, 1.1, 10**400)),
        (json.dumps(listed()).replace("0.5", "1e999"), "'ceiling'"),
        (json.dumps(with_settings(bed="/etc/passwd")), "sets 'bed'"),
        (json.dumps(with_settings(fallback=True)), "sets 'fallback'"),
        (json.dumps(with_settings(voice="command:mine")), "brings its own"),
        (json.dumps(with_settings(voice="recorded:/home/me")), "brings its own"),
        (json.dumps(with_settings(nosuch=1)), "unknown option 'nosuch'"),
        (json.dumps(with_settings(pace="9999-1")), "pace"),
        (json.dumps(with_settings(sample_rate=10**30)), "sample_rate"),
        (json.dumps(with_settings(minutes="nan")), "not a number"),
        (json.dumps(with_settings(tone={})), "another kind of value for 'tone'"),
        (json.dumps(with_settings(minutes=2, breaths=3)), "give only one of them"),
    ],
)
def test_a_list_that_can_not_be_one(heard, index, why):
    data = index if isinstance(index, bytes) else index.encode()
    refused(heard, zipped(files() | {"voice-guide.json": data}), why)


def test_a_list_that_is_missing_or_too_long(heard, folders, guide):
    inside = files()
    del inside["voice-guide.json"]
    Path("s.zip").write_bytes(zipped(inside))
    code, out, _ = guide("check", "s.zip")
    assert (code, "unpack it first" in out) == (1, True)
    much = zipped(files() | {"voice-guide.json": bytes(9_000_000)}, zipfile.ZIP_DEFLATED)
    refused(heard, much, "larger than 8388608 bytes")


# What it holds


@pytest.mark.parametrize(
    ("clip", "why"),
    [
        (wav([0.1, np.nan]), "no numbers"),
        (wav([0.1, np.inf]), "no numbers"),
        (wav([0.1, -1.01]), "over full scale"),
        (wav([1e30]), "over full scale"),
        (wav([]), "is no clip"),
        (b"", "is no clip"),
        (wav(tone())[:-1], "is no clip"),
        (wav(tone())[:-4], "as Voice Guide writes clips"),
        (wav(tone(), 8000), "as Voice Guide writes clips"),
        (wav(tone()).replace(b"\3\0\1\0", b"\3\0\2\0", 1), "as Voice Guide writes clips"),
        (wav(tone()).replace(b"\3\0\1\0", b"\1\0\1\0", 1), "as Voice Guide writes clips"),
        (b"OggS" * 100 + b"ab", "as Voice Guide writes clips"),
    ],
)
def test_a_clip_that_is_none(heard, clip, why):
    refused(heard, zipped(files() | {"clips/00002.wav": clip}), why)


@pytest.mark.parametrize(
    ("bed", "why"),
    [
        (b"nothing", "can't be read as sound"),
        (wav(tone(0.5)), "has to last at least 2 s"),
        (wav(np.zeros(50_000)), "is silent"),
        (wav(np.full(50_000, np.nan)), "not numbers"),
        (wav(np.full(50_000, 1e9)), "full scale"),
    ],
)
def test_a_bed_that_is_none(heard, bed, why):
    refused(heard, zipped(files(listed(bed="bed.wav")) | {"bed.wav": bed}), why)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (b"\xff\xfe", "UTF-16"),
        (b"", "is empty"),
        (b"a\0b", "is not text"),
        (b"[x]\n", "00001.md:1:1"),
        (b"[practice small]\n", "can't include itself"),
        (b"[practice one-minute-pause]\n", "no practice 'one-minute-pause'"),
        (b"---\ncover: ../it.png\n---\nStay.\n", "cover"),
        (b"---\ncover: it.png\n---\nStay.\n", "'it.png' is not in the bundle"),
        (b"a" * (1 << 20) + b"b", "larger than"),
    ],
)
def test_a_script_that_is_none(heard, script, why):
    data = zipped(files() | {"scripts/00001.md": script})
    refused(heard, data, why, (ScriptError, BundleError))


def test_a_cover_that_is_none(folders):
    Path("s.zip").write_bytes(zipped(files() | {"cover": b"nothing"}))
    with pytest.raises(RequestError, match=r"s\.zip.* is no picture"):
        open_session(Path("s.zip")).export("a.wav")


def test_a_line_without_a_clip_is_told(heard):
    script = SCRIPT.replace("Stay.", "Stay here.").encode()
    data = zipped(files() | {"scripts/00001.md": script})
    refused(heard, data, "no sound of 'Stay here.'", VoiceGuideError)


def test_a_script_in_it_reaches_none_of_the_listeners_own(heard):
    """Nor a practice that lies beside the bundle, nor any voice."""
    script = b"---\nvoice: command:mine\n---\nStay.\n\n[voice recorded:mine]\n\nAnd go.\n"
    clips = listed()["clips"]
    clips[1]["voice"] = "recorded:mine"
    plan = heard(zipped(files(listed(clips=clips)) | {"scripts/00001.md": script}))
    assert [line["text"] for line in plan.to_json()["lines"]] == ["Stay.", "And go."]


def test_one_through_a_pipe_says_what_to_do(folders, guide, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD)))
    code, _, err = guide("show", "-")
    assert (code, "is a bundle: give it as a file to" in err) == (1, True)
