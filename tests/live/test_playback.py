"""What a listener hears and does: places, lengths and words. Clicks are in test_gentleness.py."""

import itertools

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import (
    AHEAD,
    RATE,
    Words,
    breath_starts,
    breathing,
    burst,
    listen,
    seconds,
    session_of,
    talk,
    whole,
)

from voice_guide.errors import LengthError
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.model import Bell, Rest, TimedRest
from voice_guide.sound.judge import Judge

SILENT = {"tone": "none", "voice": "none"}

sizes = st.lists(st.integers(200, 9000), min_size=1, max_size=40)


def cycled(blocks):
    while True:
        yield from blocks


# --- the stream -------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(sizes)
def test_until_something_is_asked_it_is_the_export_sample_for_sample(blocks):
    session = session_of(talk("a"), [Bell(), *talk("b", anchor="in")], pace="1-1.5")
    assert np.array_equal(listen(Playback(session), block=cycled(blocks)), whole(session))


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 200_000), st.sampled_from([{}, {"ramp": Ramp.parse("3-4:9s")}, {"vary": 10}]))
def test_from_any_frame_on_it_is_the_export_sample_for_sample(at, options):
    session = session_of(talk("a", "b"), [Bell(), *talk("c", anchor="in")], pace="1-1.5", **options)
    exported = whole(session)
    assert np.array_equal(listen(Playback(session, at=at)), exported[at:])


def test_a_bed_goes_on_from_there_as_well(tmp_path):
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (3 * RATE, 2))
    soundfile.write(tmp_path / "bed.wav", noise, RATE)
    session = session_of(talk("a", "b"), talk("c"), pace="1-1.5", bed=str(tmp_path / "bed.wav"))
    at = seconds(6)
    assert np.array_equal(listen(Playback(session, at=at)), whole(session)[at:])


def test_each_breath_is_noted_where_it_begins_also_after_a_pause():
    playback = Playback(breathing(6, pace="2-2"))
    pausing = ((seconds(1), playback.pause), (seconds(5), playback.resume))
    heard = listen(playback, *pausing, block=itertools.repeat(seconds(0.25)))
    noted = [(begun.breath.number, begun.at) for begun in playback.breaths]
    assert [number for number, _ in noted] == [0, 0, 1, 2, 3, 4, 5]
    assert noted[0] == (0, 0)
    assert np.ptp(np.diff([at for _, at in noted[1:]])) == 0
    assert noted[-1][1] + seconds(4 + 3) == len(heard)


@settings(max_examples=10, deadline=None)
@given(sizes)
def test_the_size_of_blocks_changes_nothing_about_what_was_asked(blocks):
    def heard(block):
        playback = Playback(session_of(talk("a", "b"), talk("c", "d"), pace="2-2.5"))
        return listen(
            playback,
            (seconds(1), playback.slower),
            (seconds(1), playback.quieter),
            (seconds(1.05), playback.louder),
            (seconds(5), playback.next),
            (seconds(6), playback.toggle_pause),
            (seconds(6.2), playback.toggle_words),
            (seconds(8), playback.toggle_pause),
            (seconds(8.5), playback.toggle_words),
            block=block,
        )

    assert np.allclose(heard(cycled(blocks)), heard(480), atol=1e-7)


@pytest.mark.usefixtures("unanswered")
def test_a_pause_fades_over_300_ms_and_loses_and_repeats_nothing():
    session = session_of(talk("a", seconds=4), tone="pad")
    undisturbed, playback = whole(session), Playback(session)
    pressed, fade, gap = seconds(3), seconds(0.3), seconds(2)
    heard = listen(
        playback,
        (pressed, playback.toggle_pause),
        (pressed + fade + gap, playback.toggle_pause),
    )
    stopped = pressed + AHEAD
    assert np.array_equal(heard[:stopped], undisturbed[:stopped])
    assert not heard[stopped + fade : stopped + fade + gap].any()
    joined = np.delete(heard, slice(stopped + fade, stopped + fade + gap), axis=0)
    assert len(joined) == len(undisturbed)
    changed = slice(stopped, stopped + 2 * fade)
    assert np.array_equal(joined[changed.stop :], undisturbed[changed.stop :])
    curve = np.arange(1, fade + 1) / fade
    rising = 0.5 - 0.5 * np.cos(np.pi * curve)
    gain = np.concatenate([1 - rising, rising])[:, None]
    assert np.allclose(joined[changed], undisturbed[changed] * gain, atol=1e-6)


@pytest.mark.usefixtures("unanswered")
def test_pausing_twice_is_one_pause_and_playing_on_needs_none():
    session = breathing(2, tone="pad")
    playback = Playback(session)
    heard = listen(
        playback,
        (seconds(1), playback.resume),
        (seconds(2), playback.pause),
        (seconds(3), playback.pause),
        (seconds(4), playback.resume),
    )
    assert len(heard) == len(whole(session)) + seconds(4 - 2 - 0.3)


# --- pace -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pace", "press", "expected"),
    [
        ("4-6", "slower", "4.2-6.3"),
        ("4-6", "faster", "3.8-5.7"),
        ("4-6", "exhale_longer", "4-6.5"),
        ("4-6", "exhale_shorter", "4-5.5"),
        ("4-4-4-4", "slower", "4.125-4.125-4.125-4.125"),
        ("4-7-8", "slower", "4.105-7.184-8.211"),
        ("4-7-8", "exhale_shorter", "4-7-7.5"),
        ("2-2.2", "faster", "1.905-2.095"),  # to the shortest cycle, and no further
        ("2-2.2", "exhale_shorter", "2-2"),
    ],
)
def test_one_press_changes_the_breath_by_half_a_second(pace, press, expected):
    playback = Playback(breathing(2, pace=pace, tone="none"))
    listen(playback, (0, getattr(playback, press)))
    assert str(playback.pace) == expected
    assert Pace.parse(str(playback.pace)) == playback.pace  # as an option, it means the same


@pytest.mark.parametrize(
    ("pace", "press"),
    [
        ("2-2", "faster"),
        ("2-2", "exhale_shorter"),
        ("1.5-2", "faster"),
        ("20-30", "slower"),
        ("4-30", "exhale_longer"),
        ("1-3", "faster"),
    ],
)
def test_the_end_of_the_range_is_answered_by_a_sign_of_its_own(pace, press):
    def sign_of(pace, press):
        playback = Playback(breathing(1, pace=pace, **SILENT))
        heard = listen(playback, (0, getattr(playback, press)))
        return heard[: seconds(0.4)], playback.pace

    sign, after = sign_of(pace, press)
    assert after == Pace.parse(pace)
    assert sign.any()
    assert not np.allclose(sign, sign_of("6-6", press)[0], atol=0.01)


def test_a_breath_that_is_quicker_than_a_press_allows_can_still_be_slowed():
    playback = Playback(breathing(2, pace="1-1.5"))
    listen(playback, (0, playback.slower))
    assert playback.pace == Pace.parse("1.2-1.8")


@pytest.mark.parametrize(("pressed", "first_new"), [(12, 2), (19.1, 2), (19.6, 3)])
def test_a_new_pace_starts_with_the_next_breath_that_is_not_yet_being_made(pressed, first_new):
    playback = Playback(breathing(5, pace="4-6", tone="none"))
    lengths = np.diff(breath_starts(playback, (seconds(pressed), playback.slower))) / RATE
    expected = [10] * first_new + [10.5] * (5 - first_new)
    assert lengths[:4] == pytest.approx(expected[:4], abs=0.02)


def test_the_rest_of_the_script_reflows_and_no_line_is_lost():
    words = Words()
    session = session_of([*talk("a", "b", "c"), Rest(2, 2), *talk("d")], words=words, tone="none")
    playback = Playback(session)
    heard = listen(playback, *((seconds(s), playback.slower) for s in (3, 3.5, 9.5)))
    assert words.said == ["a 1", "b 1", "c 1", "d 1"]
    # a, b and c at breaths 0 to 2; the first is 2-3, the second 2.4-3.6, then 2.6-3.9
    out = [2, 5 + 2.4, 5 + 6 + 2.6, 5 + 6 + 3 * 6.5 + 2.6]
    for name, start in zip(words.said, out, strict=True):
        at, clip = seconds(start), burst(name)
        assert np.allclose(heard[at : at + len(clip)], clip[:, None], atol=1e-3), name


# --- sections ---------------------------------------------------------------------------------


def sections(**options):
    return session_of(
        [*talk("a"), Rest(2, 2), *talk("b")],
        [*talk("c"), Rest(2, 2), *talk("d")],
        [*talk("e"), Rest(2, 2), *talk("f")],
        **{"tone": "none", **options},
    )


def starts_of(heard, name):
    """Every frame at which a line starts, where nothing else sounds."""
    clip = burst(f"{name} 1")[:200]
    windows = np.lib.stride_tricks.sliding_window_view(heard[:, 0], 200)
    first = np.flatnonzero(np.abs(heard[: len(windows), 0] - clip[0]) < 1e-6)
    return [int(at) for at in first if np.allclose(windows[at], clip, atol=1e-6)]


def test_next_lands_on_the_first_line_of_the_next_section():
    playback = Playback(sections())
    heard = listen(playback, (seconds(9), playback.next))
    assert starts_of(heard, "c")[0] == seconds(9 + 2) + AHEAD  # its first exhale
    assert not starts_of(heard, "b")


def test_again_lands_on_the_first_line_of_this_section():
    playback = Playback(sections())
    before = starts_of(listen(Playback(sections())), "c")[0]
    heard = listen(playback, (before + seconds(6), playback.again))
    assert starts_of(heard, "c") == [before, before + seconds(6 + 2) + AHEAD]


def test_again_right_after_again_goes_to_the_section_before():
    playback = Playback(sections())
    at = starts_of(listen(Playback(sections())), "c")[0] + seconds(6)
    heard = listen(playback, (at, playback.again), (at + seconds(0.4), playback.again))
    assert starts_of(heard, "a")[1] == at + seconds(0.4 + 2) + AHEAD


def test_again_some_time_after_again_stays_in_the_section():
    playback = Playback(sections())
    at = starts_of(listen(Playback(sections())), "c")[0] + seconds(6)
    heard = listen(playback, (at, playback.again), (at + seconds(6), playback.again))
    assert len(starts_of(heard, "a")) == 1
    assert len(starts_of(heard, "c")) == 3


def test_in_the_last_section_next_only_gives_a_sign():
    playback = Playback(sections(), start=6)
    undisturbed = listen(Playback(sections(), start=6))
    heard = listen(playback, (seconds(3.5), playback.next))
    sign = slice(seconds(3.5), seconds(3.5 + 0.4))
    assert not np.array_equal(heard[sign], undisturbed[sign])
    assert np.array_equal(heard[sign.stop :], undisturbed[sign.stop :])


def test_words_stay_off_in_the_next_section():
    words = Words()
    playback = Playback(sections(words=words))
    listen(playback, (seconds(1), playback.toggle_words), (seconds(9), playback.next))
    assert words.said == ["a 1"]  # it was on its way already


# --- speech that comes later ------------------------------------------------------------------


def test_late_lines_wait_for_a_later_exhale_and_all_are_said():
    words = Words()
    words.late = {"a 1", "b 1"}
    playback = Playback(session_of(talk("a", "b", "c"), words=words, tone="none"))
    heard = listen(
        playback,
        (seconds(8), lambda: words.late.remove("a 1")),
        (seconds(21), words.late.clear),
    )
    assert starts_of(heard, "a") == [seconds(10 + 2)]
    assert starts_of(heard, "b") == [seconds(25 + 2)]
    assert starts_of(heard, "c") == [seconds(30 + 2)]


@pytest.mark.parametrize("first", [[], [Bell()], [TimedRest(9)], talk("z", anchor="in")])
@pytest.mark.parametrize("wait", [3, 11.7, 24.6])
def test_breathing_alone_until_the_script_comes_it_meets_the_length_asked_for(first, wait):
    session = session_of([*first, *talk("a"), Rest(1, 40), *talk("b")], minutes=1.5, tone="none")
    words, playback = session.clips, Playback(session, waits=True)
    heard = listen(playback, (seconds(wait), playback.begin))
    assert len(heard) / RATE == pytest.approx(90, abs=2.5)
    assert words.said[-2:] == ["a 1", "b 1"]
    assert not heard[: seconds(wait)].any()


def test_the_length_is_met_at_a_pace_that_was_changed_meanwhile():
    session = session_of([*talk("a"), Rest(1, 40), *talk("b")], minutes=1.5, tone="none")
    playback = Playback(session, waits=True)
    heard = listen(playback, *[(0, playback.slower)] * 4, (seconds(20), playback.begin))
    assert len(heard) / RATE == pytest.approx(90, abs=3.5)


def test_a_length_that_can_not_be_met_any_more_is_an_error_of_the_stream():
    playback = Playback(session_of([*talk("a"), Rest(1, 2)], minutes=5), waits=True)
    with pytest.raises(LengthError, match="the longest"):
        listen(playback, (seconds(1), playback.begin))


def nothing():
    pass


class Watched(Words):
    """Words whose lengths are asked for while a breath is made: others may look just then."""

    def __init__(self):
        super().__init__()
        self.look = nothing

    def frames(self, line):
        self.look()
        return super().frames(line)


def test_what_others_see_while_a_breath_is_made_is_what_it_was_before(unanswered):
    words = Watched()
    items = [item for _ in range(12) for item in (*talk("a", "b"), Rest(2, 2))]
    playback = Playback(session_of(items, words=words))
    seen, known = [], playback.status()

    def look():
        words.look = nothing  # to work out what is left asks for lengths, too
        seen.append((playback.status(), known))
        words.look = look

    block = seconds(0.05)
    words.look = look
    for _ in range(400):
        playback.read(block)
        words.look = nothing
        known = playback.status()
        words.look = look
    looked = [(now, before) for now, before in seen if before.seconds_left is not None]
    assert len({now.breath for now, _ in looked}) > 2
    assert [now for now, _ in looked] == [before for _, before in looked]


def test_what_is_the_export_need_not_be_judged_and_all_else_is(monkeypatch):
    judged, look = [], Judge.look

    def looked(judge, rows):
        judged.append(len(rows))
        return look(judge, rows)

    monkeypatch.setattr(Judge, "look", looked)
    playback = Playback(breathing(breaths=20))
    for _ in range(40):
        playback.read(2400)
    assert not judged
    playback.toggle_pause()
    for _ in range(40):
        playback.read(2400)
    assert len(judged) == 40
