"""What is heard: breaths in, blocks of float32 stereo out, in constant memory.

The renderer pulls a breath only when its sound, or the ducking before its first
word, comes due. Every value depends on its absolute frame alone, so the size of
the blocks that are read changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from voice_guide.audio.fade import Fade, half_cosine
from voice_guide.audio.samples import Audio, in_two, overlap
from voice_guide.plan.breath import Breath, Cue
from voice_guide.plan.timeline import TAIL_SECONDS
from voice_guide.scripting.model import Bell, Line
from voice_guide.settings import Tone
from voice_guide.sound import tones
from voice_guide.sound.bed import BedStream
from voice_guide.sound.cycles import Cycles
from voice_guide.sound.ducking import RELEASE_SECONDS, Ducking, lowered
from voice_guide.sound.proof import Part
from voice_guide.voices.clips import Calm

__all__ = [
    "FADE_IN_SECONDS",
    "FADE_OUT_SECONDS",
    "Mix",
    "Renderer",
]

HUSH_SECONDS = 0.3
"""A line that is cut short fades over this."""

REMEMBERED_SECONDS = 0.5
"""What was heard so long before what is read is still told of."""

FADE_IN_SECONDS = 1.5
"""From silence, at the start."""
FADE_OUT_SECONDS = 2.5
"""Of the tail; the rest of it is digital silence."""


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How the parts are balanced; gains are amplitude factors.

    ``duck_gain`` is what is left of the tone and the bell while a line sounds, and
    ``bed_duck_gain`` of the bed; ``mono`` is whether both channels are the same. ``voice_gain`` is
    for clips that were made for another level.
    """

    tone: Tone
    tone_gain: float
    duck_gain: float
    bell_gain: float
    seed: int = 0
    bed_gain: float = 0.0
    bed_duck_gain: float = 1.0
    mono: bool = False
    voice_gain: float = 1.0


_UNSEEN = np.zeros((0, 2), np.float32)


class Renderer:
    """Renders a stream of breaths.

    Args:
        breaths: consecutive breaths.
        clip: returns the samples of a line, float32 (frames,); None if none is heard.
        mix: the balance.
        sample_rate: in Hz.
        bed: what lies beside the tone; None for nothing.
        calm: tells how calm a line's samples are, if that is known.
        start: the frame at which the first breath starts.
    """

    def __init__(
        self,
        breaths: Iterator[Breath],
        clip: Callable[[Line], Audio] | None,
        mix: Mix,
        sample_rate: int,
        bed: BedStream | None = None,
        *,
        calm: Callable[[Line], Calm | None] = lambda _: None,
        start: int = 0,
    ) -> None:
        self._breaths = breaths
        self._clip, self._calm = clip, calm
        self.mix = mix  # a new one takes effect with the next breath
        self._rate = sample_rate
        self.position = start
        self.breath: Breath | None = None  # the breath that sounds at ``position``
        self.bed = bed
        self.muted = False  # whether words are left out
        self._bed_gain = Fade(mix.bed_gain, mix.bed_gain, 1)
        self._tone = Cycles(sample_rate)
        self._starts = self._ends = start  # of the tone's cycle, in frames
        self._ahead: Breath | None = None  # the next breath, once it is pulled
        self._pulled_all = False
        self._tail_from: int | None = None
        self._read_from = start  # the frame at which what was read last begins
        self._parts: list[Part] = []  # that are heard, will be, or were just now
        self._words: list[tuple[Cue, Audio]] = []
        self._bells: list[Cue] = []
        self._mix = mix
        self._ducking = Ducking(sample_rate)
        self._fade_in = half_cosine(0, 1, round(FADE_IN_SECONDS * sample_rate))
        silent = round((TAIL_SECONDS - FADE_OUT_SECONDS) * sample_rate)
        fading = TAIL_SECONDS * sample_rate - silent
        self._fade_out = np.concatenate([half_cosine(1, 0, fading), np.zeros(silent, np.float32)])

    def read(self, frames: int) -> Audio:
        """Return the next frames, float32 of shape (n, 2); n < frames only at the end."""
        pieces: list[Audio] = []
        while frames > 0 and len(piece := self.piece(frames)):
            pieces.append(piece)
            frames -= len(piece)
        if len(pieces) == 1:
            return np.require(pieces[0], requirements="W")
        return np.concatenate(pieces) if pieces else np.zeros((0, 2), np.float32)

    def free(self, frames: int) -> bool:
        """Whether no line sounds for so long, as far as this breath tells."""
        until = self.position + frames
        return until <= self._ends and not self._ducking.sounds(self.position, until)

    def parts(self, since: int) -> tuple[list[Part], int]:
        """Return the sounds of which all consists from a frame to the end of the breath that
        sounds, and how many frames of it are left.

        Args:
            since: no more than ``REMEMBERED_SECONDS`` before what was read last.
        """
        end = self._ends
        sounds = [part for part in self._parts if part.end > since and part.start < end]
        return sounds, end - self.position

    def mute(self, muted: bool) -> None:
        """Leave the words out from now on, or let them in from the next breath on."""
        self.muted = muted
        if muted:
            self._hush()

    def finish(self) -> None:
        """End with the breath that sounds now; a word that would outlast it fades."""
        self._breaths, self._ahead, self._pulled_all = iter(()), None, True
        self._bells = [cue for cue in self._bells if cue.start < self._ends]
        self._words = [(cue, clip) for cue, clip in self._words if cue.start < self._ends]
        self._ducking.leave_out(self._ends, self.position)

    def _hush(self) -> None:
        """Fade the line that sounds, and forget those that wait."""
        fading = half_cosine(1, 0, round(HUSH_SECONDS * self._rate))
        words, self._words = self._words, []
        self._parts = [part for part in self._parts if part.ducked is not None]
        self._ducking.leave_out(self.position, self.position)
        for cue, clip in words:
            if cue.start < self.position:
                heard = clip[: self.position - cue.start + len(fading)].copy()
                tail = heard[self.position - cue.start :]
                tail *= fading[: len(tail)]
                shorter = cue._replace(end=cue.start + len(heard))
                self._words.append((shorter, heard))
                self._parts.append(Part(heard, shorter.start, shorter.end))
                self._ducking.shorten(cue, shorter)

    def blocks(self, frames: int) -> Iterator[Audio]:
        """Yield everything in blocks of ``frames``; the last may be shorter."""
        while len(block := self.read(frames)):
            yield block

    def piece(self, most: int) -> Audio:
        """Return the next frames, float32 of shape (n, 2) with n up to ``most``: 0 at the end.

        Where only the tone is heard, and the same cycle of it came just before, they are a
        read-only part of that.
        """
        if self.position == self._ends and not self._step():
            return np.zeros((0, 2), np.float32)
        self._read_from = start = self.position
        due = self._ends - self._ducking.ahead  # then the next breath's first word may duck it
        if start >= due:
            self._look_ahead()
        end = min(start + most, due if start < due else self._ends)
        end = self._ducking.until(start, end)
        out = self._background(start, end)
        words = [word for word in self._words if word[0].start < end]
        if words or self._tail_from is not None:
            out = np.require(out, requirements="W")
        for cue, samples in words:
            _add(out, start, samples[:, None], cue.start)
        if self._tail_from is not None:
            out *= self._fade_out[start - self._tail_from : end - self._tail_from, None]
        self._words = [word for word in self._words if word[0].end > end]
        self.position = end
        return out

    def _step(self) -> bool:
        """Go on to the next breath, or after the last to the tail; False when all is done."""
        self._look_ahead()
        if self._ahead is not None:
            self.breath, self._ahead = self._ahead, None
            phases, top_up = self.breath.phases, self.breath.top_up
        elif self._tail_from is None:
            self._tail_from = self.position
            phases, top_up = (0, 0, 0, TAIL_SECONDS * self._rate), 0
        else:
            return False
        if self.mix is not self._mix:
            self._mix = self.mix
            frames = round(RELEASE_SECONDS * self._rate)
            self._bed_gain = Fade(self._bed_gain.value, self._mix.bed_gain, frames)
        mix = self._mix
        self._tone.go_on(mix.tone, phases, seed=mix.seed, top_up=top_up, gain=mix.tone_gain)
        self._starts, self._ends = self._ends, self._ends + len(self._tone.sound)
        self._note_breath()
        return True

    def _note_breath(self) -> None:
        """Add this breath's tone and bed to the parts, and forget what was heard long ago."""
        since = self._read_from - REMEMBERED_SECONDS * self._rate
        self._parts = [part for part in self._parts if part.end > since]
        mix, cycle = self._mix, self._tone
        at = self._starts, self._ends
        tone = Part(cycle.sound, *at, gain=mix.tone_gain, ducked=mix.duck_gain, kind=cycle.kind)
        before = tone.start, tone.gain, tone.ducked
        for last in self._parts:  # as it was, if it repeats
            if last.sound is tone.sound and (last.end, last.gain, last.ducked) == before:
                self._parts.remove(last)
                tone = replace(tone, start=last.start)
                break
        self._parts.append(tone)
        if self.bed is not None:
            gain, ducked = max(self._bed_gain.value, mix.bed_gain), mix.bed_duck_gain
            bed = Part(_UNSEEN, *at, gain=gain, ducked=ducked, reach=self.bed.reach)
            self._parts.append(bed)

    def _look_ahead(self) -> None:
        if self._ahead is None and not self._pulled_all:
            self._ahead = next(self._breaths, None)
            self._pulled_all = self._ahead is None
            for cue in self._ahead.cues if self._ahead else ():
                if isinstance(cue.item, Line) and not self.muted:
                    self._say(cue, cue.item)
                    self._ducking.add(cue)
                elif isinstance(cue.item, Bell):
                    self._bells.append(cue)
                    bell, at = tones.bell(self._rate), (cue.start, cue.end)
                    gain, ducked = self._mix.bell_gain, self._mix.duck_gain
                    self._parts.append(Part(bell, *at, gain=gain, ducked=ducked))

    def _say(self, cue: Cue, line: Line) -> None:
        """Let a line be heard, as loud as the next breath has it."""
        if self._clip is None:
            return
        clip, calm, gain = self._clip(line), self._calm(line), self.mix.voice_gain
        if gain != 1:
            clip, calm = clip * np.float32(gain), None
        self._words.append((cue, clip))
        self._parts.append(Part(clip, cue.start, cue.end, calm=calm))

    def _background(self, start: int, end: int) -> Audio:
        """The tone, the bells and the bed, making room for the voice, faded in."""
        mix, room = self._mix, self._ducking.room(start, end)
        out = self._tone.piece(start - self._starts, end - self._starts)
        bells = [cue for cue in self._bells if cue.start < end]
        if bells:
            out = out.copy()
        for cue in bells:
            _add(out, start, tones.bell(self._rate), cue.start, np.float32(mix.bell_gain))
        self._bells = [cue for cue in self._bells if cue.end > end]
        out = lowered(out, room, mix.duck_gain)
        if self.bed is not None:
            bed = self.bed.read(end - start)
            self._bed_gain.apply(bed)
            out = out + lowered(bed, room, mix.bed_duck_gain)
        if mix.mono:
            out = in_two(out)
        if start < len(self._fade_in):
            fade = self._fade_in[start:end]
            out = np.concatenate([out[: len(fade)] * fade[:, None], out[len(fade) :]])
        return out


def _add(out: Audio, start: int, sound: Audio, at: int, gain: np.float32 | None = None) -> None:
    there, here = overlap(len(out), start, len(sound), at)
    if there.start < len(out):
        part, heard = out[there], sound[here]
        if gain is not None:
            heard = heard * gain
        for to, channel in zip(part.T, np.broadcast_to(heard, part.shape).T, strict=True):
            to += channel
