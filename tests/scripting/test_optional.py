"""Guidance that fades: what may fall silent does, in its order; what must be said is."""

import itertools
import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placing import cases, cues, examples
from practising import QUOTED, longest_silence, texts

from voice_guide.errors import ScriptError
from voice_guide.scripting.library import SESSIONS, names
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Bell, Line
from voice_guide.scripting.optional import Talk, thinned
from voice_guide.scripting.parse import parse
from voice_guide.session import open_session
from voice_guide.settings import Settings

TALKS = get_args(Talk)


def said(script, talk):
    return [line.text for line in thinned(script, talk).lines() if line.said]


def planned(name, talk, **options):
    session = open_session(load(name), Settings(talk=talk, voice="none", tone="none", **options))
    session.speak()
    return session.plan()


def placed(plan):
    return [(cue.start, cue.item.text) for _, cue in plan.cues() if isinstance(cue.item, Line)]


# what a writer marks


def test_a_line_in_brackets_is_optional():
    script = parse("Hi.\n\n(Or not.)\n\nin: (Breathe\nin.)\n\n(One) and (two).", "mine.md")
    assert list(script.lines()) == [
        Line("Hi."),
        Line("Or not.", optional=True),
        Line("Breathe in.", "in", optional=True),
        Line("(One) and (two)."),
    ]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("(in: Hello.)", "in: comes too late"),
        ("out: (...)", "nothing here can be spoken"),
    ],
)
def test_a_slip_in_brackets_is_named(written, says):
    with pytest.raises(ScriptError, match=re.escape(says)):
        parse(written, "mine.md")


# what falls silent

SCRIPT = """
Hi.

(One.)

in: (Two,)
out: (and two.)

Stay.

(One.)

(Three.)

[1 breath]

(Four.)

Bye.
"""


def test_repetitions_go_first_then_the_later_half_then_all():
    # "One. Two, and two." and "One. Three." and "Four." stay or go together.
    script = parse(SCRIPT, "mine.md")
    assert " ".join(said(script, "full")) == "Hi. One. Two, and two. Stay. One. Three. Four. Bye."
    assert " ".join(said(script, "less")) == "Hi. One. Two, and two. Stay. One. Three. Bye."
    assert " ".join(said(script, "least")) == "Hi. Stay. Bye."
    repeated = parse("(A.)\n\nB.\n\n(C.)\n\nB.\n\n(A.)\n\nB.\n\n(D.)\n\nB.\n\n(E.)", "mine.md")
    assert " ".join(said(repeated, "less")) == "A. B. C. B. B. B."


@examples(60)
@given(cases(), st.sets(st.integers(0, 20)), st.sampled_from(TALKS[1:]))
def test_a_silent_line_moves_no_other(case, marked, talk):
    """However the optional lines lie, the others start where they would."""
    numbers = itertools.count()

    def mark(item):
        return replace(item, optional=next(numbers) in marked) if isinstance(item, Line) else item

    sections = (s._replace(items=tuple(map(mark, s.items))) for s in case.script.sections)
    script = replace(case.script, sections=tuple(sections))
    full, faded = (list(case.timeline(thinned(script, level))) for level in ("full", talk))
    assert [b.phases for b in faded] == [b.phases for b in full]
    kept = [cue for cue in cues(full) if isinstance(cue.item, Bell) or not cue.item.optional]
    assert [c for c in cues(faded) if isinstance(c.item, Bell) or not c.item.optional] == kept
    assert {c.start for c in cues(faded)} <= {c.start for c in cues(full)}
    if talk == "least":
        assert cues(faded) == kept


# the bundled scripts


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("name", names())
def test_the_given_words_are_always_said(name, talk):
    session = name in SESSIONS
    quotes = [q for part, qs in QUOTED.items() if session or part == name for q in qs]
    written = [text for text in texts(load(name)) if text in quotes]
    assert [text for text in said(load(name), talk) if text in quotes] == written


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("name", SESSIONS)
def test_the_invitation_the_end_and_the_bells_are_always_told(name, talk):
    plan = planned(name, talk)
    cues = [cue for _, cue in plan.cues() if isinstance(cue.item, Line)]
    invited = [c for c in cues if re.search(r"\beyes open\b.*\bstop\b", c.item.text.lower())]
    assert invited[0].end <= 30 * plan.sample_rate
    spoken = " ".join(cue.item.text for cue in cues)
    assert "this will end" in spoken
    assert spoken.count("soft bell") == 2


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("minutes", [None, 12])
def test_a_session_keeps_its_length_and_its_breaths(name, minutes):
    full, less, least = (planned(name, talk, minutes=minutes) for talk in TALKS)
    words = [len(placed(plan)) for plan in (full, less, least)]
    assert words[0] > words[1] > words[2]
    for plan in (less, least):
        assert [b.phases for b in plan.breaths] == [b.phases for b in full.breaths]
        assert set(placed(plan)) < set(placed(full))


@pytest.mark.parametrize("talk", TALKS)
def test_numbness_keeps_company_at_every_level(talk):
    plan = planned("numbness", talk)
    assert longest_silence(plan.breaths, [cue for _, cue in plan.cues()]) <= 2


def test_check_counts_what_is_optional_whatever_the_listener_hears(guide, tmp_path):
    script = tmp_path / "mine.md"
    script.write_text("Hi.\n\nin: (Breathe.)\n")
    for talk in TALKS:
        code, out, _ = guide("check", str(script), "--voice=none", f"--talk={talk}")
        assert (code, out) == (0, f"{script}: Mine: no errors, optional lines: 1\n")
