"""A pace is what a listener writes, exactly, or is refused with what is allowed."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.errors import PaceError, RequestError
from voice_guide.pace.pace import PRESETS, Pace


def phases(text):
    pace = Pace.parse(text)
    return [pace.inhale, pace.hold_in, pace.exhale, pace.hold_out]


def refusal(text):
    with pytest.raises(PaceError) as error:
        Pace.parse(text)
    return str(error.value)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("4-6", [4, 0, 6, 0]),
        ("4-7-8", [4, 7, 8, 0]),
        ("4-4-4-4", [4, 4, 4, 4]),
        ("5.5-5.5", [Fraction(11, 2), 0, Fraction(11, 2), 0]),
        ("4-0-6-2", [4, 0, 6, 2]),
        (" 4-6 ", [4, 0, 6, 0]),
        ("4 - 6", [4, 0, 6, 0]),
        ("4,5-6", [Fraction(9, 2), 0, 6, 0]),
        ("2+1 – 6", [3, 0, 6, 0]),
    ],
)
def test_a_pace_is_the_seconds_of_its_phases(written, seconds):
    assert phases(written) == seconds
    assert Pace.parse(written).cycle == sum(seconds)


@pytest.mark.parametrize("dash", "\u00ad‐‑‒–—―−－")
def test_a_hyphen_may_be_any_dash(dash):
    assert Pace.parse(f"4{dash}7{dash}8") == Pace.parse("4-7-8")
    assert Pace.parse(f"4 {dash} 6") == Pace.parse("4-6")
    assert Pace.parse(f"slow{dash}exhale") == Pace.parse("slow-exhale")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("slow-exhale", "4-6"),
        ("long-exhale", "3-7"),
        ("coherent", "5.5-5.5"),
        ("box", "4-4-4-4"),
        ("4-7-8", "4-7-8"),
        ("Slow-Exhale", "4-6"),
    ],
)
def test_a_preset_is_known_by_its_name(name, written):
    assert Pace.parse(name) == Pace.parse(written)
    assert str(Pace.parse(name)) == written


def test_decimals_are_exact():
    assert phases("4.3-6.1")[::2] == [Fraction(43, 10), Fraction(61, 10)]


@pytest.mark.parametrize(
    ("written", "holds"), [("4-6", False), ("4-0-6-0", False), ("4-1-6", True), ("4-0-6-1", True)]
)
def test_holds_are_known_and_can_be_left_out(written, holds):
    pace = Pace.parse(written)
    assert pace.has_holds is holds
    assert pace.without_holds() == Pace.parse("4-6")


def numbers(lowest):
    """What may stand for one phase, as a writer would put it."""
    return st.integers(lowest * 1000, 30_000).map(lambda n: f"{n / 1000:g}")


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(2, 4))
def test_a_pace_reads_back_as_it_was_written(data, count):
    sound, hold = numbers(1), numbers(0)
    parts = {2: (sound, sound), 3: (sound, hold, sound), 4: (sound, hold, sound, hold)}[count]
    written = data.draw(st.tuples(*parts).map("-".join))
    pace = Pace.parse(written)
    assert Pace.parse(str(pace)) == pace
    assert pace.cycle == sum(map(Fraction, written.split("-")))


@pytest.mark.parametrize("edge", ["1-1", "30-30", "1-30-30-30", "30-0-1-0"])
def test_the_ends_of_the_ranges_are_allowed(edge):
    Pace.parse(edge)


@pytest.mark.parametrize(
    "outside",
    ["0-6", "4-0", "0.999-6", "30.001-6", "4-31", "4-999", "4-31-6", "4-4-4-30.5", "0-0"],
)
def test_outside_the_ranges_the_message_says_what_is_allowed(outside):
    message = refusal(outside)
    assert message.startswith(f"{outside} is out of range")
    assert "Inhale and exhale last 1 to 30 s" in message
    assert "holds 0 to 30 s" in message


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "4", "4-x", "4-6-8-2-1", "4--6", "-4-6", "4-6-", "4-6s", "4-6\n4-6"),
        *("4,6", "4.-6", ".5-6", "1e1-6", "nan-6", "inf-6", "9999-6", "٤-٦"),
    ],
)
def test_what_is_no_pace_is_repeated_with_what_one_looks_like(wrong):
    message = refusal(wrong)
    assert message.startswith(f"{wrong!r} is not a pace")
    assert "4-6" in message
    assert "4-7-8" in message
    assert all(name in message for name in PRESETS)


@pytest.mark.parametrize(
    ("mistyped", "name"),
    [
        ("slow-exale", "slow-exhale"),
        ("long exhale", "long-exhale"),
        ("coherant", "coherent"),
        ("Bx", "box"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_nearest(mistyped, name):
    assert refusal(mistyped).endswith(f"Did you mean {name}?")


@pytest.mark.parametrize(
    ("mistyped", "pace"),
    [
        *(("4-6-", "4-6"), ("4--6", "4-6"), ("-4-6", "4-6"), ("4/6", "4-6"), ("4:6", "4-6")),
        *(("4 6", "4-6"), ("4,6", "4-6"), ("4s-6s", "4-6"), ("4 sec / 6 sec", "4-6")),
        *(("4-7-8-", "4-7-8"), ("4-4-4-4-", "4-4-4-4"), ("2+1-6-", "2+1-6"), ("4,5/6", "4.5-6")),
    ],
)
def test_numbers_with_something_else_between_them_are_answered_with_their_pace(mistyped, pace):
    assert refusal(mistyped).endswith(f"Did you mean {pace}?")


@pytest.mark.parametrize("wrong", ["4", "4-x", "1e1-6", "4-6-8-2-1", "0/6", "nan-6", "4-60/2"])
def test_numbers_that_make_no_pace_get_no_guess(wrong):
    assert "Did you mean" not in refusal(wrong)


def test_a_word_that_resembles_no_name_gets_no_guess():
    assert "Did you mean" not in refusal("zzzzzz")


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text("0123456789.-", max_size=20))
def test_any_text_is_a_pace_or_is_refused(text):
    try:
        pace = Pace.parse(text)
    except PaceError:
        return
    assert 1 <= pace.inhale <= 30
    assert 1 <= pace.exhale <= 30
    assert 0 <= pace.hold_in <= 30
    assert 0 <= pace.hold_out <= 30


def test_a_pace_that_is_worked_out_obeys_the_ranges_too():
    with pytest.raises(RequestError, match="out of range"):
        Pace(Fraction(4), Fraction(0), Fraction(61, 2), Fraction(0))


def test_a_sigh_has_a_second_inhale_on_top_of_the_first():
    sigh = Pace.parse("sigh")
    assert sigh == Pace.parse("2+1-6")
    assert phases("2+1-6") == [3, 0, 6, 0]
    assert sigh.top_up == 1
    assert phases("2+1-0.5-6-1") == [3, Fraction(1, 2), 6, 1]
    assert str(Pace.parse("2.5+1.25-0.5-6-1")) == "2.5+1.25-0.5-6-1"
    assert Pace.parse("2+1-1-6").without_holds() == sigh
    assert str(sigh.scaled(Fraction(3, 2))) == "3+1.5-9"
    assert str(sigh.towards(Pace.parse("3-4"), Fraction(1, 2))) == "2.5+0.5-5"


@pytest.mark.parametrize("outside", ["0.5+1-6", "2+0-6", "20+11-6"])
def test_a_sigh_out_of_range_is_refused(outside):
    assert refusal(outside).startswith(f"{outside} is out of range")


@pytest.mark.parametrize("wrong", ["2+1", "2+1+1-6", "4-2+1", "+1-6", "2+-6", "2-+1-6"])
def test_what_is_no_sigh_is_refused(wrong):
    assert "2+1-6" in refusal(wrong)
