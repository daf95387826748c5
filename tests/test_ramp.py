"""A pace that glides: evenly, one way, exactly to its target; all else keeps its place."""

import itertools
import json
import re
from collections import deque
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from hypothesis import assume, given
from hypothesis import strategies as st
from listening import RATE, breath_starts, breathing, listen, seconds, whole
from test_timeline import cases, check_lines, check_tiling, examples, paces

from voice_guide import tones
from voice_guide.course import NO_RAMP, Ramp
from voice_guide.errors import LengthError, PaceError, ScriptError
from voice_guide.fit import fit
from voice_guide.library import load
from voice_guide.pace import Pace
from voice_guide.parse import parse
from voice_guide.playback import Playback
from voice_guide.script import RampTo, Rest, Script, Section, stretch
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.timeline import TAIL_SECONDS, Timeline

TIMES = st.integers(1, 3_600_000).map(lambda n: Fraction(n, 1000))
RATES = st.sampled_from([44100, 48000, 22050])
PHASES = ("inhale", "hold_in", "exhale", "hold_out")
HALF_MS = Fraction(1, 2000)


def resting(pace, ramp, rate=48000, breaths=4000):
    script = Script("Rest", (Section("s", (*[Rest(500, 500)] * (breaths // 500),)),))
    return Timeline(script, pace, rate, lambda line: 0, 0, ramp)


# the glide


@examples(60)
@given(paces(), paces(), TIMES, RATES)
def test_a_ramp_goes_one_way_from_its_start_exactly_to_its_target(start, target, seconds, rate):
    timeline = resting(target, Ramp(start, seconds), rate)
    asked = []
    while timeline.seconds < min(seconds + 60, 900):
        at, pace = timeline.seconds, timeline.next_pace
        breath = next(timeline)
        asked.append(pace)
        assert at < seconds or pace == target, "from its end on"
        for frames, phase in zip(breath.phases, pace.phases, strict=True):
            assert abs(frames - phase * rate) <= 1
    assert asked[0] == start
    for way in zip(*(pace.phases for pace in (*asked, target)), strict=True):
        assert list(way) in (sorted(way), sorted(way, reverse=True))


@examples(60)
@given(paces(), paces(), TIMES)
def test_breaths_a_minute_change_evenly_with_time(start, target, seconds):
    timeline = resting(target, Ramp(start, seconds))
    first, last = 60 / start.cycle, 60 / target.cycle
    while (at := timeline.seconds) < min(seconds, 600):
        cycle = timeline.next_pace.cycle
        even = 60 / (first + (last - first) * (Fraction(at) / seconds))
        assert abs(cycle - even) <= 4 * HALF_MS + Fraction(1, 10**6), "each phase is rounded once"
        next(timeline)


@examples(50)
@given(paces(), paces(), TIMES)
def test_every_phase_goes_the_same_part_of_its_way(start, target, seconds):
    half = Ramp(start, seconds).toward(target, seconds / 2)
    assume(start.cycle != target.cycle)
    share = (half.cycle - start.cycle) / (target.cycle - start.cycle)
    for before, now, after in zip(start.phases, half.phases, target.phases, strict=True):
        way = abs(after - before) / abs(target.cycle - start.cycle)
        assert abs(before + (after - before) * share - now) <= HALF_MS + way * 4 * HALF_MS


@examples(20)
@given(paces(), paces(), TIMES, RATES)
def test_positions_are_exact_and_an_hour_with_a_ramp_does_not_drift(start, target, seconds, rate):
    timeline, exact = resting(target, Ramp(start, seconds), rate), Fraction(0)
    while exact < 3600:
        pace = timeline.next_pace
        turns = [exact + sum(pace.phases[:n]) for n in range(5)]
        breath = next(timeline)
        ends = itertools.accumulate(breath.phases, initial=breath.start)
        assert list(ends) == [round(turn * rate) for turn in turns]
        exact = turns[-1]


@examples(20)
@given(paces(), paces(), TIMES)
def test_the_sample_rate_does_not_change_a_ramp(start, target, seconds):
    one, two = (resting(target, Ramp(start, seconds), rate) for rate in (22050, 48000))
    for _ in range(50):
        assert one.next_pace == two.next_pace
        assert abs(next(one).end / 22050 - next(two).end / 48000) < 1 / 22050


@examples(50)
@given(cases(), paces(), TIMES)
def test_the_words_keep_their_places_on_a_ramp(case, start, seconds):
    breaths = list(replace_ramp(case, Ramp(start, seconds)))
    check_lines(case, breaths)
    check_tiling(breaths)


def replace_ramp(case, ramp, script=None):
    return Timeline(script or case.script, case.pace, case.rate, case.clip, 0, ramp)


@examples(50)
@given(cases(), paces(), TIMES, st.floats(0, 1))
def test_a_requested_length_is_met_on_a_ramp(case, start, seconds, share):
    def timeline(script):
        return replace_ramp(case, Ramp(start, seconds), script)

    def last(script):
        return deque(timeline(script), maxlen=1).pop()

    widest = [Rest(i.high, i.high) if isinstance(i, Rest) else i for i in case.script.items()]
    longest = last(Script("Any", (Section("s", tuple(widest)),))).end
    shortest = last(case.script).end
    wanted = shortest + share * (longest - shortest)
    placed = timeline(fit(case.script, wanted / case.rate + TAIL_SECONDS, timeline))
    fitted = deque(placed, maxlen=1).pop()
    half = max(fitted.frames, placed.next_pace.cycle * case.rate) / 2
    assert abs(fitted.end - wanted) <= half + 1, "of the last breath, or of the one left out"


def test_a_line_that_a_ramp_moves_by_two_breaths_does_not_spoil_the_length():
    text = "[1-5 breaths]\n\n[4 breaths]\n\nA.\n\n[bell]\n[9.05 seconds]\n[4-5 breaths]"
    script = parse(text + "\n\nhold: B.\n\nhold: C.", "mine.md")
    ramp = Ramp(Pace.parse("1.1-5.6"), Fraction(20841, 125))

    def timeline(script):
        return Timeline(script, Pace.parse("1-1"), 22050, lambda line: 2, 0, ramp)

    ends = [deque(timeline(stretch(script, more)), maxlen=1).pop().end for more in range(6)]
    for wanted in range(ends[0], ends[-1], 20000):
        placed = timeline(fit(script, wanted / 22050 + TAIL_SECONDS, timeline))
        *_, breath = placed
        assert abs(breath.end - wanted) <= breath.frames / 2 + 1000, wanted


# what is asked for


@pytest.mark.parametrize(
    ("written", "start", "seconds"),
    [
        ("3-4:5m", "3-4", 300),
        ("4-5:90s", "4-5", 90),
        ("box:2.5m", "4-4-4-4", 150),
        (" 4-7-8:0.5M ", "4-7-8", 30),
        ("3-4:120m", "3-4", 7200),
    ],
)
def test_a_ramp_is_a_pace_and_a_time(written, start, seconds):
    ramp = Ramp.parse(written)
    assert ramp == Ramp(Pace.parse(start), Fraction(seconds))
    assert Ramp.parse(str(ramp)) == ramp


def test_none_is_the_pace_at_once():
    assert Ramp.parse("none") == NO_RAMP
    assert str(NO_RAMP) == "none"
    assert NO_RAMP.toward(Pace.parse("5-7"), Fraction(0)) == Pace.parse("5-7")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        *[(w, "is not a ramp") for w in ("", "3-4", "3-4:", "3-4:5", "3-4:5h", "3-4:-5m", ":")],
        *[(w, "is not a ramp") for w in ("5m:3-4", "3-4:1e3s", "3-4:nanm", "3-4:5 m")],
        *[(w, "is out of range") for w in ("3-4:0s", "3-4:121m", "3-4:999999s", "0-4:5m")],
        *[(w, "is not a pace") for w in (":5m", "4:5m", "bxo:5m")],
    ],
)
def test_what_is_no_ramp_is_refused_with_what_one_looks_like(wrong, says):
    with pytest.raises(PaceError, match=says) as error:
        Ramp.parse(wrong)
    assert "3-4:5m" in str(error.value) or "4-6" in str(error.value)


def test_a_script_says_its_ramp_in_its_head():
    script = parse("---\nramp: 3-4:5m\n---\nHello.", "mine.md")
    assert script.ramp == Ramp.parse("3-4:5m")
    with pytest.raises(ScriptError, match=r"mine\.md:2:7: '3-4' is not a ramp"):
        parse("---\nramp: 3-4\n---\nHello.", "mine.md")


@pytest.mark.parametrize(
    ("written", "seconds"), [("2 minutes", 120), ("90 seconds", 90), ("1.5 minute", 90)]
)
def test_a_direction_changes_the_pace_from_there_on(written, seconds):
    script = parse(f"Hi.\n\n[1 breath]\n[Ramp to 4-8  over {written}]\n[40 breaths]", "mine.md")
    assert RampTo(Pace.parse("4-8"), Fraction(seconds)) in list(script.items())
    timeline = Timeline(script, Pace.parse("4-4"), 100, lambda line: 100)
    paced = [(breath.start / 100, sum(breath.phases) / 100) for breath in timeline]
    assert [cycle for at, cycle in paced if at <= 16] == [8, 8, 8]
    assert all(8 < cycle < 12 for at, cycle in paced if 16 < at < 16 + seconds)
    assert {cycle for at, cycle in paced if at >= 16 + seconds} == {12}


# a whole session


@pytest.mark.parametrize("where", ["option", "head", "direction"])
def test_no_end_of_a_ramp_has_holds_where_a_script_forbids_them(where):
    head = "ramp: 4-7-8:1m\n" if where == "head" else ""
    body = "[ramp to 4-7-8 over 1 minute]" if where == "direction" else ""
    script = parse(f"---\nholds: no\n{head}---\n{body}\n[20 breaths]", "mine.md")
    ramp = Ramp.parse("4-7-8:1m") if where == "option" else None
    with pytest.raises(PaceError, match="nearest pace without holds is 4-8"):
        open_session(script, Settings(ramp=ramp, voice="none"))


def test_a_ramp_longer_than_the_session_is_refused_with_the_longest_that_fits():
    def spoken(ramp):
        session = open_session(load("one-minute-pause"), Settings(ramp=ramp, voice="none"))
        session.speak()
        return session

    with pytest.raises(LengthError) as error:
        spoken(Ramp.parse("3-4:5m"))
    longest = re.search(r"the longest that fits is 3-4:(\d+)s", str(error.value))[1]
    assert "--minutes" in str(error.value)
    assert 40 < int(longest) < 70
    spoken(Ramp.parse(f"3-4:{longest}s"))
    with pytest.raises(LengthError):
        spoken(Ramp.parse(f"3-4:{int(longest) + 1}s"))


@pytest.mark.parametrize("minutes", [10, 17.3, 30])
def test_a_bundled_session_keeps_its_length_on_a_ramp(minutes):
    ramp = Ramp.parse("2.5-3:5m")
    session = open_session(
        load("stay-present"), Settings(ramp=ramp, minutes=minutes, voice="none", tone="none")
    )
    session.speak()
    assert abs(session.plan().seconds - minutes * 60) <= session.pace.cycle / 2


def test_check_tells_of_a_ramp_that_the_session_cuts_short(guide, tmp_path):
    script = tmp_path / "short.md"
    script.write_text("[ramp to 4-8 over 2 minutes]\n[ramp to 5-9 over 2 minutes]\n[4 breaths]")
    code, out, _ = guide("check", str(script), "--voice=none")
    assert code == 0
    assert re.search(r"ends 1:\d\d before the breath has come to 5-9", out)
    script.write_text("[ramp to 4-8 over 10 seconds]\n[4 breaths]")
    assert "before" not in guide("check", str(script), "--voice=none")[1]


@pytest.mark.parametrize("minutes", [2, None])
def test_a_session_that_is_still_to_be_spoken_refuses_a_ramp_it_has_no_time_for(minutes):
    settings = Settings(ramp=Ramp.parse("3-4:30m"), minutes=minutes)
    with pytest.raises(LengthError, match="too short for a ramp of 30:00"):
        open_session(parse("Never spoken before.", "mine.md"), settings).recall()


def test_the_table_tells_of_the_ramp(guide):
    code, out, _ = guide("show", "one-minute-pause", "--voice=none", "--ramp=3-4:50s")
    assert code == 0
    assert "from 3-4 to 4-6 in 0:50" in out.splitlines()[0]


# what the listener does


def playing(ramp="3-4:2m", breaths=40, **options):
    return Playback(breathing(breaths, ramp=Ramp.parse(ramp), pace="4-6", **options))


def lengths(playback, *asked):
    starts = breath_starts(playback, *asked)
    return [(b - a) / RATE for a, b in itertools.pairwise(starts)]


def test_a_played_ramp_is_the_exported_one():
    session = breathing(12, ramp=Ramp.parse("3-4:40s"), pace="4-6")
    assert np.array_equal(listen(Playback(session)), whole(session))


def test_where_the_listener_changes_the_pace_the_ramp_ends():
    playback = playing(breaths=12, tone="none", voice="none")
    heard = lengths(playback, (seconds(20), playback.slower))
    assert heard[0] == pytest.approx(7, abs=0.02)
    assert 7 < heard[2] < 8
    assert len({round(length, 1) for length in heard[4:]}) == 1, "no longer a ramp"
    assert 7.5 < heard[-1] < 8.5
    assert not playback.going_on().ramp.seconds


def test_a_place_that_is_kept_goes_on_with_the_rest_of_the_ramp():
    playback = playing()
    playback.read(seconds(60))
    left = playback.going_on()
    assert left.pace == Pace.parse("4-6")
    assert 50 < left.ramp.seconds < 65
    assert 7.5 < left.ramp.start.cycle < 9
    assert Ramp.parse(str(left.ramp)) == left.ramp, "as an option, it means the same"
    again = left.timeline(0)
    assert again.next_pace == left.ramp.start


# what is heard


def test_every_breath_of_an_exported_ramp_is_where_the_plan_has_it(tmp_path, guide):
    """The level of the pad is lowest between two breaths, and dips at the turn."""
    script = tmp_path / "quiet.md"
    script.write_text("[22 breaths]")
    wav, plan = tmp_path / "ramp.wav", tmp_path / "ramp.json"
    options = ["--voice=none", "--tone=pad", "--subtype=float", "--sample-rate=16000"]
    options += ["--pace=4-6", "--ramp=2.5-3:90s", f"--plan={plan}"]
    code, out, _ = guide("export", str(script), "-o", str(wav), *options)
    assert code == 0
    assert "22 breaths from 2.5-3 to 4-6 in 1:30" in out
    sound, rate = soundfile.read(wav)
    planned = json.loads(plan.read_text())
    assert planned["pace"] == "4-6"
    cycles = [sum(b[phase] for phase in PHASES) for b in planned["breaths"]]
    assert cycles[0] == 5.5 * rate
    assert cycles[-1] == 10 * rate
    assert len(set(cycles)) > 12
    hop = rate // 1000
    power = np.mean(sound.mean(axis=1)[: len(sound) // hop * hop].reshape(-1, hop) ** 2, axis=1)
    level = np.convolve(power, np.hanning(102)[1:-1], "same")
    errors = []
    for breath in planned["breaths"][1:]:
        start = breath["start"] / hop
        for at in (start, start + breath["inhale"] / hop):
            near = level[round(at) - 300 : round(at) + 300]
            errors.append(round(at) - 300 + int(np.argmin(near)) - at)
    assert np.abs(errors).max() <= 20, "milliseconds"


@pytest.mark.parametrize("tone", [name for name in tones.STYLES if name != "none"])
def test_a_ramp_has_no_seams(tone):
    """Where one breath meets the next, the sound steps and bends no more than within them."""
    settings = Settings(pace=Pace.parse("3-4.5"), ramp=Ramp.parse("2-2.5:20s"), voice="none")
    script = Script("Rest", (Section("s", (Rest(7, 7),)),))
    session = open_session(script, replace(settings, tone=tone, sample_rate=24000))
    sound = np.concatenate(list(session.renderer().blocks(65536)))
    starts = [breath.start for breath in session.plan().breaths][1:]
    for order in (1, 2, 3):
        bends = np.abs(np.diff(sound, order, axis=0)).max(axis=1)
        at_seams = max(bends[start - 4 : start + 1].max() for start in starts)
        for start in starts:
            bends[start - 4 : start + 1] = 0
        assert at_seams < 0.5 * bends[2 * 24000 : -4 * 24000].max()
