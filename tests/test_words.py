"""The words of messages: numbers agree with their nouns, and what others say fits in."""

import pytest
from running import words

from voice_guide.errors import reason
from voice_guide.units import counted

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "breath", "0 breaths"),
        (1, "breath", "1 breath"),
        (2, "breath", "2 breaths"),
        (60_000, "letter", "60000 letters"),
        (1.0, "minute", "1 minute"),
        (0.5, "minute", "0.5 minutes"),
        (12.25, "second", "12.25 seconds"),
        ("3-8", "breath", "3-8 breaths"),
        ("1", "breath", "1 breath"),
    ],
)
def test_a_number_has_its_noun(number, noun, said):
    assert counted(number, noun) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("eSpeak or eSpeak-ng not installed!", "eSpeak or eSpeak-ng not installed"),
        (ValueError("Invalid device."), "Invalid device"),
        (" no [PaErrorCode -9996] ", "no [PaErrorCode -9996]"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_what_another_program_said_stands_in_a_sentence_of_ours(told, said):
    assert reason(told) == said


def test_a_session_of_one_breath_says_so(guide, folder):
    (folder / "hi.md").write_text("Hi.")
    assert guide("show", "hi.md", "--voice", "none")[1].startswith("Hi: 0:13, 1 breath at 4-6\n")
    code, _, err = guide("show", "hi.md", "--voice", "none", "--minutes", "1")
    assert code == 2
    assert "can't last 1 minute at 4-6" in err
    assert "Did you mean [1 breath]?" in guide_of(guide, folder, "[1 breths]")
    assert "read as [1 second]" in guide_of(guide, folder, "[1 sec]")


def guide_of(guide, folder, text):
    (folder / "slip.md").write_text(text)
    return guide("check", "slip.md", "--voice", "none")[1]


@pytest.mark.parametrize(
    ("option", "allowed"),
    [
        ("--rate", "80 to 300"),
        ("--seed", "0 or more"),
        ("--sample-rate", "16000 to 96000"),
        ("--breaths", "1 to 100000"),
    ],
)
@pytest.mark.parametrize("value", ["many", "1.5", "", "9" * 5000])
def test_an_option_that_takes_a_whole_number_says_which(guide, option, allowed, value):
    code, _, err = guide("show", "one-minute-pause", "--voice", "none", option, value)
    assert code == 2
    assert f"is not a usable whole number: give {allowed}." in words(err)
