"""What is measured is right: against the standard's own cases, other tools, and our plans."""

import json
import math
import subprocess

import numpy as np
import pytest
import soundfile
from parts import needs
from running import run
from sounds import RATE, breaths, by_ffmpeg, noise, silence, sine, write

from voice_guide.analysis import analyse, judge
from voice_guide.analysis.edges import steepest

pytestmark = pytest.mark.slow


@pytest.fixture
def at(tmp_path):
    return tmp_path / "sound.wav"


# --- EBU Tech 3341 (2016), table 1: loudness within 0.1 LU -------------------------------------

# Case: level in dBFS and seconds of each part, in both channels.
TWO: dict[str, list[tuple[float, float]]] = {
    "1": [(-23, 20)],
    "2": [(-33, 20)],
    "3": [(-36, 10), (-23, 60), (-36, 10)],
    "4": [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
    "5": [(-26, 20), (-20, 20.1), (-26, 20)],
}


@pytest.mark.parametrize("case", TWO)
def test_integrated_loudness_of_sines(at, case):
    write(at, np.concatenate([sine(*part) for part in TWO[case]]))
    expected = -33 if case == "2" else -23
    assert analyse(at).measures.integrated == pytest.approx(expected, abs=0.1)


def test_integrated_loudness_of_five_channels(at):
    """Case 6: left, right, centre, and the surrounds, which count 1.5 dB more."""
    write(at, np.stack([sine(level, 20) for level in (-28, -28, -24, -30, -30)], axis=1))
    assert analyse(at).measures.integrated == pytest.approx(-23, abs=0.1)


def test_short_term_loudness_stays_the_same(at):
    """Case 9: a change within every 3 s that each window of 3 s holds whole."""
    write(at, np.concatenate([sine(-20, 1.34), sine(-30, 1.66)] * 5))
    assert analyse(at).measures.short_term == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("number", range(0, 20, 3))
def test_the_highest_short_term_loudness_wherever_it_begins(at, number):
    """Case 10: a tone of 3 s after some silence."""
    write(at, np.concatenate([silence(0.15 * number), sine(-23, 3), silence(1)]))
    assert analyse(at).measures.highest_short_term == pytest.approx(-23, abs=0.1)


def test_momentary_loudness_stays_the_same(at):
    """Case 12: as case 9, within every 400 ms."""
    write(at, np.concatenate([sine(-20, 0.18), sine(-30, 0.22)] * 25))
    assert analyse(at).measures.momentary == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("number", range(0, 20, 3))
def test_the_highest_momentary_loudness_wherever_it_begins(at, number):
    """Case 13: a tone of 400 ms after some silence."""
    write(at, np.concatenate([silence(0.02 * number), sine(-23, 0.4), silence(1)]))
    assert analyse(at).measures.highest_momentary == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "expected"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
    ids=["15", "16", "17", "18", "19"],
)
def test_true_peak_between_samples(at, divisor, degrees, amplitude, expected):
    """Cases 15 to 19: +0.2 or -0.4 dB; the samples themselves stay up to 3 dB under the peak."""
    wave = sine(20 * math.log10(amplitude), 1, RATE / divisor, degrees=degrees)
    wave *= np.minimum(1, np.minimum(np.arange(RATE), np.arange(RATE)[::-1]) / 2000)
    write(at, wave)
    assert expected - 0.4 <= analyse(at).measures.true_peak <= expected + 0.2


# --- against ffmpeg ---------------------------------------------------------------------------

SOX = {
    "sine": ("-r 48000 -c 2", "synth 6 sine 440 gain -12"),
    "mono noise": ("-r 44100 -c 1", "synth 6 pinknoise gain -9"),
    "tremolo": ("-r 48000 -c 2", "synth 20 sine 300 tremolo 0.3 80 gain -6"),
    "sweep": ("-r 22050 -c 1", "synth 8 sine 100-8000 gain -3"),
    "white": ("-r 96000 -c 2", "synth 5 whitenoise gain -15"),
}
FFMPEG = {
    "three notes": "sine=frequency=330:sample_rate=44100:duration=8",
    "chirp": "aevalsrc=0.4*sin(300*t*t)|0.2*sin(500*t):s=48000:d=10",
    "brown": "anoisesrc=color=brown:seed=3:duration=6:amplitude=0.5",
}


def agrees_with_ffmpeg(path):
    integrated, short_term, momentary, peak = by_ffmpeg(path)
    measures = analyse(path).measures
    assert measures.integrated == pytest.approx(integrated, abs=0.05)
    assert measures.highest_short_term == pytest.approx(short_term, abs=0.1)
    assert measures.true_peak == pytest.approx(peak, abs=0.1)
    # Every 10 ms instead of every 100 ms, it may find a louder moment.
    assert momentary - 0.1 <= measures.highest_momentary <= momentary + 1
    return measures


@needs("sox")
@needs("ffmpeg")
@pytest.mark.parametrize("name", SOX)
def test_files_made_with_sox_are_clean_and_as_loud_as_ffmpeg_says(at, name):
    form, effect = SOX[name]
    # -R: the same noise each time.
    command = ["sox", "-R", *form.split(), "-n", "-b", "24", at, *effect.split()]
    subprocess.run(command, check=True)
    measures = agrees_with_ffmpeg(at)
    assert measures.clicks == ()
    assert measures.clipped_runs == 0
    assert analyse(at).breath is None or name == "tremolo"


@needs("ffmpeg")
@pytest.mark.parametrize("name", FFMPEG)
def test_files_made_with_ffmpeg_are_as_loud_as_it_says(at, name):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", FFMPEG[name], str(at)], check=True
    )
    assert agrees_with_ffmpeg(at).clicks == ()


@needs("ffmpeg")
@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".opus", ".mp3"])
def test_exports_are_as_loud_as_ffmpeg_says(exported, suffix):
    agrees_with_ffmpeg(exported("one-minute-pause", suffix=suffix))


# --- our own exports --------------------------------------------------------------------------


@pytest.mark.parametrize("tone", ["breath", "pad", "bowl"])
@pytest.mark.parametrize("pace", ["4-6", "5.5-5.5"])
@pytest.mark.parametrize("planned", [True, False], ids=["with its plan", "alone"])
def test_the_pace_of_an_export(exported, tmp_path, tone, pace, planned):
    path = exported("one-minute-pause", "--voice", "none", "--tone", tone, "--pace", pace)
    if not planned:
        path = (tmp_path / "alone.wav").absolute()
        path.symlink_to(
            exported("one-minute-pause", "--voice", "none", "--tone", tone, "--pace", pace)
        )
    analysis = analyse(path)
    assert (analysis.plan is not None) == planned
    inhale, exhale = map(float, pace.split("-"))
    assert analysis.breath.seconds == pytest.approx(inhale + exhale, rel=0.01)
    assert analysis.breath.inhale_share == pytest.approx(inhale / (inhale + exhale), abs=0.03)
    assert analysis.breath.seconds_spread < 0.15
    assert analysis.measures.clicks == ()


def test_a_session_passes_as_gentle_and_its_pace_is_found_between_the_words(exported):
    analysis = analyse(exported("stay-present"))
    assert [criterion for criterion in judge("gentle", analysis) if not criterion.passed] == []
    assert analysis.breath.seconds == pytest.approx(10, rel=0.01)
    assert analysis.breath.inhale_share == pytest.approx(0.4, abs=0.03)


def test_without_a_plan_the_pace_is_found_between_the_words(exported, tmp_path):
    alone = tmp_path / "alone.wav"
    alone.symlink_to(exported("stay-present", "--sample-rate", "24000").absolute())
    analysis = analyse(alone)
    assert analysis.plan is None
    assert analysis.breath.seconds == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("tone", ["breath", "pad", "bowl", "none"])
def test_every_line_of_an_export_is_found_where_it_is_planned(exported, tone):
    path = exported("one-minute-pause", "--tone", tone)
    analysis = analyse(path)
    plan = json.loads(path.with_suffix(".plan.json").read_text())
    assert [line.text for line in analysis.lines] == [line["text"] for line in plan["lines"]]
    assert np.median([abs(line.onset_ms) for line in analysis.lines]) < 5
    for line in analysis.lines:
        assert line.onset_ms == pytest.approx(0, abs=15)
        assert line.loudness == pytest.approx(-18, abs=0.5)
        assert 50 < line.words_per_minute < 200
    assert analysis.measures.clicks == ()


@pytest.mark.parametrize("tone", ["breath", "pad", "bowl"])
def test_how_far_the_voice_is_above_the_tone(exported, tone):
    """The estimate is held against the voice and the tone apart: the dry export, and the rest."""
    path = exported("one-minute-pause", "--tone", tone, "--subtype", "float")
    dry, _ = soundfile.read(exported("one-minute-pause", "--tone", "none", "--subtype", "float"))
    both, rate = soundfile.read(path)
    parts = {"voice": dry, "tone": both - dry}
    loud = {}
    for name, samples in parts.items():
        write(path.with_name(f"{name}.wav"), samples, rate)
        loud[name] = analyse(path.with_name(f"{name}.wav")).measures.envelope
    for line in analyse(path).lines:
        ends = line.start, line.start + 60 * len(line.text.split()) / line.words_per_minute
        first, last = map(loud["voice"].hop, ends)
        voice, bed = (loud[name].energy[first:last].mean() for name in parts)
        assert line.voice_to_tone == pytest.approx(10 * math.log10(voice / bed), abs=0.5)


def test_an_export_passes_as_gentle_and_not_as_broadcast(exported):
    path = exported("one-minute-pause")
    done = run("analyse", path, "--profile", "gentle")
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("gentle: passed\n")
    assert run("analyse", path, "--profile", "broadcast").returncode == 1


# --- odd files --------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [1, 15, 16, 3999, 768_001, 2_000_000_000])
def test_what_has_no_rate_for_sound_is_refused(at, rate):
    write(at, silence(1, 1000), rate, "PCM_16")
    done = run("analyse", at)
    assert done.returncode == 1
    assert f"a sample rate of {rate} Hz" in done.stderr
    assert "4000 to 768000" in done.stderr


def test_the_sides_of_seven_channels_and_bass_are_heard(at):
    """They lie in the last two channels, and count 1.5 dB more."""
    sound = np.zeros((3 * RATE, 8))
    sound[:, 6:] = sine(-20, 3)[:, None]
    write(at, sound)
    assert analyse(at).measures.integrated == pytest.approx(-20 + 1.5, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000, 192000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "PCM_U8"])
def test_any_rate_width_and_number_of_channels(at, rate, channels, subtype):
    write(at, sine(-12, 3.2, 500, rate), rate, subtype, channels)
    measures = analyse(at).measures
    both = 10 * math.log10(channels)
    assert measures.integrated == pytest.approx(-15.7 + both, abs=0.3)  # K at 500 Hz: -0.7 dB
    step = 0.1 if subtype == "PCM_U8" else 0  # half a step of 8 bits is 0.13 dB here
    assert measures.true_peak == pytest.approx(-12, abs=0.2 + step)
    assert measures.rms == pytest.approx(-15, abs=0.1)
    assert measures.clicks == ()
    assert measures.seconds == pytest.approx(3.2, abs=1e-3)


def test_silence_has_no_loudness(at):
    analysis = analyse(write(at, silence(5), subtype="PCM_16"))
    assert analysis.measures.integrated == -math.inf
    assert analysis.measures.true_peak == -math.inf
    assert (analysis.breath, analysis.onset, analysis.fall) == (None, None, None)
    assert analysis.silences.head == analysis.silences.tail == pytest.approx(5)
    report = json.loads(run("analyse", at, "--json", check=True).stdout)[0]
    assert report["integrated_lufs"] is None
    assert "integrated loudness   digital silence\n" in run("analyse", at).stdout


@pytest.mark.parametrize("frames", [1, 2, 7, 479, 480, 481, 5000, 19199, 19200, 143999])
def test_very_short_files(at, frames):
    write(at, sine(-12, 3, 500)[:frames], subtype="PCM_16")
    done = run("analyse", at, "--json", check=True)
    report = json.loads(done.stdout)[0]
    assert report["seconds"] == pytest.approx(frames / RATE, abs=1e-6)
    assert (report["momentary_max_lufs"] is None) == (frames < 19200)
    assert report["short_term_max_lufs"] is None
    assert report["breath"] is None


def test_silence_and_noise_at_both_ends(at):
    room = noise(-65, 0.75), sine(-20, 4), noise(-70, 2.5, seed=2)
    found = analyse(write(at, np.concatenate(room))).silences
    assert (found.head, found.tail) == pytest.approx((0.75, 2.5), abs=0.02)
    assert found.noise_floor == pytest.approx(-65, abs=0.3)
    assert found.quietest == pytest.approx(-70, abs=0.3)


@pytest.mark.parametrize("ms", [40, 100, 250])
def test_how_quickly_a_sound_begins_and_ends(at, ms):
    """Half a cosine takes 59 % of its length from 10 to 90 %."""
    rise = np.sin(np.linspace(0, np.pi / 2, round(ms / 1000 * RATE))) ** 2
    level = np.concatenate([silence(1), rise, np.ones(RATE), silence(1)])
    envelope = analyse(write(at, level * sine(-20, len(level) / RATE))).measures.envelope
    onset, fall = steepest(envelope), steepest(envelope, falling=True)
    assert onset.ms == pytest.approx(0.59 * ms, abs=8 + 0.1 * ms)
    assert onset.seconds == pytest.approx(1 + ms / 2000, abs=0.02)
    assert fall.ms < 20
    assert fall.seconds == pytest.approx(2 + ms / 1000, abs=0.02)


@pytest.mark.parametrize(("seconds", "inhale"), [(6, 2.4), (10, 4), (11, 5.5), (16, 6)])
def test_the_pace_of_any_swelling_tone(at, seconds, inhale):
    write(at, breaths(seconds, inhale, 7), subtype="PCM_16")
    breath = analyse(at).breath
    assert breath.seconds == pytest.approx(seconds, rel=0.01)
    assert breath.inhale_share == pytest.approx(inhale / seconds, abs=0.03)


@pytest.mark.parametrize("sound", [noise(-30, 60), sine(-20, 60), breaths(10, 4, 2)])
def test_where_nothing_breathes_no_pace_is_claimed(at, sound):
    assert analyse(write(at, sound)).breath is None
    assert "none found" in run("analyse", at).stdout
