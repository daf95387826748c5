"""How each word of a text sounds, by eSpeak NG: what sounds the same is spelled the same."""

import json
from pathlib import Path
from typing import Any

from voice_guide.engines.phonemes import AS_WRITTEN, phonemes

__all__ = ["speak"]


def speak(request: dict[str, Any], target: str) -> None:
    """Write into a file, as JSON, the phonemes of each word in ``words``.

    In a language that eSpeak doesn't know, its letters.
    """
    words, voice = request["words"], request["voice"]
    try:
        found = [phonemes(word, voice) for word in words]
    except ValueError:
        found = [phonemes(word, AS_WRITTEN) for word in words]
    Path(target).write_text(json.dumps(found), "utf-8")
