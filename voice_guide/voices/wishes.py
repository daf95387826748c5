"""The voices that a script may ask for. It may come from a stranger, so it can name families and
installed voices, but never a path, or a program of the listener's own."""

import re
from collections.abc import Iterator, Sequence

from voice_guide.config import voices_folder
from voice_guide.errors import UnknownNameError, VoiceError, nearest
from voice_guide.scripting.model import Script
from voice_guide.settings import Settings
from voice_guide.voices import AUTO, BACK_ENDS, NONE, Voice, check_name, open_voice

__all__ = ["check_wish", "wished"]

_FAMILIES = tuple(name for name in BACK_ENDS if name != "command")

_OF_THE_FOLDER = ("neural", "recorded")
"""Families whose voices are folders: only those of the listener's voices folder are opened."""

_PLAIN = re.compile(r"\w(?:[\w +()-]|\.(?! )){0,99}(#\d{1,4})?")
"""What follows the colon: a name, perhaps with a speaker's number."""


def check_wish(name: str) -> None:
    """Refuse a voice that a script can't wish for.

    Raises:
        UnknownNameError: saying why.
    """
    back_end, _, part = name.partition(":")
    if name == NONE:
        raise UnknownNameError("silence is for the listener to choose.")
    if back_end == "command":
        raise UnknownNameError(f"programs such as {name!r} are for the listener to choose.")
    if back_end not in _FAMILIES and name != AUTO:
        near = nearest(back_end, (AUTO, *_FAMILIES))
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownNameError(f"there is no voice {name!r}{meant}.")
    if part and not _PLAIN.fullmatch(part):
        raise UnknownNameError(
            f"a script chooses a voice by its name alone, never by a path as in {name!r}."
        )
    check_name(name)


def wished(
    script: Script, settings: Settings, usual: Sequence[Voice]
) -> tuple[dict[str, list[Voice]], list[str]]:
    """Return who is asked first for the lines of each voice that a script wishes for.

    The voice of its head, that of lines without one (""), gives way to whoever the listener has
    chosen, and all give way to what the listener has recorded.

    Args:
        script: with wishes of any kind.
        settings: the listener's.
        usual: the voices that speak the rest, and what is left over.

    Returns:
        Voices by what the lines say of theirs, and a sentence on each that is passed over.
    """
    wishes = {line.voice: line.voice for line in script.lines()}
    if settings.voice == AUTO:
        wishes[""] = script.voice
    known = {voice.name: voice for voice in usual}
    recorded = [voice for voice in usual if voice.name.startswith("recorded:")]
    asked: dict[str, list[Voice]] = {}
    passed_over: dict[str, None] = {}  # each once
    for given, names in wishes.items():
        if not names:
            continue
        asked[given] = recorded.copy()
        for name in _layers(names):
            if name == AUTO:  # the usual voices come after all others
                break
            try:
                check_wish(name)
                voice = _opened(name, script.language, settings.rate)
            except (VoiceError, UnknownNameError) as error:
                reason = re.split(r"[.:;]\s|\.$", str(error), maxsplit=1)[0]
                told = f"{reason}, so {usual[0].name!r} speaks the lines for {name!r}."
                passed_over[told] = None
            else:
                asked[given].append(known.setdefault(voice.name, voice))
    return asked, list(passed_over)


def _opened(name: str, language: str, rate: int | None) -> Voice:
    back_end, _, part = name.partition(":")
    if back_end in _OF_THE_FOLDER and not (voices_folder() / part.partition("#")[0]).is_dir():
        raise VoiceError(f"there is no voice {name!r} in {voices_folder()}")
    return open_voice(name, language, rate)


def _layers(names: str) -> Iterator[str]:
    return map(str.strip, names.split(","))
