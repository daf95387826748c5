"""The clips in a bundle, which need no voice: WAV of 32-bit float samples, as ours are written."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from voice_guide.audio.wavhead import wav_header
from voice_guide.bundle.contents import Bundle, ClipKey
from voice_guide.errors import SpeechError
from voice_guide.limits import MOST_CLIP_BYTES
from voice_guide.scripting.model import Line
from voice_guide.voices.clips import Failed, Progress
from voice_guide.voices.making import loudness_of
from voice_guide.voices.spoken import as_said

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio
    from voice_guide.voices.words import WordTimes

__all__ = ["BundledClips", "Form", "clip_file", "clip_key"]

HIGHEST = 1.0
"""Of a sample: clips are brought under a ceiling below it."""


class Form(NamedTuple):
    """How clips are brought to a session.

    Attributes:
        sample_rate: in Hz.
        lufs: their loudness.
        ceiling: their highest true peak, as an amplitude.
        night: whether they are softened.
    """

    sample_rate: int
    lufs: float
    ceiling: float
    night: bool


def clip_key(line: Line) -> ClipKey:
    """Return what a bundle's list calls the clip of a line."""
    words = tuple((word.written, word.said) for word in line.words)
    return line.text, line.voice, line.inner, words


def clip_file(clip: "Audio", sample_rate: int) -> bytes:
    """Return a clip as a bundle holds it, to the bit."""
    return wav_header(len(clip), sample_rate, "FLOAT", 1) + clip.astype("<f4").tobytes()


class BundledClips:
    """The clips of a bundle, each checked before it is used.

    As they are in it where the session has the form that they were made in; otherwise brought
    to another loudness, ceiling or sample rate.

    Args:
        bundle: whose clips they are.
        made: the form that they have in it.
        wanted: the form that the session has.
    """

    def __init__(self, bundle: Bundle, made: Form, wanted: Form) -> None:
        self.notes: list[str] = []
        self.spoken_by = list(bundle.spoken_by)
        self.proof = None
        self._bundle, self._made, self._wanted = bundle, made, wanted
        # Another tone leaves more room above them, which takes nothing.
        roomier = wanted._replace(ceiling=min(made.ceiling, wanted.ceiling))
        self._as_made = roomier == made
        self._frames: dict[Line, int] = {}
        if not self._as_made:
            self._brought = lru_cache(maxsize=8)(self._brought)  # type: ignore[method-assign]

    def recall(self, lines: Iterable[Line]) -> bool:
        return all(self._known(line) for line in map(as_said, lines))

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Check every clip.

        Raises:
            BundleError: if one is not what it should be.
            SpeechError: if there is none of a line.
        """
        said = list(dict.fromkeys(map(as_said, lines)))
        for done, line in enumerate(said, start=1):
            if not self._known(line):
                if failed is None:
                    raise self._missing(line)
                failed(self._missing(line))
                self._frames[line] = self._wanted.sample_rate  # a second of quiet in its place
            if progress:
                progress(done, len(said))

    def frames(self, line: Line) -> int | None:
        return self._frames.get(as_said(line))

    def samples(self, line: Line) -> "Audio":
        if clip_key(line) not in self._bundle.clips:
            return np.zeros(self.frames(line) or 0, np.float32)
        return self._clip(line) if self._as_made else self._brought(as_said(line))

    def calm(self, line: Line) -> None:
        return None  # who made it isn't known

    def words(self, line: Line) -> "WordTimes":
        clip = self._bundle.clips.get(clip_key(line))
        rate, made = self._wanted.sample_rate, self._made.sample_rate
        return [(said, round(frame * rate / made)) for said, frame in clip.words] if clip else []

    def spare(self, lines: Iterable[Line]) -> "Iterator[tuple[Line, Audio]]":
        return ((line, self.samples(line)) for line in lines if self._known(as_said(line)))

    def close(self) -> None:
        pass

    def _known(self, line: Line) -> bool:
        if line not in self._frames and clip_key(line) in self._bundle.clips:
            self._frames[line] = len(self.samples(line))
        return line in self._frames

    def _brought(self, line: Line) -> "Audio":
        from voice_guide.voices.prepare import prepare

        rate, lufs, ceiling, night = self._wanted
        return prepare(
            [("", self._clip(line), self._made.sample_rate)],
            rate,
            lufs=loudness_of(line, lufs),
            ceiling=ceiling,
            polish="off",
            night=night and not self._made.night,
        )

    def _clip(self, line: Line) -> "Audio":
        """Return a clip as it is in the bundle.

        Raises:
            BundleError: if it is no clip.
        """
        archive, name = self._bundle.archive, self._bundle.clips[clip_key(line)].file
        rate = self._made.sample_rate
        head = len(wav_header(0, rate, "FLOAT", 1))
        size = archive.size(name) - head
        if not 0 < size <= MOST_CLIP_BYTES or size % 4:
            raise archive.bad(f"{name!r} in it is no clip, or larger than any is")
        at = first = -head % 4  # so that samples lie where computing with them is quick
        data = np.empty(first + head + size, np.uint8)
        for chunk in archive.chunks(name):
            data[at : at + len(chunk)] = np.frombuffer(chunk, np.uint8)
            at += len(chunk)
        if data[first : first + head].tobytes() != wav_header(size // 4, rate, "FLOAT", 1):
            raise archive.bad(
                f"{name!r} in it is not as Voice Guide writes clips: WAV, mono, float, {rate} Hz"
            )
        clip = data[first + head :].view("<f4").astype(np.float32, copy=False)
        if not (clip.max() <= HIGHEST and clip.min() >= -HIGHEST):
            raise archive.bad(f"{name!r} in it has samples over full scale, or that are no numbers")
        return clip

    def _missing(self, line: Line) -> SpeechError:
        return SpeechError(
            f"there is no sound of {line.text!r} in {self._bundle.path}, as it was made without "
            "it. Leave out what asks for it, such as --count or a longer --pace, or give a "
            "--voice to speak all of it anew."
        )
