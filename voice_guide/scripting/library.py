"""Where scripts lie on disk: the ones that come with Voice Guide, and the listener's own."""

import os
from functools import cache
from pathlib import Path

from voice_guide.errors import UnknownNameError, did_you_mean, nearest

__all__ = [
    "SESSIONS",
    "STDIN",
    "bundled_folder",
    "file_stem",
    "find",
    "is_bundled",
    "is_piped",
    "names",
    "reads_stdin",
    "with_names",
]

STDIN = "-"
"""What stands for standard input where a script is asked for."""

SESSIONS = ("stay-present", "seen-and-safe")
"""The scripts that put practices together, the default first."""

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def bundled_folder() -> Path:
    """The bundled scripts: inside an installed package, beside it in a checkout."""
    installed = _PACKAGE / "scripts"
    return installed if installed.is_dir() else _PACKAGE.parent / "scripts"


def names() -> list[str]:
    """The names of all bundled scripts: sessions first, then practices by name."""
    files = sorted(name for name in os.listdir(bundled_folder()) if name.endswith(".md"))
    others = (file.removesuffix(".md") for file in files)
    return [*SESSIONS, *(name for name in others if name not in (*SESSIONS, "README"))]


def find(target: str) -> Path:
    """Return the file of a bundled script's name, or of a path to a script; - is itself.

    Raises:
        UnknownNameError: naming the nearest scripts.
    """
    if target in names():
        return bundled_folder() / f"{target}.md"
    path = Path(target)
    if target == STDIN:
        return path
    if path.suffix or len(path.parts) > 1 or os.path.exists(path):
        # Unlike pathlib's, also for a name that no system takes. What a shell pipes is no file.
        if os.path.exists(path) and not os.path.isdir(path):
            return path
        folder = ": it is a folder; give a file in it" if os.path.isdir(target) else ""
        raise UnknownNameError(f"there is no script file {target!r}{folder}.")
    if os.path.isfile(own := f"{target}.md"):
        raise UnknownNameError(
            f"there is no practice or session {target!r}: for your own script, give {own!r}."
        )
    message = with_names(f"there is no practice or session {target!r}", target)
    raise UnknownNameError(f"{message} For a script of your own, give its file.")


def is_bundled(target: str) -> bool:
    """Whether a script is one that comes with Voice Guide, by its name or by its path."""
    return target in names() or Path(os.path.realpath(target)).parent == bundled_folder()


def is_piped(target: str) -> bool:
    """Whether a script comes from a pipe or a terminal, and can be read only once."""
    return target == STDIN or not (os.path.isfile(target) or target in names())


def reads_stdin(target: str) -> bool:
    """Whether a script comes from standard input."""
    return target in (STDIN, "/dev/stdin")


def file_stem(target: str) -> str:
    """The name of what is made from a script, without a suffix."""
    return "session" if is_piped(target) else Path(target).stem


def with_names(message: str, wrong: str) -> str:
    """Add the names that may be meant by a wrong one; if there are none, all that there are."""
    near = nearest(wrong, names(), most=3, likeness=0.4)
    return did_you_mean(message, near) if near else f"{message}. There are {', '.join(names())}."
