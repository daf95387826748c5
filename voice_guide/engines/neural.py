"""Neural voices through sherpa-onnx: a model is loaded once."""

import functools
import os
from typing import Any

__all__ = ["speak"]


def speak(request: dict[str, Any], target: str) -> None:
    """Speak a text into a file."""
    import soundfile

    engine = _engine(request["family"], tuple(request["files"].items()))
    if request["speaker"] >= max(engine.num_speakers, 1):
        raise ValueError(
            f"the model has no speaker {request['speaker']}: they count from 0, "
            f"and there are {engine.num_speakers}"
        )
    made = engine.generate(request["text"], sid=request["speaker"], speed=request["speed"])
    if not len(made.samples):
        raise ValueError("the model knows none of its words")
    soundfile.write(target, made.samples, made.sample_rate, "FLOAT", format="WAV")


@functools.lru_cache(maxsize=1)
def _engine(family: str, files: tuple[tuple[str, str], ...]) -> Any:
    import sherpa_onnx as sherpa

    parts = {
        "vits": sherpa.OfflineTtsVitsModelConfig,
        "kokoro": sherpa.OfflineTtsKokoroModelConfig,
        "matcha": sherpa.OfflineTtsMatchaModelConfig,
    }
    model = sherpa.OfflineTtsModelConfig(
        **{family: parts[family](**dict(files))}, num_threads=os.cpu_count() or 1
    )
    config = sherpa.OfflineTtsConfig(model=model, max_num_sentences=1)
    if not config.validate():
        raise ValueError("sherpa-onnx can't use the model's files")
    return sherpa.OfflineTts(config)
