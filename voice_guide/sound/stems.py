"""The parts of a mix, each as it is heard in it, and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio
from voice_guide.plan.breath import Breath
from voice_guide.scripting.model import Line
from voice_guide.sound.bed import Bed
from voice_guide.sound.render import Mix, Renderer

__all__ = ["STEMS", "beside_the_mix", "split"]

STEMS = ("tone", "bed", "bells", "voice")
"""In the order in which they are added up."""


def beside_the_mix(
    mixed: Renderer,
    breaths: Callable[[], Iterator[Breath]],
    clip: Callable[[Line], Audio],
    sample_rate: int,
    bed: Bed | None,
) -> Callable[[int], Audio]:
    """Return what reads a mix with its parts.

    Each part is rendered as the mix is, with all the others left out, so it makes room for words
    and fades as it does there. What reads them returns float32 (frames, 10): two channels of the
    mix, then two of each of ``STEMS``.

    Args:
        mixed: renders the mix.
        breaths: returns what it renders, from the beginning.
        clip: returns the samples of a line.
        sample_rate: in Hz.
        bed: what lies beside the tone.
    """
    mix = mixed.mix
    nothing = replace(mix, tone="none", tone_gain=0.0, bell_gain=0.0)
    parts: Mapping[str, tuple[Mix, Callable[[Line], Audio], Bed | None]] = {
        "tone": (replace(mix, bell_gain=0.0), _unsaid, None),
        "bed": (nothing, _unsaid, bed),
        "bells": (replace(nothing, bell_gain=mix.bell_gain), _unsaid, None),
        "voice": (nothing, clip, None),
    }
    renderers = [mixed] + [
        Renderer(breaths(), said, alone, sample_rate, under.stream() if under else None)
        for alone, said, under in (parts[name] for name in STEMS)
    ]
    return lambda frames: _side_by_side([renderer.read(frames) for renderer in renderers])


def _side_by_side(sounds: list[Audio]) -> Audio:
    """Return stereo sounds as the channels of one, by pairs of samples: a third of the time.

    ``_each`` takes them apart again.
    """
    return np.hstack([sound.view(np.complex64) for sound in sounds]).view(np.float32)


def _each(sound: Audio) -> list[Audio]:
    pairs = np.ascontiguousarray(sound, np.float32).view(np.complex64)
    return [np.ascontiguousarray(pair).view(np.float32).reshape(-1, 2) for pair in pairs.T]


def _unsaid(_: Line) -> Audio:
    return np.zeros(0, np.float32)


def split(block: Audio, bits: int | None) -> list[Audio]:
    """Return the parts of a block, in steps of the samples that they are written in.

    Each part is what the sum of those before it and itself has more than the sum before it, once
    both are rounded: so they add up to what the mix is rounded to, and silence stays silent.

    Args:
        block: float32 (frames, 10), see ``beside_the_mix``, as a guard has let it through.
        bits: of a sample; None for floating point, which has no steps to speak of.

    Returns:
        float32 (frames, 2) for each of ``STEMS``.
    """
    if not np.isfinite(block).all():  # what is no sound is silence in the mix
        block = np.nan_to_num(block, posinf=0.0, neginf=0.0)
    mixed, *parts = _each(block)
    total, below = np.zeros(mixed.shape), np.zeros(mixed.shape)
    found: list[Audio] = []
    for name, part in zip(STEMS, parts, strict=True):
        if name == STEMS[-1]:
            # What the guard took out of the mix itself is direct current: it comes with the voice.
            lost = mixed - total - part
            if np.abs(lost).max(initial=0.0) > _ROUNDING:
                part = np.where(np.abs(lost) > _ROUNDING, part + lost, part)
        if not part.any():
            found.append(np.zeros_like(part))
            continue
        total += part
        above = total.copy() if bits is None else _rounded(total, bits)
        found.append((above - below).astype(np.float32))
        below = above
    return found


_ROUNDING = 2.0**-23
"""What float32 may lose in adding up parts of a mix: a step of 24 bits."""


def _rounded(sound: NDArray[np.float64], bits: int) -> NDArray[np.float64]:
    """Return samples in steps of so many bits, as libsndfile does: down, from 32 bits."""
    steps = sound * 2.0**31
    np.rint(steps, out=steps)
    steps *= 2.0 ** (bits - 32)
    np.floor(steps, out=steps)
    full = 2.0 ** (bits - 1)
    np.clip(steps, -full, full - 1, out=steps)
    steps /= full
    return steps
