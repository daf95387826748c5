"""Clips of which each has been heard; of lines in doubt, the best of several takes."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from voice_guide.errors import VoiceGuideError
from voice_guide.scripting.model import Line
from voice_guide.units import counted
from voice_guide.voices import Voice, open_voice
from voice_guide.voices.cache import key_of
from voice_guide.voices.clips import Calm, Failed, Progress
from voice_guide.voices.ear import Ear
from voice_guide.voices.proof import Verdict
from voice_guide.voices.spoken import SpokenClips, as_said

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio
    from voice_guide.voices.words import WordTimes

__all__ = ["Doubt", "Proof", "ProvenClips"]

PACES = (0.94, 1.08)
"""Of the usual, for other takes: a little slower, a little faster."""

HANDED = 16
"""Clips that the recogniser is given together."""


@dataclass(frozen=True)
class Doubt:
    """A line that may not have been said as it is written, whatever was tried.

    Attributes
    ----------
    line : Line
        Its ``text`` is what is written, its ``place`` where.
    heard : str
        What the recogniser wrote.
    lost : tuple of str
        Which of its ends was not heard: ``first`` and ``last``.
    """

    line: Line
    heard: str
    lost: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"{self.line.place}: " if self.line.place else ""
        heard = repr(self.heard) if self.heard else "nothing"
        lost = f" (without its {' and its '.join(self.lost)} word)" if self.lost else ""
        return f"{where}warning: written {self.line.text!r}, heard {heard}{lost}"


@dataclass
class Proof:
    """What became of the lines that were heard.

    Attributes
    ----------
    lines : int
        That were heard.
    again : int
        Of them, those of which another take is used.
    doubts : list of Doubt
        Those that may not have been said as they are written.
    """

    lines: int = 0
    again: int = 0
    doubts: list[Doubt] = field(default_factory=list)

    def rows(self) -> list[str]:
        """What to tell of it: a summary, and each doubt."""
        again = f", {self.again} said in another way" if self.again else ""
        doubts = f"{len(self.doubts)} in doubt:" if self.doubts else "none in doubt"
        told = f"{counted(self.lines, 'line')} heard{again}, {doubts}"
        return [told, *(f"  {doubt}" for doubt in self.doubts)]


class ProvenClips:
    """The clips of a voice, heard by a recogniser: what it doubts is said again.

    A recording of a person stays as it is; the proof only names it.

    Args:
        usual: the clips as they are without a proof.
        ear: who hears them.
    """

    def __init__(self, usual: SpokenClips, ear: Ear) -> None:
        self.proof = Proof()
        self.notes, self.spoken_by = usual.notes, usual.spoken_by
        self._usual, self._ear = usual, ear
        self._takes: dict[Line, SpokenClips] = {}
        self._others: dict[Voice, list[SpokenClips]] = {}

    def recall(self, lines: Iterable[Line]) -> bool:
        return all(as_said(line) in self._takes for line in lines)

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Make sure that every line has its clip, and that it was heard.

        Raises:
            SpeechError: if a line can't be spoken, or the recogniser can't hear.
        """
        distinct = list(dict.fromkeys(map(as_said, lines)))
        tell = progress or (lambda done, of: None)
        total = 2 * len(distinct)  # each is spoken, and heard
        self._usual.prepare(distinct, lambda done, _: tell(done, total), failed)
        made = [line for line in distinct if self._usual.key(line)]
        done = len(distinct)
        for line, verdict in self._verdicts(self._usual, made):
            self._takes[line] = self._usual
            best = self._best(line, verdict) if verdict.doubtful else verdict
            self.proof.lines += 1
            if best.doubtful:
                self.proof.doubts.append(Doubt(line, best.heard, best.lost))
            done += 1
            tell(done, total)
        tell(total, total)

    def frames(self, line: Line) -> int | None:
        return self._take(line).frames(line)

    def samples(self, line: Line) -> "Audio":
        return self._take(line).samples(line)

    def calm(self, line: Line) -> Calm | None:
        return self._take(line).calm(line)

    def words(self, line: Line) -> "WordTimes":
        return self._take(line).words(line)

    def spare(self, lines: Iterable[Line]) -> "Iterator[tuple[Line, Audio]]":
        return self._usual.spare(lines)

    def close(self) -> None:
        """End whatever speaks, and whatever hears."""
        self._ear.close()
        for takes in self._others.values():
            for take in takes:
                take.close()
        self._usual.close()

    def _take(self, line: Line) -> SpokenClips:
        return self._takes.get(as_said(line), self._usual)

    def _best(self, line: Line, verdict: Verdict) -> Verdict:
        """Say a line in other ways until there is no doubt; keep what was heard best."""
        voice = self._usual.speaker(line)
        if voice is None or voice.whole:
            return verdict
        if voice not in self._others:
            self._others[voice] = list(self._other_takes(voice))
        for take in self._others[voice]:
            take.prepare([line], failed=lambda error: None)
            if take.key(line) in (None, self._usual.key(line)):
                continue  # it can't be said like this, or is the same
            ((_, other),) = self._verdicts(take, [line])
            if other.cost < verdict.cost:
                if self._takes[line] is self._usual:
                    self.proof.again += 1
                self._takes[line], verdict = take, other
            if not verdict.doubtful:
                break
        return verdict

    def _other_takes(self, voice: Voice) -> Iterator[SpokenClips]:
        """Yield the ways in which a voice can say a line besides its usual one."""
        yield self._usual.spoken_by_one(voice, apart=True)
        for pace in PACES if voice.wanted_rate else ():
            with contextlib.suppress(VoiceGuideError):  # it isn't as slow, or as fast
                rate = round((voice.wanted_rate or 0) * pace)
                other = open_voice(voice.name, self._ear.language, rate)
                yield self._usual.spoken_by_one(other)

    def _verdicts(
        self, clips: SpokenClips, lines: Sequence[Line]
    ) -> Iterator[tuple[Line, Verdict]]:
        """Yield how much was heard of each line, in order, as it is known or as it is heard now."""
        for at in range(0, len(lines), HANDED):
            some = lines[at : at + HANDED]
            keys = [self._key(clips, line) for line in some]
            known = [_kept(clips.cache.note(key)) for key in keys]
            missing = [line for line, verdict in zip(some, known, strict=True) if verdict is None]
            samples = [clips.samples(line) for line in missing]
            heard = self._ear.judge(list(map(clips.expected, missing)), samples, clips.sample_rate)
            for line, key, verdict in zip(some, keys, known, strict=True):
                if verdict is None:
                    verdict = next(heard)
                    clips.cache.put_note(key, asdict(verdict))
                yield line, verdict

    def _key(self, clips: SpokenClips, line: Line) -> str:
        words = clips.expected(line)
        return key_of(clip=clips.key(line), words=words, ear=self._ear.identity)


def _kept(note: dict[str, object] | None) -> Verdict | None:
    """Return a verdict that was kept, if it is one."""
    try:
        return None if note is None else Verdict(**note)  # type: ignore[arg-type]
    except TypeError:
        return None
