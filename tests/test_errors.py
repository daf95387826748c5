"""How messages end: what may be meant by a name that is none."""

import pytest

from voice_guide.errors import did_you_mean, nearest

KNOWN = ["en_US-joe-medium", "Evening", "box"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("bxo", ["box"]),
        ("EVENING", ["Evening"]),
        ("en_us-joe", ["en_US-joe-medium"]),
        ("zzz", []),
        ("", []),
    ],
)
def test_a_name_is_found_whatever_its_case_and_given_as_it_is_spelled(given, meant):
    assert nearest(given, KNOWN) == meant


def test_the_likeliest_comes_first_and_no_more_than_are_wanted():
    known = ["evenly", "evening", "evenings"]
    assert nearest("evenin", known, most=2) == ["evening", "evenings"]


@pytest.mark.parametrize(
    ("meant", "whole"),
    [
        ([], "There is no b."),
        (["box"], "There is no b. Did you mean box?"),
        (["box", "sigh"], "There is no b. Did you mean box or sigh?"),
        (["box", "sigh", "mine"], "There is no b. Did you mean box, sigh or mine?"),
    ],
)
def test_what_may_be_meant_is_asked_after_the_message(meant, whole):
    assert did_you_mean("There is no b.", meant) == whole
