"""Recording at a terminal: a line is said, repeated by a person, heard again and kept."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from voice_guide.audio.samples import Audio
from voice_guide.errors import DeviceError, OutputError
from voice_guide.live.earcons import FALLING, RISING, SAME
from voice_guide.live.guide import Tell, sounding
from voice_guide.live.keys import Keys, keys, need_terminal
from voice_guide.live.microphone import microphone
from voice_guide.live.prompter import Prompter
from voice_guide.session import Session
from voice_guide.settings import Settings
from voice_guide.voices.recorded import keep
from voice_guide.voices.takes import BadTakeError, Take, trim

__all__ = ["SAID", "check_parts", "record"]

LOOK_SECONDS = 0.05
"""How long a key is waited for at once."""
BEHIND_SECONDS = 0.6
"""How far the ear is behind what was read."""

INSTRUCTIONS = (
    "You will hear one line at a time. After the rising sound, say it.",
    "A falling sound means you were heard. Then you hear yourself.",
    "Space keeps it. R records it again. S skips the line. Q ends.",
)
NOT_HEARD = "That didn't sound like this line. Space records it again."
COULD_BE_BETTER = "Your screen says what could be better."
STOPPED = "Recording has to stop here. Your screen says why."
SAID = (*INSTRUCTIONS, NOT_HEARD, COULD_BE_BETTER, STOPPED)
"""All that is said beside the lines."""

BROKEN = "the computer was too busy to hear all of it: close other programs"
AFTERWARDS = "space keeps it, r records it again, s skips this line, q ends"
ONCE_MORE = "space records it again, s skips this line, q ends"
INSTEAD = "To use existing recordings instead:  voice-guide record --into FOLDER --from FILES"


class _Left(Exception):  # noqa: N818 - no error: a key was pressed
    """The person wants to end."""


def check_parts(device: int | str | None) -> None:
    """Make sure that there are a terminal and a microphone.

    Raises:
        VoiceGuideError: with what to do.
    """
    need_terminal("to record at", INSTEAD)
    with microphone(device, INSTEAD):
        pass


def record(
    lines: Sequence[str],
    wanted: Sequence[str],
    *,
    older: Mapping[str, str | None],
    folder: Path,
    device: int | str | None,
    settings: Settings,
    spoken: Session | None,
    tell: Tell,
) -> None:
    """Ask for one line after the other, and keep each in the folder as soon as it is accepted.

    Args:
        lines: all that can be recorded.
        wanted: those that are to be.
        older: what a line was when it was recorded, if its words have changed.
        folder: where they are kept.
        device: number or name of the microphone.
        settings: loudness and sample rate of what is heard.
        spoken: ``SAID`` and the lines, ready to be said; None where nothing is.
        tell: what shows sentences on the screen.
    """
    with sounding(settings, tell) as (aloud, player), keys() as pressed:
        prompter = Prompter(aloud, player, settings, tell, spoken)
        booth = _Booth(prompter, pressed, device, tell)
        tell("\n".join(INSTRUCTIONS))
        try:
            booth.say(*INSTRUCTIONS)
            for text in wanted:
                tell(f"\n{lines.index(text) + 1}/{len(lines)}  {text}")
                if was := older[text]:
                    tell(f"The words have changed. You recorded: {was}")
                if accepted := booth.line(text):
                    keep(folder, text, *accepted)
        except _Left:
            pass
        except (DeviceError, OutputError):
            with contextlib.suppress(_Left):
                booth.stop()
            raise


class _Booth:
    """Where one line after the other is said, repeated and heard again."""

    def __init__(
        self, prompter: Prompter, pressed: Keys, device: int | str | None, tell: Tell
    ) -> None:
        self._prompter = prompter
        self._pressed = pressed
        self._device = device
        self._tell = tell

    def line(self, text: str) -> tuple[Audio, int] | None:
        """Record a line until it is accepted; None if it is left out.

        Raises:
            DeviceError: if the microphone can't be opened, or goes away.
            _Left: if the person wants to end.
        """
        while True:
            self.say(text)
            take = self._take(text)
            if take is None:
                return None
            try:
                made = trim(take.samples(), take.sample_rate, text)
            except BadTakeError as error:
                self._tell(f"Not kept: {error}\n{ONCE_MORE}")
                self._prompter.say(NOT_HEARD)
                if self._answer() == "s":
                    return None
                continue
            seconds = len(made.samples) / take.sample_rate
            faults = [*made.faults, *([BROKEN] if take.broken else [])]
            heard = "; but ".join([f"{seconds:.1f} s", *faults])
            self._tell(f"{heard}.\n{AFTERWARDS}")
            self._prompter.play(made.samples, take.sample_rate)
            if faults:
                self._prompter.say(COULD_BE_BETTER)
            key = self._answer()
            if key == "s":
                return None
            if key != "r":
                return made.samples, take.sample_rate

    def say(self, *texts: str) -> None:
        """Say texts, until they are on their way to the ear or a key cuts them short."""
        self._prompter.say(*texts)
        if self._wait():
            self._prompter.sign(SAME)  # words give way to it

    def stop(self) -> None:
        """Say that it can't go on, to the end."""
        self._prompter.say(STOPPED)
        self._wait(BEHIND_SECONDS)

    def _take(self, text: str) -> Take | None:
        """Record until the voice has ended or a key is pressed; None if the line is left out."""
        with microphone(self._device, INSTEAD) as source:
            source.read()  # a headset takes a while to wake up
            self._prompter.sign(RISING)
            while self._wait(BEHIND_SECONDS):  # keys come too early
                pass
            source.skip()
            self._tell("Speak now. To end, stay silent for two seconds, or press space.")
            take = Take(source.sample_rate, text)
            while not take.ended:
                take.hear(source.read())
                key = self._press(0)
                if key == "s":
                    return None
                if key in ("space", "enter"):
                    break
            take.broken = source.broken
        self._prompter.sign(FALLING)
        return take

    def _wait(self, behind: float = 0.0) -> str:
        """Wait until all has been read, and some seconds more, or for a key, which is returned."""
        until = time.monotonic() + behind
        while self._prompter.heard:
            if not self._prompter.idle:
                until = time.monotonic() + behind
            elif time.monotonic() >= until:
                break
            self._prompter.watch()
            if key := self._press(LOOK_SECONDS):
                return key
        return ""

    def _answer(self) -> str:
        """Wait for a key, which is answered by a sound."""
        while (key := self._press(LOOK_SECONDS)) not in ("space", "enter", "r", "s"):
            self._prompter.watch()
        self._prompter.sign(SAME)
        return key

    def _press(self, seconds: float) -> str:
        """The last key that was pressed, if any was.

        Raises:
            _Left: if it was q.
        """
        presses = self._pressed.read(seconds)
        if "q" in presses:
            raise _Left
        return presses[-1] if presses else ""
