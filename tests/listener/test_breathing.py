"""The breath is told from its noise, or it is said that it can't be."""

from typing import Any

import numpy as np
import pytest
import soundfile
from breathers import RATE, breathing, coloured, room

from voice_guide.errors import MeasureError
from voice_guide.listener.breathing import Ear
from voice_guide.pace import saved as paces
from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings

KINDS: dict[str, dict[str, Any]] = {
    "at moderate noise": {"noise_db": -10},
    "alike in and out": {
        "inhale_db": 0,
        "share": 0.46,
        "inhale_hz": (300, 1500),
        "exhale_hz": (250, 1300),
    },
    "only the exhale": {"inhale_db": -40, "noise_db": -12},
}


def heard(sound, rate=RATE):
    ear = Ear(rate)
    ear.hear(sound)
    return ear.result()


def refusal(sound, rate=RATE):
    with pytest.raises(MeasureError) as error:
        heard(sound, rate)
    return str(error.value)


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.mark.parametrize("per_minute", [4, 5, 6, 8, 10, 13, 16, 20])
@pytest.mark.parametrize("kind", KINDS)
def test_the_error_of_the_pace_is_under_3_percent(per_minute, kind):
    sound, _ = breathing(per_minute, vary=0.01, **KINDS[kind])
    found = heard(sound)
    assert found.per_minute == pytest.approx(per_minute, rel=0.03)
    assert found.breaths >= 2


@pytest.mark.parametrize("seed", range(4))
def test_breaths_that_vary_are_averaged_and_their_spread_is_told(seed):
    sound, starts = breathing(12, vary=0.08, seed=seed)
    lengths = np.diff(starts)
    found = heard(sound)
    assert found.cycle == pytest.approx(np.mean(lengths), rel=0.03)
    assert found.spread == pytest.approx(np.std(lengths), rel=0.5)


@pytest.mark.parametrize("share", [0.33, 0.4])
def test_the_inhale_is_told_where_the_stillness_after_the_exhale_is_longer(share):
    sound, _ = breathing(7, share=share, vary=0.02)
    found = heard(sound)
    assert found.inhale / found.cycle == pytest.approx(share, abs=0.05)


def test_where_only_the_exhale_is_heard_the_inhale_is_not_guessed():
    sound, _ = breathing(7, **KINDS["only the exhale"])
    assert heard(sound).inhale is None


@pytest.mark.slow
def test_the_size_of_blocks_and_the_sample_rate_hardly_matter():
    sound, _ = breathing(9, vary=0.02, rate=44100)
    ear = Ear(44100)
    for at in range(0, len(sound), 7777):
        ear.hear(sound[at : at + 7777])
    whole = heard(sound, 44100)
    assert ear.result() == whole
    assert heard(sound[::4], 11025).cycle == pytest.approx(whole.cycle, rel=0.01)


# What is no breath


def times():
    return np.arange(60 * RATE) / RATE


def music():
    """Chords that swell every four seconds, over a noise."""
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * times() / 4)
    chord = sum(np.sin(2 * np.pi * hertz * times()) for hertz in (220, 277.2, 329.6, 440, 880))
    return 0.05 * chord * swell + 0.003 * room(np.random.default_rng(1), 60 * RATE)


def chance():
    """Gusts at random."""
    rng = np.random.default_rng(4)
    level = np.zeros(60 * RATE)
    for start in np.cumsum(rng.exponential(4, 12)):
        gust = np.hanning(round(rng.uniform(0.5, 2.5) * RATE))
        at = round(start * RATE)
        level[at : at + len(gust)] += gust[: max(len(level) - at, 0)]
    return 0.1 * level * coloured(rng, 60 * RATE, (300, 1500)) + 0.01 * room(rng, 60 * RATE)


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (lambda: np.zeros(60 * RATE), "muted"),
        (lambda: np.clip(60 * breathing(8)[0], -1, 1), "overdriven"),
        (lambda: 0.01 * room(np.random.default_rng(1), 60 * RATE), "noise of the room"),
        (lambda: 0.2 * np.sin(2 * np.pi * 300 * times()), "noise of the room"),
        (music, "a pitch"),
        (chance, "repeats"),
        (lambda: breathing(8, seconds=8)[0], "too short"),
    ],
)
def test_what_is_no_breath_is_refused_with_the_reason(sound, reason):
    assert reason in refusal(sound())


@pytest.mark.parametrize(
    ("script", "options", "reasons"),
    [
        ("noticing", {"tone": "none"}, ["speech"]),
        ("one-minute-pause", {}, ["speech", "a pitch"]),
        ("one-minute-pause", {"voice": "none", "tone": "pad"}, ["a pitch"]),
        ("one-minute-pause", {"voice": "none", "tone": "bowl"}, ["a pitch"]),
    ],
)
def test_speech_and_music_of_our_own_are_refused(script, options, reasons):
    session = open_session(load(script), Settings(sample_rate=RATE, **options))
    session.speak()
    sound = np.concatenate(list(session.renderer().blocks(RATE)))[: 60 * RATE]
    message = refusal(sound.mean(axis=1))
    assert [reason for reason in reasons if reason in message]


# On the command line


def test_a_recording_gives_the_pace_and_the_command_that_leads_on(guide, tmp_path):
    sound, _ = breathing(9, vary=0.02)
    soundfile.write(tmp_path / "me.flac", sound, RATE)
    code, out, _ = guide("pace", "listen", str(tmp_path / "me.flac"), "--save", "me")
    assert code == 0
    mine = paces.resolve("mine")
    assert paces.resolve("me") == mine
    assert float(60 / mine.cycle) == pytest.approx(9, rel=0.03)
    assert f"voice-guide play --ramp {mine}:5m --pace 4-6" in out


def test_who_breathes_slowly_already_is_not_hurried(guide, tmp_path):
    sound, _ = breathing(5, vary=0.02)
    soundfile.write(tmp_path / "me.wav", sound, RATE)
    _, out, _ = guide("pace", "listen", str(tmp_path / "me.wav"))
    assert "--ramp" not in out
    assert "stay with your own" in out


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["nothing.wav"], 2, "there is no file"),
        (["text.wav"], 1, "can't be read as sound"),
        (["low.wav"], 1, "8000 Hz"),
        (["room.wav"], 1, "pace tap"),
        (["room.wav", "--save", "box"], 2, "built in"),
        (["room.wav", "--save", "mine"], 2, "measured last"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    guide, tmp_path, monkeypatch, arguments, code, part
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.wav").write_text("no sound")
    soundfile.write(tmp_path / "low.wav", np.zeros(40000), 4000)
    sound = 0.01 * room(np.random.default_rng(1), 20 * RATE)
    soundfile.write(tmp_path / "room.wav", sound, RATE)
    was, _, err = guide("pace", "listen", *arguments)
    assert was == code
    assert part in " ".join(err.split())
    assert paces.saved() == {}


@pytest.mark.parametrize("command", [["listen", "me.wav"], ["tap"], ["find"]])
def test_a_damaged_file_of_paces_is_told_before_anything_is_measured(
    guide, tmp_path, monkeypatch, command
):
    monkeypatch.setattr("voice_guide.live.keys._at_terminal", lambda: True)
    paces.paces_file().parent.mkdir(parents=True)
    paces.paces_file().write_text("damaged")
    code, _, err = guide("pace", *command)
    assert code == 1
    assert "is not TOML" in err
    assert paces.paces_file().read_text() == "damaged"
