"""What tests let voices say."""

import contextlib
import io

import numpy as np
import soundfile

from voice_guide.voices import open_voice
from voice_guide.voices.prepare import decode

RATE = 22050
"""Of what a stand-in says, in Hz."""

LINES = [
    "Let your feet find the floor.",
    "For a few breaths, out more slowly than in.",
    "Is my distance coming from fear, or from preference?",
]


def spoken(name, *texts, language="en", rate=None):
    """What a voice answers, decoded: samples and their rate."""
    with contextlib.closing(open_voice(name, language, rate)) as voice:
        return [
            decoded(text, answer, voice.rate, by_person=voice.whole)
            for text, answer in zip(texts, voice.speak(texts), strict=True)
        ]


def decoded(text, answer, rate=None, **options):
    """What a voice answered for a text, which is no fault."""
    assert isinstance(answer, bytes), answer
    return decode(text, answer, rate, **options)


def seconds(name, **options):
    return sum(len(clip) / rate for clip, rate in spoken(name, *LINES, **options))


class FakeVoice:
    """Speaks a tone that swells like syllables, as long as the text; notes what it was asked.

    One that is asked for a pace keeps to it: at 100, it is as without.
    """

    rate: int | None = None
    natural = False

    def __init__(self, name="fake", wanted_rate=None, whole=False, **identity):
        self.name = name
        self.wanted_rate, self.whole = wanted_rate, whole
        self.made_of = {"engine": name, "wanted": wanted_rate, **identity}
        self.lacks = set()
        self.asked = []
        self.closed = 0
        self.faults = {}

    def identity(self, text):
        return None if text in self.lacks else self.made_of

    def speak(self, texts):
        self.asked += texts
        for text in texts:
            yield self.faults.get(text) or self.file_of(text)

    def file_of(self, text):
        seconds = (0.5 + 0.1 * len(text)) * 100 / (self.wanted_rate or 100)
        n = np.arange(round(seconds * RATE))
        file = io.BytesIO()
        swells = 0.6 - 0.4 * np.cos(2 * np.pi * 4 * n / RATE)
        soundfile.write(file, 0.3 * swells * np.sin(0.06 * n), RATE, format="WAV")
        return file.getvalue()

    def close(self):
        self.closed += 1
