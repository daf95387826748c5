"""``check --fix``: what has one right form is shown, asked about, and written."""

import os
import shlex
import stat
import sys

import pytest
from parts import needs

from voice_guide.scripting import library

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")
SLIP = "Let go. (pause)\n\n[2 breths]\n\nHello.\n"
MENDED = "Let go. [5 seconds]\n\n[2 breaths]\n\nHello.\n"


def test_without_a_terminal_the_difference_is_shown_and_nothing_is_written(guide, folder):
    (folder / "my.md").write_text("Let go. (pause)\n")
    code, out, _ = guide("check", "--fix", "my.md", *SILENT)
    assert code == 1
    assert "-Let go. (pause)\n+Let go. [5 seconds]\n" in out
    assert "\x1b" not in out
    assert "my.md: nothing is written. To write these changes, add --yes." in out
    assert (folder / "my.md").read_text() == "Let go. (pause)\n"


def test_with_yes_it_is_written_and_then_checked(guide, folder):
    (folder / "my.md").write_text(SLIP)
    code, out, _ = guide("check", "--fix", "--yes", "my.md", *SILENT)
    assert (code, (folder / "my.md").read_text()) == (0, MENDED)
    assert out.endswith("my.md: My: no errors\n")
    assert os.listdir(folder) == ["my.md"]
    assert guide("check", "--fix", "my.md", *SILENT) == (0, "my.md: My: no errors\n", "")


def test_a_file_keeps_its_permissions_and_a_link_stays_one(guide, folder):
    (folder / "notes").mkdir()
    real = folder / "notes" / "real.md"
    real.write_bytes(b"\xef\xbb\xbf" + SLIP.replace("\n", "\r\n").encode())
    real.chmod(0o640)
    (folder / "my.md").symlink_to(real)
    assert guide("check", "--fix", "--yes", "my.md", *SILENT)[0] == 0
    assert (folder / "my.md").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()


def test_what_comes_along_or_has_no_file_is_refused(guide, folder):
    path = library.find("return")
    (folder / "link.md").symlink_to(path)
    before = path.read_bytes()
    for name in ("return", str(path), "link.md"):
        code, out, _ = guide("check", "--fix", "--yes", name, *SILENT)
        assert (code, "comes with Voice Guide and stays as it is" in out) == (2, True)
    assert path.read_bytes() == before
    assert guide("check", "--fix", "-", *SILENT)[:2] == (
        *(2, "'-' can't be mended in its place: give a file.\n"),
    )
    assert guide("check", "--fix", "nope.md", *SILENT)[:2] == (
        *(2, "there is no script file 'nope.md'.\n"),
    )
    assert (
        guide("check", "--yes", "my.md")[0] == guide("check", "--fix", "--watch", "my.md")[0] == 2
    )


def test_what_is_wrong_otherwise_is_still_told(guide, folder):
    (folder / "my.md").write_text(SLIP + "\n[music]\n")
    code, out, _ = guide("check", "--fix", "--yes", "my.md", *SILENT)
    assert (code, "my.md:7:1: unknown direction [music]" in out) == (1, True)
    assert (folder / "my.md").read_text() == MENDED + "\n[music]\n"


@needs(modules=["pexpect"])
@pytest.mark.parametrize(("answer", "after"), [("y", MENDED), ("n", SLIP), ("", SLIP)])
def test_on_a_terminal_it_asks_first(folder, answer, after):
    import pexpect

    (folder / "my.md").write_text(SLIP)
    command = shlex.join([sys.executable, "-m", "voice_guide", "check", "--fix", "my.md", *SILENT])
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    asked = pexpect.spawn(command, env=environment, encoding="utf-8", timeout=60)
    asked.expect_exact("\x1b[32m+[2 breaths]\x1b[0m")
    asked.expect_exact("Write these changes to my.md? [y/N]: ")
    assert (folder / "my.md").read_text() == SLIP
    asked.sendline(answer)
    asked.expect(pexpect.EOF)
    asked.wait()
    assert (asked.exitstatus, (folder / "my.md").read_text()) == (0 if answer == "y" else 1, after)
