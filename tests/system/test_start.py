"""Where a session starts, how long it is, and what is refused: heard through ALSA's file plugin."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from alsa import spoken
from rig import model
from running import run

SECOND = 1
"""The first item of the short script's second section."""


def place_of(env):
    return Path(env["XDG_STATE_HOME"]) / "voice-guide" / "place.json"


@pytest.mark.parametrize("section", ["2", "Two", "two", "tow"])
def test_it_starts_with_a_section_by_number_or_title(alsa, short, section):
    expected = model(short, start=SECOND)
    played, sound = alsa.play(short, "--start", section)
    assert played.returncode == 0
    assert np.array_equal(spoken(sound), spoken(expected))


@pytest.mark.parametrize("section", ["3", "0", "Elsewhere", ""])
def test_a_section_that_is_not_there_is_told_with_those_that_are(alsa, short, section):
    played, sound = alsa.play(short, "--start", section)
    assert played.returncode == 2
    assert "its sections are: 1 One, 2 Two." in played.stderr
    assert not len(sound)


def test_with_nothing_kept_there_is_nothing_to_go_on_with(alsa):
    played, sound = alsa.play("--resume")
    assert played.returncode == 1
    assert "no session to resume" in played.stderr
    assert not len(sound)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tone": 3}, "can't be read"),
        ({"pace": "soon"}, "can't be read"),
        ({"pace": "1-2", "x": 1}, "can't"),
    ],
)
def test_a_place_that_makes_no_sense_is_told(alsa, short, settings, message):
    place_of(alsa.env).parent.mkdir(parents=True)
    place = {"name": str(short), "item": 0, "settings": settings}
    place_of(alsa.env).write_text(json.dumps(place))
    played, _ = alsa.play("--resume")
    assert played.returncode == 1
    assert message in played.stderr


def test_a_place_is_gone_on_with_from_any_folder_and_forgotten_at_the_end(alsa, short, tmp_path):
    settings = {"voice": "espeak", "pace": "2-2", "tone": "pad"}
    place_of(alsa.env).parent.mkdir(parents=True)
    place = {"name": str(short), "item": SECOND, "settings": settings}
    place_of(alsa.env).write_text(json.dumps(place))
    expected = model(short, pace="2-2", tone="pad", start=SECOND)
    played, sound = alsa.play("--resume", cwd=tmp_path)
    assert played.returncode == 0
    assert np.array_equal(spoken(sound), spoken(expected))
    assert not place_of(alsa.env).exists()


def test_what_is_typed_with_resume_counts_more_than_what_was_kept(alsa, short):
    place_of(alsa.env).parent.mkdir(parents=True)
    place = {
        "name": str(short),
        "item": SECOND,
        "settings": {"voice": "espeak", "pace": "2-2", "tone": "pad"},
    }
    place_of(alsa.env).write_text(json.dumps(place))
    expected = model(short, pace="2-2", tone="bowl", start=SECOND)
    played, sound = alsa.play("--resume", "--tone", "bowl")
    assert played.returncode == 0
    assert np.array_equal(spoken(sound), spoken(expected))


def test_a_session_that_was_never_heard_does_not_take_the_place_of_one_that_was(short, tmp_path):
    env = {"ALSA_CONFIG_PATH": str(tmp_path / "nothing.conf"), "PULSE_SERVER": "none"}
    (tmp_path / "nothing.conf").write_text("pcm.!default { type hw card 99 }\n")
    env = {**os.environ, **env, "XDG_STATE_HOME": str(tmp_path)}
    place_of(env).parent.mkdir(parents=True)
    kept = json.dumps(
        {"name": str(short), "item": 1, "settings": {"voice": "espeak", "pace": "2-2"}}
    )
    place_of(env).write_text(kept)
    assert run("play", "--resume", env=env).returncode == 1
    assert place_of(env).read_text() == kept


@pytest.fixture
def cold(alsa, tmp_path):
    """The environment of a listener whose cache is empty."""
    return {**alsa.env, "XDG_CACHE_HOME": str(tmp_path / "cold")}


def test_with_a_cold_cache_it_sounds_before_all_is_spoken_and_all_is_said(alsa, cold, short):
    expected = model(short)
    played, sound = alsa.play(short, env=cold)
    assert played.returncode == 0
    assert "Left out" not in played.stderr
    assert len(spoken(sound)) >= len(spoken(expected))


LONGER = """---
title: Longer
pace: 1.5-2
---

in: One.

[1-20 breaths]

Two.
"""


@pytest.mark.parametrize("warm", [False, True])
def test_a_requested_length_is_met_within_half_a_breath_whatever_is_cached(
    alsa, cold, tmp_path, warm
):
    script = tmp_path / "longer.md"
    script.write_text(LONGER)
    if warm:
        run("export", script, "-o", tmp_path / "x.wav", env=cold)
    # No faster: what the speech takes is time that the session has lost.
    played, sound = alsa.play(script, "--minutes", 0.5, env=cold, speed=6)
    assert played.returncode == 0
    silent_tail = 0.5  # seconds, that ``spoken`` leaves out
    assert len(spoken(sound)) / 48000 + silent_tail == pytest.approx(30, abs=1.75 + 0.05)


def test_a_length_that_can_not_be_met_is_refused(alsa, short):
    played, _ = alsa.play(short, "--minutes", 5)
    assert played.returncode == 2
    assert "can't last 5 minutes" in played.stderr


def test_sleep_has_no_closing_bell_and_a_long_fade(alsa, tmp_path):
    script = tmp_path / "bells.md"
    script.write_text("---\npace: 1-1\n---\n\nRest now.\n\n[2 breaths]\n\n[bell]\n")
    words = spoken(model(script, tone="none"))[: 48000 // 2]
    _, asleep = alsa.play(script, "--tone", "none", "--sleep")
    assert np.array_equal(spoken(asleep)[: len(words)], words)
    assert len(spoken(asleep)) < 2 * 48000  # a bell rings eight seconds
    _, toned = alsa.play(script, "--tone", "pad", "--sleep")
    quiet = spoken(toned)[-5 * 48000 : -3 * 48000]  # the last breath
    assert 0 < np.abs(quiet).max() < 0.1 * np.abs(spoken(toned)[2 * 48000 :]).max()


@pytest.mark.parametrize(
    "options", [["nothing-like-it"], ["--volume", "0"], ["--volume", "nan"], ["--pace", "x"]]
)
def test_wrong_usage_exits_with_2(alsa, options):
    assert alsa.play(*options)[0].returncode == 2
