"""A ramp as a listener meets it: asked for, told, played, kept and heard."""

import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from listening import RATE, breath_starts, breathing, listen, seconds, whole

from voice_guide.errors import LengthError, PaceError
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Rest, Script, Section
from voice_guide.scripting.parse import parse
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.sound import tones

PHASES = ("inhale", "hold_in", "exhale", "hold_out")

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
    (longest,) = re.findall(r"the longest that fits is 3-4:(\d+)s", str(error.value))
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
    assert re.search(r"ends 1:\d\d before the breath reaches 5-9", out)
    script.write_text("[ramp to 4-8 over 10 seconds]\n[4 breaths]")
    assert "before" not in guide("check", str(script), "--voice=none")[1]


@pytest.mark.parametrize("minutes", [2, None])
def test_a_session_that_is_still_to_be_spoken_refuses_a_ramp_it_has_no_time_for(minutes):
    settings = Settings(ramp=Ramp.parse("3-4:30m"), minutes=minutes)
    with pytest.raises(LengthError, match="too short for a ramp of 30:00"):
        open_session(parse("Never spoken before.", "mine.md"), settings).recall()


def test_the_table_tells_of_the_ramp(guide):
    code, out, _ = guide("show", "one-minute-pause", "--voice=none", "--ramp=3-4:40s")
    assert code == 0
    assert "from 3-4 to 4-6 in 0:40" in out.splitlines()[0]


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

    def off(frame):
        at = frame / hop
        return round(at) - 300 + int(np.argmin(level[round(at) - 300 : round(at) + 300])) - at

    later = planned["breaths"][1:]
    assert max(abs(off(b["start"])) for b in later) <= 20, "milliseconds"
    # The exhale swells more slowly than the inhale fades: the dip lies before the turn.
    assert max(abs(off(b["start"] + b["inhale"])) for b in later) <= 80, "milliseconds"


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
