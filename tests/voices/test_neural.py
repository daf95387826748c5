"""Models that sherpa-onnx reads: loaded, heard, and kept to a pace."""

import contextlib
import io
import re

import numpy as np
import pytest
import soundfile
import tiny_model
from parts import need
from speaking import LINES, seconds

from voice_guide.errors import VoiceError
from voice_guide.voices import WorkerFault, open_voice, tempo

WORDS = sum(len(line.split()) for line in LINES)


@pytest.fixture
def voices(folders):
    """The folder of installed voices."""
    need(modules=["onnx", "sherpa_onnx"])
    return folders / "data" / "voice-guide" / "voices"


@pytest.fixture
def model(voices):
    folder = tiny_model.write(voices / "tiny")
    lines = " ".join([*LINES, *tempo.LINES]).lower()
    tiny_model.lexicon(folder, set(re.findall("[a-z']+", lines)))
    return folder


@pytest.fixture
def piper(voices):
    return tiny_model.write_piper(voices / "joe")


def answers(name, *texts, **options):
    options = {"language": "en", "rate": None, **options}
    with contextlib.closing(open_voice(name, **options)) as voice:
        return list(voice.speak(texts))


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("rate", [70, 100, 130])
def test_a_model_is_found_loaded_and_speaks_at_the_rate_that_is_asked_for(rate):
    """It proves that models of the VITS kind are loaded, fed and heard by the real engine; not
    that a trained one is understood."""
    assert 60 * WORDS / seconds("neural:tiny", rate=rate) == pytest.approx(rate, rel=0.1)


@pytest.mark.usefixtures("piper")
@pytest.mark.parametrize("rate", [60, 90])
def test_a_voice_of_pipers_as_it_is_downloaded_speaks_by_its_phonemes(rate):
    assert 60 * WORDS / seconds("neural:joe", rate=rate) == pytest.approx(rate, rel=0.1)


@pytest.mark.usefixtures("piper")
def test_the_pace_of_a_model_is_measured_once_and_again_when_the_model_is_another(
    piper, monkeypatch
):
    measured = []
    real = tempo.tempo_of

    def counting(key, measure):
        def counted():
            measured.append(key)
            return measure()

        return real(key, counted)

    monkeypatch.setattr("voice_guide.voices.neural.tempo_of", counting)
    first = answers("neural:joe", LINES[0])
    assert answers("neural:joe", LINES[0]) == first
    assert len(measured) == 1
    tiny_model.write_piper(piper.parent, num_speakers=1, dataset="another")
    assert answers("neural:joe", LINES[0]) == first
    assert len(measured) == 2


@pytest.mark.usefixtures("piper")
def test_the_same_text_gives_the_same_bytes_in_any_order():
    one, two = answers("neural:joe", *LINES[:2])
    assert answers("neural:joe", LINES[1], LINES[0]) == [two, one]


@pytest.mark.usefixtures("piper")
def test_the_model_that_was_downloaded_is_not_touched(piper):
    before = {path.name: path.read_bytes() for path in piper.parent.iterdir()}
    answers("neural:joe", LINES[0])
    assert {path.name: path.read_bytes() for path in piper.parent.iterdir()} == before


@pytest.mark.parametrize("kind", ["model", "piper"])
@pytest.mark.parametrize(
    ("word", "told"),
    [("ॐ", "Devanagari"), ("Привет", "Cyrillic"), ("wibbletron", "can't say 'wibbletron'")],
)
def test_a_word_that_would_be_left_out_is_a_fault_that_names_it(request, kind, word, told):
    request.getfixturevalue(kind)
    name = "neural:tiny" if kind == "model" else "neural:joe"
    answer, whole = answers(name, f"Let your feet {word} find the floor.", LINES[0])
    if (kind, word) == ("piper", "wibbletron"):  # eSpeak spells what it has never met
        assert isinstance(answer, bytes)
    else:
        assert isinstance(answer, WorkerFault)
        assert told in str(answer)
    assert isinstance(whole, bytes)


@pytest.mark.usefixtures("piper")
def test_sentences_are_joined_from_rest_to_rest():
    """The model's tones begin and end anywhere: without care, each join is a click."""
    (answer,) = answers("neural:joe", "Breathe in. Breathe out. And rest.")
    sound, rate = soundfile.read(io.BytesIO(answer))
    heard = np.flatnonzero(sound)
    gaps = np.flatnonzero(np.diff(heard) > 0.15 * rate)
    edges = [*heard[gaps], *heard[gaps + 1]]
    assert len(edges) == 4
    assert all(abs(sound[edge]) < 0.01 < 0.2 < abs(sound).max() for edge in edges)


@pytest.mark.usefixtures("model")
def test_a_speaker_that_the_model_lacks_is_refused():
    (fault,) = answers("neural:tiny#7", LINES[0])
    assert "no speaker 7" in str(fault)


def test_a_model_that_is_damaged_ends_a_worker_and_no_more_and_says_why(model):
    data = bytearray((model / "model.onnx").read_bytes())
    at = data.index(b"Range")  # the name of a step of the network
    data[at : at + 5] = b"Wrong"
    (model / "model.onnx").write_bytes(data)
    (fault,) = answers("neural:tiny", LINES[0])
    assert isinstance(fault, WorkerFault)
    assert "Wrong" in str(fault)


def test_what_sherpa_says_as_it_ends_reaches_the_message(model):
    data = (model / "model.onnx").read_bytes()
    (model / "model.onnx").write_bytes(data.replace(b"sample_rate", b"sample_rats"))
    (fault,) = answers("neural:tiny", LINES[0])
    assert "crashed" in str(fault)
    assert "sample_rate" in str(fault)


@pytest.mark.usefixtures("piper")
def test_a_script_in_another_language_than_the_models_is_refused():
    with pytest.raises(VoiceError, match="speaks 'en', and the script is in 'de'"):
        open_voice("neural:joe", "de", None)


@pytest.mark.usefixtures("piper")
def test_an_installed_voice_is_not_hidden_by_a_folder_of_its_name(folders):
    (folders / "joe").mkdir()
    assert isinstance(answers("neural:joe", LINES[0])[0], bytes)
    with pytest.raises(VoiceError, match="has no model in it"):
        open_voice("neural:./joe", "en", None)


@pytest.mark.usefixtures("model")
def test_a_sherpa_that_is_too_old_is_refused(monkeypatch):
    monkeypatch.setattr("voice_guide.voices.neural.version", lambda name: "1.13.8")
    with pytest.raises(VoiceError, match=r"sherpa-onnx 2 or later, and 1\.13\.8 is installed"):
        open_voice("neural:tiny", "en", None)


@pytest.mark.parametrize("voice", ["../../etc/passwd", "en-us+" + "x" * 30, "nosuch", ""])
def test_a_name_that_espeak_would_end_on_is_refused(voices, voice):
    tiny_model.write_piper(voices / "odd", espeak={"voice": voice})
    if not voice:
        with pytest.raises(VoiceError, match="only Piper itself"):
            open_voice("neural:odd", "en", None)
        return
    with contextlib.closing(open_voice("neural:odd", "en", None)) as opened:
        (fault,) = opened.speak(LINES[:1])
    assert "no voice" in str(fault)
