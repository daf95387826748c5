"""Whatever a listener asks for, and when: no click, and an end that fades."""

from dataclasses import replace

import numpy as np
import pytest
from listening import AHEAD, Words, breathing, kink, listen, seconds, session_of, step, talk, whole

from voice_guide.live.playback import Playback
from voice_guide.scripting.model import Bell, Line, Rest, for_sleep
from voice_guide.sound import tones
from voice_guide.units import db_to_gain

pytestmark = pytest.mark.usefixtures("unanswered")

SOUNDING = [style for style in tones.STYLES if style != "none"]
SLACK = 1.2
"""A new pace tunes its partials anew; a click of a hundredth of the tone is ten times this."""


def no_louder_a_step(heard, undisturbed):
    """No step, and no third difference, that the undisturbed tone doesn't have."""
    assert step(heard) <= SLACK * step(undisturbed)
    assert kink(heard) <= SLACK * kink(undisturbed)


def quiet_words(**options):
    """Three sections of lines that aren't heard, but make room."""
    lines = [talk("a", "b", seconds=4), talk("c", "d", seconds=4), talk("e", "f", seconds=4)]
    return session_of(*lines, words=Words(loud=False), **options)


def test_a_click_is_found():
    sound = whole(breathing(3, tone="pad"))
    clicked = sound.copy()
    clicked[seconds(8) :] *= 0.99
    assert kink(clicked) > SLACK * kink(sound)


@pytest.mark.parametrize("tone", SOUNDING)
@pytest.mark.parametrize("press", ["slower", "faster", "exhale_longer", "exhale_shorter"])
def test_a_new_pace(tone, press):
    playback, paces = Playback(breathing(5, tone=tone, pace="3-4")), set()
    asked = [(seconds(at), getattr(playback, press)) for at in (2, 13.1)]
    heard = listen(playback, *asked, look=lambda _: paces.add(str(playback.pace)))
    assert len(paces) == 3
    undisturbed = [whole(breathing(5, tone=tone, pace=pace)) for pace in paces]
    no_louder_a_step(heard, np.concatenate(undisturbed))


@pytest.mark.parametrize("tone", SOUNDING)
@pytest.mark.parametrize(
    "presses",
    [
        [(5.6, "toggle_pause"), (7, "toggle_pause")],
        [(5.6, "toggle_pause"), (5.7, "toggle_pause"), (5.75, "toggle_pause"), (6, "resume")],
        [(5.6, "again")],
        [(5.6, "next")],
        [(5.6, "again"), (5.8, "again"), (5.9, "next"), (6.9, "next")],
        [(5.6, "toggle_pause"), (5.7, "next"), (8, "toggle_pause")],
        [(5.6, "next"), (6, "toggle_pause"), (7, "again"), (8, "toggle_pause")],
        [(5.6, "quieter"), (5.65, "quieter"), (5.7, "louder")],
        [(5.6, "toggle_pause"), (5.75, "finish")],
        [(5.6, "again"), (5.8, "finish")],
    ],
    ids=lambda presses: " ".join(name for _, name in presses),
)
def test_presses(tone, presses):
    playback = Playback(quiet_words(tone=tone, pace="3-4"))
    asked = [(seconds(at), getattr(playback, name)) for at, name in presses]
    # Two sections that cross may add up, as their sines may happen to agree.
    undisturbed = whole(breathing(5, tone=tone, pace="3-4"))
    no_louder_a_step(listen(playback, *asked), 1.25 * undisturbed)


def gains(heard, undisturbed, *moments):
    """How loud a session is at some seconds, compared with the undisturbed one."""
    around = [slice(seconds(at - 0.005), seconds(at + 0.005)) for at in moments]
    return [np.std(heard[part]) / np.std(undisturbed[part]) for part in around]


def test_sections_cross_over_one_and_a_half_seconds():
    undisturbed = whole(quiet_words(tone="pad"))
    playback, pressed = Playback(quiet_words(tone="pad")), seconds(7)
    leaving = listen(playback, (pressed, playback.next))
    coming = listen(Playback(quiet_words(tone="pad"), start=2))
    leaving[pressed + AHEAD :] -= coming[: len(leaving) - pressed - AHEAD]
    assert gains(leaving, undisturbed, 6.9, 7.75, 8.6) == pytest.approx([1, 0.5, 0], abs=0.05)


def test_the_volume_goes_over_a_tenth_of_a_second():
    undisturbed = whole(breathing(2, tone="pad"))
    playback = Playback(breathing(2, tone="pad"))
    heard = listen(playback, *[(seconds(2), playback.quieter)] * 3)
    lower = db_to_gain(-6)
    assert gains(heard, undisturbed, 1.9, 2.05, 2.2) == pytest.approx(
        [1, (1 + lower) / 2, lower], abs=0.02
    )


@pytest.mark.parametrize("pressed", [1.5, 2.39, 2.41, 2.7, 3, 8.9, 9.5])
def test_words_going_off_and_coming_back(pressed):
    """The room made for a line that won't be said closes as softly as after one."""
    undisturbed = whole(quiet_words(tone="pad", pace="3-4"))
    playback = Playback(quiet_words(tone="pad", pace="3-4"))
    asked = [(seconds(pressed), playback.toggle_words), (seconds(11), playback.toggle_words)]
    no_louder_a_step(listen(playback, *asked), undisturbed)


def test_words_off_fade_within_300_ms_and_come_back_with_a_later_breath():
    words = Words()
    playback = Playback(session_of(talk("a", "b", "c", "d", seconds=3), words=words, tone="none"))
    whole_line = whole(session_of(talk("a", seconds=3), tone="none"))
    off, on = seconds(3), seconds(11)
    heard = listen(playback, (off, playback.toggle_words), (on, playback.toggle_words))[AHEAD:]
    whole_line = whole_line[AHEAD:]
    assert np.array_equal(heard[:off], whole_line[:off])
    fading = slice(off, off + seconds(0.3))
    energy = [np.square(sound[fading]).sum() for sound in (heard, whole_line)]
    assert 0.2 < energy[0] / energy[1] < 0.6
    assert not heard[fading.stop : on].any()
    assert words.said[-1] == "d 3"
    assert heard[on:].any()


@pytest.mark.parametrize("tone", SOUNDING)
def test_another_tone_comes_with_the_next_breath(tone):
    playback = Playback(breathing(4, tone=tone, pace="3-4"))
    heard = listen(playback, (seconds(5), playback.next_tone))
    before = whole(breathing(4, tone=tone, pace="3-4"))
    after = whole(breathing(4, tone=playback.session.mix.tone, pace="3-4"))
    assert playback.session.mix.tone != tone
    assert np.array_equal(heard[: seconds(7)], before[: seconds(7)])
    assert np.array_equal(heard[seconds(7) :], after[seconds(7) :])
    seam = heard[seconds(7) - 50 : seconds(7) + 50]
    assert step(seam) <= max(step(before), step(after)) / 4


@pytest.mark.parametrize("finished", [4.5, 4.7, 4.9])
def test_room_made_for_a_line_that_is_not_said_any_more(finished):
    session = session_of(talk("a", anchor="in"), words=Words(loud=False), tone="pad")
    session.mix = replace(session.mix, duck_gain=0.1)
    renderer = session.renderer()
    before = renderer.read(seconds(finished))
    renderer.finish()
    heard = np.concatenate([before, *renderer.blocks(999)])
    around = slice(seconds(finished) - 200, seconds(finished) + 200)
    no_louder_a_step(heard[around], 2 * whole(breathing(1, tone="pad"))[around])


# --- the end ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pressed", [0.2, 6, 9.9])
def test_to_finish_the_breath_is_let_out_and_fades_to_digital_silence(pressed):
    session = session_of(talk("a", "b", "c", "d", anchor="in"), tone="pad")
    playback, undisturbed = Playback(session), whole(session)
    heard = listen(playback, (seconds(pressed), playback.finish))
    exhaled = seconds(5 * (pressed // 5 + 1))
    assert len(heard) == exhaled + seconds(3)
    assert not heard[-seconds(0.4) :].any()
    same = slice(0, max(exhaled - seconds(0.6), seconds(pressed)))  # then room was made
    assert np.allclose(heard[same], undisturbed[same], atol=1e-6)


def test_to_finish_while_paused_goes_on_to_the_end_of_the_exhale():
    playback = Playback(breathing(3, tone="pad"))
    heard = listen(playback, (seconds(6), playback.pause), (seconds(20), playback.finish))
    assert len(heard) == seconds(20 + (10 - 6.3) + 3)
    assert heard[seconds(20) : seconds(21)].any()
    no_louder_a_step(heard, whole(breathing(3, tone="pad")))


def test_a_session_for_sleep_has_no_closing_bell_and_fades():
    items = [Bell(), *talk("a"), Rest(1, 1), Bell()]
    session = session_of(items, tone="pad", pace="2-2")
    session.script = for_sleep(session.script)
    assert list(session.script.items())[-2:] == [Line("a 1"), Rest(12, 12)]
    heard, plain = listen(Playback(session, sleep=True)), whole(session)
    breaths = [len(plain) - seconds(3 + 4 * n) for n in range(12, 0, -1)]
    soft = [np.abs(heard[at : at + seconds(4)]).max() for at in breaths]
    assert soft == sorted(soft, reverse=True)
    last = np.abs(plain[breaths[-1] :][: seconds(4)]).max()
    assert soft[-1] / last == pytest.approx(db_to_gain(-30), rel=0.5)
    no_louder_a_step(heard, plain)


def test_coming_back_from_the_fade_it_is_as_loud_as_before():
    session = session_of([*talk("a"), Rest(1, 1)], tone="pad", pace="2-2")
    session.script = for_sleep(session.script)
    playback = Playback(session, sleep=True)
    late, again = len(whole(session)) - seconds(14), seconds(0.3)
    heard = listen(playback, (late, playback.again), (late + again, playback.again))
    before, after = (np.abs(heard[at : at + seconds(4)]).max() for at in (0, late + again))
    assert after == pytest.approx(before, rel=0.05)
    no_louder_a_step(heard, whole(session))


def test_a_tone_is_chosen_by_the_last_press_whichever_is_ready_first():
    playback = Playback(breathing(3, tone="breath", pace="2-2"))
    listen(playback, (0, playback.next_tone), (0, playback.next_tone))
    assert playback.session.mix.tone == "pad"
