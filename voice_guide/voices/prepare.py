"""From what an engine returned to a clip: checked, trimmed, polished, resampled once, levelled."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.loudness import level_clip
from voice_guide.audio.samples import Audio
from voice_guide.engines.marks import Marks, marks_of
from voice_guide.settings import Polish
from voice_guide.units import db_to_gain
from voice_guide.voices.likely import plausible_seconds, unlikely
from voice_guide.voices.polish import later, polished

__all__ = [
    "MOST_FLATNESS",
    "PREPARATION",
    "BadSpeechError",
    "Part",
    "decode",
    "decode_part",
    "flatness",
    "prepare",
    "prepare_timed",
    "spoken_parts",
]

PREPARATION = 12
"""Part of the cache's key: raise it when any of this, or levelling, sounds different, or when what
is calm does (``sound/calm.py``, and the bounds), as clips that are kept were found to be so."""

LONGEST_PART = 300
"""Characters that are given to an engine at once."""

PART_GAP_SECONDS = 0.35
"""The pause between two parts of a long line."""

SILENCE_DB = -50.0
"""A recording with no sample above this holds no voice."""

FAINT_DB = -40.0
"""Nor does what an engine said: of 86 lines by each of eleven voices, the softest reaches -14."""

LONGEST_SILENCE_SECONDS = 60.0
"""Around the voice, in a file."""

MOST_FLATNESS = 0.6
"""Spectral flatness; that of 40 lines of each English voice is 0.25 at most, whispered ones too."""

FLATNESS_FRAMES = 512
"""Of one spectrum."""

ONSET_DB = -42.0
"""The voice has begun when it passes this, relative to its peak."""

TICK_SECONDS, TICK_GAP_SECONDS = 0.04, 0.1
"""A sound no longer than that, and so far before the rest, isn't a word but a tick."""

END_DB = -54.0
"""The voice has ended when it no longer passes this, relative to its peak."""

EDGE_SECONDS = 0.005
"""At each end of a clip, where the middle of its waves is looked for."""

PRE_ROLL_SECONDS = 0.003
RELEASE_SECONDS = 0.06
"""Kept before and after the voice, fading."""


class BadSpeechError(Exception):
    """What an engine returned can't be the line that it was asked for."""


class Part(NamedTuple):
    """A part of a line: its text, float32 (frames,), their rate in Hz, and when words begin."""

    text: str
    samples: Audio
    sample_rate: int
    words: Marks = []  # noqa: RUF012 - nobody adds to it


def spoken_parts(text: str) -> list[str]:
    """Split a line at sentences, then at spaces, so that no engine gets too much at once."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    parts: list[str] = []
    for sentence in re.split(r"(?<=[.!?…;:]) ", text) if len(text) > LONGEST_PART else [text]:
        while len(sentence) > LONGEST_PART:
            cut = sentence.rfind(" ", 1, LONGEST_PART)
            cut = cut if cut > 0 else LONGEST_PART
            parts.append(sentence[:cut])
            sentence = sentence[cut:].lstrip()
        if parts and len(parts[-1]) + len(sentence) < LONGEST_PART:
            parts[-1] = f"{parts[-1]} {sentence}"
        else:
            parts.append(sentence)
    return [part for part in parts if part]


def decode(
    text: str, data: bytes, words_a_minute: int | None = None, by_person: bool = False
) -> tuple[Audio, int]:
    """Read an engine's audio file and make sure that it can be the line.

    Args:
        text: of the line.
        data: the file's bytes.
        words_a_minute: at which it should be spoken; None if nobody knows.
        by_person: whether somebody recorded it, who may say it in any way.

    Returns:
        float32 of shape (frames,) and the sample rate in Hz.

    Raises:
        BadSpeechError: saying what is wrong with it.
    """
    part = decode_part(text, data, words_a_minute, by_person)
    return part.samples, part.sample_rate


def decode_part(
    text: str, data: bytes, words_a_minute: int | None = None, by_person: bool = False
) -> Part:
    """Read an engine's audio file as ``decode`` does, with what it tells of its words.

    Raises:
        BadSpeechError: saying what is wrong with it.
    """
    from voice_guide.audio.soundfiles import BadSoundError, open_sound

    _, most = plausible_seconds(text, words_a_minute)
    try:
        with open_sound(data) as sound:
            rate, seconds = sound.sample_rate, sound.seconds
            if not 8000 <= rate <= 192000:
                raise BadSpeechError(f"its audio is at {rate} Hz")
            if seconds is not None and seconds > most + LONGEST_SILENCE_SECONDS:
                raise BadSpeechError(f"its audio lasts {seconds:.0f} s")
            clip = sound.mono(most + LONGEST_SILENCE_SECONDS)
    except BadSoundError as error:
        raise BadSpeechError(f"its audio {error.why}") from error
    if not clip.size:
        raise BadSpeechError("there is no sound in its audio")
    clip = clip - clip.mean(dtype=np.float64).astype(np.float32)
    peak = np.abs(clip).max()
    if peak < db_to_gain(SILENCE_DB):
        raise BadSpeechError("its audio is silent")
    if peak < db_to_gain(FAINT_DB) and not by_person:
        raise BadSpeechError("its audio is too faint to be speech")
    clip, cut = _trimmed(clip, rate)
    if flatness(clip) > MOST_FLATNESS:
        raise BadSpeechError("its audio is noise")
    if fault := unlikely(text, clip, rate, words_a_minute, by_person):
        raise BadSpeechError(fault)
    marks = [] if by_person else marks_of(data, text)
    words = [(letter, min(max(at - cut, 0), clip.size)) for letter, at in marks]
    return Part(text, clip, rate, words)


def flatness(clip: Audio) -> float:
    """The spectral flatness of a whole clip: 1 for white noise, under 0.3 for a whisper."""
    frames = clip[: clip.size // FLATNESS_FRAMES * FLATNESS_FRAMES].reshape(-1, FLATNESS_FRAMES)
    if not frames.size:
        return 0.0
    spectra = np.abs(np.fft.rfft(frames * np.hanning(FLATNESS_FRAMES), axis=1))[:, 1:] ** 2
    power = spectra.mean(axis=0) + 1e-20
    return float(np.exp(np.log(power).mean()) / power.mean())


def prepare(
    parts: Sequence[tuple[str, Audio, int] | Part],
    sample_rate: int,
    *,
    lufs: float,
    ceiling: float,
    polish: Polish,
    night: bool = False,
    natural: bool = False,
) -> Audio:
    """Polish the decoded parts of a line and join them into its clip.

    Args:
        parts: text, float32 (frames,) and sample rate of each part.
        sample_rate: of the clip, in Hz.
        lufs: loudness of the clip, heard in both channels.
        ceiling: its highest true peak, as an amplitude.
        polish: ``off``, ``light`` or ``warm``.
        night: whether it is softened, see ``level_clip``.
        natural: whether the voice sounds like a person.

    Returns:
        float32 of shape (frames,); frame 0 is the onset of the voice.
    """
    clip, _ = prepare_timed(
        [Part(*part) for part in parts],
        sample_rate,
        lufs=lufs,
        ceiling=ceiling,
        polish=polish,
        night=night,
        natural=natural,
    )
    return clip


def prepare_timed(
    parts: Sequence[Part],
    sample_rate: int,
    *,
    lufs: float,
    ceiling: float,
    polish: Polish,
    night: bool = False,
    natural: bool = False,
) -> tuple[Audio, Marks]:
    """Make the clip of a line, see ``prepare``, and tell when its words begin.

    Returns:
        The clip, and its words by their first letters in all texts with a space between them.
    """
    import soxr

    rate = parts[0].sample_rate
    gap = np.zeros(round(PART_GAP_SECONDS * rate), np.float32)
    joined: list[Audio] = []
    words: Marks = []
    letters = frames = 0
    for text, samples, own_rate, marks in parts:
        moved = later([at for _, at in marks], text, samples, own_rate, polish)
        words += [
            (letters + letter, round((frames / rate + at / own_rate) * sample_rate))
            for (letter, _), at in zip(marks, moved, strict=True)
        ]
        heard = polished(text, samples, own_rate, polish, natural=natural)
        if own_rate != rate:
            heard = soxr.resample(heard, own_rate, rate, quality="VHQ")
        joined += [heard, gap]
        letters += len(text) + 1
        frames += len(joined[-2]) + len(gap)
    # Its true peak stays what it is: the wave between the samples is the same at any rate.
    levelled = level_clip(np.concatenate(joined[:-1]), rate, lufs, ceiling, night=night)
    clip: Audio = soxr.resample(levelled, rate, sample_rate, quality="VHQ")
    return clip, words


def _trimmed(clip: Audio, rate: int) -> tuple[Audio, int]:
    """Cut the silence at both ends, never the voice, and fade the cuts.

    Returns:
        What is left, and how many frames were cut at its beginning.
    """
    # The waves of a voice may lean to one side, so that silence is not at the mean.
    edge = max(round(EDGE_SECONDS * rate), 1)
    begin, end = (np.abs(clip - np.median(silence)) for silence in (clip[:edge], clip[-edge:]))
    peak = float(np.abs(clip).max())
    first = _onset(np.flatnonzero(begin > peak * db_to_gain(ONSET_DB)), rate)
    last = clip.size - int(np.argmax(end[::-1] > peak * db_to_gain(END_DB)))
    pre = math.ceil(PRE_ROLL_SECONDS * rate)
    post = math.ceil(RELEASE_SECONDS * rate)
    first, last = max(first - pre, 0), min(last + post, clip.size)
    clip = clip[first:last].copy()
    pre, post = min(pre, clip.size), min(post, clip.size)
    clip[:pre] *= np.linspace(0, 1, pre, endpoint=False, dtype=np.float32)
    clip[clip.size - post :] *= np.linspace(1, 0, post, dtype=np.float32) ** 2
    return clip, first


def _onset(heard: NDArray[np.intp], rate: int) -> int:
    """Return where the voice begins, of the samples that are heard: not at a tick long before."""
    runs = np.split(heard, np.flatnonzero(np.diff(heard) > TICK_GAP_SECONDS * rate) + 1)
    words = (run for run in runs if run[-1] - run[0] > TICK_SECONDS * rate)
    return int(next(words, heard)[0])
