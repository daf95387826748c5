"""One calm line: only the bar moves, and a screen reader has nothing to repeat."""

import contextlib
import io
import re
from dataclasses import replace

import pytest

from voice_guide.live.playback import Status
from voice_guide.live.screen import BAR, screen


class Terminal(io.StringIO):
    terminal = True

    def isatty(self):
        return self.terminal

    def line(self, quiet=False):
        with contextlib.redirect_stderr(self):
            return screen(quiet)


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


NOW = Status(
    title="Stay present",
    section="Arrive",
    breath=3,
    height=0.0,
    seconds=20.0,
    seconds_left=610.0,
    paused=False,
)


def written(shown, line, status):
    """What one more status writes."""
    before = len(shown.getvalue())
    line.show(status)
    return shown.getvalue()[before:]


def words_of(text):
    return re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]|[\r█·]", "", text).strip()


def breath(number, ticks=100, seconds=10.0):
    """The status at each tenth of a second of a breath."""
    for tick in range(ticks):
        x = tick / ticks
        height = x / 0.4 if x < 0.4 else (1 - x) / 0.6
        at = (number - 1) * seconds + x * seconds
        yield replace(NOW, breath=number, height=height, seconds=at, seconds_left=600 - at)


def test_it_shows_section_breath_and_time(shown):
    line = shown.line()
    text = written(shown, line, NOW)
    assert "Arrive · breath 3 · about 10 min left" in text
    assert "·" * BAR in text


def test_within_a_breath_only_the_bar_is_written_in_place(shown):
    line = shown.line()
    first, *rest = breath(3)
    line.show(first)
    moves = [text for status in rest if (text := written(shown, line, status))]
    assert len(moves) == 2 * BAR
    for text in moves:
        assert re.fullmatch(rf"\r[█·]{{{BAR}}}", text)


def test_nothing_is_written_when_nothing_has_changed(shown):
    line = shown.line()
    line.show(NOW)
    assert written(shown, line, NOW) == ""


def test_the_words_are_written_once_a_breath_and_once_a_minute(shown):
    line = shown.line()
    texts = [written(shown, line, status) for number in range(1, 31) for status in breath(number)]
    words = [words_of(text) for text in texts if words_of(text)]
    minutes = len({about for text in words for about in re.findall(r"about (\d+)", text)})
    assert len(words) == len(set(words))
    assert 30 <= len(words) <= 30 + minutes


def test_the_bar_is_as_full_as_the_lungs(shown):
    line = shown.line()
    for height, full in ((0.0, 0), (0.5, BAR // 2), (1.0, BAR)):
        text = written(shown, line, replace(NOW, height=height, breath=full))
        assert text.count("█") == full


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (replace(NOW, seconds_left=None), "Arrive · breath 3"),
        (replace(NOW, seconds_left=20.0), "Arrive · breath 3 · under a minute left"),
        (replace(NOW, seconds_left=80.0), "Arrive · breath 3 · about 1 min left"),
        (replace(NOW, paused=True), "paused (press space) · Arrive · breath 3"),
        (replace(NOW, pace="4-6"), "Arrive · breath 3 · 4-6 · about 10 min left"),
    ],
)
def test_what_it_says(shown, status, expected):
    text = written(shown, shown.line(), status)
    assert text.endswith(f"  {expected}")


@pytest.mark.parametrize(
    ("columns", "status", "expected"),
    [
        ("40", replace(NOW, paused=True), "paused (press space)"),
        ("40", replace(NOW, paused=True, section="A very long title"), "paused (press space)"),
        (
            "44",
            replace(NOW, section="A one-minute pause", pace="4-6"),
            "A one-minu… · breath 3 · 4-6",
        ),
        ("46", replace(NOW, pace="4-6"), "Arrive · breath 3 · 4-6"),
        ("30", replace(NOW, paused=True), "paused (press "),
    ],
)
def test_in_a_narrow_terminal_the_state_comes_first(shown, monkeypatch, columns, status, expected):
    monkeypatch.setenv("COLUMNS", columns)
    assert written(shown, shown.line(), status).partition("  ")[2] == expected


@pytest.mark.parametrize("terminal", ["dumb", "unknown"])
def test_a_terminal_without_codes_gets_a_line_when_something_changes(shown, monkeypatch, terminal):
    monkeypatch.setenv("TERM", terminal)
    line = shown.line()
    pause = replace(NOW, paused=True)
    for status in (*breath(3), pause, pause, *breath(4), replace(NOW, section="Rest")):
        line.show(status)
    line.close()
    rows = shown.getvalue().splitlines()
    assert [row.partition(" · ")[0] for row in rows] == [
        *("Arrive", "paused (press space)", "Arrive", "Rest")
    ]
    assert not re.search(r"[\x00-\x09\x0b-\x1f█]", shown.getvalue())


def test_after_it_was_put_away_it_can_be_shown_again(shown):
    line = shown.line()
    line.show(NOW)
    line.close()
    text = written(shown, line, NOW)
    assert text.startswith("\x1b[?25l")
    assert "Arrive · breath 3" in text


@pytest.mark.parametrize("columns", ["80", "40", "30"])
def test_it_never_wraps(shown, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    text = written(shown, shown.line(), replace(NOW, section="A long title " * 20))
    assert len(re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]|\r", "", text)) < int(columns)


def test_at_the_end_the_line_is_gone_and_the_cursor_is_back(shown):
    line = shown.line()
    line.show(NOW)
    line.close()
    text = shown.getvalue()
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1
    assert text.endswith("\r\x1b[2K\x1b[?25h")
    assert "\n" not in text


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_or_without_a_terminal_nothing_is_written(shown, terminal):
    shown.terminal = terminal
    line = shown.line(quiet=terminal)
    for status in breath(1):
        line.show(status)
    line.close()
    assert shown.getvalue() == ""
