"""A voice's own pace, and the speed at which it keeps to a rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_guide.config import cache_folder
from voice_guide.errors import OutputError
from voice_guide.voices.tempo import FASTEST, SLOWEST, SPEEDS, speed_for, tempo_of

JOE = {1.0: 216.0, 0.7: 166.0, 0.45: 113.0}


@pytest.mark.parametrize("speed", SPEEDS)
def test_at_a_measured_rate_the_speed_is_the_one_it_was_measured_at(speed):
    assert speed_for(JOE[speed], JOE) == pytest.approx(speed, abs=0.001)


@given(
    own=st.floats(60, 400),
    silent=st.floats(0, 0.5),
    rate=st.floats(80, 300),
)
def test_a_voice_whose_pauses_are_not_stretched_keeps_to_any_rate(own, silent, rate):
    """Its time for a word is a part that is stretched, and one that is not."""
    word = 60 / own
    fixed, stretched = word * silent, word * (1 - silent)
    tempo = {speed: 60 / (fixed + stretched / speed) for speed in SPEEDS}
    speed = speed_for(rate, tempo)
    if SLOWEST < speed < FASTEST:
        assert 60 / (fixed + stretched / speed) == pytest.approx(rate, rel=0.01)


@given(rate=st.floats(80, 300))
def test_a_voice_that_has_one_speed_is_left_at_it(rate):
    assert speed_for(rate, dict.fromkeys(SPEEDS, 150.0)) == 1.0


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("kept", ["", "[]", '{"1": 0}', '{"1": 100}', "null"])
def test_what_is_kept_and_damaged_is_measured_again(kept):
    assert tempo_of("a", lambda: JOE) == JOE
    path = cache_folder().with_name("tempo") / "a.json"
    assert tempo_of("a", dict) == JOE
    path.write_text(kept)
    assert tempo_of("a", lambda: JOE) == JOE


@pytest.mark.usefixtures("folders")
def test_where_nothing_can_be_kept_it_is_measured_each_time(monkeypatch):
    def refuse(*_, **__):
        raise OutputError("no room")

    monkeypatch.setattr("voice_guide.voices.tempo.replacing", refuse)
    assert tempo_of("a", lambda: JOE) == JOE
    assert tempo_of("a", lambda: {1.0: 100.0}) == {1.0: 100.0}
