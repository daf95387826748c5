"""What tests let voices say."""

import contextlib

from voice_guide.voices import open_voice
from voice_guide.voices.prepare import decode

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
