"""What takes long says so, on a terminal or elsewhere."""

from voice_guide.cli import progress as module


def test_elsewhere_than_on_a_terminal_it_is_told_now_and_then(monkeypatch, capsys):
    now = [100.0]
    monkeypatch.setattr("voice_guide.cli.progress.time.monotonic", lambda: now[0])
    with module.progress("a\x1b[2J.md") as tell:
        for done in range(1, 8):
            now[0] += 4
            tell(done, 10)
    assert capsys.readouterr().err == "a\\x1b[2J.md: 30 %\na\\x1b[2J.md: 60 %\n"


def test_what_is_short_passes_without_a_word(capsys):
    with module.progress("Speech") as tell:
        tell(0, 0)
        tell(1, 1)
    assert capsys.readouterr() == ("", "")
