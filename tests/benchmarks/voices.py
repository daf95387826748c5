"""How well each voice is understood, how it sounds, how fast it is and what it takes.

    python tests/benchmarks/voices.py                          every voice that works here
    python tests/benchmarks/voices.py hibari espeak --lines 20 two of them, every fourth line or so
    python tests/benchmarks/voices.py hibari --tone breath     as it is heard over a tone
    python tests/benchmarks/voices.py --deaf                   only what needs no ears

Over all lines of all scripts, as a session has them: polished, levelled, mixed. An independent
recogniser writes down what it hears, and a judge predicts the rating of listeners (``ears.py``
says which; without them it says what to install). A line takes them some 3 seconds, a voice
about 5 minutes. Seconds depend on the machine; everything else does not.
"""

import argparse
import contextlib
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import ears

from voice_guide.errors import VoiceGuideError
from voice_guide.pace.pace import Pace
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Line, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.voices import WorkerFault, open_voice
from voice_guide.voices.catalogue import catalogue
from voice_guide.voices.prepare import BadSpeechError, decode

MARGIN_SECONDS = 0.2
"""What is cut out with a line, on both sides."""


@dataclass
class Made:
    """What a voice costs, alone."""

    start: float  # seconds from nothing to its first line
    cpu: float  # seconds of one core for a second of speech
    memory: float  # MB of its largest process
    pace: float  # words a minute, while it speaks
    repeats: bool  # whether the same text is the same bytes
    lost: int  # lines that it could not speak


def lines_of(arguments: argparse.Namespace) -> list[str]:
    """The lines that are spoken: each once, evenly from all scripts."""
    if arguments.text:
        texts = Path(arguments.text).read_text("utf-8").splitlines()
    else:
        texts = [line.text for name in names() for line in load(name).lines()]
    texts = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    count = min(arguments.lines or len(texts), len(texts))
    return [texts[len(texts) * at // count] for at in range(count)]


def made(name: str, language: str, rate: int | None, texts: Sequence[str]) -> Made:
    """Let a voice speak, in a process of its own, so that its memory is not another's."""
    began = time.perf_counter()
    with contextlib.closing(open_voice(name, language, rate)) as voice:
        next(voice.speak(texts[:1]))
        start = time.perf_counter() - began
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        first, again = (list(voice.speak(some)) for some in (texts, texts[::-1]))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = seconds = lost = 0.0
    for text, answer in zip(texts, first, strict=True):
        try:
            if isinstance(answer, WorkerFault):
                raise answer
            clip, hertz = decode(text, answer, voice.rate)
        except (WorkerFault, BadSpeechError):
            lost += 1
            continue
        words += len(text.split())
        seconds += len(clip) / hertz
    # Its start is in it as well: what has ended is all that the system tells.
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    repeats = all(str(a) == str(b) for a, b in zip(first, again[::-1], strict=True))
    pace = 60 * words / max(seconds, 0.1)
    memory = used.ru_maxrss / 1024
    return Made(start, cpu / max(2 * seconds, 0.1), memory, pace, repeats, int(lost))


def clips(
    texts: Sequence[str], arguments: argparse.Namespace, name: str
) -> Iterator[tuple[str, Any, int]]:
    """Yield each line as it is heard in a session, with a little around it."""
    lines = tuple(Line(text) for text in texts)
    settings = Settings(
        voice=name, tone=arguments.tone, rate=arguments.rate, polish=arguments.polish
    )
    script = Script(
        "All lines",
        (Section("Lines", lines),),
        language=arguments.language,
        pace=Pace.parse("2-3"),
    )
    session = open_session(script, settings)
    session.speak()
    whole = np.concatenate(list(session.blocks(1 << 16))).mean(axis=1)
    margin = round(MARGIN_SECONDS * settings.sample_rate)
    for _, cue in session.plan().cues():
        if isinstance(cue.item, Line):
            yield cue.item.text, whole[cue.start - margin : cue.end + margin], settings.sample_rate


def listened(
    texts: Sequence[str],
    arguments: argparse.Namespace,
    name: str,
    listener: ears.Listener,
    sounds: Callable[[str], str],
) -> tuple[str, list[str]]:
    """Return a voice's columns, and what was heard wrong, line by line."""
    errors: list[str] = []
    ratings: list[float] = []
    words = wrong = 0
    for text, clip, rate in clips(texts, arguments, name):
        heard = listener.heard(clip, rate)
        slips = ears.wrong(text, heard, sounds)
        words += len(text.split())
        wrong += len(slips)
        ratings.append(ears.rating(clip, rate))
        if slips:
            errors.append(f"    {' '.join(slips)}: {text!r}")
    columns = f"{100 * wrong / words:5.1f} % {np.mean(ratings):6.2f} {np.min(ratings):6.2f}"
    return columns, errors


def voices_here(language: str) -> list[str]:
    """Every voice that is installed and speaks the language, as far as it is known."""
    base = language.partition("-")[0]
    return [
        entry.name
        for entry in catalogue()
        if entry.back_end != "recorded"
        and (not entry.languages or base in {code.partition("-")[0] for code in entry.languages})
    ]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("voices", nargs="*")
    parser.add_argument("--lines", type=int, help="only so many, evenly from all")
    parser.add_argument("--text", help="a file with a line in each row, instead of the scripts")
    parser.add_argument("--language", default="en")
    parser.add_argument("--rate", type=int)
    parser.add_argument("--tone", default="none")
    parser.add_argument("--polish", default="light")
    parser.add_argument("--deaf", action="store_true", help="don't listen")
    parser.add_argument(
        "--ears", type=Path, default=user_cache_path("voice-guide-ears"), help="for the model"
    )
    return parser.parse_args()


def main() -> None:
    arguments = options()
    if not arguments.deaf and (lacking := ears.missing()):
        raise SystemExit(lacking)
    texts = lines_of(arguments)
    listener = None if arguments.deaf else ears.Listener(arguments.ears, arguments.language)
    english = arguments.language.partition("-")[0] == "en"
    sounds = ears.english_sounds() if english and listener else str
    print(f"{len(texts)} lines, {sum(len(text.split()) for text in texts)} words")
    print(
        f"{'voice':22} {'wrong':>7} {'rating':>6} {'worst':>6} {'wpm':>5} {'CPU/s':>6} {'start':>7}"
    )
    with ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as alone:
        for name in arguments.voices or voices_here(arguments.language):
            try:
                cost = alone.submit(made, name, arguments.language, arguments.rate, texts).result()
                columns, errors = " " * 21, []
                if listener is not None:
                    columns, errors = listened(texts, arguments, name, listener, sounds)
            except VoiceGuideError as error:
                print(f"{name:22} {error}".replace("\n", " "), flush=True)
                continue
            same = "the same bytes" if cost.repeats else "other bytes each time"
            lost = f", {cost.lost} lines lost" if cost.lost else ""
            print(
                f"{name:22} {columns} {cost.pace:5.0f} {cost.cpu:6.3f} {cost.start:5.2f} s "
                f"{cost.memory:4.0f} MB, {same}{lost}",
                *errors,
                sep="\n",
                flush=True,
            )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        import os

        os.environ["XDG_CACHE_HOME"] = cache  # nothing is kept from voice to voice
        main()
    sys.exit()
