"""The picture of the packages in CONTRIBUTING.md, drawn from what they import.

python tests/packages.py            print it
python tests/packages.py --write    and put it into the file
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "voice_guide"
GUIDE = ROOT / "CONTRIBUTING.md"

TOOLS = {
    "errors",
    "files",
    "folders",
    "languages",
    "lettering",
    "limits",
    "terminal",
    "texts",
    "units",
}
"""What any package may use; drawn, it would hide the rest."""

PICTURE = re.compile(r"(?<=```mermaid\n).*?(?=```\n)", re.DOTALL)


def picture() -> str:
    """Draw a Mermaid flowchart: an arrow goes from a package to what uses it."""
    rooms = _rooms()
    used = {room: _used(path) & set(_below(room)) & set(rooms) for room, path in rooms.items()}
    reached: dict[str, set[str]] = {}
    for room in rooms:  # from the lowest, so that all below it are known
        reached[room] = used[room].union(*(reached[other] for other in used[room]))
    rows = ["flowchart TD"]
    rows += [f'    {room}["<b>{room}</b><br>{_about(path)}"]' for room, path in rooms.items()]
    for room in reversed(rooms):  # laid out from the last, no arrow runs behind a box
        further = set().union(*(reached[other] for other in used[room]))
        drawn = used[room] - further
        rows += [f"    {other} --> {room}" for other in reversed(rooms) if other in drawn]
    return "\n".join(rows) + "\n"


def _layers() -> list[str]:
    """All rooms, from the top, as ``pyproject.toml`` lists them for import-linter."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [room.strip() for layer in layers for room in layer.split("|")]


def _rooms() -> dict[str, Path]:
    """Where each room that is drawn lies, from the bottom to the top."""
    names = [name for name in reversed(_layers()) if name not in TOOLS | {"__init__", "__main__"}]
    where = {name: HOUSE / name / "__init__.py" for name in names}
    return {name: path if path.exists() else HOUSE / f"{name}.py" for name, path in where.items()}


def _below(room: str) -> list[str]:
    """What stands below it in the list; the few imports that go up are no part of the picture."""
    layers = _layers()
    return layers[layers.index(room) + 1 :]


@cache
def _used(room: Path) -> set[str]:
    """The first names within the package of all that a room imports."""
    files = room.parent.rglob("*.py") if room.name == "__init__.py" else [room]
    return {name for file in files for name in _imported(file)}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, *rest = node.module.split(".")
            if package == HOUSE.name:
                yield from rest[:1] or [each.name for each in node.names]


def _about(path: Path) -> str:
    """What it is for, in the first words of its docstring."""
    about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"[:,;.]", about, maxsplit=1)[0]


def main() -> None:
    if "--write" in sys.argv[1:]:
        text = GUIDE.read_text(encoding="utf-8")
        GUIDE.write_text(PICTURE.sub(lambda _: picture(), text, count=1), encoding="utf-8")
    else:
        print(picture(), end="")


if __name__ == "__main__":
    main()
