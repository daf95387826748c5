"""Any speech program of the listener's own, as their settings file describes it."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voice_guide.config import config_file, read_config, voice_commands
from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.languages import general
from voice_guide.voices import WorkerFault
from voice_guide.voices.cache import version_of
from voice_guide.voices.program import Program

__all__ = ["Command"]

RATE = "{rate}"
"""Stands for the words per minute in a program's arguments."""


class Command:
    """Speaks through a program that ``[voices.NAME]`` of the settings file describes.

    Raises:
        UnknownNameError: if the file describes no such voice.
        VoiceError: if the program is not installed, or speaks another language.
    """

    def __init__(self, language: str, rate: int | None, part: str) -> None:
        known = voice_commands(read_config())
        if part not in known:
            described = ", ".join(known) or "none"
            raise UnknownNameError(
                f"there is no voice 'command:{part}': {config_file()} describes {described}. "
                f"Describe it there:  [voices.{part}]  "
                'command = ["PROGRAM", "{text_file}", "-o", "{output}"]'
            )
        described_as = known[part]
        spoken = described_as.language
        if spoken and general(spoken) != general(language):
            raise VoiceError(
                f"the voice 'command:{part}' speaks {spoken!r}, "
                f"and the script is in {language!r}: choose --voice espeak."
            )
        path = shutil.which(described_as.command[0])
        if path is None:
            raise VoiceError(
                f"the program {described_as.command[0]!r} of the voice 'command:{part}' is not "
                "installed: install it, or choose another --voice."
            )
        self.name = f"command:{part}"
        self.rate = described_as.rate
        self.wanted_rate: int | None = None
        self.whole = False
        self.natural = False
        arguments = [path, *described_as.command[1:]]
        if any(RATE in argument for argument in arguments):
            self.rate = self.wanted_rate = rate or described_as.rate or 150
            arguments = [argument.replace(RATE, str(self.rate)) for argument in arguments]
        self._identity = {"engine": "command", **version_of(path), "arguments": arguments}
        self._program = Program(arguments, described_as.seconds)

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        return self._program.speak(texts)

    def close(self) -> None:
        self._program.close()
