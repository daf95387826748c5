"""What is exported for a publisher passes: by our analysis, and by tools that aren't ours."""

import json
import re
import shlex
import subprocess

import numpy as np
import pytest
import soundfile
from metering import loudness
from parts import needs
from running import run
from sounds import by_ffmpeg

from voice_guide.analysis import PROFILES as JUDGED
from voice_guide.analysis import analyse, judge
from voice_guide.errors import RequestError
from voice_guide.output import estimate
from voice_guide.output.profiles import PROFILES, published
from voice_guide.pace.pace import Pace
from voice_guide.plan.breath import Breath
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Bell, Line, Rest, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings

pytestmark = pytest.mark.slow

TALK = (Rest(1, 1), Line("Let your feet find the floor."), Rest(2, 2), Line("Slowly."), Rest(1, 1))


def session_of(*items, **options):
    script = Script("test", (Section("test", items),))
    session = open_session(script, Settings(**{"pace": Pace.parse("3-4"), **options}))
    session.speak()
    return session


def failed(profile, path):
    return [criterion for criterion in judge(profile, analyse(path)) if not criterion.passed]


def test_every_profile_that_is_judged_can_be_exported():
    assert list(PROFILES) == list(JUDGED)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("options", [(), ("--pace", "5-7", "--tone", "bowl")], ids=str)
def test_an_export_passes(exported, profile, options):
    assert failed(profile, exported("one-minute-pause", "--profile", profile, *options)) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_an_export_says_when_its_profile_goes_by_the_plan(tmp_path, profile):
    """With what it says to add, the file is found to pass."""
    path = tmp_path / "a b.wav"
    options = ("one-minute-pause", "--profile", profile, "-o", path)
    done = run("export", *options, check=True)
    criteria = [criterion.name for criterion in judge(profile, analyse(path))]
    told = re.search(r"add (--plan .*) to export it", done.stderr)
    assert bool(told) == ("voice and breath" in criteria)
    if told:
        run("export", *options, "--overwrite", *shlex.split(told[1]), check=True)
        assert run("analyse", path, "--profile", profile).returncode == 0


def test_a_whole_session_passes(exported):
    path = exported("seen-and-safe", "--profile", "acx", "--sample-rate", "24000")
    assert failed("acx", path) == []


@needs("flite")
@pytest.mark.parametrize(
    ("voice", "name", "tone"),
    [
        ("rms", "one-minute-pause", "breath"),
        ("rms", "one-minute-pause", "bowl"),
        ("slt", "one-minute-pause", "ocean"),
        ("awb", "one-minute-pause", "chord"),
    ],
)
def test_a_dark_voice_passes_as_gentle(exported, voice, name, tone):
    path = exported(name, "--profile", "gentle", "--voice", f"flite:{voice}", "--tone", tone)
    assert failed("gentle", path) == []


@pytest.mark.parametrize("suffix", [".mp3", ".opus"])
def test_a_packed_podcast_passes(exported, suffix):
    assert (
        failed("podcast", exported("one-minute-pause", "--profile", "podcast", suffix=suffix)) == []
    )


@needs("ffmpeg")
@pytest.mark.parametrize(("profile", "lufs", "off"), [("podcast", -16, 1), ("broadcast", -23, 0.5)])
def test_ffmpeg_agrees(exported, profile, lufs, off):
    integrated, _, _, peak = by_ffmpeg(exported("one-minute-pause", "--profile", profile))
    assert integrated == pytest.approx(lufs, abs=off)
    assert peak <= -1


@needs("sox")
@pytest.mark.parametrize("options", [(), ("--tone", "none")], ids=str)
def test_sox_agrees(exported, options):
    path = exported("one-minute-pause", "--profile", "acx", *options)
    said = subprocess.run(["sox", path, "-n", "stats"], capture_output=True, text=True, check=True)
    levels = dict(re.findall(r"(Pk lev|RMS lev) dB\s+(-[\d.]+)", said.stderr))
    assert -23 <= float(levels["RMS lev"]) <= -18
    assert float(levels["Pk lev"]) <= -3
    samples, rate = soundfile.read(path)
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > 10 ** (-45 / 20))
    assert 0.5 <= loud[0] / rate <= 1.2
    assert 1 <= (len(samples) - loud[-1]) / rate <= 5
    assert 20 * np.log10(np.std(samples[: rate // 2]) + 1e-9) <= -60


@pytest.mark.parametrize("options", [(), ("--tone", "none")], ids=str)
def test_where_silence_is_added_or_cut_the_plan_tells_the_file(exported, options):
    path = exported("one-minute-pause", "--profile", "acx", *options)
    plan, analysis = json.loads(path.with_suffix(".plan.json").read_text()), analyse(path)
    assert plan["frames"] == soundfile.info(path).frames
    assert max(abs(line.onset_ms) for line in analysis.lines) <= 5
    ends = [
        b["start"] + b["inhale"] + b["hold_in"] + b["exhale"] + b["hold_out"]
        for b in plan["breaths"]
    ]
    assert [b["start"] for b in plan["breaths"][1:]] == ends[:-1]
    assert min(b["start"] for b in plan["breaths"]) >= 0
    assert ends[-1] <= plan["frames"]


def test_a_plan_is_cut_as_its_file_is():
    breaths = tuple(
        Breath(number=n, start=10 * n, inhale=3, hold_in=1, exhale=4, hold_out=2) for n in range(3)
    )
    plan = Plan(Script("test", ()), Pace.parse("3-4"), 1, breaths)
    later = plan.cut(-5, 33)
    assert [b.start for b in later.breaths] == [5, 15, 25]
    assert later.frames == 38
    part = plan.cut(12, 25)
    assert [(b.number, b.start, b.phases) for b in part.breaths] == [
        (0, 0, (1, 1, 4, 2)),
        (1, 8, (3, 1, 1, 0)),
    ]
    assert part.frames == 13


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tone": "none"},
        {"tone": "bowl", "night": True},
        {"tone": "pad", "pace": Pace.parse("3.3-4.15"), "mono": True},
        {"voice": "none"},
        {"duck": 6, "tone_level": -4, "sample_rate": 22050},
    ],
    ids=str,
)
def test_what_is_worked_out_from_the_plan_is_what_the_sound_measures(options):
    inside = (Line("Slowly.", inner=True), Rest(1, 1)) * 3  # what was said aloud before
    session = session_of(Bell(), *TALK, *inside, **options)
    energies = estimate.estimate(session.plan(), session.clips, session.mix)
    sound = np.concatenate(list(session.blocks(4096)))
    lufs = loudness(sound, session.settings.sample_rate)
    assert estimate.integrated(energies) == pytest.approx(lufs, abs=0.15)
    rms = 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)))
    assert estimate.rms(energies) == pytest.approx(rms, abs=0.15)


@pytest.mark.parametrize(("first", "last"), [(40_000, 300_000), (-40_000, 300_000)])
def test_the_size_of_blocks_changes_nothing(first, last):
    session = session_of(*TALK)
    all_of_it = np.concatenate(list(session.blocks(48000)))
    session.excerpt = first, last
    part = np.concatenate(list(session.blocks(48000)))
    assert len(part) == session.plan().frames == last - first
    assert np.array_equal(np.concatenate(list(session.blocks(777))), part)
    inside = slice(48000 - min(first, 0), -48000)
    assert np.array_equal(part[inside], all_of_it[max(first, 0) + 48000 : last - 48000])


CONFLICTS = {
    "podcast": (["--loudness", "-20"], ["--loudness -20", "--profile podcast", "-16"]),
    "acx": (
        ["--voice", "none"],
        ["--voice none", "--profile acx", "gentle, podcast and broadcast"],
    ),
    "wcag": (["--duck", "12"], ["--duck 12", "(22)", "leave one of them out"]),
    "gentle": (["--night"], ["--night", "(off)"]),
    "broadcast": (["--voice", "none", "--tone", "none"], ["leave nothing for --profile"]),
}


@pytest.mark.parametrize("profile", CONFLICTS)
def test_what_does_not_go_together_is_said(profile, tmp_path):
    options, parts = CONFLICTS[profile]
    target = tmp_path / "a.wav"
    done = run("export", "one-minute-pause", "--profile", profile, *options, "-o", target)
    assert done.returncode == 2
    for part in parts:
        assert part in done.stderr
    assert not target.exists()


def test_a_listeners_own_defaults_give_way_to_a_profile(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICE_GUIDE_LOUDNESS", "-30")
    path = tmp_path / "a.wav"
    options = ("--voice", "none", "--profile", "podcast", "-o", path)
    run("export", "one-minute-pause", *options, check=True)
    assert analyse(path).measures.integrated == pytest.approx(-16, abs=0.5)


def test_rests_that_no_voice_can_make_up_for_are_said():
    session = session_of(*TALK, Rest(60, 60), loudness=-18)
    with pytest.raises(RequestError, match=r"rests that are too long for --profile acx.*--minutes"):
        published("acx", session.plan(), session.settings, session.clips, session.mix)
