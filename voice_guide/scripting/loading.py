"""Reads scripts, with all that they include, from files, from pipes or from their text."""

import codecs
import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from voice_guide.errors import Problem, ScriptError
from voice_guide.limits import (
    MAX_BREATHS_IN_ALL,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_LETTERS_IN_ALL,
    MAX_SECONDS_IN_ALL,
    MOST_PROBLEMS,
)
from voice_guide.scripting.filekinds import not_a_script
from voice_guide.scripting.including import include
from voice_guide.scripting.library import STDIN, bundled_folder, find, is_piped, names, with_names
from voice_guide.scripting.model import Count, Include, Line, Rest, Script, TimedRest
from voice_guide.scripting.parse import parse
from voice_guide.scripting.words import letters_said
from voice_guide.texts import plain

__all__ = ["load", "load_all", "parts", "read", "read_text", "source"]

_TEXT = Path("text")
"""What faults name where a script has no file; its practices lie in the current folder."""


def read(source: str | os.PathLike[str] | Script) -> Script:
    """Read a script by name, by path or from its text, which is any with a line break in it.

    Raises:
        UnknownNameError, ScriptError: as ``load``.
    """
    if isinstance(source, Script):
        return source
    if isinstance(source, str) and "\n" in source:
        return _whole(_load(_TEXT, (), {}, source))
    if isinstance(source, str):
        return load(source)
    return load(os.path.join(os.curdir, source))  # a path is never taken for a name


def load(target: str) -> Script:
    """Read a script, and all that it includes, by name or path.

    A practice is looked for beside the script that names it, then among the bundled ones.

    Raises:
        UnknownNameError: if there is no such script.
        ScriptError: if it, or one that it includes, has errors.
    """
    return _whole(_load(find(target), (), {}))


def read_text(text: str, path: Path) -> Script:
    """Read a script from its text, as if it were saved at a path.

    Raises:
        ScriptError: as ``load``.
    """
    return _whole(_load(path, (), {}, text, _title(path)))


def load_all() -> dict[str, Script]:
    """Read all bundled scripts, each once, by their names in the order of ``names``."""
    known: dict[Path, Script] = {}
    for path in (bundled_folder() / f"{name}.md" for name in reversed(names())):  # practices first
        if path not in known:
            known[path] = _load(path, (), known)
    return {name: _whole(known[bundled_folder() / f"{name}.md"]) for name in names()}


def _whole(script: Script) -> Script:
    """Return a script with all that it includes, unless that makes it too long."""
    if problem := _too_much(script):
        raise ScriptError([problem])
    return script


def _too_much(script: Script) -> Problem | None:
    """Say where a session becomes longer than any may be."""
    letters, breaths, seconds = 0, 0, 0.0
    for item in script.items():
        if isinstance(item, Line):
            letters += letters_said(item.text, item.words)
        elif isinstance(item, Rest):
            breaths += item.low
        elif isinstance(item, Count):
            breaths += item.breaths
        elif isinstance(item, TimedRest):
            seconds += item.seconds
        for many, most, of in (
            (letters, MAX_LETTERS_IN_ALL, "letters of speech"),
            (breaths, MAX_BREATHS_IN_ALL, "breaths of rest"),
            (seconds, MAX_SECONDS_IN_ALL, "seconds of exact rest"),
        ):
            if many > most and isinstance(item, Line | Rest | Count | TimedRest) and item.place:
                message = f"here the session goes over {most} {of}: split it in two"
                return item.place.problem(message)
    return None


def source(target: str) -> str:
    """Return the text of a script as it was written, by name or path.

    Raises:
        UnknownNameError: if there is no such script.
        ScriptError: if it can't be read.
    """
    return _read(find(target))


def parts(target: str) -> list[Path]:
    """Return the files of a script and of all that it includes, also of those that aren't there."""
    path = find(target) if target in names() else Path(target)
    known: dict[Path, Script] = {}
    with contextlib.suppress(ScriptError):
        _load(path, (), known)
    return [path, *known]


def _load(
    path: Path,
    chain: tuple[Path, ...],
    known: dict[Path, Script],
    text: str | None = None,
    title: str = "Untitled",
) -> Script:
    """Read a script and what it includes.

    Args:
        path: of the script.
        chain: the scripts that lead here.
        known: those that are read already. Each is read, and its errors told, once;
            without that, scripts that include each other twice would take forever.
        text: of the script, where that isn't read from its file.
        title: of a text that says none.
    """
    written = _read(path) if text is None else _decoded(text.encode(errors="surrogatepass"), path)
    title = _title(path) if text is None else title
    script = parse(written, str(path), default_title=title)
    chain = (*chain, path.resolve())
    problems: list[Problem] = []
    nothing = Script(title="", sections=())
    said = sum(not isinstance(item, Include) for item in script.items())

    def practice(item: Include) -> Script:
        nonlocal said
        if said > MAX_ITEMS or len(problems) > MOST_PROBLEMS:
            return nothing
        found = _beside_or_bundled(item.name, path)
        if found is None:
            known.setdefault(path.parent / f"{item.name}.md", nothing)
            message = with_names(f"there is no practice {item.name!r}", item.name)
            problems.append(item.place.problem(message))
        elif _leads_out(found, path):
            message = f"the practice {item.name!r} is a link out of this folder: put it here itself"
            problems.append(item.place.problem(message))
        elif found.resolve() in chain:
            way = " → ".join(p.stem for p in (*chain, found))
            problems.append(item.place.problem(f"a script can't include itself: {way}"))
        elif found not in known and len(chain) >= MAX_DEPTH:
            message = f"more than {MAX_DEPTH} scripts include one another in a chain"
            problems.append(item.place.problem(message))
        else:
            if found not in known:
                known[found] = nothing
                try:
                    known[found] = _load(found, chain, known)
                except ScriptError as error:
                    problems.extend(error.problems)
            said += sum(len(section.items) for section in known[found].sections)
            return known[found]
        return nothing

    whole = include(script, practice)
    if script.cover:
        cover = path.parent / script.cover
        if problem := _no_cover(cover, path):
            problems.append(Problem(str(path), 1, 1, problem))
        whole = replace(whole, cover=str(cover.absolute()))
    if said > MAX_ITEMS:
        message = f"has more than {MAX_ITEMS} lines, rests and bells in total"
        problems.append(Problem(str(path), 1, 1, message))
    if problems:
        raise ScriptError(list(dict.fromkeys(problems)))
    return whole


def _beside_or_bundled(name: str, path: Path) -> Path | None:
    candidates = (folder / f"{name}.md" for folder in (path.parent, bundled_folder()))
    # Unlike pathlib's, also for a name that no system takes.
    return next((candidate for candidate in candidates if os.path.isfile(candidate)), None)


def _leads_out(practice: Path, script: Path) -> bool:
    """Whether a practice or a cover is a link to elsewhere, as that of a stranger may be.

    It may lead beside its script, also beside what that itself is a link to.
    """
    home = (practice.parent.resolve(), script.resolve().parent)
    return practice.is_symlink() and practice.resolve().parent not in home


def _no_cover(cover: Path, script: Path) -> str:
    """Say why a picture can't be a script's cover; nothing if it can."""
    if is_piped(str(script)):
        return f"the cover {cover.name!r} would lie beside the script, which has no file"
    if not os.path.isfile(cover):
        return f"there is no cover {cover.name!r} beside the script"
    if _leads_out(cover, script):
        return f"the cover {cover.name!r} is a link out of this folder: put it here itself"
    return ""


def _title(path: Path) -> str:
    if is_piped(str(path)):
        return "Untitled"
    return plain(path.stem.replace("-", " ").replace("_", " ")).capitalize() or "Untitled"


def _opened(path: Path) -> contextlib.AbstractContextManager[BinaryIO]:
    return contextlib.nullcontext(sys.stdin.buffer) if str(path) == STDIN else path.open("rb")


def _read(path: Path) -> str:
    try:
        with _opened(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        fault = Problem(str(path), 1, 1, f"can't be read: {error.strerror}")
        raise ScriptError([fault]) from error
    return _decoded(data, path)


def _decoded(data: bytes, path: Path) -> str:
    """Return the text of a script from its bytes."""

    def fault(message: str, line: int = 1, column: int = 1) -> ScriptError:
        return ScriptError([Problem(str(path), line, column, message)])

    if kind := not_a_script(data):
        raise fault(kind)
    if len(data) > MAX_BYTES:
        raise fault(f"is larger than {MAX_BYTES // 1024} KiB; a script is text")
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise fault("is empty: write a line for the voice")
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = (
            f"is not UTF-8 text (byte 0x{data[error.start]:02x}): in your editor, choose "
            "Save as and the encoding UTF-8"
        )
        raise fault(message, line, column) from error
