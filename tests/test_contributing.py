"""What CONTRIBUTING.md says is so: its picture, its paths, and its examples."""

import os
import re
import shutil
import subprocess
import sys

import packages
import pytest
from parts import need

GUIDE = packages.GUIDE.read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"^### (.+?)\n.*?```diff\n(.*?)```\n\nTry it: `(.+?)`$", re.DOTALL | re.MULTILINE
)
EXAMPLES = {name: (diff, command) for name, diff, command in EXAMPLE.findall(GUIDE)}
PARTS = {"A voice": ("text2wave",)}


def test_the_picture_shows_what_the_packages_import():
    drawn = packages.PICTURE.search(GUIDE)
    assert drawn is not None
    assert drawn[0] == packages.picture(), "run: python tests/packages.py --write"


def test_the_picture_leaves_out_only_what_a_longer_way_implies():
    """Every import between two boxes is a way along the arrows, and every arrow an import."""
    arrows = re.findall(r"(\w+) --> (\w+)", packages.picture())
    boxes = set(re.findall(r"(\w+)\[", packages.picture()))
    assert boxes | packages.TOOLS == set(packages._layers()) - {"__init__", "__main__"}

    def above(room):
        direct = {user for used, user in arrows if used == room}
        return direct.union(*map(above, direct))

    for room, path in packages._rooms().items():
        used = packages._used(path) & boxes - {room}
        assert {low for low, high in arrows if high == room} <= used
        upwards = used - set(packages._below(room))
        assert all(room in above(low) for low in used - upwards)


def test_every_path_is_there():
    named = re.findall(r"`((?:tests|sound|voices|scripting|plan|cli|scripts|docs)/[\w/.]*)`", GUIDE)
    named += re.findall(r"\]\(([\w/]+\.md)\)", GUIDE)
    assert len(named) > 10
    for path in named:
        assert (packages.ROOT / path).exists() or (packages.HOUSE / path).exists(), path


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A copy of the package with every example in it."""
    folder = tmp_path_factory.mktemp("changed")
    for name in ("voice_guide", "scripts"):
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(packages.ROOT / name, folder / name, ignore=unwanted)
    for diff, _ in EXAMPLES.values():
        for name, change in re.findall(
            r"^\+\+\+ (\S+)\n(.*?)(?=^\+\+\+|\Z)", diff, re.DOTALL | re.MULTILINE
        ):
            for piece in change.split("@@\n"):
                apply(folder / name, piece.splitlines(keepends=True))
    return folder


def apply(file, rows):
    """Change a file as a diff says; what has nothing around it goes to the end of the file."""
    before = "".join(row[1:] for row in rows if row[0] in " -")
    after = "".join(row[1:] for row in rows if row[0] in " +")
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    assert not before or text.count(before) == 1, f"{file}: {before!r} isn't there just once"
    text = text.replace(before, after) if before else text + after
    file.write_text(text, encoding="utf-8")


def test_there_is_an_example_for_each_thing_to_add():
    assert list(EXAMPLES) == [
        "A tone",
        "A voice",
        "A direction",
        "An export format",
        "A command",
    ]
    assert all(len(diff.splitlines()) <= 15 for diff, _ in EXAMPLES.values())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_works(name, changed, tmp_path):
    need("sh", *PARTS.get(name, ()))
    guide = f"{sys.executable} -m voice_guide"
    done = subprocess.run(
        ["sh", "-ec", EXAMPLES[name][1].replace("voice-guide", guide)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(changed)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
