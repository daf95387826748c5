"""What publishers ask of a file, and the session brought to it before it is rendered."""

import math
from collections.abc import Callable, Collection
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from voice_guide.audio.loudness import level_clip
from voice_guide.audio.samples import Audio
from voice_guide.errors import RequestError, UnknownNameError
from voice_guide.output import estimate
from voice_guide.output.formats import Form
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.settings import Settings
from voice_guide.sound.balance import PEAK_DBTP, balance, voice_lufs
from voice_guide.sound.render import Mix
from voice_guide.units import db_to_gain, seconds_to_frames
from voice_guide.voices import NONE
from voice_guide.voices.clips import Clips
from voice_guide.voices.making import loudness_of

__all__ = [
    "PROFILES",
    "Brought",
    "Profile",
    "check_form",
    "published",
    "rate_of_file",
    "settled",
]


@dataclass(frozen=True)
class Profile:
    """What a publisher asks.

    Attributes:
        about: one line for people.
        options: shared options that it sets, by name.
        level: of the whole file; None leaves the voice where it is.
        measured: how that level is measured, and the ``unit`` of it.
        margin: how far off the level may be.
        peak_dbtp: the highest true peak.
        spoken: whether it needs a voice.
        planned: whether checking it takes the plan.
        head, tail: the seconds of silence at the ends, about which the file is cut; None: as it is.
        mp3: the sample rate in Hz and the least kbit/s of an MP3; None: any.
    """

    about: str
    options: dict[str, Any] = field(default_factory=dict)
    level: float | None = None
    _: KW_ONLY
    measured: Callable[[estimate.Energies], float] = estimate.integrated
    unit: str = "LUFS"
    margin: float = 0.5
    peak_dbtp: float = PEAK_DBTP
    spoken: bool = False
    planned: bool = False
    head: float | None = None
    tail: float | None = None
    mp3: tuple[int, int] | None = None


_AS_DESIGNED = {
    name: getattr(Settings(), name)
    for name in ("loudness", "duck", "tone_level", "voice_level", "night", "sample_rate")
}

PROFILES = {
    "gentle": Profile("the sound as it is designed", _AS_DESIGNED, planned=True),
    # Half a dB for what packing adds to peaks.
    "podcast": Profile("-16 LUFS", {"loudness": -16.0}, -16, peak_dbtp=-1.5),
    "acx": Profile(
        "audiobooks: RMS -23 to -18 dB, peaks up to -3 dB",
        {"loudness": -18.0},
        -22,
        measured=estimate.rms,
        unit="dBFS RMS",
        margin=0.9,
        peak_dbtp=-3.2,
        spoken=True,
        head=0.8,
        tail=4,
        mp3=(44100, 192),  # acx.com, "ACX Audio Submission Requirements"
    ),
    "broadcast": Profile("EBU R 128: -23 LUFS", {"loudness": -23.0}, -23, margin=0.3),
    # Two more than is asked, as clips may be half a unit softer, and meters differ.
    "wcag": Profile("the voice 20 LU over all else", {"duck": 22.0}, spoken=True, planned=True),
}

LOUDEST_LUFS = -10.0
"""A voice is not made louder than this, to make up for rests."""

_SILENT_DBFS = -54.0
"""The mean level of 100 ms, under which no 10 ms reach -50 dBFS."""


def settled(name: str, settings: Settings, typed: Collection[str] = ()) -> Settings:
    """Return the settings with those that a profile sets.

    Args:
        name: of the profile.
        typed: names of settings that were asked for along with it.

    Raises:
        UnknownNameError: if there is no such profile.
        RequestError: if the two don't go together.
    """
    if name not in PROFILES:
        raise UnknownNameError(f"there is no profile {name!r}: choose {', '.join(PROFILES)}.")
    profile = PROFILES[name]
    for option, value in profile.options.items():
        asked = getattr(settings, option)
        if option in typed and asked != value:
            said = f"--{option.replace('_', '-')}" + ("" if asked is True else f" {asked:g}")
            raise RequestError(
                f"{said} doesn't go with --profile {name}, which sets it "
                f"({'off' if value is False else f'{value:g}'}): leave one of them out."
            )
    if profile.spoken and settings.voice == NONE:
        raise RequestError(
            f"--voice none doesn't go with --profile {name}, which needs a voice: "
            "choose a voice, or one of the profiles gentle, podcast and broadcast."
        )
    if settings.voice == settings.tone == NONE:
        raise RequestError(
            f"--voice none and --tone none leave nothing for --profile {name} to work on: "
            "leave one of them out."
        )
    if settings.bed and profile.level is not None:
        raise RequestError(
            f"--bed doesn't go with --profile {name}: how much a recording adds to the level of "
            "the file can't be known in advance. Leave one of them out."
        )
    return replace(settings, **profile.options)


def rate_of_file(name: str, target: str) -> int | None:
    """Return the sample rate that a profile asks of a file, in Hz; None for any."""
    mp3 = PROFILES[name].mp3
    return mp3[0] if mp3 and target.lower().endswith(".mp3") else None


def check_form(name: str, form: Form, sample_rate: int, quality: str | None) -> Form:
    """Return the format of a file as a profile asks for it.

    Raises:
        RequestError: if the one that was asked for falls short of that.
    """
    mp3 = PROFILES[name].mp3
    if mp3 is None or form.suffix != ".mp3":
        return form
    rate, least = mp3
    if sample_rate != rate:
        raise RequestError(
            f"--profile {name} asks for an MP3 of {rate} Hz, and this session has {sample_rate}: "
            f"open it with --sample-rate {rate}."
        )
    if quality is not None and form.kbits < least:
        raise RequestError(
            f"--quality {quality} has {form.kbits} kbit/s, and --profile {name} asks for {least} "
            "or more: leave it out, or give --quality high."
        )
    return replace(form, kbits=max(form.kbits, least))


class Brought(NamedTuple):
    """What a session has in place of its own, to meet a publisher's requirements."""

    settings: Settings
    clips: Clips
    mix: Mix
    excerpt: tuple[int, int] | None = None


def published(name: str, plan: Plan, settings: Settings, clips: Clips, mix: Mix) -> Brought:
    """Bring a session, whose speech is made, to what a publisher asks.

    One gain is worked out from the plan. As all is anchored on the voice, it is the voice's
    loudness that moves; its clips are levelled anew, under a ceiling that leaves room.

    Args:
        name: of the profile.
        plan: of the whole session.
        settings: which were ``settled``.
        clips: of the session.
        mix: its balance.

    Raises:
        RequestError: if the session can't be brought there.
    """
    profile, title = PROFILES[name], plan.script.title
    if profile.level is None:
        return Brought(settings, clips, mix)
    level = profile.level
    found = profile.measured(estimate.estimate(plan, clips, mix))
    if not math.isfinite(found):
        raise RequestError(f"{title!r} is silent: nothing can be made louder.")
    loudness = settings.loudness
    for _ in range(3):  # a ceiling changes levels a little
        loudness += level - found
        moved = replace(settings, loudness=loudness)
        mix, ceiling_db = balance(plan.pace, moved, None, profile.peak_dbtp)
        levelled = _Levelled(clips, moved, db_to_gain(ceiling_db))
        energies = estimate.estimate(plan, levelled, mix)
        found = profile.measured(energies)
        if abs(found - level) <= profile.margin / 2 or loudness > LOUDEST_LUFS:
            break
    if loudness > LOUDEST_LUFS or abs(found - level) > profile.margin:
        raise RequestError(
            f"{title!r} has rests that are too long for --profile {name}, which "
            f"aims at {level:g} {profile.unit} with peaks up to {profile.peak_dbtp:g} dBTP: it "
            f"only reaches {found:.1f} with a voice at {loudness:.1f} LUFS. Shorten it with "
            "--minutes, or choose another --tone-level."
        )
    heard, excerpt = estimate.sounding(energies, _SILENT_DBFS), None
    if heard and profile.head is not None and profile.tail is not None:
        first = seconds_to_frames(heard[0] - profile.head, plan.sample_rate)
        last = seconds_to_frames(heard[1] + profile.tail, plan.sample_rate)
        excerpt = first, min(last, plan.frames)
    return Brought(moved, levelled, mix, excerpt)


class _Levelled:
    """Clips that are made already, brought to another loudness and ceiling as they are needed."""

    def __init__(self, clips: Clips, settings: Settings, ceiling: float) -> None:
        self._clips = clips
        self._settings = settings
        self._ceiling = ceiling
        self.samples = lru_cache(maxsize=64)(self._samples)  # measured first, then rendered
        self.recall, self.prepare = clips.recall, clips.prepare
        self.frames, self.words = clips.frames, clips.words
        self.spare, self.close = clips.spare, clips.close
        self.notes, self.spoken_by, self.proof = clips.notes, clips.spoken_by, clips.proof

    def calm(self, line: Line) -> None:
        return None  # so loud, it wasn't looked at

    def _samples(self, line: Line) -> Audio:
        lufs = loudness_of(line, voice_lufs(self._settings))
        samples = self._clips.samples(line)
        return level_clip(samples, self._settings.sample_rate, lufs, self._ceiling)
