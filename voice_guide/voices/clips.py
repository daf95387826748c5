"""The clips of a session's lines: made once, kept in the cache, handed out by line."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voice_guide.errors import SpeechError
from voice_guide.script import Line
from voice_guide.voices import Voice, WorkerFault
from voice_guide.voices.espeak import DEFAULT_RATE

if TYPE_CHECKING:
    from voice_guide.tones import Audio

__all__ = ["Clips", "SilentClips", "SpokenClips"]

Progress = Callable[[int, int], None]
"""Told how many clips are done, of how many."""

Failed = Callable[[SpeechError], None]
"""Told of a line that can't be spoken."""


ONSET_SECONDS, LETTER_SECONDS = 0.1, 0.088
"""How long the embedded voice takes at its own rate, polished: it fits the lines of all scripts."""


class Clips(Protocol):
    """Where a session gets the sound of its lines from."""

    def recall(self, lines: Iterable[Line]) -> bool:
        """Return whether every line has its clip already."""

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Make sure that every line has its clip.

        Args:
            progress: told how far it is.
            failed: told what can't be spoken, which is then left out; without it, that is raised.
        """

    def frames(self, line: Line) -> int | None:
        """The length of a line's clip in frames; None while it is not made."""

    def samples(self, line: Line) -> "Audio":
        """A line's clip, float32 (frames,)."""

    def close(self) -> None:
        """End whatever speaks."""


class SilentClips:
    """Lines that take about as long as if they were spoken, and are not heard.

    Args:
        sample_rate: in Hz.
        rate: words per minute, or None for the embedded voice's own.
    """

    def __init__(self, sample_rate: int, rate: int | None) -> None:
        self._sample_rate = sample_rate
        self._rate = rate or DEFAULT_RATE

    def recall(self, lines: Iterable[Line]) -> bool:
        return True

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        pass

    def frames(self, line: Line) -> int:
        seconds = ONSET_SECONDS + LETTER_SECONDS * len(line.text)
        return round(seconds * DEFAULT_RATE / self._rate * self._sample_rate)

    def samples(self, line: Line) -> "Audio":
        import numpy as np

        return np.zeros(self.frames(line), np.float32)

    def close(self) -> None:
        pass


class SpokenClips:
    """Lines spoken by a voice.

    Args:
        voice: the back end; ``name`` is what messages call it.
        folder: of the cache.
        sample_rate: of the clips, in Hz.
        lufs: their loudness.
        ceiling: their highest true peak, as an amplitude.
        polish: ``off``, ``light`` or ``warm``.
        night: whether they are softened, see ``level_clip``.
    """

    def __init__(
        self,
        voice: Voice,
        name: str,
        folder: Path,
        sample_rate: int,
        lufs: float,
        ceiling: float,
        polish: str,
        night: bool = False,
    ) -> None:
        from voice_guide.voices.cache import ClipCache

        self._voice = voice
        self._name = name
        self._cache = ClipCache(folder)
        self._sample_rate = sample_rate
        self._lufs = lufs
        self._ceiling = ceiling
        self._polish = polish
        self._night = night
        self._frames: dict[str, int] = {}
        self._left_out: set[str] = set()

    def recall(self, lines: Iterable[Line]) -> bool:
        return all(line.text in self._frames or self._cached(line.text) for line in lines)

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Make sure that every line has its clip, in the order of the lines.

        Raises:
            SpeechError: naming the line, the voice, what went wrong and what to try.
        """
        texts = list(dict.fromkeys(line.text for line in lines))
        missing = [text for text in texts if text not in self._frames and not self._cached(text)]
        done = len(texts) - len(missing)
        if progress:
            progress(done, len(texts))
        for text, made in self._make(missing):
            if isinstance(made, SpeechError):
                if failed is None:
                    raise made
                failed(made)
                self._left_out.add(text)
                self._frames[text] = self._sample_rate  # a second of quiet in its place
            else:
                self._frames[text] = len(made)
            done += 1
            if progress:
                progress(done, len(texts))

    def frames(self, line: Line) -> int | None:
        return self._frames.get(line.text)

    def samples(self, line: Line) -> "Audio":
        if line.text in self._left_out:
            import numpy as np

            return np.zeros(self._frames[line.text], np.float32)
        clip = self._cache.get(self._key(line.text))
        if clip is None:  # lost or damaged since it was made
            try:
                _, made = next(self._make([line.text]))
            finally:
                self.close()
            if isinstance(made, SpeechError):
                raise made
            return made
        return clip

    def close(self) -> None:
        self._voice.close()

    def _cached(self, text: str) -> bool:
        clip = self._cache.get(self._key(text))
        if clip is not None:
            self._frames[text] = len(clip)
        return clip is not None

    def _key(self, text: str) -> str:
        from voice_guide.voices.cache import key_of
        from voice_guide.voices.prepare import PREPARATION

        return key_of(
            text=text,
            voice=dict(self._voice.identity),
            preparation=PREPARATION,
            sample_rate=self._sample_rate,
            lufs=self._lufs,
            ceiling=self._ceiling,
            polish=self._polish,
            night=self._night,
        )

    def _make(self, texts: list[str]) -> Iterator[tuple[str, "Audio | SpeechError"]]:
        """Speak lines, in order, and put their clips into the cache."""
        from voice_guide.voices.prepare import BadSpeechError, decode, prepare, spoken_parts

        parts = [spoken_parts(text) for text in texts]
        answers = self._voice.speak([part for some in parts for part in some])
        for text, some in zip(texts, parts, strict=True):
            heard = [(part, next(answers)) for part in some]
            try:
                spoken = [(part, *decode(part, _audio(answer))) for part, answer in heard]
            except (BadSpeechError, WorkerFault) as error:
                yield text, self._failure(text, str(error))
                continue
            clip = prepare(
                spoken, self._sample_rate, self._lufs, self._ceiling, self._polish, self._night
            )
            self._cache.put(self._key(text), clip)
            yield text, clip

    def _failure(self, text: str, reason: str) -> SpeechError:
        shown = text if len(text) <= 80 else text[:77] + "..."
        return SpeechError(
            f"the voice {self._name!r} could not speak {shown!r}: {reason}. "
            "Try other words, another --rate, or --voice none for the breath alone."
        )


def _audio(answer: bytes | WorkerFault) -> bytes:
    if isinstance(answer, WorkerFault):
        raise answer
    return answer
