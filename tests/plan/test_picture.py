"""The picture of a plan: every word where it is spoken, in both colours, at any length."""

import itertools

import numpy as np
import pytest
from parts import module

from voice_guide.errors import RequestError
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.plan.picture import DARK, LIGHT, draw
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Line
from voice_guide.session import open_session
from voice_guide.settings import Settings

FigureCanvasAgg = module("matplotlib.backends.backend_agg").FigureCanvasAgg
Figure = module("matplotlib.figure").Figure
imread = module("matplotlib.image").imread
to_hex = module("matplotlib.colors").to_hex
to_rgb = module("matplotlib.colors").to_rgb


def plan_of(name, **options):
    session = open_session(load(name), Settings(voice="none", tone="none", **options))
    session.speak()
    return session.plan()


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Draw a plan; return the figure as matplotlib has it, before it becomes dots."""
    figures = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **_: figures.append(figure))

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


def written_in(figure):
    """All texts of a figure that show something, those at its axes too."""
    around = [
        label
        for axis in figure.axes
        for label in (
            *axis.get_xticklabels(),
            *axis.get_yticklabels(),
            axis.title,
            axis._left_title,
        )
    ]
    return [text for text in (*figure.texts, *texts(figure), *around) if text.get_text().strip()]


ODD = """\
## A title of a section that goes on and on and on

Hi.

## Another one right after

out: Yes, and it costs $5 or $7.

[count 2 breaths]

[bell]

[bell]

## And https://example.org/a/very/long/address/that/nobody/can/break/at/all/and/so/it/goes

https://example.org/a/very/long/address/that/nobody/can/break/at/all/and/so/it/goes/on/to/the/end

[5 breaths]

## And one at the right edge of the row of the picture

Yes, quite so.

## X

in: Notwithstanding.

## Y

out: So.
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("one-minute-pause", {}),
        ("stay-present", {"minutes": 35}),
        ("stay-present", {"minutes": 20, "ramp": Ramp.parse("3-4:5m")}),
        ("one-minute-pause", {"ramp": Ramp.parse("3-4:40s")}),
        ("numbness", {"ramp": Ramp.parse("1-1:1m")}),
        ("noticing", {"pace": Pace.parse("4-4-4-4")}),
        ("return", {"pace": Pace.parse("2-2")}),
        ("odd.md", {"pace": Pace.parse("2-2")}),
        ("odd.md", {"pace": Pace.parse("1-1")}),
        ("odd.md", {"pace": Pace.parse("4-7-8")}),
    ],
)
def test_no_words_lie_over_others_nor_leave_the_picture(
    drawn, tmp_path, monkeypatch, name, options
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.md").write_text(ODD)
    figure = drawn(plan_of(name, **options))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [text.get_window_extent(renderer) for text in written_in(figure)]
    assert len(boxes) > 10
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


def test_each_phase_has_its_own_colour_and_none_is_left_out(drawn):
    plan = plan_of("one-minute-pause", pace=Pace.parse("4-3-5-2"))
    filled = [shape for axis in drawn(plan).axes[1:] for shape in axis.collections]
    seconds = dict.fromkeys((LIGHT.inhale, LIGHT.hold, LIGHT.exhale), 0.0)
    for shape in filled:
        (colour,) = shape.get_facecolor()
        widths = (np.ptp(path.vertices[:, 0]) for path in shape.get_paths())
        seconds[to_hex(colour)] += sum(widths)
    whole = len(plan.breaths)
    assert seconds[LIGHT.hold] / seconds[LIGHT.inhale] == pytest.approx(5 / 4, rel=0.3)
    assert seconds[LIGHT.exhale] >= 5 * whole - 1e-6
    assert seconds[LIGHT.inhale] >= 4 * whole - 1e-6
    assert seconds[LIGHT.hold] >= 5 * whole - 1e-6


def test_a_part_that_begins_in_the_middle_of_a_breath_is_drawn_too(drawn):
    plan = plan_of("one-minute-pause", pace=Pace.parse("4-3-5-2"))
    held = 5 * plan.sample_rate  # within the first hold
    (sheet,) = drawn(plan.cut(held, held + 30 * plan.sample_rate)).axes
    starts = [path.vertices[0, 0] for shape in sheet.collections for path in shape.get_paths()]
    assert min(starts) == 0
    assert len(starts) == 3 + 4 + 2  # the phases that are left of one, all of one, and two of one


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_colours_of_the_phases_are_told_apart(colours):
    phases = [np.array(to_rgb(each)) for each in (colours.inhale, colours.hold, colours.exhale)]
    for one, other in itertools.combinations(phases, 2):
        assert np.abs(one - other).max() > 0.12


def test_signs_of_money_are_no_formula(drawn, tmp_path):
    (tmp_path / "cost.md").write_text("It costs $5 or $7.")
    (line, *_) = texts(drawn(plan_of(str(tmp_path / "cost.md"))))
    assert squeezed(line.get_text()) == "It costs $5 or $7."
    assert not line.get_parse_math()


def test_a_session_of_many_hours_is_refused_before_it_is_drawn(drawn, tmp_path):
    (tmp_path / "long.md").write_text("Hi.\n\n[1000 breaths]\n\n[1000 breaths]\n")
    with pytest.raises(RequestError, match=r"up to 4 hours.*lasts 5:3\d:\d\d"):
        drawn(plan_of(str(tmp_path / "long.md")))


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
