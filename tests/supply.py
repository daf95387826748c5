"""The table of docs/dependencies.md: what is installed with Voice Guide, from whom, and where.

``python tests/supply.py --write`` looks the packages up by uv and makes the table anew;
``--check``, and a test, hold it against pyproject.toml and what is installed here. It is written
where everything is installed: ``pip install -e '.[dev,docs]' uv``.
"""

import argparse
import importlib.metadata as installed
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
BEGIN, END = "<!-- made by tests/supply.py -->", "<!-- up to here -->"

PYTHONS = (11, 12, 13, 14)
PLATFORMS = {
    "Linux, glibc": ("manylinux.*x86_64", "manylinux.*aarch64"),
    "Linux, musl": ("musllinux.*x86_64", "musllinux.*aarch64"),
    "macOS": ("macosx.*(x86_64|universal2)", "macosx.*(arm64|universal2)"),
    "Windows": ("win_amd64", "win_arm64"),
}
"""What the names of wheels say: for x64, for arm64."""

THROUGH = {"onnxruntime": "for hibari-tts", "ctranslate2": "for faster-whisper"}
"""What others install, and is as large a part as they are."""

TOLD = {
    "av": ("BSD-3-Clause", "BSD-3-Clause; in it FFmpeg LGPL-3.0, x264 and x265 GPL-2.0-or-later"),
    "espeakng-loader": ("", "MIT; eSpeak NG in it GPL-3.0-or-later"),
    "matplotlib": ("License agreement for matplotlib", "Matplotlib's own, like Python's"),
    "numpy": ("BSD-3-Clause", "BSD-3-Clause and others"),
    "onnxruntime": ("MIT", "MIT"),
    "py-nanotts": ("", "Apache-2.0"),
    "sherpa-onnx": ("Apache licensed", "Apache-2.0"),
}
"""How a package begins to tell its licence, and what that is, where it isn't an SPDX expression:
as their own pages say."""


@dataclass
class Package:
    """A row: where it belongs to, its versions (the newest last) and the names of its wheels."""

    name: str
    part: str
    releases: list[tuple[str, str]] = field(default_factory=list)
    tags: set[Tag] = field(default_factory=set)


def wanted() -> dict[str, Package]:
    """Return what pyproject.toml asks for, by its plain name, in the order of the table."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts = {"": project["dependencies"], **project["optional-dependencies"]}
    found: dict[str, Package] = {}
    for part, rows in parts.items():
        names = dict.fromkeys(Requirement(row).name for row in rows)
        for name in sorted(names, key=str.lower):
            if name != project["name"]:
                found.setdefault(canonicalize_name(name), Package(name, part))
        if not part:
            found |= {name: Package(name, why) for name, why in THROUGH.items()}
    return found


def licence(name: str) -> str:
    """Return the licence of an installed package, as an SPDX expression where there is one.

    Raises:
        importlib.metadata.PackageNotFoundError: if it isn't installed.
    """
    told: Any = installed.metadata(name)
    kinds = [row for row in told.get_all("Classifier") or [] if row.startswith("License")]
    raw = told.get("License-Expression") or (told.get("License") or "").strip()
    raw = raw.partition("\n")[0] or "; ".join(row.rpartition(" :: ")[2] for row in kinds)
    known, shown = TOLD.get(canonicalize_name(name), (raw, raw))
    return shown if raw.startswith(known) and (known or not raw) else raw


def look_up(packages: dict[str, Package]) -> None:
    """Let uv say which versions there are for each platform, and in which wheels."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    with tempfile.TemporaryDirectory() as folder:
        text = (ROOT / "pyproject.toml").read_text("utf-8")
        text = re.sub(r"^(readme|license-files).*\n", "", text, flags=re.MULTILINE)
        Path(folder, "pyproject.toml").write_text(text, "utf-8")
        subprocess.run([uv, "lock", "--quiet"], cwd=folder, check=True)
        locked = tomllib.loads(Path(folder, "uv.lock").read_text("utf-8"))
    for row in sorted(locked["package"], key=lambda row: Version(row.get("version", "0"))):
        package = packages.get(row["name"])
        files = [*row.get("wheels", []), *([row["sdist"]] if "sdist" in row else [])]
        if package is None or not files:
            continue
        when = min(file.get("upload-time", "")[:10] for file in files)
        package.releases.append((row["version"], when))
        for wheel in row.get("wheels", []):
            package.tags |= parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]


def _covers(tag: Tag, minor: int) -> bool:
    if tag.interpreter == "py3" or tag.interpreter == f"py3{minor}":
        return True
    since = int(tag.interpreter.removeprefix("cp3") or 0) if tag.interpreter[:3] == "cp3" else 99
    return tag.abi == f"cp3{minor}" or (tag.abi == "abi3" and since <= minor)


def there(tags: set[Tag], platforms: tuple[str, str]) -> str:
    """Say for which Pythons and machines there is a wheel."""
    pythons = [
        [n for n in PYTHONS if any(_covers(t, n) and re.match(p, t.platform) for t in tags)]
        for p in platforms
    ]
    if all(len(each) == len(PYTHONS) for each in pythons):
        return "yes"
    if any(tag.platform == "any" for tag in tags):
        return "any"
    told = [
        f"{name}{_which(each)}"
        for name, each in zip(("x64", "arm64"), pythons, strict=True)
        if each
    ]
    return "; ".join(told) + " only" * (len(told) == 1) or "**none**"


def _which(pythons: list[int]) -> str:
    if len(pythons) == len(PYTHONS):
        return ""
    if pythons[-1] == PYTHONS[-1]:
        return f" from 3.{pythons[0]}"
    return f" up to 3.{pythons[-1]}"


def table(packages: dict[str, Package]) -> Iterator[str]:
    """Yield the rows of the table, in Markdown."""
    yield f"| Package | Licence | Latest release | {' | '.join(PLATFORMS)} |"
    yield "|---" * (3 + len(PLATFORMS)) + "|"
    for name, package in packages.items():
        *older, (version, when) = package.releases
        also = "".join(f" ({old} on older Pythons)" for old, _ in older[-1:])
        part = f" ({package.part})" * bool(package.part)
        cells = [there(package.tags, names) for names in PLATFORMS.values()]
        row = [package.name + part, licence(name), f"{version}, {when}{also}", *cells]
        yield f"| {' | '.join(row)} |"


def faults() -> list[str]:
    """Say what of the page isn't so, of what can be seen here."""
    text = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = re.findall(r"^\| ([\w.-]+)(?: \(.*?\))? \| (.*?) \| ", text, re.MULTILINE)
    told, packages = {canonicalize_name(name): told for name, told in rows[1:]}, wanted()
    wrong = [f"{name} is not in the table" for name in packages.keys() - told.keys()]
    wrong += [
        f"{name} is in the table, and not asked for" for name in told.keys() - packages.keys()
    ]
    for name in told.keys() & packages.keys():
        try:
            found = licence(name)
        except installed.PackageNotFoundError:
            continue
        if found != told[name]:
            wrong.append(f"{name} has the licence {found!r}; the table says {told[name]!r}")
    return sorted(wrong)


def newer() -> Iterator[str]:
    """Say what is installed here that is newer than the table."""
    rows = re.findall(
        r"^\| ([\w.-]+)[^|]*\|[^|]*\| (\d[\w.]*),", PAGE.read_text("utf-8"), re.MULTILINE
    )
    for name, version in rows:
        try:
            here = installed.version(name)
        except installed.PackageNotFoundError:
            continue
        if Version(here) > Version(version):
            yield f"{name} {here} is newer than the table's {version}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="make the table anew")
    what.add_argument("--check", action="store_true", help="hold it against what is installed")
    if parser.parse_args().write:
        packages = wanted()
        look_up(packages)
        text = PAGE.read_text("utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        made = "\n".join(table(packages))
        PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}", "utf-8")
        return 0
    for row in (*faults(), *newer()):
        print(row)
    return 1 if faults() else 0


if __name__ == "__main__":
    sys.exit(main())
