"""What a listener hears of ``pace`` when it comes to nothing."""

import numpy as np
import pytest

from voice_guide.errors import DeviceError, MeasureError, OutputError
from voice_guide.live.guide import guide
from voice_guide.settings import Settings


class Heard:
    """A device that has played everything at once."""

    def __init__(self, *_):
        pass

    def start(self):
        pass

    def watch(self):
        return False

    stop = start


class Gone(Heard):
    """A device that went away, and does not come back."""

    def watch(self):
        raise DeviceError("it is gone.\nWhat helps.")


@pytest.mark.parametrize(
    ("error", "told"),
    [(MeasureError, "be measured"), (DeviceError, "be measured"), (OutputError, "be saved")],
)
def test_closed_eyes_hear_what_went_wrong(monkeypatch, error, told):
    said = []

    def spoken(sentences, _):
        said.extend(sentences)
        return np.zeros(1, np.float32)

    def fail():
        with guide(Settings(), print):
            raise error("The reason.")

    monkeypatch.setattr("voice_guide.live.guide.Player", Heard)
    monkeypatch.setattr("voice_guide.live.guide.spoken", spoken)
    with pytest.raises(error, match=r"The reason\."):
        fail()
    assert told in said[0]


def test_where_the_device_has_gone_nobody_waits_for_it(monkeypatch):
    looks, shown = [], []

    def look(seconds):
        looks.append(seconds)
        assert len(looks) < 100, "it waits for ever"

    monkeypatch.setattr("voice_guide.live.guide.Player", Gone)
    monkeypatch.setattr("voice_guide.live.guide.time.sleep", look)
    with guide(Settings(voice="none"), shown.append) as aloud:
        aloud.sign((587.0,))
        aloud.wait()
        assert not aloud.heard
    assert shown == ["Continuing without sound: it is gone."]
