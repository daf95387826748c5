"""Models that sherpa-onnx reads: found, loaded and heard."""

import contextlib
import re

import pytest
import tiny_model
from parts import need
from speaking import LINES, seconds

from voice_guide.errors import VoiceError
from voice_guide.voices import WorkerFault, open_voice
from voice_guide.voices.neural import model_in


@pytest.fixture
def model(folders):
    need(modules=["onnx", "sherpa_onnx"])
    folder = tiny_model.write(folders / "data" / "voice-guide" / "voices" / "tiny")
    tiny_model.lexicon(folder, {w for line in LINES for w in re.findall("[a-z']+", line.lower())})
    return folder


@pytest.mark.usefixtures("model")
def test_a_model_is_found_loaded_and_speaks_at_the_speed_that_is_asked_for():
    """It proves that models of the VITS kind are loaded, fed and heard by the real engine; not
    that a trained one is understood, nor anything of Piper's own spelling, Kokoro or Matcha."""
    own, slow = seconds("neural:tiny"), seconds("neural:tiny", rate=75)
    letters = sum(map(str.isalpha, "".join(LINES)))
    assert own > 0.9 * tiny_model.TOKEN_SECONDS * letters
    assert slow == pytest.approx(2 * own, rel=0.05)  # 150 words a minute is its own


@pytest.mark.usefixtures("model")
def test_a_speaker_that_the_model_lacks_is_refused():
    with contextlib.closing(open_voice("neural:tiny#7", "en", None)) as voice:
        (fault,) = voice.speak(LINES[:1])
    assert "no speaker 7" in str(fault)


def test_a_model_that_is_damaged_ends_a_worker_and_no_more(model):
    (model / "model.onnx").write_bytes(b"no model")
    with contextlib.closing(open_voice("neural:tiny", "en", None)) as voice:
        (fault,) = voice.speak(LINES[:1])
    assert isinstance(fault, WorkerFault)


@pytest.mark.parametrize(
    ("files", "family"),
    [
        (["a.onnx", "tokens.txt"], "vits"),
        (["a.onnx", "tokens.txt", "voices.bin"], "kokoro"),
        (["model-steps-3.onnx", "vocos-22khz-univ.onnx", "tokens.txt"], "matcha"),
        (["a.onnx"], None),
        (["tokens.txt"], None),
    ],
)
def test_the_family_is_found_by_what_the_folder_holds(folders, files, family):
    for name in files:
        (folders / name).touch()
    if family is None:
        with pytest.raises(VoiceError, match=r"tokens\.txt"):
            model_in(folders)
    else:
        found, paths = model_in(folders)
        assert found == family
        assert {path.name for path in paths.values()} == set(files)
