"""The paces that a listener keeps under names of their own."""

import re
from pathlib import Path

from voice_guide.config import config_file, read_rows, set_row
from voice_guide.errors import PaceError, RequestError, SettingsError
from voice_guide.pace.pace import PRESETS, Pace
from voice_guide.units import hyphenated

__all__ = ["MINE", "check_name", "names", "remove", "resolve", "save", "saved"]

MINE = "mine"
"""The name of the pace measured last."""

_NAME = r"[a-z][a-z0-9_-]{0,39}"


def paces_file() -> Path:
    """Where saved paces are: ``paces.toml``, beside the listener's defaults."""
    return config_file().with_name("paces.toml")


def saved() -> dict[str, Pace]:
    """The saved paces by name, in the order of their file.

    Raises:
        SettingsError: if the file is damaged, or a row of it isn't a pace.
    """
    paces = {}
    for name, written in read_rows(paces_file()).items():
        try:
            paces[name] = Pace.parse(str(written))
        except PaceError as error:
            raise SettingsError(
                f"{paces_file()}: {name}: {error} Correct or remove that row."
            ) from error
    return paces


def names() -> list[str]:
    """Every name that a pace can be asked for by: presets first, then saved ones."""
    return list(dict.fromkeys([*PRESETS, *saved()]))


def resolve(text: str) -> Pace:
    """Read a pace such as ``4-6``, or the name of a preset or of a saved one.

    Raises:
        PaceError: if it is neither.
        SettingsError: if it may be a saved name, but their file is damaged.
    """
    name = hyphenated(text.strip().lower())
    if name in PRESETS or not re.fullmatch(_NAME, name):
        return Pace.parse(text)
    paces = saved()
    if name in paces:
        return paces[name]
    if name == MINE:
        raise PaceError(
            f"{MINE!r} is the pace you measured last, and you have none yet:  voice-guide pace tap"
        )
    return Pace.parse(text, also=paces)


def check_name(name: str) -> str:
    """Return the name as it is saved; it must not be taken for another pace.

    Raises:
        RequestError: saying what is wrong with it.
    """
    name = name.strip().lower()
    if name in PRESETS:
        raise RequestError(
            f"{name!r} is built in, as {PRESETS[name]}. Choose another name, such as my-{name}."
        )
    if name == MINE:
        raise RequestError(f"{MINE!r} is always the pace you measured last. Choose another name.")
    if not re.fullmatch(_NAME, name):
        raise RequestError(
            f"{name!r} can't be the name of a pace: a name starts with a letter, and can have "
            "letters a to z, digits, - and _, such as evening."
        )
    return name


def save(name: str, pace: Pace) -> Pace | None:
    """Keep a pace under a name; return the one that had it before.

    Raises:
        SettingsError: if the file is damaged; it stays as it is.
        OutputError: if it can't be written.
    """
    before = saved().get(name)
    set_row(paces_file(), name, str(pace))
    return before


def remove(name: str) -> Pace:
    """Take a saved pace out of the file, and return it.

    Raises:
        RequestError: if there is none of that name.
        SettingsError, OutputError: as ``save``.
    """
    paces, name = saved(), name.strip().lower()
    if name not in paces:
        if name in PRESETS:
            raise RequestError(f"{name!r} is built in, and can't be removed.")
        kept = f"You have saved {', '.join(paces)}." if paces else "You have saved none yet."
        raise RequestError(f"no pace is saved as {name!r}. {kept}")
    set_row(paces_file(), name, None)
    return paces[name]
