"""Faults are found one by one: each is planted into a sound that has none."""

import json
import shutil

import numpy as np
import pytest
import soundfile
from running import run
from sounds import RATE, breaths, write

from voice_guide.analysis import analyse, judge

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """A short session with words, float samples, its plan beside it."""
    path = tmp_path_factory.mktemp("export") / "session.wav"
    plan = path.with_suffix(".json")
    options = ("--subtype", "float", "-o", path, "--plan", plan)
    run("export", "one-minute-pause", *options, check=True, timeout=300)
    return path


@pytest.fixture(scope="module")
def parts(export):
    """The voice of that session alone, and its tone alone as it is where no one speaks."""
    made = []
    for name, options in (("voice", ("--tone", "none")), ("both", ("--duck", "0"))):
        path = export.with_name(f"{name}.wav")
        run("export", "one-minute-pause", *options, "--subtype", "float", "-o", path, check=True)
        made.append(soundfile.read(path)[0])
    return made[0], made[1] - made[0]


@pytest.fixture
def spoil(export, tmp_path):
    """Give a function that changes the samples, or the plan, and analyses what comes of it."""

    def spoiled(change=None, change_plan=None):
        samples, rate = soundfile.read(export)
        plan = json.loads(export.with_suffix(".json").read_text())
        if change:
            samples = change(samples)
        if change_plan:
            change_plan(plan)
        path = tmp_path / "spoiled.wav"
        soundfile.write(path, samples, rate, "FLOAT")
        path.with_suffix(".json").write_text(json.dumps(plan))
        return analyse(path)

    return spoiled


def failed(profile, analysis):
    return {criterion.name for criterion in judge(profile, analysis) if not criterion.passed}


def at(seconds):
    return round(seconds * RATE)


def test_without_a_fault_none_is_found(spoil):
    assert failed("gentle", spoil()) == set()
    assert failed("wcag", spoil()) == set()


@pytest.mark.parametrize("where", [22.0, 26.00013, 48.5])
def test_a_click_in_the_tone(spoil, where):
    def click(samples):
        samples[at(where)] += 0.01
        return samples

    analysis = spoil(click)
    assert [one.seconds for one in analysis.measures.clicks] == [pytest.approx(where, abs=2e-3)]
    assert failed("gentle", analysis) == {"clicks"}


def test_a_click_in_a_word(spoil):
    def click(samples):
        samples[at(34.93)] += 0.5
        return samples

    clicks = spoil(click).measures.clicks
    assert [one.seconds for one in clicks] == [pytest.approx(34.93, abs=2e-3)]


def test_a_lost_stretch_is_two_clicks(spoil):
    def lose(samples):
        samples[at(25) : at(25.012)] = 0
        return samples

    found = [click.seconds for click in spoil(lose).measures.clicks]
    assert found == pytest.approx([25, 25.012], abs=2e-3)


def test_a_step_in_level(spoil):
    def step(samples):
        samples[at(25) :] *= 0.7
        return samples

    analysis = spoil(step)
    assert [one.seconds for one in analysis.measures.clicks] == [pytest.approx(25, abs=2e-3)]
    assert {"clicks", "loudness of the line farthest off"} <= failed("gentle", analysis)


def test_a_clipped_word(spoil):
    def clip(samples):
        word = slice(at(34.2), at(34.6))
        samples[word] = np.clip(6 * samples[word], -1, 1)
        return samples

    analysis = spoil(clip)
    assert analysis.measures.clipped_runs > 10
    assert {"clipping", "true peak"} <= failed("gentle", analysis)


def test_another_pace_than_planned(tmp_path):
    export_options = ("one-minute-pause", "--voice", "none", "--minutes", "2")
    path, other = tmp_path / "a.wav", tmp_path / "other.json"
    plan = path.with_suffix(".json")
    run("export", *export_options, "--pace", "5-7", "-o", path, "--plan", plan, check=True)
    assert failed("gentle", analyse(path)) == set()
    data = json.loads(plan.read_text())
    for breath in data["breaths"]:
        breath["start"] = breath["start"] * 10 // 12
        breath["inhale"], breath["exhale"] = 4 * RATE, 6 * RATE
    other.write_text(json.dumps(data))
    found = failed("gentle", analyse(path, other))
    assert found == {"breath against the plan"}
    for breath in data["breaths"]:
        breath["inhale"], breath["exhale"] = 6 * RATE, 6 * RATE
    other.write_text(json.dumps(data))
    assert "inhale share against the plan" in failed("gentle", analyse(path, other))


@pytest.mark.parametrize("tone", ["breath", "pad"])
def test_another_share_than_planned_with_holds(tmp_path, tone):
    path, other = tmp_path / "a.wav", tmp_path / "other.json"
    plan = path.with_suffix(".json")
    options = ("--voice", "none", "--tone", tone, "--minutes", "2", "--pace", "4-4-4-4")
    run("export", "one-minute-pause", *options, "-o", path, "--plan", plan, check=True)
    assert failed("gentle", analyse(path)) == set()
    data = json.loads(plan.read_text())
    for breath in data["breaths"]:
        breath["hold_in"], breath["exhale"] = 3 * RATE, 5 * RATE
    other.write_text(json.dumps(data))
    assert failed("gentle", analyse(path, other)) == {"inhale share against the plan"}


def test_a_breath_that_wanders_has_a_spread(tmp_path):
    even, uneven = tmp_path / "even.wav", tmp_path / "uneven.wav"
    lengths = [8.0, 8.3, 7.7, 8.2, 7.8, 8.3, 7.7, 8.1, 7.9]
    write(even, np.concatenate([breaths(8, 3, 1)] * len(lengths)))
    write(uneven, np.concatenate([breaths(length, 3 / 8 * length, 1) for length in lengths]))
    assert analyse(even).breath.seconds_spread < 0.02
    assert 0.15 < analyse(uneven).breath.seconds_spread < 0.6
    assert analyse(uneven).breath.seconds == pytest.approx(8, rel=0.02)


@pytest.mark.parametrize("seconds", [2.5, 4, 5])
def test_a_missing_tail(spoil, seconds):
    analysis = spoil(lambda samples: samples[: -at(seconds)])
    found = failed("gentle", analysis)
    assert "length against the plan" in found
    assert ("last 10 ms" in found) == (seconds > 1)
    assert analysis.silences.tail == pytest.approx(max(3.95 - seconds, 0), abs=0.1)


def test_dc(spoil):
    analysis = spoil(lambda samples: samples + 0.01)
    assert analysis.measures.dc == pytest.approx(0.01, abs=1e-4)
    assert "DC" in failed("gentle", analysis)


@pytest.mark.parametrize("ms", [-200, -40, 40, 200])
def test_a_line_that_begins_elsewhere_than_planned(spoil, ms):
    def shift(plan):
        for key in ("start", "end"):
            plan["lines"][4][key] -= round(ms / 1000 * RATE)

    analysis = spoil(change_plan=shift)
    onsets = [line.onset_ms for line in analysis.lines]
    assert onsets[4] == pytest.approx(ms, abs=5)
    assert max(map(abs, onsets[:4] + onsets[5:])) < 15
    assert np.median(np.abs(onsets)) < 5
    assert failed("gentle", analysis) == {"onset farthest off"}


def test_a_line_that_is_missing(spoil):
    def mute(samples):
        fade = np.linspace(1, 0, at(0.3))[:, None]
        samples[at(49.6) : at(49.9)] *= fade
        samples[at(49.9) : at(53.2)] = 0
        samples[at(53.2) : at(53.5)] *= fade[::-1]
        return samples

    analysis = spoil(mute)
    assert [line.heard for line in analysis.lines] == [True] * 5 + [False, True]
    assert "lines heard" in failed("gentle", analysis)


def test_a_tone_that_is_too_loud_under_the_words(spoil, export, tmp_path):
    loud = tmp_path / "loud.wav"
    options = ("--duck", "12", "-o", loud, "--plan", loud.with_suffix(".json"))
    run("export", "one-minute-pause", *options, check=True)
    assert failed("wcag", analyse(loud)) == {"voice over the tone, least"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0.6, 1.5, set()),
        (0.2, 1.5, {"tone halfway down, before words"}),
        (0.6, 0.03, {"tone halfway back, after words"}),
        (
            *(0.03, 0.03),
            {
                "tone halfway down, before words",
                "tone halfway back, after words",
                "voice over the tone, least",
            },
        ),
    ],
)
def test_a_tone_that_makes_room_too_suddenly(spoil, export, parts, before, after, expected):
    voice, tone = parts
    lines = json.loads(export.with_suffix(".json").read_text())["lines"]
    room = np.ones(len(tone))
    for line in lines:
        start, end = line["start"], line["end"]
        glide = [start - at(before), start, end, end + at(after)]
        np.minimum(room, np.interp(np.arange(len(tone)), glide, [1, 0.25, 0.25, 1]), out=room)
    assert failed("gentle", spoil(lambda samples: voice + tone * room[:, None])) == expected


def test_a_tone_that_is_lost_in_mono(spoil, parts):
    voice = parts[0]
    analysis = spoil(lambda samples: voice + (samples - voice) * (1, -1))
    assert failed("gentle", analysis) == {"lost in mono"}


def test_a_word_that_is_cut_off(spoil):
    """Softly, so that there is no click."""

    def cut(samples):
        samples[at(35.5) : at(39.5)] = 0
        samples[at(35.48) : at(35.5)] *= np.linspace(1, 0, at(0.02))[:, None]
        return samples

    assert "shorter than planned, at most" in failed("gentle", spoil(cut))


def test_a_start_that_does_not_fade_in(spoil):
    found = failed("gentle", spoil(lambda samples: np.roll(samples, -at(4.2), axis=0)))
    assert "first second, against the next four" in found


def test_an_end_that_does_not_fade(spoil):
    def hold(samples):
        samples[-at(4) :] = samples[at(24) : at(28)]
        return samples

    assert "last second, against the two before" in failed("gentle", spoil(hold))


@pytest.mark.parametrize(("rate", "channels"), [(RATE, 1), (44100, 2)])
def test_another_format_than_designed(tmp_path, rate, channels):
    path = write(tmp_path / "a.wav", breaths(10, 4, 6, rate), rate, channels=channels)
    found = failed("gentle", analyse(path))
    assert ("channels" in found) == (channels == 1)
    assert ("sample rate" in found) == (rate != RATE)


def test_wcag_and_gentle_say_that_they_need_the_plan(export, tmp_path):
    alone = shutil.copy(export, tmp_path / "alone.wav")
    for profile in ("wcag", "gentle"):
        done = run("analyse", alone, "--profile", profile)
        assert done.returncode == 1
        assert "give the plan with --plan" in done.stdout
    given = export.with_suffix(".json")
    assert run("analyse", alone, "--profile", "wcag", "--plan", given).returncode == 0
