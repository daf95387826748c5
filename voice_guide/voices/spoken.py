"""Lines that voices speak: prepared while others are still spoken, and kept in the cache."""

import copy
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_guide.errors import SpeechError
from voice_guide.scripting.model import Line
from voice_guide.scripting.words import Words
from voice_guide.settings import Polish
from voice_guide.voices import Voice, tells_words
from voice_guide.voices.asking import Asking
from voice_guide.voices.clips import Calm, Failed, Progress, as_long
from voice_guide.voices.making import Making
from voice_guide.voices.processes import AT_ONCE
from voice_guide.voices.pronouncing import PassedOver
from voice_guide.voices.turns import Turns

if TYPE_CHECKING:
    from concurrent.futures import Future

    from voice_guide.audio.samples import Audio
    from voice_guide.voices.cache import Head
    from voice_guide.voices.making import Made
    from voice_guide.voices.words import WordTimes

__all__ = ["SpokenClips", "as_said"]


class SpokenClips:
    """Lines spoken by a voice, or by several: each by the one whose turn it is, see ``Turns``.

    Args:
        voices: the back ends, in their order.
        folder: of the cache.
        sample_rate: of the clips, in Hz.
        lufs: their loudness.
        ceiling: their highest true peak, as an amplitude.
        polish: ``off``, ``light`` or ``warm``.
        night: whether they are softened, see ``level_clip``.
        fallback: whether another voice may speak what one can't.
        wished: the back ends that are asked first for a line, by the voice that it is given to.
        limit: of the cache, in bytes; None for no limit.
        language: of the lines, in whose words signs are said.
        words: how the listener wants some to be said, whatever a script has for them.
        rooms: tells in how many rooms a clip is calm, of a loudness in LUFS.
    """

    def __init__(
        self,
        voices: Sequence[Voice],
        folder: Path,
        *,
        sample_rate: int,
        lufs: float,
        ceiling: float,
        polish: Polish,
        night: bool = False,
        fallback: bool = False,
        wished: Mapping[str, Sequence[Voice]] | None = None,
        limit: int | None = None,
        language: str = "en",
        words: Words = (),
        rooms: Callable[["Audio", float], int] | None = None,
    ) -> None:
        from voice_guide.voices.cache import ClipCache

        self.notes: list[str] = []
        self.spoken_by: list[str] = []
        self.proof = None
        self.cache = ClipCache(folder)
        self._limit = limit
        self._has_made = False  # anything for the cache, since that was shrunk
        self._asking = Asking(language, words)
        self._turns = Turns(voices, self._asking, wished or {}, fallback)
        self._unsounded = PassedOver()
        self.sample_rate = sample_rate
        self._making = Making(sample_rate, lufs, ceiling, polish, night)
        self._rooms = rooms
        self._calm: dict[Line, Calm] = {}
        self._frames: dict[Line, int] = {}
        self._keys: dict[Line, str] = {}
        self._left_out: set[Line] = set()

    def recall(self, lines: Iterable[Line]) -> bool:
        return all(line in self._frames or self._cached(line) for line in map(as_said, lines))

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
        said = list(dict.fromkeys(map(as_said, lines)))
        missing = [line for line in said if line not in self._frames and not self._cached(line)]
        done = len(said) - len(missing)
        if progress:
            progress(done, len(said))
        for line, made in self._make(missing):
            if isinstance(made, SpeechError):
                if failed is None:
                    raise made
                failed(made)
                self._left_out.add(line)
                self._frames[line] = self.sample_rate  # a second of quiet in its place
            done += 1
            if progress:
                progress(done, len(said))
        self.notes += self._unsounded.notes()

    def frames(self, line: Line) -> int | None:
        return self._frames.get(as_said(line))

    def samples(self, line: Line) -> "Audio":
        line = as_said(line)
        if line in self._left_out:
            return as_long(None, self._frames[line], self.sample_rate)
        known = line in self._keys or self._cached(line)
        clip = self.cache.get(self._keys[line]) if known else None
        return self._again(line) if clip is None else clip

    def calm(self, line: Line) -> Calm | None:
        return self._calm.get(as_said(line))

    def _again(self, line: Line) -> "Audio":
        """Say a line whose clip was lost or damaged since, and leave the plan as it is."""
        planned = self._frames.get(line)
        try:
            _, made = next(self._make([line]))
        finally:
            self.close()
        if planned is None:
            if isinstance(made, SpeechError):
                raise made
            return made
        self._frames[line] = planned
        self._calm.pop(line, None)
        if isinstance(made, SpeechError):
            self._left_out.add(line)
            self.notes.append(f"a line is missing, as its clip was damaged, and {made}")
            return as_long(None, planned, self.sample_rate)
        return as_long(made, planned, self.sample_rate)

    def speaker(self, line: Line) -> Voice | None:
        """Who speaks a line."""
        return self._turns.of(as_said(line))

    def expected(self, line: Line) -> str:
        """What should be heard of a line: what it is written as, or another spelling of a list."""
        return self._asking.expected(self.speaker(line), line)

    def key(self, line: Line) -> str | None:
        """What the cache calls the clip of a line; None while there is none."""
        return self._keys.get(as_said(line))

    def wanted(self, line: Line) -> str | None:
        """What the cache calls the clip of a line, made or not; None if nobody has the line."""
        line = as_said(line)
        voice = self._turns.of(line)
        return self._key(voice, line) if voice else None

    def give(self, line: Line, clip: "Audio", note: Mapping[str, Any] | None = None) -> None:
        """Take the clip of a line, float32 (frames,), that was made elsewhere, and its note."""
        line = as_said(line)
        if voice := self._turns.of(line):
            key = self._key(voice, line)
            head = self._put(line, key, clip)
            if note:
                self.cache.put_note(key, dict(note))
            self._take(voice, line, key, head)

    def spoken_by_one(self, voice: Voice, apart: bool = False) -> "SpokenClips":
        """Return clips as these are, all by one voice, and none of them made yet.

        Args:
            apart: with a pause wherever there is a mark within a line.
        """
        asking = replace(self._asking, apart=apart)
        other = self._anew(Turns([voice], asking, {}, False))
        other._asking = asking
        return other

    def _anew(self, turns: Turns) -> "SpokenClips":
        """Return clips as these are, of which none is made yet."""
        other = copy.copy(self)
        other.notes, other.spoken_by, other._limit = [], [], None
        other._turns, other._unsounded = turns, PassedOver()
        other._frames, other._keys = {}, {}
        other._left_out, other._calm = set(), {}
        return other

    def words(self, line: Line) -> "WordTimes":
        """When the words of a line's clip begin, as its voice has told; nothing if it doesn't."""
        from voice_guide.voices.words import read_words

        line = as_said(line)
        key, voice = self._keys.get(line), self._turns.of(line)
        if key is None or voice is None or not tells_words(voice):
            return []
        words = read_words(self.cache.note(key))
        if words is None:  # it was kept without them, or they are lost
            deque(self._make([line]), maxlen=0)
            self.close()
            words = read_words(self.cache.note(key))
        return words or []

    def spare(self, lines: Iterable[Line]) -> "Iterator[tuple[Line, Audio]]":
        other, lines = self._anew(self._turns.anew()), list(lines)
        try:
            other.prepare(lines, failed=lambda _: None)
        finally:
            other.close()
        return ((line, other.samples(line)) for line in lines if other.key(line))

    def close(self) -> None:
        self._turns.close()
        if self._limit is not None and self._has_made:
            self.cache.shrink(self._limit, keep=self._keys.values())
            self._has_made = False

    def _cached(self, line: Line) -> bool:
        voice = self._turns.of(line)
        if voice is None:
            return False
        key = self._key(voice, line)
        head = self.cache.head(key)
        if head is None:
            return False
        self._take(voice, line, key, head)
        return True

    def _put(self, line: Line, key: str, clip: "Audio") -> "Head":
        from voice_guide.voices.cache import Head

        rooms = self._rooms and self._rooms(clip, self._making.loudness(line))
        self.cache.put(key, clip, rooms)
        return Head(len(clip), rooms)

    def _key(self, voice: Voice, line: Line) -> str:
        return self._making.key(self._asking, voice, line)

    def _take(self, voice: Voice, line: Line, key: str, head: "Head") -> None:
        self._frames[line] = head.frames
        if head.rooms is not None:
            self._calm[line] = Calm(self._making.loudness(line), self._making.ceiling, head.rooms)
        self._keys[line] = key
        if voice.name not in self.spoken_by:
            self.spoken_by.append(voice.name)
        if not voice.whole:
            self._unsounded.look(voice.name, line.text, self._asking.listed(line))

    def _make(self, lines: Sequence[Line]) -> Iterator[tuple[Line, "Audio | SpeechError"]]:
        """Speak lines, in order, and put their clips into the cache."""
        while lines:
            done = 0
            for voice, line, made in self._speak(lines):
                if isinstance(made, str):
                    told = self._turns.failed(voice, line, made)
                    if isinstance(told, str):
                        self.notes.append(told)
                        break  # ask the others, from this line on
                    yield line, told
                else:
                    key, (clip, words) = self._key(voice, line), made
                    head = self._put(line, key, clip)
                    self._has_made = True
                    if tells_words(voice):
                        self.cache.put_note(key, {"words": words})
                    self._take(voice, line, key, head)
                    yield line, clip
                done += 1
            lines = lines[done:]

    def _speak(self, lines: Sequence[Line]) -> Iterator[tuple[Voice, Line, "Made | str"]]:
        """Yield, in order, who spoke a line, and its clip or what went wrong."""
        pairs = [(self._turns.asked(line), line) for line in lines]
        parts = [self._asking.parts(voice, line) for voice, line in pairs]
        asked: dict[Voice, list[str]] = {}  # all at once, so that they are made side by side
        for (voice, _), some in zip(pairs, parts, strict=True):
            asked.setdefault(voice, []).extend(some)
        answers = {voice: voice.speak(all_parts) for voice, all_parts in asked.items()}
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(AT_ONCE) as threads:
            begun: deque[tuple[Voice, Line, Future[Made | str]]] = deque()
            for (voice, line), some in zip(pairs, parts, strict=True):
                heard = [(part, next(answers[voice])) for part in some]
                begun.append((voice, line, threads.submit(self._making.clip, voice, line, heard)))
                if len(begun) > AT_ONCE:
                    voice, line, made = begun.popleft()
                    yield voice, line, made.result()
            for voice, line, made in begun:
                yield voice, line, made.result()


def as_said(line: Line) -> Line:
    """A line without what does not change its sound."""
    return replace(line, anchor=None, optional=False, said=True)
