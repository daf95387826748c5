"""Lets an engine answer requests: ``python -m voice_guide.engines NAME``, a module beside this.

A request is a line of JSON. The answer is one, too, followed by the bytes of an audio
file if it could be made.
"""

import contextlib
import faulthandler
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, TextIO

from voice_guide.engines import LIMIT

__all__ = ["answer"]

DEFAULT_SECONDS = 600.0

_NOWHERE: TextIO = open(os.devnull, "w")  # noqa: SIM115 - to the end


def answer(speak: Callable[[dict[str, Any], str], None], folder: str) -> None:
    """Answer requests until there are no more.

    Args:
        speak: speaks a request into a file.
        folder: for that file.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the session to answer
    out: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever an engine prints stays out of the answers
    target = os.path.join(folder, f"{os.getpid()}.wav")
    for row in sys.stdin.buffer:
        _end_in_time()
        head: dict[str, Any] = {"bytes": 0}
        body = b""
        try:
            speak(json.loads(row), target)
            with open(target, "rb") as file:
                body = file.read()
            head["bytes"] = len(body)
        except FileNotFoundError:
            head["error"] = "the engine wrote no file"
        except Exception as error:
            head["error"] = f"{error}" or type(error).__name__
        out.write(json.dumps(head).encode() + b"\n" + body)
        out.flush()
        with contextlib.suppress(FileNotFoundError):
            os.remove(target)
        faulthandler.cancel_dump_traceback_later()


def _end_in_time() -> None:
    """End this process should it hang, in whatever library: its session may be there no more."""
    seconds = float(os.environ.get(LIMIT, DEFAULT_SECONDS))
    faulthandler.dump_traceback_later(seconds, exit=True, file=_NOWHERE)


if __name__ == "__main__":
    _end_in_time()
    engine = importlib.import_module(f"voice_guide.engines.{sys.argv[1]}")
    faulthandler.cancel_dump_traceback_later()
    answer(engine.speak, os.environ["TMPDIR"])
