"""Folders with a neural model: recognised for what they hold, or refused by what they lack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice_guide.engines.notes import NoModelError, read_notes
from voice_guide.errors import VoiceError
from voice_guide.files import read_bytes
from voice_guide.limits import MOST_MODEL_CONFIG_BYTES

__all__ = ["Model", "is_model", "model_in"]

SIZES = (".int8", ".int4", ".fp16", "-int8", "-fp16", "-q8")
"""What a file's name has in it beside its part, where a model comes in several sizes."""

SUPERTONIC = {
    "duration_predictor": "duration_predictor.onnx",
    "text_encoder": "text_encoder.onnx",
    "vector_estimator": "vector_estimator.onnx",
    "vocoder": "vocoder.onnx",
    "tts_json": "tts.json",
    "unicode_indexer": "unicode_indexer.bin",
    "voice_style": "voice.bin",
}

POCKET = {
    "lm_flow": "lm_flow.onnx",
    "lm_main": "lm_main.onnx",
    "encoder": "encoder.onnx",
    "decoder": "decoder.onnx",
    "text_conditioner": "text_conditioner.onnx",
    "vocab_json": "vocab.json",
    "token_scores_json": "token_scores.json",
}

SPELT_BY_ESPEAK = ("piper", "coqui", "icefall", "inflect")
"""In a VITS model's notes: it was taught phonemes as eSpeak writes them."""

KOKORO_LEXICONS = {"en": ("us-en", "gb-en"), "zh": ("zh",)}
"""How the names of its lexicons end, by language; of two, the second is for ``en-gb``."""

ESPEAK_VOICES = {"en": "en-us", "pt": "pt-br"}
"""For languages that eSpeak has several voices for, the one that models were trained on."""

LANGUAGES = {"english": "en", "chinese": "zh", "german": "de", "french": "fr", "spanish": "es"}
"""As notes name them, where they give no code."""


@dataclass(frozen=True)
class Model:
    """A model of a known family.

    Its files have sherpa-onnx's names for them. ``language`` is a code, or empty if it is not
    known or there are several; ``phonemes`` is the voice of eSpeak that spells its words, or
    empty if it spells them itself.
    """

    family: str
    files: Mapping[str, Path]
    language: str = ""
    phonemes: str = ""


def is_model(folder: Path) -> bool:
    """Whether a folder is meant as a model: it may still lack something."""
    return any(folder.glob("*.onnx"))


def model_in(folder: Path, language: str = "") -> Model:
    """Return the model in a folder.

    Args:
        folder: as it was downloaded.
        language: of what it is to say; it chooses among several lexicons.

    Raises:
        VoiceError: saying what the folder lacks, and where that comes from.
    """
    if _file(folder, "duration_predictor.onnx"):
        return Model("supertonic", _all(folder, "Supertonic", SUPERTONIC))
    if _file(folder, "lm_main.onnx") or _file(folder, "lm_flow.onnx"):
        return _pocket(folder)
    models = _acoustic(folder)
    notes = _notes(models[0])
    config = models[0].with_name(models[0].name + ".json")
    if not notes.get("model_type") and (config.is_file() or not (folder / "tokens.txt").is_file()):
        return _piper(models, config)
    _only_one(models)
    tokens = _need(folder, "tokens.txt", "it comes in the same archive as the model")
    kind = f"{notes.get('model_type', '')} {notes.get('comment', '')}".lower()
    if (folder / "voices.bin").is_file() or "kokoro" in kind or "kitten" in kind:
        return _many_voices(folder, models[0], tokens, notes, kind, language)
    if "zipvoice" in kind or _file(folder, "fm_decoder.onnx"):
        raise VoiceError(
            f"{folder} holds a ZipVoice model, which can only imitate a recording of someone: "
            "choose a voice of another family."
        )
    vocoders = _vocoders(folder)
    if vocoders or "matcha" in kind:
        return _matcha(folder, models[0], vocoders, tokens, notes)
    if "vits" not in kind:
        raise VoiceError(
            f"{models[0]} doesn't say what kind of model it is: take it from sherpa-onnx's "
            "tts-models, or, for a Piper voice, put its .onnx.json next to it."
        )
    return _vits(folder, models[0], tokens, notes)


def _acoustic(folder: Path) -> list[Path]:
    """The models of a folder, the full-sized before the smaller ones."""
    vocoders = _vocoders(folder)
    models = [path for path in folder.glob("*.onnx") if path not in vocoders]
    if not models:
        also = " beside its vocoder" if vocoders else ""
        raise VoiceError(
            f"{folder} has no model in it{also}: it needs the .onnx file of a voice, with the "
            "files that come with it."
        )
    return sorted(models, key=lambda path: (_plain(path.name) != path.name, path.name))


def _only_one(models: list[Path]) -> None:
    if len({_plain(path.name) for path in models}) > 1:
        raise VoiceError(
            f"{models[0].parent} has several models in it ({', '.join(p.name for p in models)}): "
            "give each a folder of its own, as voice-guide voices add FILE does."
        )


def _vocoders(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.glob("*.onnx") if "vocos" in path.stem or "hifigan" in path.stem
    )


def _piper(models: list[Path], config: Path) -> Model:
    """A voice of Piper's as it is downloaded: a model without notes, and a JSON file."""
    _only_one(models)
    if not config.is_file():
        raise VoiceError(
            f"{config.parent} lacks {config.name} or tokens.txt: a Piper voice is two files, "
            "X.onnx and X.onnx.json, and other voices have tokens.txt in the same archive."
        )
    try:
        about = json.loads(read_bytes(config, MOST_MODEL_CONFIG_BYTES))
        symbols, rate = about["phoneme_id_map"], about["audio"]["sample_rate"]
        if not all(isinstance(ids[0], int) for ids in symbols.values()) or int(rate) <= 0:
            raise ValueError("it has no symbols")
        voice = str(about.get("espeak", {}).get("voice", ""))
        code = str(about.get("language", {}).get("code", voice))
        kind = str(about.get("phoneme_type", "espeak"))
    except (
        *(OSError, ValueError, KeyError, TypeError, AttributeError, IndexError),
        *(OverflowError, RecursionError),
    ) as error:
        raise VoiceError(
            f"{config} doesn't describe a Piper voice ({error}): download it again."
        ) from error
    if kind not in ("espeak", "text") or (kind == "espeak" and not voice):
        raise VoiceError(
            f"{models[0]} spells its words with {kind!r}, which only Piper itself can do: "
            "choose another voice."
        )
    spelling = voice if kind == "espeak" else "text"
    return Model("piper", {"model": models[0], "config": config}, _code(code), spelling)


def _vits(folder: Path, model: Path, tokens: Path, notes: Mapping[str, str]) -> Model:
    files = {"model": model, "tokens": tokens}
    language = _code(notes.get("voice", "") or notes.get("language", ""))
    comment = notes.get("comment", "").lower()
    if notes.get("has_espeak") == "1" or any(name in comment for name in SPELT_BY_ESPEAK):
        voice = notes.get("voice") or ESPEAK_VOICES.get(language, language)
        if voice:
            return Model("vits", files, language, voice)
    if notes.get("frontend") == "characters":
        return Model("vits", files, language)
    lexicon = _need(folder, "lexicon.txt", "it says how words are spelt, and comes with the model")
    return Model("vits", {**files, "lexicon": lexicon}, language)


def _matcha(
    folder: Path, model: Path, vocoders: list[Path], tokens: Path, notes: Mapping[str, str]
) -> Model:
    if not vocoders:
        raise VoiceError(
            f"{folder} lacks a vocoder: a Matcha model needs vocos-22khz-univ.onnx, or one with "
            "hifigan in its name, from sherpa-onnx's vocoder-models."
        )
    files = {"acoustic_model": model, "vocoder": vocoders[0], "tokens": tokens}
    language = _code(notes.get("voice", "") or notes.get("language", ""))
    if notes.get("has_espeak", notes.get("use_espeak")) == "1":
        return Model("matcha", files, language, notes.get("voice") or "en-us")
    lexicon = _need(folder, "lexicon.txt", "it says how words are spelt, and comes with the model")
    return Model("matcha", {**files, "lexicon": lexicon}, language)


def _many_voices(
    folder: Path,
    model: Path,
    tokens: Path,
    notes: Mapping[str, str],
    kind: str,
    language: str,
) -> Model:
    """Kokoro or Kitten: one model, and its speakers in a file of their own."""
    voices = _need(folder, "voices.bin", "it holds the speakers, and comes with the model")
    files = {"model": model, "voices": voices, "tokens": tokens}
    if "kokoro" not in kind and "kitten" not in kind:
        raise VoiceError(
            f"{model} doesn't say whether it is Kokoro or Kitten: take it from sherpa-onnx's "
            "tts-models, which do say so."
        )
    if "kitten" in kind:
        return Model("kitten", files, "en", "en-us")
    if notes.get("version", "1") == "1":
        return Model("kokoro", files, "en", "en-us")
    base, _, region = (language or "en").lower().partition("-")
    endings = KOKORO_LEXICONS.get(base, ())
    lexicons = [path for end in endings if (path := folder / f"lexicon-{end}.txt").is_file()]
    if lexicons:
        return Model("kokoro", {**files, "lexicon": lexicons[-1 if region == "gb" else 0]})
    if base == "zh":
        raise VoiceError(
            f"{folder} lacks lexicon-zh.txt, without which Kokoro can't spell Chinese: it comes in "
            "the archives of sherpa-onnx's tts-models whose names have multi-lang in them."
        )
    if base == "ja":
        raise VoiceError(
            f"{folder} can't speak Japanese here, as neither sherpa-onnx nor eSpeak NG knows how "
            "kanji are read: use a program that does (see the page on neural voices), or "
            "--voice system where the computer has a Japanese voice."
        )
    return Model("kokoro", files, phonemes=language if region else ESPEAK_VOICES.get(base, base))


def _pocket(folder: Path) -> Model:
    files = _all(folder, "Pocket", POCKET)
    recordings = sorted([*folder.glob("*.wav"), *folder.glob("test_wavs/*.wav")])
    if not recordings:
        raise VoiceError(
            f"{folder} lacks a recording: Pocket speaks like the voice in a .wav file. "
            "Put one of a few seconds in the folder, with the permission of the person who speaks."
        )
    return Model("pocket", {**files, "reference": recordings[0]}, "en")


def _notes(model: Path) -> dict[str, str]:
    try:
        return read_notes(model)
    except NoModelError as error:
        raise VoiceError(
            f"{model} is not an ONNX model, or only part of one: download it again."
        ) from error
    except OSError as error:
        raise VoiceError(f"{model} can't be read ({error.strerror}).") from error


def _all(folder: Path, family: str, names: Mapping[str, str]) -> dict[str, Path]:
    found = {part: _file(folder, name) for part, name in names.items()}
    lacking = [names[part] for part, path in found.items() if path is None]
    if lacking:
        raise VoiceError(
            f"{folder} lacks {', '.join(lacking)}: a {family} model needs "
            f"{', '.join(names.values())}."
        )
    return {part: path for part, path in found.items() if path is not None}


def _need(folder: Path, name: str, about: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise VoiceError(f"{folder} lacks {name}: {about}.")
    return path


def _file(folder: Path, name: str) -> Path | None:
    """A file by its name, also where that says how small its numbers are."""
    ending = name.rpartition(".")[2]
    found = sorted(path for path in folder.glob(f"*.{ending}") if _plain(path.name) == name)
    return found[0] if found else None


def _plain(name: str) -> str:
    for size in SIZES:
        name = name.replace(size, "")
    return name


def _code(language: Any) -> str:
    """A language's code of two or three letters, from what a model says."""
    first = str(language).lower().replace("_", "-").split("-")[0].split(" ")[0]
    return LANGUAGES.get(first, first if 2 <= len(first) <= 3 and first.isalpha() else "")
