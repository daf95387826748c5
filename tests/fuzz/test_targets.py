"""Whatever is in a file, it is answered, or refused in words of ours that name it."""

import pytest
from fuzz import seeds
from fuzz.targets import TARGETS, FindingError, Target
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from parts import need

from voice_guide.errors import AudioError

MOST = {
    "head": 50,
    "plan": 15,
    "analyse": 50,
    "bed": 50,
    "index": 40,
    "import_document": 50,
    "decoded": 5,
    "request": 40,
}
"""Examples of what takes longest; of the others there are twice as many, which take a second."""

LONGEST_SECONDS = 5
"""Of computing, on a machine that has much else to do."""

NASTY = (
    *(b"", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xc3\x28", b"\xed\xa0\x80"),
    *(b"-1", b"1e999", b"NaN", b"9" * 400, b"null", b"true", b"\n", b"\r", b"[", b"]", b"{", b"]]"),
    *(
        b'"',
        b"'",
        b"\\",
        b"---\n",
        b"<!--",
        b"[" * 20_000,
        b"a" * 400,
        b"- " * 20_000,
        "½–…²\u202e\u0663".encode(),
        b"<![",
        b"\xff" * 9 + b"\x7f",
    ),
)


@st.composite
def files(draw, seeds):
    """A file that is right, with parts of it gone, others put in, or its end missing."""
    data = bytearray(draw(st.sampled_from(seeds)))
    puts = st.sampled_from(NASTY) | st.binary(max_size=6)
    for _ in range(draw(st.integers(0, 4))):
        beginning = min(len(data), draw(st.sampled_from((60, 600, 1 << 20))))
        at = draw(st.integers(0, beginning))
        data[at : at + draw(st.sampled_from((0, 0, 1, 2, 4, 30)))] = draw(puts)
    return bytes(data[: draw(st.none() | st.integers(0, len(data)))])


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path))
    monkeypatch.delenv("VOICE_GUIDE_VOICE", raising=False)
    return tmp_path


@pytest.mark.parametrize("name", TARGETS)
def test_what_reads_files_answers_or_refuses(name, own_folder):
    need(modules=["starlette"] if name == "request" else [])
    target = TARGETS[name]
    seeds = target.seeds()
    for data in seeds:
        target.give(data, own_folder, seconds=60)  # what is loaded late is there before time counts

    @examples(
        max_examples=MOST.get(name, 100),
        phases=(Phase.reuse, Phase.generate),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(files(seeds))
    def answered(data):
        target.give(data, own_folder, LONGEST_SECONDS)

    answered()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *(("settings", b"a." * times + b"a = 1") for times in (8000, 32_000)),
        *(("saved_paces", b"a." * times + b"a = 1") for times in (8000, 32_000)),
        *((name, b"pace." + b"a." * 900 + b"a = 1") for name in ("settings", "saved_paces")),
        *(("index", data) for data in (b"[" * 100_000, b'{"a": "' + b"a" * 300 + b'"}')),
        *(("wording", letter * 5000) for letter in (b"9", b" ", b"\n", b"A", b"1 ", b"-")),
        *(("import_prose", sign * 20_000) for sign in (b"(", b"{", b"*", b"- ", b"A: ", b"00:00 ")),
        ("import_prose", b"pause " + b"9" * 400 + b" seconds"),
        *(("import_ssml", b"<speak>" + tag * 20_000) for tag in (b"<p>", b"<sub ", b"<title>a")),
        *(("mending", row * 3000) for row in (b"(pause)\n", b"[2 breths]\n", b"// a\n", b"a,\n")),
        *(("place", b'{"a":' * 2000), ("plan", b"[" * 100_000), ("head", b"[" * 9000)),
    ],
)
def test_what_once_took_the_machine_is_soon_answered(name, data, own_folder):
    TARGETS[name].give(data, own_folder, LONGEST_SECONDS)


def damaged_zip(changes):
    """An archive in which some bytes of its list of files, or at its end, are others."""
    data = bytearray(seeds.archives()["zip"][0])
    for at, byte in changes.items():
        data[at if at < 0 else data.index(b"PK\1\2") + at] = byte
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("import_prose", "pause ² min".encode()),
        ("import_page", b"<p>Stay.<![y</p>"),
        ("import_program", b"[31, 31]"),
        ("voice_zip", damaged_zip({6: 205})),  # made by a version that isn't known
        ("voice_zip", damaged_zip({9: 8, 46: 0xFF})),  # a name that is no UTF-8
        ("voice_zip", damaged_zip({-4: 0xFF})),  # a list that lies before the beginning
        ("piper", seeds.piper_models()[0].replace(b"22050", b"1e999")),
        ("model", b"\x3a\x00\x72\x0b\x0a" + b"\xff" * 9 + b"\x7f"),
        ("tempo", b'{"1.0": %s, "0.7": 1, "0.45": 1}' % (b"9" * 400)),
        *(("journal", row) for row in (b"5\n", b"{}\n", b"[" * 100_000)),
    ],
)
def test_what_once_was_something_unexpected_is_answered_or_refused(name, data, own_folder):
    TARGETS[name].give(data, own_folder, LONGEST_SECONDS)


def fails(_path):
    raise KeyError("a")


def does_not_name(_path):
    raise AudioError("it is damaged")


def turns(_path):
    sum(range(20_000_000))


def takes_memory(_path):
    bytearray(600 << 20)[:: 1 << 10] = bytes(600 << 10)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (fails, "KeyError"),
        (does_not_name, "doesn't name the file"),
        (turns, r"took \d"),
        (takes_memory, "MB more"),
    ],
)
def test_what_is_wrong_would_be_found(read, told, tmp_path):
    with pytest.raises(FindingError, match=told):
        Target(read, "a", list).give(b"", tmp_path, seconds=0.1)
