"""Model folders: each is recognised for what it holds, or refused by what it lacks."""

import contextlib
import json

import parts
import pytest
import tiny_model
from hypothesis import given
from hypothesis import strategies as st

from voice_guide.engines.notes import NoModelError, copy_with_notes, read_notes
from voice_guide.errors import VoiceError
from voice_guide.voices.models import POCKET, SUPERTONIC, model_in

onnx = parts.module("onnx")


def model(path, **notes):
    """A model without a network, but with notes."""
    made = onnx.helper.make_model(onnx.helper.make_graph([], "none", [], []))
    for key, value in notes.items():
        made.metadata_props.add(key=key, value=value)
    onnx.save(made, path)


VITS = {"model_type": "vits", "comment": "ljspeech", "language": "English"}
PIPER = {"model_type": "vits", "comment": "piper", "has_espeak": "1", "voice": "de"}
MMS = {"model_type": "vits", "comment": "mms", "frontend": "characters"}
MATCHA = {"model_type": "matcha-tts", "has_espeak": "1", "voice": "en-us"}
MATCHA_ZH = {"model_type": "matcha-tts", "language": "Chinese"}
KOKORO_1 = {"model_type": "kokoro", "has_espeak": "1", "voice": "en-us"}
KOKORO_2 = {"model_type": "kokoro", "version": "2"}
KITTEN = {"model_type": "kitten-tts", "has_espeak": "1", "voice": "en-us"}


def write(folder, notes, *others, name="model.onnx"):
    model(folder / name, **notes)
    for other in others:
        (folder / other).touch()
    return folder


@pytest.mark.parametrize(
    ("notes", "others", "language", "expected"),
    [
        (VITS, ["tokens.txt", "lexicon.txt"], "en", ("vits", "en", "")),
        (PIPER, ["tokens.txt"], "de", ("vits", "de", "de")),
        (MMS, ["tokens.txt"], "de", ("vits", "", "")),
        (MATCHA, ["tokens.txt", "vocos-22khz-univ.onnx"], "en", ("matcha", "en", "en-us")),
        (MATCHA_ZH, ["tokens.txt", "hifigan_v2.onnx", "lexicon.txt"], "zh", ("matcha", "zh", "")),
        (KOKORO_1, ["tokens.txt", "voices.bin"], "en", ("kokoro", "en", "en-us")),
        (KOKORO_2, ["tokens.txt", "voices.bin"], "fr", ("kokoro", "", "fr")),
        (KOKORO_2, ["tokens.txt", "voices.bin", "lexicon-us-en.txt"], "en", ("kokoro", "", "")),
        (KITTEN, ["tokens.txt", "voices.bin"], "en", ("kitten", "en", "en-us")),
    ],
)
def test_a_model_is_known_by_its_notes(tmp_path, notes, others, language, expected):
    found = model_in(write(tmp_path, notes, *others), language)
    assert (found.family, found.language, found.phonemes) == expected
    assert {path.name for path in found.files.values()} == {"model.onnx", *others}


@pytest.mark.parametrize(
    ("language", "lexicon"),
    [("en", "us-en"), ("en-us", "us-en"), ("en-gb", "gb-en"), ("zh", "zh")],
)
def test_the_lexicon_is_that_of_the_language(tmp_path, language, lexicon):
    every = [f"lexicon-{name}.txt" for name in ("gb-en", "us-en", "zh")]
    write(tmp_path, KOKORO_2, "tokens.txt", "voices.bin", *every)
    assert model_in(tmp_path, language).files["lexicon"].name == f"lexicon-{lexicon}.txt"


@pytest.mark.parametrize(
    ("notes", "others", "language", "lacks"),
    [
        (VITS, [], "en", "lacks tokens.txt"),
        (VITS, ["tokens.txt"], "en", "lacks lexicon.txt"),
        (MATCHA, ["tokens.txt"], "en", "lacks a vocoder"),
        (KOKORO_1, ["tokens.txt"], "en", "lacks voices.bin"),
        (KOKORO_2, ["tokens.txt", "voices.bin"], "zh", "lacks lexicon-zh.txt.*multi-lang"),
        (KOKORO_2, ["tokens.txt", "voices.bin"], "ja", "can't speak Japanese.*kanji.*a program"),
        (KITTEN, ["voices.bin"], "en", "lacks tokens.txt"),
        ({}, [], "en", "lacks model.onnx.json or tokens.txt"),
        ({}, ["tokens.txt"], "en", "doesn't say what kind of model it is"),
        ({}, ["tokens.txt", "voices.bin"], "en", "whether it is Kokoro or Kitten"),
        ({"model_type": "zipvoice"}, ["tokens.txt"], "en", "ZipVoice"),
    ],
)
def test_what_a_model_lacks_is_named(tmp_path, notes, others, language, lacks):
    write(tmp_path, notes, *others)
    with pytest.raises(VoiceError, match=lacks):
        model_in(tmp_path, language)


@pytest.mark.parametrize(
    ("family", "names", "extra"),
    [("supertonic", SUPERTONIC, []), ("pocket", POCKET, ["voice.wav"])],
)
@pytest.mark.parametrize("size", ["", ".int8"])
def test_models_in_several_parts_are_known_by_their_files(tmp_path, family, names, extra, size):
    files = {part: name.replace(".onnx", f"{size}.onnx") for part, name in names.items()}
    for name in [*files.values(), *extra]:
        (tmp_path / name).touch()
    found = model_in(tmp_path, "en")
    assert found.family == family
    assert {path.name for path in found.files.values()} == {*files.values(), *extra}
    lacking = files["text_encoder" if family == "supertonic" else "text_conditioner"]
    (tmp_path / lacking).unlink()
    with pytest.raises(VoiceError, match=f"lacks {lacking.replace(size, '')}"):
        model_in(tmp_path, "en")


def test_a_pocket_model_without_a_recording_is_refused(tmp_path):
    for name in POCKET.values():
        (tmp_path / name).touch()
    with pytest.raises(VoiceError, match="lacks a recording"):
        model_in(tmp_path)


def test_the_full_sized_of_several_sizes_is_taken(tmp_path):
    write(tmp_path, KITTEN, "tokens.txt", "voices.bin", name="model.int8.onnx")
    model(tmp_path / "model.onnx", **KITTEN)
    assert model_in(tmp_path).files["model"].name == "model.onnx"


def test_a_pair_of_pipers_is_known_and_of_several_none_is_guessed(tmp_path):
    one = tiny_model.write_piper(tmp_path, espeak={"voice": "fr"}, language={"code": "fr_FR"})
    found = model_in(tmp_path)
    assert (found.family, found.language, found.phonemes) == ("piper", "fr", "fr")
    assert found.files["model"] == one
    tiny_model.write_piper(tmp_path, "another")
    with pytest.raises(
        VoiceError, match=r"several models in it \(another\.onnx, en_US-tiny-low\.onnx\)"
    ):
        model_in(tmp_path)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (b"{", "doesn't describe"),
        (b"[]", "doesn't describe"),
        (b"\xff", "doesn't describe"),
        (b'{"audio": {"sample_rate": 22050}}', "phoneme_id_map"),
        (json.dumps({"audio": {"sample_rate": 0}, "phoneme_id_map": {"a": [1]}}).encode(), "does"),
        (json.dumps({"audio": 3, "phoneme_id_map": {"a": []}}).encode(), "doesn't describe"),
    ],
)
def test_a_damaged_description_of_pipers_is_told(tmp_path, config, reason):
    path = tiny_model.write_piper(tmp_path)
    path.with_name(path.name + ".json").write_bytes(config)
    with pytest.raises(VoiceError, match=reason):
        model_in(tmp_path)


def test_spelling_that_is_pipers_own_is_refused(tmp_path):
    tiny_model.write_piper(tmp_path, phoneme_type="pinyin")
    with pytest.raises(VoiceError, match="'pinyin', which only Piper itself can do"):
        model_in(tmp_path)


def test_what_is_no_model_is_told(tmp_path):
    with pytest.raises(VoiceError, match="has no model in it"):
        model_in(tmp_path)
    whole = tiny_model.write_piper(tmp_path)
    data = whole.read_bytes()
    for wrong in (data[:-20], b"<!DOCTYPE html><title>Not found</title>", b""):
        whole.write_bytes(wrong)
        with pytest.raises(VoiceError, match="not an ONNX model, or only part of one"):
            model_in(tmp_path)


NOTES = st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=300), max_size=5)


@given(before=NOTES, after=NOTES)
def test_notes_are_read_and_added_as_onnx_itself_does(tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("notes")
    model(folder / "a.onnx", **before)
    assert read_notes(folder / "a.onnx") == before
    copy_with_notes(str(folder / "a.onnx"), str(folder / "b.onnx"), after)
    there = [(prop.key, prop.value) for prop in onnx.load(folder / "b.onnx").metadata_props]
    assert there == [*before.items(), *after.items()]
    assert read_notes(folder / "b.onnx") == {**before, **after}


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_model_or_none(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "a.onnx"
    path.write_bytes(data)
    with contextlib.suppress(NoModelError):
        read_notes(path)
