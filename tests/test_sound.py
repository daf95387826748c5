"""What a listener hears of ``pace`` when it comes to nothing."""

import numpy as np
import pytest

from voice_guide.cli.sound import guide
from voice_guide.errors import MeasureError, OutputError
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


@pytest.mark.parametrize(("error", "told"), [(MeasureError, "be told"), (OutputError, "be kept")])
def test_closed_eyes_hear_what_went_wrong(monkeypatch, error, told):
    said = []

    def spoken(sentences, _):
        said.extend(sentences)
        return np.zeros(1, np.float32)

    def fail():
        with guide(Settings()):
            raise error("The reason.")

    monkeypatch.setattr("voice_guide.live.player.Player", Heard)
    monkeypatch.setattr("voice_guide.live.aloud.spoken", spoken)
    with pytest.raises(error, match=r"The reason\."):
        fail()
    assert told in said[0]
