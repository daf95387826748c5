"""Reads scripts, with all that they include, from files, from pipes or from their text."""

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from voice_guide.bundle.names import is_bundle
from voice_guide.errors import BundleError, Problem, ScriptError
from voice_guide.limits import (
    MAX_BREATHS_IN_ALL,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_LETTERS_IN_ALL,
    MAX_SECONDS_IN_ALL,
    MOST_PROBLEMS,
)
from voice_guide.scripting.including import include
from voice_guide.scripting.library import bundled_folder, find, names, with_names
from voice_guide.scripting.model import Count, Include, Line, Rest, Script, TimedRest, Written
from voice_guide.scripting.parse import parse
from voice_guide.scripting.shelves import DISK, Inside, Shelf, decoded, title_of
from voice_guide.scripting.words import letters_said

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
        known: dict[Path, Script] = {}
        return _whole(_load(_TEXT, (), known, text=source), known)
    if isinstance(source, str):
        return load(source)
    return load(os.path.join(os.curdir, source))  # a path is never taken for a name


def load(target: str) -> Script:
    """Read a script, and all that it includes, by name or path, or from a bundle.

    A practice is looked for beside the script that names it, then among the bundled ones.

    Raises:
        UnknownNameError: if there is no such script.
        ScriptError: if it, or one that it includes, has errors.
        BundleError: if it is a bundle that can't be used.
    """
    path = find(target)
    known: dict[Path, Script] = {}
    if is_bundle(path):
        inside = _inside(path)
        script = _whole(_load(inside.first, (), known, inside), known)
        return replace(script, bundle=inside.bundle)
    return _whole(_load(path, (), known), known)


def read_text(text: str, path: Path) -> Script:
    """Read a script from its text, as if it were saved at a path.

    Raises:
        ScriptError: as ``load``.
    """
    known: dict[Path, Script] = {}
    return _whole(_load(path, (), known, text=text, name=DISK.name(path)), known)


def load_all() -> dict[str, Script]:
    """Read all bundled scripts, each once, by their names in the order of ``names``."""
    known: dict[Path, Script] = {}
    for path in (bundled_folder() / f"{name}.md" for name in reversed(names())):  # practices first
        if path not in known:
            known[path] = _load(path, (), known)
    return {name: _whole(known[bundled_folder() / f"{name}.md"], {}) for name in names()}


def _whole(script: Script, known: dict[Path, Script]) -> Script:
    """Return a script with the texts of all that it includes, unless that makes it too long."""
    if problem := _too_much(script):
        raise ScriptError([problem])
    others = (file for included in known.values() for file in included.files)
    return replace(script, files=(*script.files, *others))


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
    path = find(target)
    if is_bundle(path):
        inside = _inside(path)
        return inside.read(inside.first)
    return DISK.read(path)


def _inside(path: Path) -> Inside:
    from voice_guide.bundle.contents import open_bundle

    return Inside(open_bundle(str(path)))


def parts(target: str) -> list[Path]:
    """Return the files of a script and of all that it includes, also of those that aren't there."""
    path = find(target) if target in names() else Path(target)
    known: dict[Path, Script] = {}
    with contextlib.suppress(ScriptError, BundleError):
        if not is_bundle(path):
            _load(path, (), known)
    return [path, *known]


def _load(
    path: Path,
    chain: tuple[Path, ...],
    known: dict[Path, Script],
    shelf: Shelf = DISK,
    *,
    text: str | None = None,
    name: str = "untitled",
) -> Script:
    """Read a script and what it includes.

    Args:
        path: of the script.
        chain: the scripts that lead here.
        known: those that are read already. Each is read, and its errors told, once;
            without that, scripts that include each other twice would take forever.
        shelf: where they are.
        text: of the script, where that isn't read from its file.
        name: of such a text.
    """
    if text is None:
        name, written = shelf.name(path), shelf.read(path)
    else:
        written = decoded(text.encode(errors="surrogatepass"), path)
    script = parse(written, str(path), default_title=title_of(name))
    file = path if shelf is DISK and text is None else None
    script = replace(script, files=(Written(name, written, shelf.ours(path), file),))
    chain = (*chain, path.resolve())
    problems: list[Problem] = []
    nothing = Script(title="", sections=())
    said = sum(not isinstance(item, Include) for item in script.items())

    def practice(item: Include) -> Script:
        nonlocal said
        if said > MAX_ITEMS or len(problems) > MOST_PROBLEMS:
            return nothing
        found = shelf.find(item.name, path)
        if found is None:
            known.setdefault(path.parent / f"{item.name}.md", nothing)
            message = with_names(f"there is no practice {item.name!r}", item.name)
            problems.append(item.place.problem(message))
        elif shelf.leads_out(found, path):
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
                    known[found] = _load(found, chain, known, shelf)
                except ScriptError as error:
                    problems.extend(error.problems)
            said += sum(len(section.items) for section in known[found].sections)
            return known[found]
        return nothing

    whole = include(script, practice)
    if script.cover:
        cover = path.parent / script.cover
        if problem := shelf.no_cover(cover, path):
            problems.append(Problem(str(path), 1, 1, problem))
        whole = replace(whole, cover=str(cover.absolute()))
    if said > MAX_ITEMS:
        message = f"has more than {MAX_ITEMS} lines, rests and bells in total"
        problems.append(Problem(str(path), 1, 1, message))
    if problems:
        raise ScriptError(list(dict.fromkeys(problems)))
    return whole
