"""A person's own recordings of lines: their voice found, trimmed and checked; files matched.

Levels are those of the band in which people speak, so that the hum of a room counts
neither as voice nor as noise.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voice_guide.audio.faults import ClipCounter, runs
from voice_guide.audio.samples import Audio
from voice_guide.settings import Settings
from voice_guide.units import counted, db_to_gain, gain_to_db
from voice_guide.voices.likely import plausible_seconds
from voice_guide.voices.prepare import MOST_FLATNESS, flatness
from voice_guide.voices.recorded import file_stem, hyphened

__all__ = [
    "BadTakeError",
    "Matches",
    "Take",
    "Trimmed",
    "band_power",
    "match",
    "trim",
    "voiced",
]

SILENCE_SECONDS = 2.0
"""A silence this long after the voice ends a take; even slow speakers pause for less."""

WAIT_SECONDS = 15.0
"""A take in which nobody has spoken ends after this."""

HOP_SECONDS = 0.01
"""From one level of a take to the next."""
BAND = (150, 8000)
"""In Hz, where people speak."""

ABOVE_NOISE_DB = 10.0
"""The voice is so far above the quietest moment,"""

UNDER_LOUDEST_DB = 40.0
"""no further than this under the loudest,"""

FAINTEST_DB = -60.0
"""and no fainter than this, of full scale."""

GAP_HOPS = 20
"""Parts of the voice that are closer than this are one."""

SHORTEST_HOPS = 10
"""What is shorter is the click of a key, not a word."""

PRE_ROLL_SECONDS = 0.05
RELEASE_SECONDS = 0.2
"""Kept before and after the voice, fading: the faintest of its consonants lie there."""

FASTEST_WPM = 250
"""Whoever is faster has left out words, or the end is cut off."""

NOISE_DB = Settings.duck + 10
"""Noise is to be this far under the voice: 10 under the tone, where that makes room for words."""


class BadTakeError(Exception):
    """A recording can't be its line; says why, and what may help."""


@dataclass(frozen=True)
class Trimmed:
    """A recording of one line that can be kept.

    ``samples`` are float32 (frames,); ``faults`` say what could be better.
    """

    samples: Audio
    faults: tuple[str, ...]


class Take:
    """What comes from a microphone while a line is spoken.

    Args:
        sample_rate: in Hz.
        text: of the line.
    """

    def __init__(self, sample_rate: int, text: str) -> None:
        self.sample_rate = sample_rate
        self.broken = False  # whether some of it was lost on its way
        self._most = plausible_seconds(text, None)[1] + WAIT_SECONDS
        self._blocks: list[Audio] = []
        self._rest = np.zeros(0, np.float32)
        self._power = np.zeros(0)

    def hear(self, block: Audio) -> None:
        """Add a block, float32 (frames,)."""
        self._blocks.append(block)
        self._rest = np.concatenate([self._rest, block])
        power = band_power(self._rest, self.sample_rate)
        self._power = np.concatenate([self._power, power])
        self._rest = self._rest[len(power) * _hop(self.sample_rate) :]

    @property
    def ended(self) -> bool:
        """Whether the voice has ended, or there was none."""
        seconds = len(self._power) * HOP_SECONDS
        found = voiced(self._power)
        if found is None:
            return seconds > WAIT_SECONDS
        return seconds > min(found[1] * HOP_SECONDS + SILENCE_SECONDS, self._most)

    def samples(self) -> Audio:
        """All of it, float32 (frames,)."""
        return np.concatenate([np.zeros(0, np.float32), *self._blocks])


def band_power(samples: Audio, sample_rate: int) -> NDArray[np.float64]:
    """Return the mean square in ``BAND`` of each 20 ms, in steps of 10 ms, (hops,)."""
    hop = _hop(sample_rate)
    if len(samples) < 2 * hop:
        return np.zeros(0)
    window = np.hanning(2 * hop)
    spectra = np.fft.rfft(sliding_window_view(samples, 2 * hop)[::hop] * window, axis=1)
    low, high = (round(hertz * 2 * hop / sample_rate) for hertz in BAND)
    square = (np.abs(spectra[:, low : high + 1]) ** 2).sum(axis=1)
    return np.asarray(square / (hop * (window**2).sum()))


def voiced(power: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return the first hop of the voice and the one after its last, or None if there is none."""
    calm = _smoothed(power, 5, "valid")
    calm = calm[calm > 0]  # a device that starts may give nothing at all
    if not len(calm):
        return None
    noise = calm.min() * _ratio(ABOVE_NOISE_DB)
    threshold = max(noise, calm.max() * _ratio(-UNDER_LOUDEST_DB), _ratio(FAINTEST_DB))
    above = _smoothed(power, 3, "same") > threshold
    starts, ends = runs(above)
    apart = starts[1:] - ends[:-1] > GAP_HOPS
    starts, ends = starts[np.r_[True, apart][: len(starts)]], ends[np.r_[apart, True][: len(ends)]]
    words = ends - starts >= SHORTEST_HOPS
    if not words.any():
        return None
    return int(starts[words][0]), int(ends[words][-1])


def trim(samples: Audio, sample_rate: int, text: str) -> Trimmed:
    """Cut a recording to the voice in it, and check that it can be its line.

    Args:
        samples: float32 (frames,).
        sample_rate: in Hz.
        text: of the line.

    Raises:
        BadTakeError: if there is no voice, or it can't have said the words.
    """
    power = band_power(samples, sample_rate)
    found = voiced(power)
    if found is None:
        raise BadTakeError(
            "nothing was heard. Is the microphone muted, or another one in use? "
            "Look at the system's sound settings, or choose one with --device."
        )
    first, last = found
    seconds = (last - first) * HOP_SECONDS
    words = counted(len(text.split()), "word")
    if seconds < plausible_seconds(text, FASTEST_WPM)[0]:
        raise BadTakeError(f"{seconds:.1f} s is too short for {words}: say the whole line.")
    if seconds > plausible_seconds(text, None)[1]:
        raise BadTakeError(f"{seconds:.0f} s is too long for {words}: say only this line.")
    clip = _cut(samples, first * _hop(sample_rate), (last + 1) * _hop(sample_rate), sample_rate)
    if flatness(clip) > MOST_FLATNESS:
        raise BadTakeError("it is noise, not a voice. Is this the right microphone?")
    return Trimmed(clip, tuple(_faults(samples, power, first, last, text)))


def _faults(
    samples: Audio, power: NDArray[np.float64], first: int, last: int, text: str
) -> Iterable[str]:
    if text.isdecimal() and (last - first) * HOP_SECONDS > 1:
        yield "it is longer than a second: say it faster, or it may run into the next number"
    clipped = ClipCounter(1)
    clipped.add(samples[:, None])
    if clipped.finished():
        yield "it is too loud and distorted: turn the microphone down, or move away from it"
    calm = _smoothed(power, 5, "valid")
    quietest, voice = calm.min(), power[first:last].mean()
    if quietest > voice * _ratio(-NOISE_DB):
        below = gain_to_db(float(np.sqrt(voice / quietest)))
        yield (
            f"there is noise, only {below:.0f} dB below the voice: "
            "come closer to the microphone, or find a quieter place"
        )


def _cut(samples: Audio, first: int, last: int, sample_rate: int) -> Audio:
    """Keep some of what is around the voice, fading, without a recorder's direct current.

    Once that has faded, too, nobody can take it out again.
    """
    pre = min(round(PRE_ROLL_SECONDS * sample_rate), first)
    post = min(round(RELEASE_SECONDS * sample_rate), max(len(samples) - last, 0))
    clip = samples[first - pre : last + post].astype(np.float32)
    clip -= clip.mean(dtype=np.float64).astype(np.float32)
    clip[:pre] *= np.linspace(0, 1, pre, endpoint=False, dtype=np.float32)
    clip[len(clip) - post :] *= np.linspace(1, 0, post, dtype=np.float32)
    return clip


@dataclass(frozen=True)
class Matches:
    """Which file has which line; ``unmatched`` names belong to none."""

    by_line: dict[str, str]
    unmatched: tuple[str, ...]


def match(lines: Sequence[str], names: Iterable[str]) -> Matches:
    """Find the line of each file by its name.

    A name is the words of a line, with or without a number before them, or the number of a
    line, counted from 1, with or without a word before it: ``track 03``. ``count 3`` is the
    3 of a counted breath. Words count more than numbers; of several files for one line the
    first by name is taken.

    Args:
        lines: their texts, distinct and in order.
        names: of the files, without folders.
    """
    by_stem = {file_stem(text): text for text in reversed(lines)}

    def by_words(stem: str) -> str | None:
        return by_stem.get(stem) or by_stem.get(re.sub(r"^\d+-", "", stem))

    def by_number(stem: str) -> str | None:
        parts = re.fullmatch(r"([^\W\d]+-?)?0*(\d{1,6})", stem)
        if not parts:
            return None
        before, number = parts.groups()
        if before == "count-":
            return number if number in lines else None
        return lines[int(number) - 1] if 1 <= int(number) <= len(lines) else None

    found: dict[str, str] = {}
    left = sorted(names, key=_in_order)
    for line_of in (by_words, by_number):
        for name in tuple(left):
            text = line_of(hyphened(name.rpartition(".")[0] or name))
            if text is not None and text not in found:
                found[text] = name
                left.remove(name)
    return Matches({text: found[text] for text in lines if text in found}, tuple(left))


def _in_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """Numbers in names by their value: 2 before 10."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name


def _hop(sample_rate: int) -> int:
    return round(HOP_SECONDS * sample_rate)


def _ratio(db: float) -> float:
    """Return the ratio of two powers."""
    return db_to_gain(db) ** 2


def _smoothed(
    power: NDArray[np.float64], hops: int, mode: Literal["same", "valid"]
) -> NDArray[np.float64]:
    if len(power) < hops:
        return np.zeros(0) if mode == "valid" else power
    return np.convolve(power, np.full(hops, 1 / hops), mode)
