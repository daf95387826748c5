"""How well ``export --proof`` tells a line that lost a word from one that is whole, and how fast.

    python tests/benchmarks/proof.py                     planted faults, and false alarms, by hibari
    python tests/benchmarks/proof.py espeak --every 3    by another voice, every third line
    python tests/benchmarks/proof.py --phrases           words wrong without and with the normaliser
    python tests/benchmarks/proof.py --phrases fr it --every 5

Faults are planted in all lines of all scripts: pocketsphinx, another recogniser, says where the
first word ends and where the last begins, and there the clip is cut. For the phrases of
``tests/phrases``, each language's default voice and eSpeak say what is written and what is meant.
It needs ``pip install -e '.[proof]' pocketsphinx``. A line takes some 2 seconds.
"""

import argparse
import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soxr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from phrases import LANGUAGES, phrases

from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Line, Script, Section
from voice_guide.session import Session, open_session
from voice_guide.settings import Settings
from voice_guide.voices import WorkerFault, open_voice, open_voices
from voice_guide.voices.ear import Ear
from voice_guide.voices.prepare import BadSpeechError, decode

HERTZ = 16000
"""What pocketsphinx hears."""

SNAP_SECONDS = 0.03
"""How far from its border the quietest place is looked for."""

FADE_SECONDS = 0.005

GROUP, GAP_SECONDS = 5, 0.8
"""Phrases that are heard together, and what lies between them."""

Audio = np.ndarray


def session_of(texts: Sequence[str], voice: str, proof: bool = False) -> Session:
    script = Script("All lines", (Section("Lines", tuple(map(Line, texts))),))
    return open_session(script, Settings(voice=voice, tone="none"), proof=proof)


def borders(text: str, clip: Audio) -> tuple[int, int] | None:
    """Return the frames where the second word and the last word of a clip at 16 kHz begin."""
    from pocketsphinx import Decoder

    words = re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower().replace("’", "'"))
    quiet = HERTZ // 4
    decoder = Decoder(samprate=HERTZ, loglevel="FATAL")
    with contextlib.suppress(RuntimeError):  # a word that it doesn't know
        decoder.set_align_text(" ".join(words))
        decoder.start_utt()
        decoder.process_raw((np.pad(clip, quiet) * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        found = [each for each in decoder.seg() if each.word[0] not in "<["]
        if [re.sub(r"\(\d+\)", "", each.word) for each in found] == words and len(words) > 1:
            second, last = (
                each.start_frame * HERTZ // 100 - quiet
                for each in found[1 :: len(words) - 2 or 1][:1] + found[-1:]
            )
            return _calm(clip, second), _calm(clip, last)
    return None


def _calm(clip: Audio, at: int) -> int:
    """The quietest place near a frame."""
    step, reach = HERTZ // 200, round(SNAP_SECONDS * HERTZ)
    near = range(max(at - reach, 0), min(at + reach, len(clip) - step), step)
    return min(near, key=lambda k: float(np.square(clip[k : k + step]).sum()), default=at)


def cut(text: str, clip: Audio, rate: int) -> Iterator[tuple[str, Audio]]:
    """Yield a clip without its first word, and without its last, where the words are found."""
    found = borders(text, soxr.resample(clip, rate, HERTZ))
    if found is None:
        return
    second, last = (round(frame * rate / HERTZ) for frame in found)
    fade = np.linspace(0, 1, round(FADE_SECONDS * rate), dtype=np.float32)
    for which, part in (("first", clip[second:].copy()), ("last", clip[:last].copy())):
        if len(part) > 2 * len(fade):
            edge = slice(len(fade)) if which == "first" else slice(-len(fade), None)
            part[edge] *= fade if which == "first" else fade[::-1]
            yield which, part


def planted(voice: str, every: int) -> None:
    texts = list(dict.fromkeys(line.text for name in names() for line in load(name).lines()))
    texts = texts[::every]
    session = session_of(texts, voice)
    session.speak()
    clips = [session.clips.samples(Line(text)) for text in texts]
    rate = session.settings.sample_rate
    with contextlib.closing(Ear("en")) as ear:
        began = time.perf_counter()
        alarms = [
            f"    {verdict.heard!r}: {text!r}"
            for text, verdict in zip(texts, ear.judge(texts, clips, rate), strict=True)
            if verdict.doubtful
        ]
        seconds = (time.perf_counter() - began) / len(texts)
        print(f"{voice}: {len(texts)} lines, {len(alarms)} in doubt at first, {seconds:.2f} s each")
        print(*alarms, sep="\n", flush=True)
        faults = [
            (which, text, part)
            for text, clip in zip(texts, clips, strict=True)
            for which, part in cut(text, clip, rate)
        ]
        for which in ("first", "last"):
            some = [(text, part) for each, text, part in faults if each == which]
            verdicts = ear.judge([text for text, _ in some], [part for _, part in some], rate)
            missed = [
                f"    {verdict.heard!r}: {text!r}"
                for (text, _), verdict in zip(some, verdicts, strict=True)
                if not verdict.doubtful
            ]
            share = 100 * (1 - len(missed) / len(some))
            print(f"  {which} word cut from {len(some)}: {share:.1f} % caught")
            print(*missed, sep="\n", flush=True)
    session = session_of(texts, voice, proof=True)
    session.speak()
    print(*(f"  {row}" for row in session.proof.rows()), sep="\n", flush=True)


def spoken(voice: str, language: str, texts: Sequence[str]) -> list[tuple[Audio, int]]:
    """What a voice says, as it comes; silence for what it can't say."""
    with contextlib.closing(open_voice(voice, language, None)) as back_end:
        answers = list(back_end.speak(texts))
    made = []
    for text, answer in zip(texts, answers, strict=True):
        try:
            made.append(
                (np.zeros(HERTZ, np.float32), HERTZ)
                if isinstance(answer, WorkerFault)
                else decode(text, answer, by_person=True)
            )
        except BadSpeechError:
            made.append((np.zeros(HERTZ, np.float32), HERTZ))
    return made


def joined(clips: Sequence[tuple[Audio, int]]) -> Audio:
    """Put clips one after another, at 16 kHz: a recogniser takes as long for 30 s as for one."""
    quiet = np.zeros(round(GAP_SECONDS * HERTZ), np.float32)
    heard = (soxr.resample(clip, rate, HERTZ) for clip, rate in clips)
    return np.concatenate([part for clip in heard for part in (clip, quiet)])


def normalised(languages: Sequence[str], every: int, errors: bool) -> None:
    for language in languages:
        rows = phrases(language)[::every]
        (default,), _ = open_voices("auto", language, None)
        default.close()
        voices = [default.name, *(["flite"] if language == "en" else []), "espeak"]
        with contextlib.closing(Ear(language)) as ear:
            for voice in voices:
                texts = list(dict.fromkeys(text for row in rows for text in row))
                clips = dict(zip(texts, spoken(voice, language, texts), strict=True))
                told = []
                for side in (0, 1):
                    wrong = words = 0
                    for at in range(0, len(rows), GROUP):
                        some = rows[at : at + GROUP]
                        clip = joined([clips[row[side]] for row in some])
                        (verdict,) = ear.judge([" ".join(row[1] for row in some)], [clip], HERTZ)
                        wrong += min(verdict.wrong, verdict.words)  # one word may go on and on
                        words += verdict.words
                        if errors and verdict.wrong:
                            which = ("as written", "as said")[side]
                            print(f"    {which}, {verdict.wrong}: {verdict.heard!r}", flush=True)
                    told.append(f"{100 * wrong / words:.1f} %")
                print(
                    f"{language} {voice:14} {len(rows)} phrases, {words} words, wrong: "
                    f"{told[0]} as written, {told[1]} as said",
                    flush=True,
                )


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("names", nargs="*", help="voices, or with --phrases languages")
    parser.add_argument("--phrases", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only every so manyth line or phrase")
    parser.add_argument("--errors", action="store_true", help="list the phrases heard otherwise")
    arguments = parser.parse_args()
    if arguments.phrases:
        normalised(arguments.names or LANGUAGES, arguments.every, arguments.errors)
    else:
        for voice in arguments.names or ["hibari"]:
            planted(voice, arguments.every)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache  # nothing is kept from run to run
        main()
