"""The last guard before a file or an ear: turns down what would startle, and nothing else.

A sound may bring others along, in the channels after its first two: they aren't judged, and are
turned down with it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import CONTEXT, Bounds
from voice_guide.sound.judge import Judge, Mended
from voice_guide.sound.proof import Part, Proof
from voice_guide.units import db_to_gain

__all__ = ["Guard", "Parts"]

Parts = Callable[[int], tuple[Sequence[Part], int] | None]
"""The sounds of which all consists from a frame to the end of what was read, and for so many frames
after that; None if there are others."""

_REACH = 3
"""Cells that are read before one is handed on, so that a gain comes softly."""

_RECOVERY = db_to_gain(0.15)
"""A cell's gain over that of the one before, at most: 30 dB a second,"""

_DEEPEST = db_to_gain(-30)
"""and at once from silence up to this."""


class Guard:
    """Hands on a sound in the blocks that are asked for, a few cells after it has read it.

    Args:
        read: returns the next frames, float32 (n, 2 or more), so many as asked for or fewer: none
            only at the end.
        sample_rate: in Hz.
        lufs: the loudness of the voice, or of what is heard in its place.
        ceiling: the highest true peak, as an amplitude.
        mended: is told what had to be done.
        parts: tells what it is mixed of; where each part is right, the mix needn't be judged.
    """

    def __init__(
        self,
        read: Callable[[int], Audio],
        sample_rate: int,
        *,
        lufs: float,
        ceiling: float,
        mended: Mended,
        parts: Parts = lambda _: None,
    ) -> None:
        self._source, self._parts = read, parts
        bounds = Bounds(sample_rate, lufs=lufs, ceiling=ceiling)
        self._cell, self._judge, self._proof = bounds.cell, Judge(bounds, mended), Proof(bounds)
        self._reach = _REACH * self._cell  # frames
        self._proven: tuple[Sequence[Part], bool] = (), False  # the last parts
        self._over = False
        self._rest = np.zeros((0, 2), np.float32)  # that is to be judged, and no whole cell yet
        self._waiting: deque[Audio] = deque()  # that is judged, and not handed on yet
        self._ahead = 0  # frames of it
        self.position = 0  # of the frame that is handed on next
        self._judged = 0  # frames, from the beginning, or known
        self._sure = 0  # frames after what was read that are known
        self._calm_since = -CONTEXT * self._cell  # the frame up to which the last fault was mended
        self._needs: dict[int, float] = {}  # the gain that a cell needs, where that is not 1
        self._gains: dict[int, float] = {}  # that they get, in the middle, where that is not 1
        self._settled = -1  # the last cell whose gain is settled

    def read(self, frames: int) -> Audio:
        """Return the next frames, float32 (n, 2); n < frames only at the end."""
        ahead = frames + self._reach
        while not self._over and (missing := ahead - self._ahead - len(self._rest)) > 0:
            self._read_on(missing)
        pieces = list(self._pieces(frames))
        if len(pieces) == 1:
            return pieces[0]
        return np.concatenate(pieces) if pieces else self._rest[:0]

    def blocks(self, frames: int) -> Iterator[Audio]:
        """Yield everything in blocks of at most so many frames, which costs less than to read.

        What nothing is to be done to comes as it was read, and may be read-only.
        """
        while self._waiting or not self._over:
            yield from self._sure_blocks(frames)
            if not self._over:
                self._read_on(max(frames - len(self._rest), 1))
            later = 0 if self._over else max(self._reach - self._sure, 0)
            while self._waiting and self._ahead - len(self._waiting[0]) >= later:
                yield from self._pieces(min(frames, len(self._waiting[0])))

    def _sure_blocks(self, frames: int) -> Iterator[Audio]:
        """Hand on what is known, as long as more is known after it, and nothing is to be done."""
        if self._waiting or len(self._rest) or self._needs or self._gains:
            return
        while self._sure >= frames + self._reach and len(sound := self._source(frames)):
            self._judge.pass_over(sound[:, :2])
            self._judged += len(sound)
            self._sure -= len(sound)
            yield sound
            self.position += len(sound)

    def _pieces(self, frames: int) -> Iterator[Audio]:
        """Hand on the next frames, of what is judged."""
        while frames > 0 and self._waiting:
            block = self._waiting.popleft()
            if len(block) > frames:
                self._waiting.appendleft(block[frames:])
                block = block[:frames]
            frames -= len(block)
            self._ahead -= len(block)
            yield self._turned_down(block)
            self.position += len(block)

    def _read_on(self, frames: int) -> None:
        """Read up to so many frames, and judge them; what is no whole cell has to wait."""
        sound = self._source(frames)
        self._over = not len(sound)
        known = self._known()
        if known is not None:
            if len(self._rest):
                lacking = -(self._judged + len(self._rest)) % self._cell
                self._look_at(sound[:lacking])
                sound = sound[lacking:]
            if len(sound):
                self._judge.pass_over(sound[:, :2])
                self._hand_on(sound)
        else:
            self._look_at(sound)
        self._sure = known or 0

    def _hand_on(self, sound: Audio) -> None:
        self._judged += len(sound)
        self._ahead += len(sound)
        self._waiting.append(sound)

    def _look_at(self, sound: Audio) -> None:
        """Judge what has waited and what follows it, and note the gains that it needs."""
        sound = np.concatenate([self._rest, sound]) if len(self._rest) else sound
        first = self._judged // self._cell
        begun = 0 if self._over else (self._judged + len(sound)) % self._cell
        whole = max(len(sound) - begun, 0)
        sound, self._rest = sound[:whole], sound[whole:]
        if not whole:
            return
        mended, needs = self._judge.look(sound[:, :2])
        if needs is not None:
            found = np.flatnonzero(needs < 1)
            self._needs |= dict(zip((first + found).tolist(), needs[found].tolist(), strict=True))
        if mended is not None:
            sound = np.hstack([mended, sound[:, 2:]])
        self._hand_on(sound)
        if needs is not None or mended is not None:
            self._calm_since = self._judged

    def _known(self) -> int | None:
        """Return for how many frames after what was read all is right, as it is in what was read
        and just before, because each sound is; None if that is not known.
        """
        since = self._judged - CONTEXT * self._cell
        heard = self._parts(since) if since >= self._calm_since else None
        if heard is None:
            return None
        (parts, more), (before, right) = heard, self._proven
        if not (right and all(part in before for part in parts)):
            right = self._proof.holds(parts)
        self._proven = parts, right
        return more if right else None

    def _turned_down(self, sound: Audio) -> Audio:
        """Return what is handed on next, turned down where that is needed."""
        half = self._cell // 2
        first = (self.position - half) // self._cell
        last = (self.position + len(sound) - 1 - half) // self._cell + 1
        self._settle(last)
        if not self._gains:
            return sound
        middles = np.arange(first, last + 1) * self._cell + half
        gains = [self._gains.get(cell, 1.0) for cell in range(first, last + 1)]
        frames = np.arange(self.position, self.position + len(sound))
        curve = np.interp(frames, middles, gains).astype(np.float32)
        for cell in [cell for cell in self._gains if cell < last - 1]:
            del self._gains[cell]
        return sound * curve[:, None]

    def _settle(self, last: int) -> None:
        """Work out the gains of cells, each no higher than it and its neighbours need."""
        while self._settled < last:
            cell = self._settled + 1
            gain = max(self._gains.get(self._settled, 1.0), _DEEPEST) * _RECOVERY
            if gain >= _RECOVERY and not self._needs:
                self._settled = last
                return
            gain = min(gain, *(self._needs.get(cell + step, 1.0) for step in (-1, 0, 1)))
            if gain < 1:
                self._gains[cell] = gain
            self._needs.pop(cell - 2, None)
            self._settled = cell
