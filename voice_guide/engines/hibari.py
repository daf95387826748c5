"""hibari: a natural English voice whose model, lexicon and rules are all in its package.

Thread count and FFT shape its samples to the last bit, so they are the same everywhere: one
thread, and NumPy's FFT also where SciPy is installed, which hibari would use.
"""

import functools
import gc
import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_guide.engines.given import respelt, written
from voice_guide.engines.hibari_reader import Reader, in_ipa

if TYPE_CHECKING:
    import numpy as np

__all__ = ["FFT", "SEED", "THREADS", "phrases", "speak"]

THREADS = 1
"""The model is small: more make a line no faster, and workers already stand side by side."""

FFT = "numpy"

SEED = 0
"""For the noise in a voice; any will do, and the same one gives the same samples."""

_SHOWN_LETTERS = 24
"""The most of a word that can't be spoken; longer ones are cut in the message."""

_QUIET = 0.003
"""A phrase has ended where its samples no longer pass this (-50 dB)."""

_MOST_WORDS = 4
"""A phrase between two pauses has no more."""

_MARKS = ",;:—–.!?…"

_OPENERS = re.compile(
    r"(and|or|but|if|when|while|which|who|as|than|that|with|without|for|from|into|in|on|at|by|of|to|"
    r"because|before|after|until|over|under|through)$"
)
"""Words that a phrase may begin with, so that a pause before them sounds meant."""

_LEANING = re.compile(
    r"(an?|the|my|your|its|our|their|no|not|own|only|don.t|is|are|was|were|be|has|have|if|as|so)$"
)
"""Words that a pause doesn't part from the next."""


def speak(request: dict[str, Any], target: str) -> None:
    """Speak a text into a file; ``pause`` is seconds of silence for each of its words."""
    import numpy as np

    from voice_guide.engines.homographs import plainly_said

    reader, engine = _engine(request["model"], request["british"])
    from hibari import write_wav

    text = plainly_said(unicodedata.normalize("NFC", request["text"]))
    text = respelt(text, reader.letters)
    said = phrases(text) if request["pause"] else [text]
    read = [engine.phonemize(phrase) for phrase in said]
    if lost := reader.take_lost():
        shown = written(text).split()
        words = [word for word in shown if any(part in word for part in lost)] or lost
        raise ValueError(f"it can't say {' and '.join(map(_shown, words))}")
    if not any(map(str.isalpha, "".join(map("".join, read)))):
        raise ValueError("it can't say any of these words")
    if request.get("told"):
        told = " | ".join(sentence for each in read for sentence in each)
        Path(target).write_text(in_ipa(told), encoding="utf-8")
        return
    spoken = [
        np.concatenate([engine.from_phonemes(each, request["speed"], SEED) for each in phonemes])
        for phonemes in read
        if phonemes
    ]
    if len(spoken) > 1:
        seconds = request["pause"] * len(text.split()) / (len(spoken) - 1)
        silence = np.zeros(round(seconds * engine.sample_rate), np.float32)
        spoken = [part for phrase in spoken for part in (_trimmed(phrase), silence)][:-1]
    write_wav(target, np.concatenate(spoken), engine.sample_rate)


def phrases(text: str) -> list[str]:
    """Split a text where a slow speaker may pause: at marks, and every few words.

    A phrase that no mark ends has a comma added, so that it is said as one that goes on.
    """
    marked = re.findall(rf"\S.*?(?:[{_MARKS}]\S*(?=\s)|$)", text)
    parts = [part for phrase in marked for part in _halved(phrase.split())]
    joined = [" ".join(part) for part in parts]
    ended = re.compile(rf"[{_MARKS}]\W*$")
    return [part if ended.search(part) else f"{part}," for part in joined[:-1]] + joined[-1:]


def _halved(words: list[str]) -> list[list[str]]:
    """Split words near their middle, best before one that opens a phrase, until they are few."""
    if len(words) <= _MOST_WORDS:
        return [words]
    inner = range(2, len(words) - 1)
    opening = [at for at in inner if _OPENERS.match(words[at].lower())]
    free = [at for at in inner if not _LEANING.match(words[at - 1].lower())]
    fitting = opening or free or inner
    at = min(fitting, key=lambda at: abs(2 * at - len(words)))
    return _halved(words[:at]) + _halved(words[at:])


def _trimmed(clip: "np.ndarray") -> "np.ndarray":
    import numpy as np

    loud = np.flatnonzero(np.abs(clip) > _QUIET)
    return clip[loud[0] : loud[-1] + 1] if len(loud) else clip[:0]


def _shown(word: str) -> str:
    bare = word.strip(_MARKS)
    return repr(bare if len(bare) <= _SHOWN_LETTERS else f"{bare[:_SHOWN_LETTERS]}…")


@functools.lru_cache(maxsize=1)
def _engine(model: str, british: bool) -> "tuple[Reader, Any]":
    from concurrent.futures import ThreadPoolExecutor

    sys.modules["scipy"] = None  # type: ignore[assignment]  # from here on it can't be imported
    gc.disable()  # a million strings are read, and none of them is in a circle
    with ThreadPoolExecutor(1) as beside:  # both take a while, and the model's is not Python's
        reading = beside.submit(Reader, british)
        from hibari import Hibari

        engine = Hibari(model=model, threads=THREADS, g2p=lambda text: reading.result()(text))
    reader = reading.result()
    gc.freeze()
    gc.enable()
    return reader, engine
