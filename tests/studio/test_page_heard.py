"""What is heard in the page: the renderer's own samples, and what a listener changes in them."""

import json

import numpy as np
import pytest
import soundfile
from running import run, wait_until


@pytest.fixture(scope="module")
def exported(short, tmp_path_factory):
    """The same session as a file; its speech is kept, so the page has it at once."""
    path = tmp_path_factory.mktemp("file") / "short.wav"
    run("export", short, "-o", path, "--subtype", "float", check=True)
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


@pytest.fixture
def listened(page, exported):
    page.listen()
    page.open("#practice=short")
    statuses(page)  # those of the test before
    return page


def statuses(page):
    """What the studio has told with each block of sound."""
    headers = [row["response"]["headers"] for row in page.network("Network.responseReceived")]
    lower = [{name.lower(): text for name, text in row.items()} for row in headers]
    return [json.loads(row["x-status"]) for row in lower if "x-status" in row]


def breaths(page):
    return [breath for status in statuses(page) for breath in status["breaths"]]


def test_it_is_the_export_sample_for_sample_to_its_end_and_without_a_gap(listened, exported):
    """Whether the browser's own clock jumps under load is for the benchmark."""
    page = listened
    page.press(" ")
    wait_until(lambda: page.sound == "playing")
    wait_until(lambda: page.sound == "silent", seconds=40)
    _, heard = page.heard()
    begun, first = (np.flatnonzero(np.abs(sound).max(1))[0] for sound in (heard, exported))
    same = heard[begun - first :][: len(exported)]
    assert len(same) == len(exported)
    assert np.array_equal(same, exported)
    assert page.text("told") == "The session has ended."


def test_another_pace_begins_with_the_next_breath(page):
    page.open("#practice=one-minute-pause&pace=1.5-4")
    breaths(page)  # those of the test before
    page.press(" ")
    wait_until(lambda: page.text("phase") == "Breathe in")
    page.choose("f-hold_in", "0.5")
    told = []

    def has_come():
        told.extend(breaths(page))
        return told and told[-1]["hold_in"]

    wait_until(has_come)
    assert [(breath["number"], breath["hold_in"]) for breath in told] == [(0, 0), (1, 24000)]
    wait_until(lambda: page.text("phase") == "Hold")
    page.press("q", "q")
    wait_until(lambda: page.sound == "silent")


def test_the_shape_breathes_with_what_is_heard(listened):
    """At each look the shape is as full as the breath is at the frame that is heard just then."""
    page = listened
    page.press(" ")
    wait_until(lambda: page.text("phase") == "Breathe in")
    looks = page.browser.execute_async_script(
        """const done = arguments[0], looks = [];
        const look = () => {
          const first = window.heard.find(([, left]) => left.some((sample) => sample));
          const { transform } = document.getElementById("shape").style;
          const seconds = first && window.listener.currentTime - first[0] / 48000;
          if (first) looks.push([seconds, Number(transform.slice(6, -1))]);
          if (looks.length < 90) requestAnimationFrame(look); else done(looks);
        };
        requestAnimationFrame(look);"""
    )
    for seconds, scale in looks:
        early, late = (_scale(seconds + by) for by in (-0.15, 0.05))  # the buffer of the device
        assert min(early, late) - 0.01 <= scale <= max(early, late) + 0.01
    page.press("q", "q")


def _scale(seconds):
    into = min(max(seconds, 0), 3.4999) % 3.5
    share = into / 1.5 if into < 1.5 else 1 - (into - 1.5) / 2
    return 0.4 + 0.6 * (1 - np.cos(np.pi * share)) / 2


def test_a_pause_fades_and_goes_on_where_it_was(listened, exported):
    page = listened
    page.press(" ")
    wait_until(lambda: page.heard_frames > 48000)
    page.press(" ")
    wait_until(lambda: page.sound == "paused")
    wait_until(lambda: page.run("return window.heard.at(-1)[1].every((sample) => !sample)"))
    wait_until(lambda: page.text("told") == "Paused.")
    scale = page.scale
    page.press(" ")
    wait_until(lambda: page.scale != scale)
    page.press("q", "q")
    wait_until(lambda: page.sound == "silent")
    _, heard = page.heard()
    steps = np.abs(np.diff(heard, axis=0)).max()
    assert steps <= 1.05 * np.abs(np.diff(exported, axis=0)).max()


def test_it_ends_on_a_finished_exhale(listened):
    page = listened
    page.press(" ")
    wait_until(lambda: page.text("phase") == "Breathe out")
    page.click("end")
    wait_until(lambda: page.sound == "ending")
    assert page.text("end") == "End now"
    wait_until(lambda: page.sound == "silent")
    _, heard = page.heard()
    assert not heard[-128:].any()


def test_a_click_on_the_curve_plays_from_there(listened):
    page = listened
    page.click("overview", 0.6)
    told = wait_until(lambda: statuses(page))[0]
    length = float(page.find("overview").get_attribute("aria-valuemax"))
    assert told["seconds"] == pytest.approx(0.6 * length, abs=0.02 * length)
    assert told["section"] == "Two"
    page.click("overview", 0.1)
    wait_until(lambda: any(status["section"] == "One" for status in statuses(page)))
    page.press("q", "q")
