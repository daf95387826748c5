"""How loud voice, tone and bell are, worked out before anything sounds."""

import math

from voice_guide.audio.loudness import of_cycle
from voice_guide.audio.samples import in_two
from voice_guide.pace.pace import Pace
from voice_guide.settings import Settings
from voice_guide.sound import tones
from voice_guide.sound.bed import Bed
from voice_guide.sound.cells import highest
from voice_guide.sound.ducking import gain_down_to
from voice_guide.sound.render import Mix
from voice_guide.units import db_to_gain, gain_to_db, seconds_to_frames
from voice_guide.voices import NONE

__all__ = ["PEAK_DBTP", "balance", "voice_lufs"]

BELL_BELOW_VOICE_LU = 9.0
"""The bell's loudest moment, under the usual voice."""

BELL_BELOW_TONE_LU = 6.0
"""The same, under a tone that is heard without a voice."""

NIGHT_TONE_LU = 4.0
"""At night the tone in rests comes so much nearer to the voice."""

TWICE_LU = 3.0
"""Two sounds of one loudness together, over one of them: the tone and a bed."""

PEAK_DBTP = -1.0
"""No true peak of the mix is above this."""

CLIP_PEAK_DBTP = -2.0
"""What a clip may reach at most, so that the tone under it has room."""


def voice_lufs(settings: Settings) -> float:
    """The loudness of each clip."""
    return settings.loudness + settings.voice_level


def balance(
    pace: Pace, settings: Settings, bed: Bed | None = None, peak_dbtp: float = PEAK_DBTP
) -> tuple[Mix, float]:
    """Measure one breath; return the mix, and the ceiling of clips in dBTP.

    Loudness is anchored on the voice. Without a voice the tone itself is brought to it. A bed
    and the tone are as loud as each other, and together as the tone is alone.

    Args:
        peak_dbtp: what no true peak of the mix passes.
    """
    rate, spoken = settings.sample_rate, settings.voice != NONE
    inhale, hold_in, exhale, hold_out = (seconds_to_frames(phase, rate) for phase in pace.phases)
    whole, top_up = (inhale, hold_in, exhale, hold_out), seconds_to_frames(pace.top_up, rate)
    breath = tones.cycle(settings.tone, whole, rate, settings.seed, top_up)
    if settings.mono:
        breath = in_two(breath)
    room = db_to_gain(peak_dbtp)

    bell_lufs = settings.loudness - (BELL_BELOW_VOICE_LU if spoken else BELL_BELOW_TONE_LU)
    bell_gain = db_to_gain(bell_lufs - tones.BELL_LUFS)
    bell_peak = tones.BELL_PEAK * bell_gain
    tone_lufs = settings.loudness + (settings.tone_level if spoken else 0)
    if spoken and settings.night:
        tone_lufs += NIGHT_TONE_LU
    natural, loudest = of_cycle(breath, rate)
    sounding = math.isfinite(natural)
    shared = TWICE_LU if bed is not None and sounding else 0
    tone_lufs -= shared
    ducked = voice_lufs(settings) - settings.duck - shared
    room -= bell_peak
    bed_gain = tone_gain = under_voice = 0.0
    bed_duck_gain = duck_gain = 1.0
    if bed is not None:
        most = room / 2 if sounding else room
        bed_gain = min(db_to_gain(tone_lufs - bed.lufs), most / bed.peak)
        if spoken:
            bed_duck_gain = gain_down_to(ducked, bed.loudest, bed_gain)
        room -= bed.peak * bed_gain
        under_voice += bed.peak * bed_gain * bed_duck_gain
    if sounding:
        # Between samples, a sound below f Hz rises to 1 / cos(pi f / rate) of them at most.
        peak = highest(breath) / math.cos(math.pi * tones.HIGHEST_HZ / rate)
        tone_gain = min(db_to_gain(tone_lufs - natural), room / peak)
        if spoken:
            duck_gain = gain_down_to(ducked, loudest, tone_gain)
        under_voice += peak * tone_gain * duck_gain
    under_voice += bell_peak * duck_gain
    ceiling = max(db_to_gain(peak_dbtp) - under_voice, 0.1)
    mix = Mix(
        tone=settings.tone,
        tone_gain=tone_gain,
        duck_gain=duck_gain,
        bell_gain=bell_gain,
        bed_gain=bed_gain,
        bed_duck_gain=bed_duck_gain,
        mono=settings.mono,
        seed=settings.seed,
    )
    return mix, min(CLIP_PEAK_DBTP + peak_dbtp - PEAK_DBTP, gain_to_db(ceiling))
