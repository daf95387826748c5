"""What is said to a listener beside the session: the keys, the pace, and how it has changed."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from voice_guide.errors import VoiceGuideError
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.voices import AUTO, NONE

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio

__all__ = ["Answers", "change_in_words", "pace_in_words"]

KEYS_ALOUD = (
    "Space: pause, or continue.",
    "Down and up: breathe slower, or faster.",
    "Left and right: repeat this part, or go to the next.",
    "Square brackets: exhale for less time, or for longer.",
    "Minus and plus: softer, or louder.",
    "T: another sound. M: words off, or on.",
    "P: hear the pace.",
    "Q: end after this breath.",
)

CALM_SECONDS = 0.7
"""How long to wait after the last change of pace before saying it, once."""

_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)


class Answers:
    """Speaks to the listener of a session, in their voice, whenever its words are made.

    Args:
        playback: the session.
    """

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._told = playback.pace  # the pace that the listener knows of
        self._changed_at: float | None = None
        self.actions: dict[str, Callable[[], None]] = {
            "space": playback.toggle_pause,
            "down": self._changing(playback.slower),
            "up": self._changing(playback.faster),
            "left": playback.again,
            "right": playback.next,
            "[": self._changing(playback.exhale_shorter),
            "]": self._changing(playback.exhale_longer),
            "-": playback.quieter,
            "+": playback.louder,
            "t": _aside(playback.next_tone),
            "m": playback.toggle_words,
            "p": _aside(self._say_pace),
            "?": _aside(lambda: self._say(*KEYS_ALOUD)),
            "q": playback.finish,
        }
        """What each key does."""

    def look(self) -> None:
        """Say in a word how the pace has changed, once no key follows; call this now and then."""
        if self._changed_at is None or time.monotonic() < self._changed_at + CALM_SECONDS:
            return
        self._changed_at = None
        before, self._told = self._told, self._playback.pace
        word = change_in_words(before, self._told)
        if word and self._playback.session.settings.voice != NONE:
            _aside(lambda: self._playback.remark(self._spoken(word)))()

    def remark_pace(self) -> None:
        """Say the pace where the session has room for it, instead of letting it wait."""
        _aside(lambda: self._playback.remark(self._spoken(self._pace())))()

    def _changing(self, change: Callable[[], None]) -> Callable[[], None]:
        def changed() -> None:
            if self._changed_at is None:
                self._told = self._playback.next_pace
            self._changed_at = time.monotonic()
            change()

        return changed

    def _say_pace(self) -> None:
        self._say(self._pace())

    def _pace(self) -> str:
        now = self._playback.going_on()
        return pace_in_words(self._playback.next_pace, now.pace, now.ramp)

    def _say(self, *sentences: str) -> None:
        self._playback.answer()
        self._playback.say(self._spoken(*sentences))

    def _spoken(self, *sentences: str) -> "Audio":
        from voice_guide.live.aloud import spoken

        settings = self._playback.session.settings
        voice = AUTO if settings.voice == NONE else settings.voice
        return spoken(sentences, replace(settings, voice=voice))


def _aside(work: Callable[[], None]) -> Callable[[], None]:
    """Do what takes a moment beside the loop that answers keys; the process waits for its end."""

    def guarded() -> None:
        with contextlib.suppress(VoiceGuideError):  # the session goes on, whatever is wrong
            work()

    return lambda: threading.Thread(target=guarded).start()


def change_in_words(before: Pace, after: Pace) -> str:
    """Return in a word how a pace differs from the one before; nothing where it doesn't."""
    if before.cycle == after.cycle:
        return ""
    if before.inhale != after.inhale:
        return "Slower." if after.cycle > before.cycle else "Faster."
    return "A longer breath out." if after.exhale > before.exhale else "A shorter breath out."


def pace_in_words(pace: Pace, target: Pace, ramp: Ramp) -> str:
    """Return a pace as one says it, and where it goes while a ramp lasts.

    Args:
        pace: of the breath that comes.
        target: what it comes to.
        ramp: what is left of it.
    """
    first, *others = _phases(pace)
    said = ", ".join([f"{_rate(pace)}: {first}", *others])
    said = said[0].upper() + said[1:]
    if ramp.seconds and _rate(target) != _rate(pace):
        return f"{said}. It is gliding to {_rate(target)}."
    return f"{said}."


def _rate(pace: Pace) -> str:
    rate = float(60 / pace.cycle)
    halves = round(2 * rate) / 2
    about = "" if abs(rate - halves) < 0.05 else "about "
    return f"{about}{_number(halves)} {'breath' if halves == 1 else 'breaths'} a minute"


def _phases(pace: Pace) -> list[str]:
    said = [f"in {_number(float(pace.inhale - pace.top_up))}"]
    if pace.top_up:
        said.append(f"and {_number(float(pace.top_up))} on top")
    if pace.hold_in:
        said.append(f"hold {_number(float(pace.hold_in))}")
    said.append(f"out {_number(float(pace.exhale))}")
    if pace.hold_out:
        said.append(f"hold {_number(float(pace.hold_out))}")
    return said


def _number(value: float) -> str:
    """A number in words; halves too, tenths as voices read them."""
    tenths = round(value, 1)
    whole, rest = divmod(tenths, 1)
    if rest not in (0, 0.5) or whole >= len(_NUMBERS):
        return f"{tenths:g}"
    if rest == 0:
        return _NUMBERS[int(whole)]
    return f"{_NUMBERS[int(whole)]} and a half" if whole else "a half"
