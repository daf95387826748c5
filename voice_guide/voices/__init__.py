"""What is said: back ends that turn text into audio, chosen by name and loaded when needed."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from voice_guide.errors import SettingsError, UnknownNameError, VoiceError, VoiceGuideError

__all__ = [
    "AUTO",
    "BACK_ENDS",
    "NONE",
    "Voice",
    "WorkerFault",
    "best_first",
    "check_name",
    "open_voice",
    "open_voices",
    "tells_words",
    "wake",
]

AUTO = "auto"
"""The best voice that works here."""

NONE = "none"
"""The silent voice: words take their time, and are not heard."""


class WorkerFault(Exception):  # noqa: N818 - an answer more often than an exception
    """A request was not answered: the engine's own reason, a crash or the time limit."""


class Voice(Protocol):
    """What a back end has to offer."""

    name: str
    """As it is chosen, such as ``flite:rms``."""

    rate: int | None
    """Words per minute that it is known to speak at."""

    wanted_rate: int | None
    """Words per minute that it was asked for, by its own count; None if nobody can ask it."""

    whole: bool
    """Whether it is given a long line in one piece, as a person has recorded it."""

    natural: bool
    """Whether it sounds like a person, and loses by what polish does for a machine."""

    def identity(self, text: str) -> Mapping[str, Any] | None:
        """Return everything that shapes a line's sound, except the text; None: it can't say it."""

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        """Yield, in order, an audio file's bytes for each text, or what went wrong."""

    def close(self) -> None:
        """End the processes that speak."""


def tells_words(voice: Voice) -> bool:
    """Whether a voice tells when each word begins, in cue points: as its ``times_words`` says."""
    return getattr(voice, "times_words", False)


BACK_ENDS = {
    "hibari": "voice_guide.voices.hibari:Hibari",
    "espeak": "voice_guide.voices.espeak:Espeak",
    "flite": "voice_guide.voices.flite:Flite",
    "pico": "voice_guide.voices.pico:Pico",
    "system": "voice_guide.voices.system:System",
    "neural": "voice_guide.voices.neural:Neural",
    "command": "voice_guide.voices.command:Command",
    "recorded": "voice_guide.voices.recorded:Recorded",
}
"""Where each back end is; one takes a language code, a rate in words per minute or None, and
what follows the colon of its name. It raises a VoiceError if it can't speak here."""

_BEST_FIRST = ("hibari", "system", "flite", "pico", "espeak")
"""What ``auto`` may be where the listener has chosen nothing. Each refuses a language that it
doesn't speak; the platform's own voice is among them on macOS and Windows only."""

_WITH_A_PART = {
    "neural": "neural:FOLDER",
    "command": "command:NAME",
    "recorded": "recorded:FOLDER",
}
"""Back ends that need something after the colon, and how they are written."""


def check_name(names: str) -> None:
    """Refuse what can't be the name of a voice, or of several with commas between them.

    Raises:
        UnknownNameError: saying which there are.
    """
    layers = [name.strip() for name in names.split(",")]
    for name in layers:
        back_end, _, part = name.partition(":")
        if name == NONE and len(layers) > 1:
            raise UnknownNameError("the voice 'none' can't be combined with others.")
        if back_end in _WITH_A_PART and not part:
            raise UnknownNameError(
                f"the voice {name!r} is incomplete: write {_WITH_A_PART[back_end]}."
            )
        if back_end not in BACK_ENDS and name not in (AUTO, NONE):
            known = [AUTO, *(_WITH_A_PART.get(each, each) for each in BACK_ENDS), NONE]
            raise UnknownNameError(f"there is no voice {name!r}: choose {', '.join(known)}.")


_woken: dict[tuple[str, str, int | None], Voice] = {}


def wake(names: str, language: str, rate: int | None, own: str = AUTO) -> None:
    """Let the voice that is asked first get ready while the rest of the program is loaded.

    It is the one that ``open_voice`` returns next. Only where no clip was ever kept: whether
    a voice is needed at all would otherwise take as long to find out as to load the rest.
    """
    from glob import iglob

    from voice_guide.config import cache_folder

    if any(iglob("??/*.clip", root_dir=cache_folder())):
        return
    first = names.partition(",")[0].strip()
    name = best_first(own)[0] if first == AUTO else first
    if name.partition(":")[0] == "hibari":
        with contextlib.suppress(VoiceGuideError):  # reported when it is opened
            from voice_guide.voices.hibari import Hibari

            voice = Hibari(language, rate, name.partition(":")[2])
            voice.wake()
            _woken[name, language, rate] = voice


def open_voice(name: str, language: str, rate: int | None) -> Voice:
    """Return one voice by name.

    Raises:
        UnknownNameError: if there is no such voice.
        VoiceError: if it can't speak here, or not this language.
    """
    check_name(name)
    back_end, _, part = name.partition(":")
    module, _, factory = BACK_ENDS[back_end].partition(":")
    make: Callable[[str, int | None, str], Voice] = getattr(import_module(module), factory)
    voice = _woken.pop((name, language, rate), None) or make(language, rate, part)
    from voice_guide.voices.reading import Reading, letters_read

    letters = letters_read(back_end, language)
    return voice if letters is None else Reading(voice, language, letters)


def open_voices(
    names: str,
    language: str,
    rate: int | None,
    fallback: bool = False,
    own: str = AUTO,
) -> tuple[list[Voice], list[str]]:
    """Return the voices of a list such as ``recorded:mine,auto``, in its order.

    Args:
        names: separated by commas.
        language: of the script.
        rate: words per minute, or None for each voice's own.
        fallback: go on without those that can't speak here, and add what may speak
            in their place, the embedded voice last.
        own: the listener's own choice, which ``auto`` tries first.

    Returns:
        The voices, and a sentence on each that was asked for and can't speak.

    Raises:
        UnknownNameError: if there is no such voice.
        VoiceError: if one can't speak here, or not this language.
    """
    check_name(names)
    voices: list[Voice] = []
    missing: list[str] = []

    def add(name: str) -> None:
        voice = open_voice(name, language, rate)
        if voice.name not in (other.name for other in voices):  # flite is flite:rms, too
            voices.append(voice)

    asked = map(str.strip, names.split(","))
    for name in dict.fromkeys([*asked, "espeak"] if fallback else asked):
        candidates = best_first(own) if name == AUTO else [name]
        for candidate in candidates:
            try:
                add(candidate)
            except VoiceError as error:
                if not fallback and candidate is candidates[-1]:
                    raise
                if name != AUTO:
                    missing.append(str(error))
                reason = error
            else:
                if not fallback:
                    break
    if not voices:
        raise reason
    return voices, missing


def best_first(own: str = AUTO) -> list[str]:
    """The names of what ``auto`` may be: the listener's own choice, then ``_BEST_FIRST``.

    Raises:
        SettingsError: if the listener's choice isn't a voice.
    """
    try:
        check_name(own)
    except UnknownNameError as error:
        from voice_guide.config import config_file

        raise SettingsError(f"{config_file()}: voice: {error}", "voice") from error
    chosen = [name for name in map(str.strip, own.split(",")) if name not in (AUTO, NONE)]
    platforms = sys.platform in ("darwin", "win32")
    return [*chosen, *(name for name in _BEST_FIRST if name != "system" or platforms)]
