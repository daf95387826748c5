"""The picture of a plan: every word where it is spoken, in both colours, at any length."""

import numpy as np
import pytest
from parts import module

from voice_guide.library import load, names
from voice_guide.picture import DARK, LIGHT, draw
from voice_guide.script import Line
from voice_guide.session import open_session
from voice_guide.settings import Settings

FigureCanvasAgg = module("matplotlib.backends.backend_agg").FigureCanvasAgg
Figure = module("matplotlib.figure").Figure
imread = module("matplotlib.image").imread


def plan_of(name, **options):
    session = open_session(load(name), Settings(voice="none", tone="none", **options))
    session.speak()
    return session.plan()


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Draw a plan; return the figure as matplotlib has it, before it becomes dots."""
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, path: figures.append(figure))

    def drawing(plan, colours=LIGHT):
        draw(plan, tmp_path / "x.png", colours)
        return figures[-1]

    return drawing


def texts(figure):
    return [text for axis in figure.axes for text in axis.texts]


def squeezed(words):
    return " ".join(words.split())


@pytest.mark.parametrize("name", names())
def test_every_line_section_and_bell_is_written_where_it_begins(drawn, name):
    plan = plan_of(name)
    written = [(squeezed(text.get_text()), text.get_position()[0]) for text in texts(drawn(plan))]
    for _, cue in plan.cues():
        at = cue.start / plan.sample_rate
        if isinstance(cue.item, Line):
            assert (squeezed(cue.item.text), at) in written
        else:
            assert ("bell", at + 0.5) in written
    for title, frame in plan.sections:
        assert (title, frame / plan.sample_rate) in written


@pytest.mark.parametrize(("name", "minutes"), [("one-minute-pause", None), ("stay-present", 35)])
def test_no_words_lie_over_others_nor_leave_the_picture(drawn, name, minutes):
    figure = drawn(plan_of(name, minutes=minutes))
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts(figure)]
    across, down = figure.bbox.width, figure.bbox.height
    for number, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.x1 <= across
        assert box.y0 >= 0
        assert box.y1 <= down
        assert not [other for other in boxes[number + 1 :] if box.overlaps(other)]


def test_the_course_of_the_pace_is_that_of_the_breaths(drawn):
    plan = plan_of("stay-present")
    (line,) = [line for line in drawn(plan).axes[0].lines if len(line.get_xdata()) > 2]
    expected = [60 * plan.sample_rate / breath.frames for breath in plan.breaths]
    assert np.allclose(line.get_ydata(), expected)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_it_is_readable_light_and_dark(tmp_path, colours):
    draw(plan_of("one-minute-pause"), tmp_path / "x.png", colours)
    dots = imread(tmp_path / "x.png")[..., :3].mean(axis=2)
    paper, ink = (dots.max(), dots.min()) if colours is LIGHT else (dots.min(), dots.max())
    assert abs(np.median(dots) - paper) < 0.02
    assert abs(paper - ink) > 0.6


@pytest.mark.parametrize("words", ["[5 breaths]", "[ramp to 5-7 over 1 minute]"])
def test_a_session_without_words_is_drawn(drawn, tmp_path, words):
    (tmp_path / "quiet.md").write_text(words)
    assert len(drawn(plan_of(str(tmp_path / "quiet.md"))).axes) == 1


def test_a_rest_is_written_once_where_it_lies(drawn, tmp_path):
    (tmp_path / "rest.md").write_text("Let go.\n\n[9 breaths]\n\nOnce more.\n")
    plan = plan_of(str(tmp_path / "rest.md"))
    first, last = (cue.start / plan.sample_rate for _, cue in plan.cues())
    ((many, middle),) = [
        (text.get_text(), text.get_position()[0])
        for text in texts(drawn(plan))
        if text.get_text().startswith("rest,")
    ]
    assert many == "rest, 9 breaths"
    assert first < middle < last
