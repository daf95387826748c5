"""A session in one file: made here, heard anywhere, without the voice that spoke it."""

import gc
import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from parts import need, needs
from running import run, words
from sounds import noise, write

from voice_guide import open_session
from voice_guide.bundle.contents import SCHEMA
from voice_guide.errors import RequestError
from voice_guide.output.formats import FORMATS
from voice_guide.output.profiles import PROFILES
from voice_guide.scripting.model import Line, Script, Section

SESSION = """---
title: Ünter uns
language: en
pace: 2-3
artist: Jemand
cover: it.png
words:
  qi: chee
---

## Arrive

Feel the qi.

[1-20 breaths]

(Rest your hands.)

[practice für-dich]
"""
PRACTICE = "out: inner: I am here.\n\nFeel the qi.\n\n[practice other]\n"
OTHER = "[count 2 breaths]\n\n(Stay.)\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes([0, 0, 0, 9, 0, 0, 0, 9, 8, 2]) + bytes(20)
VOICE = ("--voice", "espeak", "--sample-rate", "16000")


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    """A folder with a script that has all kinds of things in it."""
    folder = tmp_path_factory.mktemp("maker")
    texts = {"mine": SESSION, "für-dich": PRACTICE, "other": OTHER}
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "it.png").write_bytes(PNG)
    write(folder / "rain.wav", noise(-20, 3, rate=8000), rate=8000)
    return folder


@pytest.fixture(scope="module")
def bundle(maker):
    run("export", "mine.md", *VOICE, "-o", "a.wav", "--bundle", "s.zip", cwd=maker, check=True)
    return maker / "s.zip"


@pytest.fixture
def here(maker, folders, guide):
    """Makes a file of the script, and returns its sum."""

    def here(file, *options):
        script = str(maker / "mine.md")
        assert guide("export", script, "-o", f"here-{file}", *VOICE, *options)[0] == 0
        return digest(f"here-{file}")

    return here


@pytest.fixture
def away(folders, guide, monkeypatch):
    """Runs a command on another computer: no speech is kept there, and no engine can be started."""

    def absent(*_arguments, **_options):
        raise AssertionError("an engine was started")

    def away(*command):
        with monkeypatch.context() as there:
            there.setenv("XDG_CACHE_HOME", str(folders / "empty"))
            there.setattr("voice_guide.voices.workers.Workers.__init__", absent)
            return guide(*map(str, command))

    return away


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def held(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# The same bytes


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_has_the_same_bytes_from_the_bundle(bundle, here, away, suffix):
    if FORMATS[suffix].encoder == "aac":
        need(modules=["av"])
    assert away("export", bundle, "-o", f"b{suffix}")[0] == 0
    assert digest(f"b{suffix}") == here(f"a{suffix}")


@pytest.mark.parametrize(
    "options",
    [
        ["--pace", "3-12", "--tone", "pad", "--seed", "3"],
        ["--minutes", "1.5", "--vary", "5%", "--mono"],
        ["--talk", "least", "--duck", "30", "--ramp", "2-2:15s"],
        ["--voice", "none"],
        ["--profile", "wcag"],
    ],
)
def test_what_is_asked_of_a_bundle_is_as_if_it_was_asked_of_the_script(bundle, here, away, options):
    assert away("export", bundle, "-o", "b.wav", *options)[0] == 0
    assert digest("b.wav") == here("a.wav", *options)


@pytest.mark.parametrize(
    "options",
    [
        ["--night", "--sample-rate", "24000"],
        ["--profile", "podcast", "--count", "--polish", "warm", "--rate", "150"],
        ["--profile", "acx", "--tone", "none"],
        ["--voice", "none", "--pace", "box"],
        ["--title", "Für dich", "--album", "A", "--date", "2026-11-28", "--cover", "it.png"],
    ],
)
def test_what_the_session_was_made_with_is_in_its_bundle(maker, here, away, options):
    options = [str(maker / name) if name.startswith("it.") else name for name in options]
    made = here("a.wav", "--bundle", "s.zip", *options)
    assert away("export", "s.zip", "-o", "b.wav")[0] == 0
    assert digest("b.wav") == made


def test_captions_follow_each_word_as_they_did(bundle, here, away):
    words = ["--captions", "vtt,lrc", "--captions-words"]
    assert away("export", bundle, "-o", "b.wav", *words)[0] == 0
    here("a.wav", *words)
    for kind in ("vtt", "lrc"):
        text = Path(f"b.{kind}").read_text()
        assert text == Path(f"here-a.{kind}").read_text()
        assert text.count("<0") > 5


def test_each_script_includes_what_it_included(away, guide):
    """Also where a practice of one's own is called as one of ours, or nearly so."""
    Path("arrival.md").write_text("My own arrival.\n")
    Path("ARRIVAL.md").write_text("In capitals.\n\n[practice return]\n")
    both = [] if os.path.samefile("arrival.md", "ARRIVAL.md") else ["[practice ARRIVAL]"]
    Path("mine.md").write_text(
        "\n\n".join(["[practice arrival]", "[practice stay-present]", *both])
    )
    silent = ["--voice", "none", "--tone", "pad", "--sample-rate", "16000"]
    assert guide("export", "mine.md", "-o", "a.wav", "--bundle", "s.zip", *silent)[0] == 0
    said = json.loads(away("show", "s.zip", "--json")[1])["lines"]
    assert said == json.loads(guide("show", "mine.md", "--json", *silent)[1])["lines"]
    assert {line["text"] for line in said} > {"My own arrival."}


def test_its_bed_is_in_it(maker, here, away):
    (bed := Path("rain.wav")).write_bytes((maker / "rain.wav").read_bytes())
    made = here("a.wav", "--bed", str(bed), "--bundle", "s.zip")
    bed.unlink()
    assert away("export", "s.zip", "-o", "b.wav")[0] == 0
    assert digest("b.wav") == made
    gc.collect()
    assert not list(Path(tempfile.gettempdir()).glob("voice-guide-*.*"))


def test_a_bundle_made_of_a_bundle_is_the_same(maker, here, away):
    bed, cover = (str(maker / name) for name in ("rain.wav", "it.png"))
    here("a.wav", "--bed", bed, "--title", "Für dich", "--cover", cover, "--bundle", "s.zip")
    assert away("export", "s.zip", "-o", "b.wav", "--bundle", "t.zip")[0] == 0
    assert digest("s.zip") == digest("t.zip")


def test_a_bundle_is_the_same_whenever_and_wherever_it_is_made(bundle, here):
    before = os.umask(0o77)
    try:
        here("a.wav", "--bundle", "s.zip")
    finally:
        os.umask(before)
    assert digest(bundle) == digest("s.zip")


def test_it_has_what_was_heard_and_nothing_of_its_maker(maker, bundle):
    inside = held(bundle)
    assert not [name for name, data in inside.items() if str(maker.parent).encode() in data]
    index = json.loads(inside["voice-guide.json"])
    scripts = {row["name"]: (row["ours"], inside[row["file"]].decode()) for row in index["scripts"]}
    assert scripts["für-dich"] == (False, PRACTICE)
    assert scripts["other"] == (False, OTHER)
    clips = {(row["text"], row["inner"]): row["file"] for row in index["clips"]}
    assert ("I am here.", True) in clips
    assert ("33", False) in clips  # it counts, and a pace may be as slow as that
    plan = json.loads(inside["plan.json"])
    line = plan["lines"][0]
    with zipfile.ZipFile(bundle) as archive, archive.open(clips[line["text"], False]) as file:
        clip, rate = soundfile.read(file, dtype="float32")
    assert (len(clip), rate) == (line["end"] - line["start"], plan["sample_rate"])


@needs("unzip")
def test_any_program_can_unpack_it(bundle, tmp_path):
    assert run_unzip("-tqq", bundle) == ""
    run_unzip("-qq", bundle, "-d", tmp_path)
    assert "pip install voice-guide" in (tmp_path / "README.txt").read_text()
    for entry in zipfile.ZipFile(bundle).infolist():
        assert (entry.date_time[0], entry.external_attr >> 16) == (1980, 0o100644)


def run_unzip(*arguments):
    command = ["unzip", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# Where another voice would be needed, or another program


@pytest.mark.parametrize("option", [["--rate", "120"], ["--polish", "off"]])
def test_what_only_the_voice_can_change_is_said(bundle, away, option):
    code, _, err = away("export", bundle, "-o", "b.wav", *option)
    assert code == 2
    assert f"{option[0]} can't change words that are sound already" in err
    assert "--voice" in err
    assert "it was espeak" in err


def test_another_voice_speaks_the_words_anew(bundle, here, guide):
    options = ["--voice", "espeak", "--rate", "120"]
    assert guide("export", str(bundle), "-o", "b.wav", *options)[0] == 0
    assert digest("b.wav") == here("a.wav", *options)


def test_numbers_that_are_not_in_it_are_named(away, guide):
    Path("p.md").write_text("Stay.\n\n[3 breaths]\n\nGo.\n")
    assert guide("export", "p.md", *VOICE, "-o", "p.wav", "--bundle", "p.zip")[0] == 0
    code, _, err = away("export", "p.zip", "-o", "q.wav", "--count")
    assert code == 1
    assert "no sound of '1'" in err
    assert "--count" in err


def test_a_proof_needs_the_voice(bundle, away):
    code, _, err = away("export", bundle, "-o", "b.wav", "--proof")
    assert code == 2
    assert "words of a bundle are sound already" in err


@pytest.mark.parametrize(("name", "value", "gain"), [("loudness", -23, -5), ("voice_level", 4, 4)])
def test_words_are_brought_to_another_loudness(bundle, folders, name, value, gain):
    line = next(iter(open_session(bundle).script.lines()))
    levels = []
    for options in ({}, {name: value}):
        session = open_session(bundle, **options)
        session.speak()
        levels.append(20 * np.log10(np.sqrt(np.mean(session.clips.samples(line) ** 2))))
    assert levels[1] - levels[0] == pytest.approx(gain, abs=0.4)


def test_words_are_brought_to_another_sample_rate(bundle, folders):
    plans = open_session(bundle).plan(), open_session(bundle, sample_rate=24000).plan()
    for line, other in zip(*(plan.to_json()["lines"] for plan in plans), strict=True):
        assert line["end"] / 16000 == pytest.approx(other["end"] / 24000, abs=0.001)


# Everything takes it


def test_show_and_check_take_it(maker, bundle, away, guide):
    shown = guide("show", str(maker / "mine.md"), "--json", *VOICE)
    assert away("show", bundle, "--json") == shown
    assert away("show", bundle, "--source")[1] == SESSION
    code, out, _ = away("check", bundle)
    assert code == 0
    assert "Ünter uns: no errors, optional lines: 2" in out
    code, out, _ = away("check", "--fix", bundle)
    assert code == 2
    assert "mend the script that it was made of" in words(out)


def test_what_a_listener_has_chosen_changes_nothing_of_it(bundle, here, away, folders):
    made = here("a.wav")
    settings = folders / "config" / "voice-guide"
    settings.mkdir(parents=True)
    (settings / "config.toml").write_text('pace = "5-9"\nvoice = "flite"\ntone = "bowl"\n')
    (settings / "words.toml").write_text('qi = "kwee"\n')
    assert away("export", bundle, "-o", "b.wav")[0] == 0
    assert digest("b.wav") == made


def test_a_program_opens_it_by_its_path(bundle, folders):
    for path in (bundle, str(bundle)):
        session = open_session(path, tone="pad")
        assert session.settings.tone == "pad"
        assert session.plan().script.title == "Ünter uns"
        assert session.clips.spoken_by == ["espeak"]


def test_a_session_of_a_program_has_no_text_for_a_bundle(folders):
    script = Script("Mine", (Section("A", (Line("Stay."),)),))
    with pytest.raises(RequestError, match="no text to put into a bundle"):
        open_session(script, voice="none").export("a.wav", bundle_file="a.zip")
    session = open_session("---\ntitle: Mine\n---\nStay.\n\n[9 breaths]\n", voice="none")
    session.script = session.script.with_items(lambda items: items[:1])
    with pytest.raises(RequestError, match="a program has changed it"):
        session.export("a.wav", bundle_file="a.zip")
    assert not list(folders.iterdir())


def changed(bundle, to, **index):
    """Write a bundle with other values in its list."""
    inside = held(bundle)
    was = json.loads(inside["voice-guide.json"])
    inside["voice-guide.json"] = json.dumps(was | index).encode()
    with zipfile.ZipFile(to, "w") as archive:
        for name, data in inside.items():
            archive.writestr(name, data)
    return str(to)


def test_a_newer_form_asks_for_a_newer_voice_guide(bundle, away):
    newer = changed(bundle, "newer.zip", schema=SCHEMA + 1, version="99.0", clips={})
    code, _, err = away("show", newer)
    assert code == 1
    assert "a newer Voice Guide made it (99.0)" in err
    assert "pip install --upgrade voice-guide" in err
    code, _, err = away("show", changed(bundle, "other.zip", version="0.0.9"))
    assert code == 0
    assert "was made with Voice Guide 0.0.9" in err


# All or none


def test_what_is_no_zip_by_its_name_is_refused(folders, guide):
    code, _, err = guide("export", "numbness", "--voice", "none", "--bundle", "s.tar")
    assert (code, "end its name in .zip" in err) == (2, True)


@needs("mount")
def test_a_disk_that_is_full_leaves_nothing(maker, disk):
    small = disk(200_000)
    target = ["-o", small.folder / "a.wav", "--bundle", small.folder / "s.zip"]
    done = run("export", "mine.md", *VOICE, *target, cwd=maker, **small.limits)
    assert done.returncode == 1
    assert f"s.zip: {small.reason}" in words(done.stderr)
    assert not list(small.folder.iterdir())


def test_a_bundle_that_exists_is_kept(bundle, away):
    Path("mine.zip").write_text("mine")
    code, _, err = away("export", bundle, "-o", "b.wav", "--bundle", "mine.zip")
    assert (code, "already exists" in err) == (1, True)
    assert not Path("b.wav").exists()
    assert Path("mine.zip").read_text() == "mine"


def test_every_profile_can_be_asked_of_it(bundle, folders):
    for profile in PROFILES:
        assert open_session(bundle, profile=profile).profile == profile
