"""What polish does to each voice, by the judge of ``ears.py`` who predicts listeners' ratings.

    python tests/benchmarks/polish.py pico flite:rms neural:joe recorded:mine --lines 43

Each line is spoken once and then finished in several ways: left alone (off), with longer pauses,
with those and the lighter touch, and with the stronger one; with ``--apart``, also with the parts
of the lighter touch. It prints the mean rating of what is left alone, then how much each way adds
to it, with the standard error of that.
What a voice says of itself (``natural``) is chosen by these figures.
"""

import argparse
import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import ears
from benchmarks.voices import MARGIN_SECONDS, lines_of

from voice_guide.errors import VoiceGuideError
from voice_guide.settings import Polish
from voice_guide.units import db_to_gain
from voice_guide.voices import Voice, WorkerFault, open_voice, polish
from voice_guide.voices.prepare import BadSpeechError, decode, prepare

RATE, LUFS, CEILING = 48000, -18.0, db_to_gain(-3.0)

NONE_DB = -200.0

LIGHT = polish._LIGHT
WHOLE = {"pauses": None, "+ all": LIGHT, "+ more": polish._WARM}
"""Longer pauses; then also the lighter touch; then the stronger one."""

APART = {
    "+ de-ess": polish._Touch(0.0, LIGHT.hiss_db, NONE_DB),
    "+ shelves": polish._Touch(LIGHT.shelf_db, 0.0, NONE_DB),
    "+ room": polish._Touch(0.0, 0.0, LIGHT.room_db),
}
"""Longer pauses, then one part of the lighter touch."""

Spoken = list[tuple[str, np.ndarray, int]]


def spoken(voice: Voice, texts: Sequence[str]) -> Iterator[Spoken]:
    """Yield each line that the voice can say."""
    for text, answer in zip(texts, voice.speak(texts), strict=True):
        with contextlib.suppress(BadSpeechError):
            if not isinstance(answer, WorkerFault):
                yield [(text, *decode(text, answer, voice.rate))]


def rated(line: Spoken, how: Polish) -> float:
    clip = prepare(line, RATE, lufs=LUFS, ceiling=CEILING, polish=how)
    return ears.rating(np.pad(clip, round(MARGIN_SECONDS * RATE)), RATE)


def ways(line: Spoken, touches: Iterable[polish._Touch | None]) -> list[float]:
    """Return a line's ratings: left alone, then with each touch."""
    ratings = [rated(line, "off")]
    for touch in touches:
        polish._MACHINE["light"] = touch
        ratings.append(rated(line, "light"))
    return ratings


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("voices", nargs="+")
    parser.add_argument("--lines", type=int, help="only so many, evenly from all")
    parser.add_argument("--text", help="a file with a line in each row, instead of the scripts")
    parser.add_argument("--language", default="en")
    parser.add_argument("--apart", action="store_true", help="rate the parts of the touch, too")
    return parser.parse_args()


def main() -> None:
    arguments = options()
    if lacking := ears.missing():
        raise SystemExit(lacking)
    texts = lines_of(arguments)
    touches = WHOLE | (APART if arguments.apart else {})
    columns = "".join(f"{name:>15}" for name in touches)
    print(f"{'voice':22}{'lines':>6}{'off':>7}{columns}")
    for name in arguments.voices:
        try:
            with contextlib.closing(open_voice(name, arguments.language, None)) as voice:
                table = np.array([ways(line, touches.values()) for line in spoken(voice, texts)])
        except VoiceGuideError as error:
            print(f"{name:22} {error}".replace("\n", " "), flush=True)
            continue
        more = table[:, 1:] - table[:, :1]
        errors = more.std(axis=0, ddof=1) / np.sqrt(len(more))
        added = "".join(
            f"{mean:+8.2f} ± {error:.2f}"
            for mean, error in zip(more.mean(axis=0), errors, strict=True)
        )
        print(f"{name:22}{len(table):6}{table[:, 0].mean():7.2f}{added}", flush=True)


if __name__ == "__main__":
    main()
