"""What a Tab completes, in each shell."""

import os
import re

import pytest
from running import run

pytestmark = pytest.mark.usefixtures("folder")


def completions(*typed):
    environment = {
        **os.environ,
        "_VOICE_GUIDE_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["voice-guide", *typed]),
        "COMP_CWORD": str(len(typed)),
    }
    done = run(env=environment)
    assert done.stderr == ""
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


def test_scripts_options_and_paces_are_completed():
    assert completions("export", "one") == ["one-minute-pause", "one-percent"]
    assert completions("show", "stay") == ["stay-present"]
    assert "--pace" in completions("export", "--")
    assert completions("export", "--pace", "b") == ["box"]
    assert completions("export", "--tone", "b") == ["breath", "bowl"]
    assert completions("sh") == ["show"]


def kinds(*typed, shell="bash"):
    """What a shell is told of each completion: its kind."""
    words = " ".join(["voice-guide", *typed])
    environment = {"_VOICE_GUIDE_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
    cursor = typed[-1] if shell == "fish" else str(len(typed))
    done = run(env={**os.environ, **environment, "COMP_CWORD": cursor})
    assert done.stderr == ""
    return [re.split(r"[,\n]", row)[0] for row in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "typed",
    [
        *("analyse om", "analyse a.wav om", "analyse --plan om", "analyse --png om", "check om"),
        *("export om", "export -o om", "export --output om", "export --plan om", "export --bed om"),
        *("play om", "show om", "show --png om", "new x --from om", "new x -o om"),
        *("record om", "record --from om", "record --into om", "record --into m --from a om"),
        *("voices try auto -o om", "pace listen om"),
    ],
)
def test_files_are_completed_wherever_one_is_asked_for(typed, shell):
    assert "file" in kinds(*typed.split(), shell=shell)


def test_scripts_of_ones_own_are_completed_beside_those_that_come_along(folder):
    (folder / "one-evening.md").write_text("Rest.")
    (folder / "one.txt").write_text("Rest.")
    assert completions("play", "one") == ["one-minute-pause", "one-percent", "one-evening.md"]


def test_voices_paces_and_choices_are_completed():
    assert completions("voices", "try", "es") == ["espeak"]
    assert completions("voices", "set", "no") == ["none"]
    assert completions("export", "--voice", "fl") == ["flite"]
    assert completions("export", "--ramp", "bo") == ["box:5m"]
    assert completions("export", "--profile", "g") == ["gentle"]
    assert completions("export", "--subtype", "f") == ["float"]
    run("pace", "save", "evening", "4-7", check=True)
    assert completions("pace", "remove", "ev") == ["evening"]
    assert completions("pace", "show", "ev") == ["evening"]
    run("pace", "remove", "evening", check=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    done = run(env={**os.environ, "_VOICE_GUIDE_COMPLETE": f"{shell}_source"})
    assert "_VOICE_GUIDE_COMPLETE" in done.stdout
    assert done.returncode == 0
