"""The search for one's own pace: what is heard, and what is chosen."""

from contextlib import nullcontext

import pytest

from voice_guide.cli.pace import find
from voice_guide.errors import LostDeviceError
from voice_guide.listener.finding import STEPS, best, pace_at, script
from voice_guide.live.listening import Leaving
from voice_guide.scripting.model import Line, Rest


@pytest.mark.parametrize("rate", STEPS)
def test_each_pace_has_its_rate_and_an_exhale_half_as_long_again(rate):
    pace = pace_at(rate)
    assert float(60 / pace.cycle) == pytest.approx(rate, rel=0.005)
    assert float(pace.exhale / pace.inhale) == pytest.approx(1.5, rel=0.02)


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_each_is_heard_for_its_minutes_and_then_asked_about(step):
    heard = script(step, minutes=2)
    items = list(heard.items())
    rest = next(item for item in items if isinstance(item, Rest))
    assert abs(rest.low * heard.pace.cycle - 120) <= heard.pace.cycle / 2
    before, after = items[: items.index(rest)], items[items.index(rest) + 1 :]
    assert f"{STEPS[step]:g} breaths a minute" in before[-1].text
    assert "from one, not for me, to five" in after[0].text
    assert isinstance(after[-1], Rest)  # time to press a key


def test_the_first_says_how_to_leave():
    said = " ".join(item.text for item in script(0, 2).items() if isinstance(item, Line))
    assert "stop at any time" in said


@pytest.mark.parametrize(
    ("ratings", "rate"),
    [
        ({6.5: 3, 6.0: 4, 5.5: 5, 5.0: 2}, 5.5),
        ({6.5: 4, 5.0: 4, 5.5: 4}, 5.0),
        ({6.0: 1}, 6.0),
    ],
)
def test_the_highest_rating_is_the_best_and_of_equal_ones_the_slowest(ratings, rate):
    assert best(ratings) == rate


def test_a_device_that_goes_away_leaves_what_was_rated_so_far(monkeypatch, capsys):
    def heard(rate, _keys, _device):
        if rate < 6:
            raise LostDeviceError
        return [2, 4], Leaving()

    monkeypatch.setattr("voice_guide.live.keys._at_terminal", lambda: True)
    monkeypatch.setattr("voice_guide.live.keys.keys", nullcontext)
    monkeypatch.setattr(find, "_sessions", lambda *_: STEPS)
    monkeypatch.setattr(find, "_heard", heard)
    with pytest.raises(LostDeviceError, match=r"did not come back\.$"):
        find.find_command.main([], standalone_mode=False)
    told = capsys.readouterr().out
    assert "6.5 a minute: 4, 6 a minute: 4. Nothing was saved." in told
