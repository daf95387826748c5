"""What a listener may choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voice_guide.config import CACHE_BYTES
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.optional import Talk
from voice_guide.scripting.words import Words

__all__ = ["Polish", "Settings", "Tone"]

Tone = Literal["breath", "ocean", "pad", "chord", "bowl", "none"]
"""The sound of the breath; ``sound.tones`` has what each is."""

Polish = Literal["off", "light", "warm"]
"""How much is done for a voice; ``voices.polish`` has what."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What shapes a session, apart from its script; the same options as on the command line.

    Attributes
    ----------
    pace : Pace or None
        Seconds of inhale, hold, exhale and hold. None: the script's own, or 4-6.
    ramp : Ramp or None
        The pace to start at, and the seconds of the glide to the other. None: the script's own.
    vary : float
        Percent by which a breath may differ from the pace, 0 to 20.
    minutes : float or None
        The length, to within half a breath. None: as written.
    breaths : int or None
        The length, counted in breaths; only one of the two is set.
    tone : str
        The sound of the breath: breath, ocean, pad, chord, bowl or none.
    bed : str or None
        A sound file that lies beside the tone, in a loop.
    voice : str
        Who speaks; several, separated by commas, take turns where one doesn't have a line.
    fallback : bool
        Whether another voice may speak what one can't.
    rate : int or None
        Words per minute, 80 to 300. None: the voice's own.
    polish : str
        How much a voice is softened: off, light or warm.
    talk : str
        How much of what is optional is said: full, less or least.
    count : bool
        Whether the seconds of one breath are counted in each rest of three breaths or more.
    loudness : float
        Of the usual voice, in LUFS, -40 to -10.
    duck : float
        LU from the voice to the tone while a line sounds, 0 to 60; WCAG 1.4.7 asks for 20.
    tone_level : float
        LU of the tone in rests, against ``loudness``; -40 to 0.
    voice_level : float
        LU of the voice, against ``loudness``; -12 to 12.
    night : bool
        Softer onsets, less dynamic range, no bells.
    mono : bool
        Whether both channels have the same sound.
    sample_rate : int
        In Hz, 16000 to 96000.
    seed : int
        Where everything begins that is left to chance, 0 or more.
    own_voice : str
        Not an option: the listener's own choice, which ``voice="auto"`` tries first.
    cache_limit : int
        Not an option: the bytes of speech that are kept for another time; 512 MB.
    own_words : mapping of str to Words
        Not an option: how the listener wants words to be said, by language, "" for any.
    """

    pace: Pace | None = None
    ramp: Ramp | None = None
    vary: float = 0.0
    minutes: float | None = None
    breaths: int | None = None
    tone: Tone = "breath"
    bed: str | None = None
    voice: str = "auto"
    fallback: bool = False
    rate: int | None = None
    polish: Polish = "light"
    talk: Talk = "full"
    count: bool = False
    loudness: float = -18.0
    duck: float = 22.0
    tone_level: float = -14.0
    voice_level: float = 0.0
    night: bool = False
    mono: bool = False
    sample_rate: int = 48000
    seed: int = 0
    own_voice: str = "auto"
    cache_limit: int = CACHE_BYTES
    own_words: Mapping[str, Words] = field(default_factory=dict, hash=False)

    @property
    def fitted(self) -> bool:
        """Whether a length was asked for."""
        return self.minutes is not None or self.breaths is not None
