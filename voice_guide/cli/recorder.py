"""Recording at a terminal: a line is said, repeated by a person, heard again and kept."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voice_guide.cli.echo import echo
from voice_guide.cli.prompter import Prompter, prompter
from voice_guide.errors import DeviceError, OutputError
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio
    from voice_guide.live.keys import Keys
    from voice_guide.voices.takes import Take

__all__ = ["check_parts", "record"]

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
_ALOUD = (*INSTRUCTIONS, NOT_HEARD, COULD_BE_BETTER, STOPPED)

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
    from voice_guide.live.keys import need_terminal
    from voice_guide.live.microphone import microphone

    need_terminal("to record at", INSTEAD)
    with microphone(device, INSTEAD):
        pass


def record(
    language: str,
    lines: Sequence[str],
    wanted: Sequence[str],
    *,
    older: Mapping[str, str | None],
    folder: Path,
    device: int | str | None,
    settings: Settings,
) -> None:
    """Ask for one line after the other, and keep each in the folder as soon as it is accepted.

    Args:
        language: of the lines.
        lines: all that can be recorded.
        wanted: those that are to be.
        older: what a line was when it was recorded, if its words have changed.
        folder: where they are kept.
        device: number or name of the microphone.
        settings: voice and loudness of what is said.
    """
    from voice_guide.live.keys import keys
    from voice_guide.voices.recorded import keep

    with prompter([*_ALOUD, *wanted], language, settings) as prompt, keys() as pressed:
        booth = _Booth(prompt, pressed, device)
        echo("\n".join(INSTRUCTIONS), err=True)
        try:
            booth.say(*INSTRUCTIONS)
            for text in wanted:
                echo(f"\n{lines.index(text) + 1}/{len(lines)}  {text}", err=True)
                if was := older[text]:
                    echo(f"The words have changed. You recorded: {was}", err=True)
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

    def __init__(self, prompt: Prompter, pressed: "Keys", device: int | str | None) -> None:
        self._prompt = prompt
        self._pressed = pressed
        self._device = device

    def line(self, text: str) -> "tuple[Audio, int] | None":
        """Record a line until it is accepted; None if it is left out.

        Raises:
            DeviceError: if the microphone can't be opened, or goes away.
            _Left: if the person wants to end.
        """
        from voice_guide.voices.takes import BadTakeError, trim

        while True:
            self.say(text)
            take = self._take(text)
            if take is None:
                return None
            try:
                made = trim(take.samples(), take.sample_rate, text)
            except BadTakeError as error:
                echo(f"Not kept: {error}\n{ONCE_MORE}", err=True)
                self._prompt.say(NOT_HEARD)
                if self._answer() == "s":
                    return None
                continue
            seconds = len(made.samples) / take.sample_rate
            faults = [*made.faults, *([BROKEN] if take.broken else [])]
            heard = "; but ".join([f"{seconds:.1f} s", *faults])
            echo(f"{heard}.\n{AFTERWARDS}", err=True)
            self._prompt.play(made.samples, take.sample_rate)
            if faults:
                self._prompt.say(COULD_BE_BETTER)
            key = self._answer()
            if key == "s":
                return None
            if key != "r":
                return made.samples, take.sample_rate

    def say(self, *texts: str) -> None:
        """Say texts, until they are on their way to the ear or a key cuts them short."""
        from voice_guide.live.earcons import SAME

        self._prompt.say(*texts)
        if self._wait():
            self._prompt.sign(SAME)  # words give way to it

    def stop(self) -> None:
        """Say that it can't go on, to the end."""
        self._prompt.say(STOPPED)
        self._wait(BEHIND_SECONDS)

    def _take(self, text: str) -> "Take | None":
        """Record until the voice has ended or a key is pressed; None if the line is left out."""
        from voice_guide.live.earcons import FALLING, RISING
        from voice_guide.live.microphone import microphone
        from voice_guide.voices.takes import Take

        with microphone(self._device, INSTEAD) as source:
            source.read()  # a headset takes a while to wake up
            self._prompt.sign(RISING)
            while self._wait(BEHIND_SECONDS):  # keys come too early
                pass
            source.skip()
            echo("Speak now. To end, stay silent for two seconds, or press space.", err=True)
            take = Take(source.sample_rate, text)
            while not take.ended:
                take.hear(source.read())
                key = self._press(0)
                if key == "s":
                    return None
                if key in ("space", "enter"):
                    break
            take.broken = source.broken
        self._prompt.sign(FALLING)
        return take

    def _wait(self, behind: float = 0.0) -> str:
        """Wait until all has been read, and some seconds more, or for a key, which is returned."""
        until = time.monotonic() + behind
        while self._prompt.heard:
            if not self._prompt.idle:
                until = time.monotonic() + behind
            elif time.monotonic() >= until:
                break
            self._prompt.watch()
            if key := self._press(LOOK_SECONDS):
                return key
        return ""

    def _answer(self) -> str:
        """Wait for a key, which is answered by a sound."""
        from voice_guide.live.earcons import SAME

        while (key := self._press(LOOK_SECONDS)) not in ("space", "enter", "r", "s"):
            self._prompt.watch()
        self._prompt.sign(SAME)
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
