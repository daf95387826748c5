"""The platform's own voices, through pyttsx3's driver for it; for one utterance only."""

import json
import os
import time
from typing import Any

__all__ = ["speak"]

DRIVERS_RATE = 200
"""Words per minute that pyttsx3's drivers set when they start."""


def speak(request: dict[str, Any], target: str) -> None:
    """Speak a text into a file; or, asked for nothing, write what voices there are."""
    import pyttsx3

    engine = pyttsx3.init()
    if not request:
        with open(target, "w", encoding="utf-8") as file:
            json.dump(_voices(engine), file)
        return
    told: list[str] = []
    failures: list[Exception] = []
    for topic in ("started-utterance", "finished-utterance"):
        engine.connect(topic, lambda topic=topic, **_: told.append(topic))
    engine.connect("error", lambda name, exception: failures.append(exception))
    # At once and twice: what eSpeak is told some time after its start is sometimes lost.
    for name, value in [*request["properties"].items()] * 2:
        engine.setProperty(name, value)
    engine.save_to_file(request["text"], target)
    engine.runAndWait()
    # What says that it began writes on after runAndWait has returned, until it says that it ended.
    while "started-utterance" in told and "finished-utterance" not in told and not failures:
        time.sleep(0.005)  # our own end comes with the time limit
    if failures:
        raise failures[0]
    if engine.getProperty("rate") == DRIVERS_RATE != request["properties"]["rate"]:
        os._exit(1)  # it was lost after all: a new process tries once more


def _voices(engine: Any) -> list[dict[str, Any]]:
    chosen = engine.getProperty("voice")
    return [
        {
            "id": voice.id,
            "name": voice.name or voice.id,
            "languages": [_code(each) for each in voice.languages if each],
            "default": voice.id == chosen,
        }
        for voice in engine.getProperty("voices")
    ]


def _code(language: str | bytes) -> str:
    """A language as ``en-us``; a driver may give bytes that begin with a rank, or ``en_US``."""
    text = language.decode(errors="ignore") if isinstance(language, bytes) else language
    return text.lstrip("".join(map(chr, range(32)))).lower().replace("_", "-")
