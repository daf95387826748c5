"""One export in a process of its own, started by `exports`: so that no page's sound has to wait.

It reads its order, JSON in one row, from standard input, and writes what it does to standard
output, JSON in a row each. When its input ends, whoever asked for it is gone, and so is it.
"""

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from voice_guide.errors import VoiceGuideError

__all__ = ["make"]

NICENESS = 10
"""Of the process: whatever is heard goes first."""


def make(order: dict[str, Any]) -> None:
    """Make what is ordered, and tell how far it is.

    Raises:
        VoiceGuideError: if it can't be made.
    """
    from voice_guide.session import open_session
    from voice_guide.studio.asked import settings_of, source_of

    def saying(state: str) -> Any:
        return lambda done, of: _tell(state=state, done=done, of=of)

    script, settings = source_of(order["source"]).script(), settings_of(order["settings"])
    session = open_session(script, settings)
    session.check_heard()
    session.speak(saying("speaking"))
    target = Path(order["file"])
    how = {"captions": order["captions"] or None, "quality": order["quality"]}
    session.export(target, progress=saying("writing"), **how)


def _tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(1)


def _main() -> int:
    with contextlib.suppress(AttributeError, OSError):  # not on Windows
        os.nice(NICENESS)
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        make(order)
    except VoiceGuideError as error:
        _tell(error=str(error))
        return 1
    except Exception as error:
        _tell(error=f"something unexpected happened ({type(error).__name__}).")
        return 1
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    code = _main()
    sys.stdout.flush()
    os._exit(code)  # the thread that waits for the end of the input may hold its lock
