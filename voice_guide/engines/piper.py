"""Piper's voices as they are downloaded: a model, and beside it a JSON file about it.

sherpa-onnx wants what the JSON file says in the model's own notes, and in a list of tokens.
"""

import hashlib
import json
import os

from voice_guide.engines.notes import copy_with_notes

__all__ = ["as_sherpa_reads_it"]


def as_sherpa_reads_it(model: str, config: str, folder: str) -> dict[str, str]:
    """Write a copy of a model with its notes, and its tokens; return where they are.

    Args:
        model: the ``.onnx`` file, which stays as it is.
        config: the ``.onnx.json`` file.
        folder: for the copies.
    """
    with open(config, encoding="utf-8") as file:
        about = json.load(file)
    place = os.path.join(folder, hashlib.blake2b(model.encode(), digest_size=8).hexdigest())
    os.makedirs(place, exist_ok=True)
    copy, tokens = os.path.join(place, "model.onnx"), os.path.join(place, "tokens.txt")
    notes = {
        "model_type": "vits",
        "comment": "piper",
        "has_espeak": "1",
        "language": str(about.get("language", {}).get("name_english", "")),
        "voice": str(about.get("espeak", {}).get("voice", "")),
        "n_speakers": str(int(about.get("num_speakers", 1))),
        "sample_rate": str(int(about["audio"]["sample_rate"])),
    }
    with open(tokens, "w", encoding="utf-8", newline="\n") as file:
        for symbol, numbers in about["phoneme_id_map"].items():
            if len(symbol) == 1:  # the others stand for no phoneme of eSpeak's
                file.write(f"{symbol} {numbers[0]}\n")
    copy_with_notes(model, copy, notes)
    return {"model": copy, "tokens": tokens}
