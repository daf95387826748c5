"""Neural voices through sherpa-onnx: a model is loaded once."""

import contextlib
import functools
import os
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from voice_guide.engines import phonemes, skipped
from voice_guide.engines.piper import as_sherpa_reads_it

if TYPE_CHECKING:
    import numpy as np

    Samples = np.ndarray[Any, np.dtype[np.float32]]

__all__ = ["speak"]

CONFIGS = {
    "vits": "OfflineTtsVitsModelConfig",
    "matcha": "OfflineTtsMatchaModelConfig",
    "kokoro": "OfflineTtsKokoroModelConfig",
    "kitten": "OfflineTtsKittenModelConfig",
    "supertonic": "OfflineTtsSupertonicModelConfig",
    "pocket": "OfflineTtsPocketModelConfig",
}

NO_NOISE = {"vits": {"noise_scale": 0.0, "noise_scale_w": 0.0}, "matcha": {"noise_scale": 0.0}}
"""What makes a family say the same each time; others take a seed."""

SEED = "1"

THREADS = 2
"""At work on a line: the same everywhere, as the last bits of a sample depend on it."""

PAUSES_AS_THEY_ARE = 1.0
"""sherpa-onnx shortens them otherwise, by cutting where the sound is not at rest: it clicks."""

MOST_WORDS = "1000"
"""In a sentence, before sherpa-onnx divides it: it is divided here."""

GAP_SECONDS = 0.2
"""Between two sentences, beside the quiet that a model leaves after each."""

FADE_SECONDS = 0.004
"""At both ends of what a model gives: it need not begin and end at rest."""


def speak(request: dict[str, Any], target: str) -> None:
    """Speak a text into a file."""
    import numpy as np
    import soundfile

    family, files = request["family"], dict(request["files"])
    reference = files.pop("reference", None)
    engine, known = _engine(family, tuple(files.items()))
    if request["speaker"] >= max(engine.num_speakers, 1):
        raise ValueError(
            f"the model has no speaker {request['speaker']}: they count from 0, "
            f"and there are {engine.num_speakers}"
        )
    text, voice = request["text"], request["phonemes"]
    unsaid = phonemes.unsaid(text, voice, known) if voice else []
    spelt = phonemes.sentences(text, voice) if voice else phonemes.apart(text)
    sounds: list[Samples] = []
    for sentence in [] if unsaid else spelt:
        wish = _wish(request, reference)
        if voice:
            wish.phoneme_codepoints = [list(map(ord, phonemes.fitted(sentence, known)))]
        with _messages() as messages:
            made = engine.generate("" if voice else sentence, wish)
        unsaid += [] if voice else skipped.words(messages, text)
        sounds.append(np.array(made.samples, np.float32))
    if unsaid:
        words = ", ".join(repr(word) for word in dict.fromkeys(unsaid))
        raise ValueError(f"the model can't say {words}")
    if not any(map(len, sounds)):
        raise ValueError("the model can't say any of these words")
    rate = engine.sample_rate
    # A WAV of floats would have the time of day in it.
    soundfile.write(target, _joined(sounds, rate), rate, "FLOAT", format="AU")


@functools.lru_cache(maxsize=1)
def _engine(family: str, files: tuple[tuple[str, str], ...]) -> tuple[Any, frozenset[str]]:
    """Load a model; return it, and the symbols that it knows."""
    import sherpa_onnx as sherpa

    named = dict(files)
    if family == "piper":
        family, named = "vits", as_sherpa_reads_it(**named, folder=tempfile.gettempdir())
    parts = getattr(sherpa, CONFIGS[family])(**named, **NO_NOISE.get(family, {}))
    model = sherpa.OfflineTtsModelConfig(**{family: parts}, num_threads=THREADS)
    config = sherpa.OfflineTtsConfig(model=model, max_num_sentences=1)
    if not config.validate():
        raise ValueError("sherpa-onnx can't use the model's files")
    known = frozenset[str]()
    if "tokens" in named:
        with open(named["tokens"], encoding="utf-8") as file:
            known = frozenset(row.rpartition(" ")[0] or " " for row in file)
    return sherpa.OfflineTts(config), known


def _wish(request: dict[str, Any], reference: str | None) -> Any:
    """How a sentence is to be spoken, as sherpa-onnx wants it."""
    import sherpa_onnx as sherpa

    wish = sherpa.GenerationConfig()
    wish.sid = request["speaker"]
    wish.speed = request["speed"]
    wish.silence_scale = PAUSES_AS_THEY_ARE
    wish.extra = {
        "seed": SEED,
        "lang": request["language"],
        "min_words_in_sentence": "1",
        "max_words_in_sentence": MOST_WORDS,
    }
    if reference:
        import soundfile

        samples, wish.reference_sample_rate = soundfile.read(reference, dtype="float32")
        wish.reference_audio = samples if samples.ndim == 1 else samples.mean(axis=1)
    return wish


def _joined(sounds: "list[Samples]", rate: int) -> "Samples":
    """Put sentences one after the other, each from rest to rest."""
    import numpy as np

    gap = np.zeros(round(GAP_SECONDS * rate), np.float32)
    parts: list[Samples] = []
    for sound in filter(len, sounds):
        edge = min(round(FADE_SECONDS * rate), len(sound))
        ramp = np.linspace(0, 1, edge, endpoint=False, dtype=np.float32)
        sound[:edge] *= ramp
        sound[len(sound) - edge :] *= ramp[::-1]
        parts += [sound, gap]
    return np.concatenate(parts[:-1])


@contextlib.contextmanager
def _messages() -> Iterator[list[str]]:
    """Give the rows that are written to standard error meanwhile, once it is over.

    They come from C++, and are handed on to where they would have gone.
    """
    rows: list[str] = []
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield rows
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            written = file.read()
            os.write(2, written)
            rows += written.decode(errors="replace").splitlines()
