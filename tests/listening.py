"""Helpers for tests of what a listener hears, without a device or a voice."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from voice_guide.audio.loudness import level_clip
from voice_guide.pace.pace import Pace
from voice_guide.scripting.model import Line, Rest, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.voices.clips import SilentClips

RATE = 24000

AHEAD = 3 * 128
"""Frames that the guard looks ahead: what a key changes is heard so much later."""


class Words(SilentClips):
    """Lines as long as the number in their text says, in seconds; some may not be made yet."""

    def __init__(self, loud=True):
        super().__init__(RATE, rate=None)
        self.loud = loud
        self.said = []
        self.late = set()

    def frames(self, line):
        return None if line.text in self.late else round(float(line.text.split()[-1]) * RATE)

    def samples(self, line):
        self.said.append(line.text)
        sound = burst(line.text)
        return sound if self.loud else np.zeros_like(sound)


class Broken(Words):
    """Words whose clips all have a fault."""

    def __init__(self, clip):
        super().__init__()
        self.clip = np.asarray(clip, np.float32)

    def frames(self, line):
        return len(self.clip)

    def samples(self, line):
        return self.clip


@lru_cache
def burst(text):
    """A line's sound: noise of its own."""
    rng = np.random.default_rng(sum(text.encode()))
    noise = rng.standard_normal(round(float(text.split()[-1]) * RATE)).astype(np.float32)
    return level_clip(noise * np.float32(0.1), RATE, -18.0, 0.79)


def session_of(*sections, words=None, pace="2-3", **options):
    """A session of sections called one, two, three; each is a list of items."""
    named = zip(("one", "two", "three"), sections, strict=False)
    script = Script("test", tuple(Section(name, tuple(items)) for name, items in named))
    settings = Settings(pace=Pace.parse(pace), sample_rate=RATE, **options)
    opened = open_session(script, settings)
    return replace(opened, clips=words or Words())


def breathing(breaths=4, **options):
    """A session of nothing but breaths."""
    return session_of([Rest(breaths, breaths)], **options)


def talk(*names, seconds=1, anchor=None):
    return [Line(f"{name} {seconds}", anchor) for name in names]


def whole(session):
    """What is rendered, before the last guard."""
    return np.concatenate(list(session.renderer().blocks(65536)))


def heard(session, frames=5000):
    """What is exported, in blocks of so many frames."""
    return np.concatenate(list(session.blocks(frames)))


def seconds(number):
    return round(number * RATE)


def listen(playback, *asked, block=480, look=None):
    """Read a session to its end.

    Args:
        asked: pairs of a frame and what is asked for there.
        look: called before each block with the frame.
    """
    waiting = sorted(asked, key=lambda pair: pair[0])
    pieces, at, blocks = [], 0, iter(block) if np.iterable(block) else None
    while True:
        while waiting and waiting[0][0] <= at:
            waiting.pop(0)[1]()
        if look:
            look(at)
        most = next(blocks) if blocks else block
        frames = min(most, waiting[0][0] - at) if waiting else most
        pieces.append(playback.read(frames))
        at += len(pieces[-1])
        assert at < 600 * RATE, "it has no end"
        if len(pieces[-1]) < frames:
            return np.concatenate(pieces)


def breath_starts(playback, *asked, block=240):
    """The frame, within a block, at which each breath began to be read, and the last ended."""
    starts = []

    def look(at):
        number = playback.status().breath
        if at and (not starts or starts[-1][0] != number) and playback.began:
            starts.append((number, at - block + (AHEAD if starts else 0)))

    listen(playback, *asked, block=block, look=look)
    return [at for _, at in starts]


def step(sound):
    """The largest step from one sample to the next."""
    return float(np.abs(np.diff(sound, axis=0)).max())


def kink(sound):
    """The largest third difference: small in a tone however loud, large in the least click."""
    return float(np.abs(np.diff(sound, 3, axis=0)).max())
