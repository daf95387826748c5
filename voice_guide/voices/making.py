"""How the clip of a line is made of what a voice has said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voice_guide.engines.given import written
from voice_guide.scripting.model import Line
from voice_guide.settings import Polish
from voice_guide.voices import Voice, WorkerFault
from voice_guide.voices.asking import Asking

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio
    from voice_guide.voices.words import WordTimes

    Made = tuple[Audio, WordTimes]

__all__ = ["INNER_LU", "Making", "loudness_of"]

INNER_LU = 3.0
"""How far what is said inside is softer than the rest."""


def loudness_of(line: Line, lufs: float) -> float:
    """Return the loudness of a line, where that of the voice is given."""
    return lufs - INNER_LU if line.inner else lufs


@dataclass(frozen=True)
class Making:
    """What every clip of a session has in common.

    Attributes:
        sample_rate: of the clips, in Hz.
        lufs: the loudness of the voice.
        ceiling: their highest true peak, as an amplitude.
        polish: ``off``, ``light`` or ``warm``.
        night: whether they are softened, see ``level_clip``.
    """

    sample_rate: int
    lufs: float
    ceiling: float
    polish: Polish
    night: bool = False

    def loudness(self, line: Line) -> float:
        """Return the loudness of a line's clip, in LUFS."""
        return loudness_of(line, self.lufs)

    def key(self, asking: Asking, voice: Voice, line: Line) -> str:
        """Return what the cache calls the clip of a line that is asked of a voice."""
        from voice_guide.voices.cache import key_of
        from voice_guide.voices.prepare import PREPARATION

        apart = asking.apart and len(asking.parts(voice, line)) > 1
        return key_of(
            text=asking.words(voice, line),
            voice=dict(asking.identity(voice, line) or {}),
            preparation=PREPARATION,
            sample_rate=self.sample_rate,
            lufs=self.loudness(line),
            ceiling=self.ceiling,
            polish=self.polish,
            night=self.night,
            **({"apart": True} if apart else {}),
        )

    def clip(
        self, voice: Voice, line: Line, heard: Sequence[tuple[str, bytes | WorkerFault]]
    ) -> "Made | str":
        """Make a line's clip from what was heard of its parts, or say what is wrong with them."""
        from voice_guide.voices.prepare import BadSpeechError, decode_part, prepare_timed
        from voice_guide.voices.words import words_of

        try:
            spoken = [
                decode_part(part, _audio(answer), voice.rate, by_person=voice.whole)
                for part, answer in ((written(part), answer) for part, answer in heard)
            ]
        except (BadSpeechError, WorkerFault) as error:
            return str(error)
        clip, marks = prepare_timed(
            spoken,
            self.sample_rate,
            lufs=self.loudness(line),
            ceiling=self.ceiling,
            polish=self.polish,
            night=self.night,
            natural=voice.natural,
        )
        return clip, words_of(" ".join(part.text for part in spoken), marks)


def _audio(answer: bytes | WorkerFault) -> bytes:
    if isinstance(answer, WorkerFault):
        raise answer
    return answer
