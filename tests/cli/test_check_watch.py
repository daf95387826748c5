"""``check --watch``: a script is checked again as soon as it, or what it is made from, is saved."""

import contextlib
import os
import shlex
import signal
import sys
from pathlib import Path

import pytest
from parts import needs
from running import listening, start, wait_until

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")


@contextlib.contextmanager
def watching(folder, *files):
    """What is printed while scripts are watched, as lists of rows, one for each check."""
    with (folder / "told").open("w") as told:
        process = start("check", "--watch", *files, *SILENT, stdout=told, preexec_fn=listening)

    def checks(number):
        def told():
            rounds = (folder / "told").read_text().split("-" * 40 + "\n")[1:]
            return len(rounds) == number and "Checked at " in rounds[-1] and rounds

        return wait_until(told)[-1]

    try:
        yield process, checks
    finally:
        process.kill()
        process.communicate()


def save(path, text):
    """Replace it at once, as an editor that keeps nobody waiting for the rest."""
    part = path.with_name("part")
    part.write_text(text)
    part.replace(path)


def test_it_is_checked_again_when_it_is_saved_and_ends_at_ctrl_c(folder):
    (folder / "my.md").write_text("Hello.\n")
    with watching(folder, "my.md") as (process, checks):
        assert "my.md: My: no errors\n" in checks(1)
        save(folder / "my.md", "[2 breths]\n")
        assert "Did you mean [2 breaths]?" in checks(2)
        save(folder / "my.md", "[2 breaths]\n")
        assert "my.md: My: no errors\n" in checks(3)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_a_file_may_be_replaced_or_gone_for_a_while(folder):
    mine = folder / "my.md"
    mine.write_text("Hello.\n")
    with watching(folder, "my.md") as (_, checks):
        checks(1)
        save(mine, "[bel]\n")
        assert "Did you mean [bell]?" in checks(2)
        mine.unlink()
        assert "there is no script file 'my.md'" in checks(3)
        save(mine, "Hello again.\n")
        assert "my.md: My: no errors\n" in checks(4)


def test_what_it_includes_is_watched_also_before_it_is_there(folder):
    (folder / "my.md").write_text("[practice part-one]\n")
    with watching(folder, "my.md") as (_, checks):
        assert "there is no practice 'part-one'" in checks(1)
        (folder / "other.md").write_text("[bel]\n")
        (folder / "part-one.md").write_text("[practice part-two]\n")
        assert "there is no practice 'part-two'" in checks(2)
        (folder / "part-two.md").write_text("Hello.\n")
        assert "my.md: My: no errors\n" in checks(3)


def test_the_list_of_words_is_watched(folder, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    (folder / "my.md").write_text("Hello.\n")
    with watching(folder, "my.md") as (_, checks):
        checks(1)
        words = Path(folder / "config" / "voice-guide" / "words.toml")
        words.parent.mkdir(parents=True)
        words.write_text("")
        assert "no errors" in checks(2)


def test_what_is_read_only_once_can_not_be_watched(guide, folder):
    os.mkfifo(folder / "pipe")
    for name in ("-", "./pipe"):
        code, _, err = guide("check", "--watch", name, *SILENT)
        assert (code, "can't be watched, as it is read only once: give a file" in err) == (2, True)


@needs(modules=["pexpect"])
@pytest.mark.parametrize(("terminal", "clears"), [("xterm", True), ("dumb", False)])
def test_the_screen_is_cleared_where_it_can_be(folder, terminal, clears):
    import pexpect

    (folder / "my.md").write_text("Hello.\n")
    command = [sys.executable, "-m", "voice_guide", "check", "--watch", "my.md", *SILENT]
    seen = pexpect.spawn(
        shlex.join(command), env={**os.environ, "TERM": terminal}, encoding="utf-8", timeout=60
    )
    seen.expect_exact("Ctrl-C ends it.")
    assert ("\x1b[2J" in seen.before) == clears
    assert ("\x1b" in seen.before) == clears
    seen.sendintr()
    seen.expect(pexpect.EOF)
    seen.wait()
    assert seen.exitstatus == 130
