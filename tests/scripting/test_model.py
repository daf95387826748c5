"""What is made of a script for one listening: without bells, or for falling asleep."""

import pytest

from voice_guide.errors import RequestError
from voice_guide.scripting.model import Bell, for_sleep, without_bells
from voice_guide.scripting.parse import parse

BELL_AT_LAST = "Let go.\n\n## Close\n\n[bell]\n"


def titles(script):
    assert all(section.items for section in script.sections)
    return [section.title for section in script.sections]


def test_a_section_that_is_nothing_but_a_bell_goes_with_it():
    script = parse(BELL_AT_LAST, "small.md", "Small")
    assert titles(without_bells(script)) == ["Small"]
    assert titles(for_sleep(script)) == ["Small", "Drifting off"]
    assert not [item for item in for_sleep(script).items() if isinstance(item, Bell)]


def test_a_script_of_bells_alone_is_not_played_at_night():
    with pytest.raises(
        RequestError, match=r"'Small' has nothing but bells, and --night leaves them out"
    ):
        without_bells(parse("[bell]", "small.md", "Small"))
