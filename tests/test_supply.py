"""The table of dependencies is that of pyproject.toml, with the licences that the packages tell."""

import pytest
import supply
from packaging.tags import Tag


def test_the_table_tells_what_is_installed_and_under_which_licence():
    assert supply.faults() == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "| soxr | LGPL-2.1-or-later ",
            "| soxr | MIT ",
            "soxr has the licence 'LGPL-2.1-or-later'",
        ),
        ("| soxr |", "| soxx |", "soxr is not in the table"),
        ("| soxr |", "| soxx |", "soxx is in the table, and not asked for"),
    ],
)
def test_another_licence_and_another_package_would_be_found(
    before, after, told, tmp_path, monkeypatch
):
    page = tmp_path / "a.md"
    page.write_text(supply.PAGE.read_text("utf-8").replace(before, after), "utf-8")
    monkeypatch.setattr(supply, "PAGE", page)
    assert any(fault.startswith(told) for fault in supply.faults())


def test_an_older_table_is_told_but_no_fault(tmp_path, monkeypatch):
    page = tmp_path / "a.md"
    rows = supply.PAGE.read_text("utf-8").split("\n")
    old = [row.replace(" | MIT | ", " | MIT | 0.0.") if "| pytest " in row else row for row in rows]
    page.write_text("\n".join(old), "utf-8")
    monkeypatch.setattr(supply, "PAGE", page)
    assert any(row.startswith("pytest ") for row in supply.newer())
    assert supply.faults() == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["py3-none-any"], "any"),
        (["py3-none-win_amd64", "py3-none-win_arm64"], "yes"),
        (["cp311-cp311-win_amd64", "cp312-abi3-win_amd64"], "x64 only"),
        (["py3-none-win_amd64", "cp312-abi3-win_arm64"], "x64; arm64 from 3.12"),
        (["cp311-cp311-win_amd64", "cp312-cp312-win_amd64"], "x64 up to 3.12 only"),
        (["cp314-cp314t-win_amd64", "cp311-cp311-manylinux2014_x86_64"], "**none**"),
    ],
)
def test_what_the_names_of_wheels_say_of_windows(names, told):
    tags = {Tag(*name.split("-")) for name in names}
    assert supply.there(tags, supply.PLATFORMS["Windows"]) == told
