"""An ear that knows nothing of the script: an offline recogniser, in processes of its own."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from importlib import metadata, util
from typing import TYPE_CHECKING, Any

from voice_guide.engines.whisper import BEAM, HERTZ, LANGUAGES, PARTS, SHA256
from voice_guide.errors import RequestError, SpeechError, reason
from voice_guide.limits import MODEL_LINE_SECONDS
from voice_guide.voices import WorkerFault
from voice_guide.voices.engine import Engine
from voice_guide.voices.processes import AT_ONCE
from voice_guide.voices.proof import JUDGE, Heard, Verdict, judged, words_of
from voice_guide.voices.wording import said

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio

__all__ = ["Ear"]

NEEDED = ("faster_whisper", *PARTS)

MOST_EARS = 4
"""Side by side; each takes 400 MB, and 600 while its model is loaded."""

QUIET_SECONDS = 0.5
"""Before and after a clip, as it has in a session."""

WHISPERS_OWN = {"cmn": "zh", "nb": "no", "iw": "he", "jv": "jw"}
"""Codes of languages that it writes in another way."""

_DIGITS = re.compile(r"(?<=\d)[.,:-]?(?=\d)")


class Ear:
    """Writes down what it hears in one language, and knows how words sound.

    Raises:
        RequestError: if the recogniser is not installed, or doesn't know the language.
    """

    def __init__(self, language: str) -> None:
        if any(util.find_spec(module) is None for module in NEEDED):
            raise RequestError(
                "hearing what was spoken takes a recogniser, which is not installed: install it "
                "with  pip install 'voice-guide[proof]'  (220 MB; it needs no network afterwards)."
            )
        self.language = language
        base = language.lower().partition("-")[0]
        self._whispers = WHISPERS_OWN.get(base, base)
        if self._whispers not in LANGUAGES.split():
            raise RequestError(
                f"the recogniser doesn't know the language {language!r}, so it can't prove what "
                "was spoken; its 99 languages are those of Whisper."
            )
        count = min(AT_ONCE, MOST_EARS)
        self._whisper = Engine("whisper", count=count, time_limit=MODEL_LINE_SECONDS)
        self._spelled = Engine("spelled", count=1)

    @property
    def identity(self) -> dict[str, Any]:
        """Everything that shapes what it hears."""
        versions = [metadata.version(name) for name in ("faster-whisper", "ctranslate2")]
        return {
            "judge": JUDGE,
            "weights": SHA256,
            "versions": versions,
            "beam": BEAM,
            "language": self._whispers,
        }

    def judge(
        self, texts: Sequence[str], clips: "Sequence[Audio]", sample_rate: int
    ) -> Iterator[Verdict]:
        """Yield, in order, how much is heard of each text.

        Args:
            texts: as they are written.
            clips: in which they should be said, float32 (frames,).
            sample_rate: in Hz.

        Raises:
            SpeechError: if it can't hear.
        """
        requests = [
            {"samples": _sent(clip, sample_rate), "language": self._whispers} for clip in clips
        ]
        answers = self._whisper.ask(requests)
        for text, clip, answer in zip(texts, clips, answers, strict=True):
            found = _read(answer)
            begun = found["begun"] - QUIET_SECONDS
            left = len(clip) / sample_rate + QUIET_SECONDS - found["ended"]
            heard = Heard(found["text"], begun, left)
            both = [said(each, self.language) for each in (text, heard.text)]
            readings = [both]
            if any(map(str.isdigit, both[0])):  # 4 7 8 may be written 478
                readings.append([_DIGITS.sub(" ", each) for each in both])
            verdicts = [self._compared(heard, *each) for each in readings]
            yield min(verdicts, key=lambda verdict: verdict.cost)

    def _compared(self, heard: Heard, ours: str, theirs: str) -> Verdict:
        words = [words_of(each) for each in (ours, theirs)]
        request = {"words": [*words[0], *words[1]], "voice": self.language}
        sounds = list(_read(next(self._spelled.ask([request]))))
        return judged(heard, sounds[: len(words[0])], sounds[len(words[0]) :])

    def close(self) -> None:
        """End its processes."""
        self._whisper.close()
        self._spelled.close()


def _sent(clip: "Audio", sample_rate: int) -> str:
    import numpy as np
    import soxr

    heard = soxr.resample(clip, sample_rate, HERTZ)
    whole = np.pad(heard, round(QUIET_SECONDS * HERTZ)).clip(-1, 1)
    return base64.b64encode((whole * 32767).astype("<i2").tobytes()).decode()


def _read(answer: bytes | WorkerFault) -> Any:
    if isinstance(answer, WorkerFault):
        raise SpeechError(f"the recogniser can't hear this: {reason(answer)}.")
    return json.loads(answer)
