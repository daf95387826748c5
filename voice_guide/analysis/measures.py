"""One pass over a sound file: what can be measured without knowing what it is."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.analysis.peaks import TruePeak
from voice_guide.audio.faults import Click, ClickFinder, ClipCounter
from voice_guide.audio.meter import BLOCK_SECONDS, LOWEST_HZ, Meter, integrated, lufs, sliding
from voice_guide.audio.samples import in_one
from voice_guide.audio.soundfiles import Sound, open_sound
from voice_guide.errors import AudioError
from voice_guide.units import gain_to_db

__all__ = [
    "BAND_HOPS",
    "Envelope",
    "Mask",
    "Measures",
    "Values",
    "measure",
    "opened",
]

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

BAND_HOPS = 5
"""Hops between two values of the bands: 50 ms."""

_BAND_EDGES = (0, 300, 600, 1200, 2400, math.inf)  # Hz
_HOPS_A_BLOCK = 100  # read at once: a second


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The file in steps of 10 ms (``hop_seconds`` exactly); each array is (hops,).

    Attributes:
        energy: K-weighted mean square, summed over channels with their weights (BS.1770's z).
        power: mean square over all channels, full scale 1.
        mono: mean square of the mean of all channels.
        lowest, highest: the samples that reach farthest, over all channels.
        bands: (hops // ``BAND_HOPS``, 5) power in bands from low to high.
    """

    hop_seconds: float
    energy: Values
    power: Values
    mono: Values
    lowest: Values
    highest: Values
    bands: Values

    def hop(self, seconds: float) -> int:
        """Return the hop nearest to a time."""
        return round(seconds / self.hop_seconds)


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What one pass over a file tells.

    Attributes
    ----------
    sample_rate : int
        In Hz.
    channels : int
        How many there are.
    frames : int
        The length, in samples of each channel.
    integrated : float
        Loudness in LUFS, gated (ITU-R BS.1770-4); -inf for silence.
    true_peak : float
        In dBTP (ITU-R BS.1770-4, annex 2).
    sample_peak : float
        In dBFS.
    rms : float
        Of all channels, in dBFS; a square wave of full scale is 0.
    dc : float
        The mean of the channel that is farthest from 0; full scale is 1.
    clipped_runs : int
        How often several samples in a row are at full scale.
    clicks : tuple of Click
        Where samples leap, in seconds.
    envelope : Envelope
        Powers, in steps of 10 ms.
    """

    sample_rate: int
    channels: int
    frames: int
    integrated: float
    true_peak: float
    sample_peak: float
    rms: float
    dc: float
    clipped_runs: int
    clicks: tuple[Click, ...]
    envelope: Envelope

    @property
    def seconds(self) -> float:
        """The length."""
        return self.frames / self.sample_rate

    @property
    def momentary(self) -> Values:
        """Loudness of every 400 ms, one value each hop (EBU Tech 3341)."""
        return self._sliding(BLOCK_SECONDS)

    @property
    def short_term(self) -> Values:
        """Loudness of every 3 s, one value each hop (EBU Tech 3341)."""
        return self._sliding(3)

    @property
    def highest_short_term(self) -> float:
        """In LUFS; nan for a file shorter than 3 s."""
        return float(self.short_term.max()) if len(self.short_term) else math.nan

    @property
    def highest_momentary(self) -> float:
        """In LUFS; nan for a file shorter than 400 ms."""
        return float(self.momentary.max()) if len(self.momentary) else math.nan

    def _sliding(self, seconds: float) -> Values:
        if seconds > self.seconds + 1e-9:
            return np.empty(0)
        return lufs(sliding(self.envelope.energy, self.envelope.hop(seconds)))


def opened(path: Path) -> Sound:
    """Open a sound file that can be measured.

    Raises:
        RequestError: if there is no such file.
        AudioError: if it holds no sound that can be read, or of too low a rate.
    """
    return open_sound(path, LOWEST_HZ)


def measure(path: Path) -> Measures:
    """Measure a file, holding a second of it at a time and a few values for every 10 ms.

    Raises:
        RequestError, AudioError: see ``opened``; also for samples that are no numbers.
    """
    with opened(path) as file:
        meter = _Meter(file.sample_rate, file.channels, file.subtype)
        for block in file.blocks(meter.hop * _HOPS_A_BLOCK):
            meter.add(block)
    if not meter.frames:
        raise AudioError(f"{path} is empty: it has no sound in it.")
    return meter.result()


class _Meter:
    """Takes blocks of whole hops (the last one excepted) and keeps what they add up to."""

    def __init__(self, sample_rate: int, channels: int, subtype: str) -> None:
        self.hop = round(sample_rate / 100)
        self._loudness = Meter(sample_rate, channels, self.hop)
        self._true_peak = TruePeak(sample_rate, channels)
        self.frames = 0
        self._rate, self._channels = sample_rate, channels
        self._sums = np.zeros(channels)
        self._clicks = ClickFinder(sample_rate, channels, subtype)
        self._clipping = ClipCounter(channels)
        self._kept: dict[str, list[NDArray[np.float32]]] = {
            name: [] for name in ("energy", "power", "mono", "lowest", "highest", "bands")
        }
        span = BAND_HOPS * self.hop
        hertz = np.fft.rfftfreq(span, 1 / sample_rate)
        self._edges = np.searchsorted(hertz, _BAND_EDGES[:-1])
        self._edges = np.minimum(self._edges, len(hertz) - 1)
        self._window = np.hanning(span + 2)[1:-1]
        self._window /= np.sqrt(np.sum(self._window**2) * span / 2)

    def add(self, block: NDArray[np.float32]) -> None:
        self.frames += len(block)
        self._sums += [channel.sum(dtype=np.float64) for channel in block.T]  # faster than at once
        self._clicks.add(block)
        self._clipping.add(block)
        self._true_peak.add(block)
        padded = np.pad(block, ((0, -len(block) % self.hop), (0, 0)))
        self._keep("energy", self._loudness.add(padded))
        hops = padded.reshape(-1, self.hop * self._channels)
        self._keep("power", np.mean(np.square(hops, dtype=np.float64), axis=1))
        self._keep("mono", np.mean(np.square(in_one(padded).reshape(-1, self.hop)), axis=1))
        self._keep("lowest", hops.min(axis=1))
        self._keep("highest", hops.max(axis=1))
        span = BAND_HOPS * self.hop
        spans = block[: len(block) // span * span].reshape(-1, span, self._channels)
        spectra = np.fft.rfft(spans * self._window[:, None], axis=1)
        powers = np.square(spectra.real) + np.square(spectra.imag)
        powers = sum(np.moveaxis(powers, 2, 0)) / self._channels
        self._keep("bands", np.add.reduceat(powers, self._edges, axis=1))

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        self._kept[name].append(values.astype(np.float32))

    def _whole(self, name: str) -> Values:
        return np.concatenate(self._kept[name]).astype(np.float64)

    def result(self) -> Measures:
        squares = self._whole("power").sum() * self.hop
        sample_peak = max(self._whole("highest").max(), -self._whole("lowest").min())
        means = self._sums / self.frames
        kept = {name: self._whole(name) for name in self._kept}
        envelope = Envelope(hop_seconds=self.hop / self._rate, **kept)
        whole = envelope.energy[: self.frames // self.hop]
        return Measures(
            sample_rate=self._rate,
            channels=self._channels,
            frames=self.frames,
            integrated=integrated(whole, envelope.hop(BLOCK_SECONDS)),
            true_peak=gain_to_db(self._true_peak.highest),
            sample_peak=gain_to_db(sample_peak),
            rms=gain_to_db(math.sqrt(squares / self.frames)),
            dc=float(means[np.argmax(np.abs(means))]),
            clipped_runs=self._clipping.finished(),
            clicks=self._clicks.finished(),
            envelope=envelope,
        )
