"""How fast a voice speaks by itself: measured once, and kept beside the clips."""

import contextlib
import json
from collections.abc import Callable
from itertools import pairwise

from voice_guide.config import cache_folder
from voice_guide.errors import OutputError
from voice_guide.files import private_folder, read_bytes, replacing
from voice_guide.limits import MOST_SETTINGS_BYTES

__all__ = ["LINES", "SPEEDS", "Tempo", "speed_for", "tempo_of", "words_a_minute"]

SPEEDS = (1.0, 0.7, 0.45)
"""At which a voice is measured; 1 is its own. Few models slow down in proportion."""

LINES = ("One more slow breath, and then a soft bell.", "Noticing is enough for now.")
"""What is measured: at two speeds, a voice of Piper's took as long for their words as for those
of all 86 lines of the scripts, within 2 %. They are few, as a large model takes a second for
each of speech. Voices of other languages say them as those languages would; a word is an English
one, as far as a rate is concerned."""

SLOWEST, FASTEST = 0.3, 2.5
"""Speeds that models of any kind still speak at."""

Tempo = dict[float, float]
"""Words per minute at each of the measured speeds."""


def tempo_of(key: str, measure: Callable[[], Tempo]) -> Tempo:
    """Return a voice's tempo, from where it is kept, or by measuring it.

    Args:
        key: of the voice and its version.
        measure: speaks, which may fail as speaking does.
    """
    path = cache_folder().with_name("tempo") / f"{key}.json"
    damage = (ValueError, AttributeError, TypeError, OverflowError, RecursionError)
    with contextlib.suppress(OSError, *damage):
        found = json.loads(read_bytes(path, MOST_SETTINGS_BYTES))
        kept = {float(speed): float(rate) for speed, rate in found.items()}
        if set(kept) == set(SPEEDS) and all(rate > 0 for rate in kept.values()):
            return kept
    tempo = measure()
    with contextlib.suppress(OSError, OutputError):  # measured again next time
        private_folder(path.parent)
        with replacing(path, private=True) as part:
            part.write_text(json.dumps(tempo), encoding="utf-8")
    return tempo


def speed_for(rate: float, tempo: Tempo) -> float:
    """Return the speed at which a voice speaks at a rate, in words per minute.

    Between two measured speeds, the time of a word grows evenly with the speed's inverse:
    what is spoken is stretched, what is silent is not. Beyond them, it goes on like this.
    """
    points = sorted((1 / own, 1 / speed) for speed, own in tempo.items())
    wanted = 1 / rate
    for (time, slowness), (later, slower) in pairwise(points):
        nearest = time, slowness, later, slower
        if wanted <= later:
            break
    time, slowness, later, slower = nearest
    if later - time < 1e-9:  # it speaks at one speed, whatever it is asked for
        return 1.0
    stretched = slowness + (wanted - time) * (slower - slowness) / (later - time)
    return round(min(max(1 / max(stretched, 1e-3), SLOWEST), FASTEST), 3)


def words_a_minute(seconds: float) -> float:
    """The rate at which LINES take so long."""
    return 60 * sum(len(line.split()) for line in LINES) / seconds
