"""Where voices can be got: hibari's, by the registry in its package, and Piper's, by its index."""

import importlib.util
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from voice_guide.errors import DownloadError, VoiceError, did_you_mean, nearest
from voice_guide.limits import MOST_CARD_BYTES, MOST_DOWNLOAD_BYTES, MOST_DOWNLOAD_INDEX_BYTES
from voice_guide.voices.fetch import read

__all__ = ["HUB", "File", "Offer", "hibari_offers", "hub", "offer_of"]

HUB = "https://huggingface.co"
"""Where both are; HF_ENDPOINT in the environment names a mirror of it, as for others' tools."""

PIPER = "rhasspy/piper-voices/resolve/main/"

UNTOLD = "its licence is not stated"


@dataclass(frozen=True)
class File:
    """One file of a voice: ``digest`` is a hash's name, and the hash in hexadecimal."""

    url: str
    name: str
    size: int
    digest: tuple[str, str]


@dataclass(frozen=True)
class Offer:
    """A voice that can be got. ``place`` is where its only file goes; None: it is installed
    as a folder among the listener's voices."""

    name: str
    about: str
    licence: str
    files: tuple[File, ...]
    place: Path | None = None

    @cached_property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def hub() -> str:
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB


def offer_of(name: str) -> Offer:
    """Return what is to be got by a name: of hibari's voices or of Piper's.

    Raises:
        VoiceError: if neither has it, naming what is near.
        DownloadError: if Piper's index can't be read.
    """
    family, colon, rest = name.partition(":")
    if colon and family not in ("hibari", "piper"):
        raise VoiceError(f"{name!r} can't be downloaded: only hibari's and Piper's voices can.")
    part = rest if colon else name
    if family != "piper":
        offers = hibari_offers()
        if part in offers:
            return offers[part]
        if colon:
            known = f"there are {', '.join(offers)}" if offers else "install it first (hibari-tts)"
            raise VoiceError(f"hibari has no voice {part!r} to download: {known}.")
    return _piper_offer(part)


def hibari_offers() -> dict[str, Offer]:
    """The voices that hibari knows and does not bring along, by name; none without it."""
    registry = _hibari()
    if registry is None:
        return {}
    about = metadata("hibari-tts")
    licence = next(
        (about[key] for key in ("License-Expression", "License") if key in about), UNTOLD
    )
    base = registry.BASE_URL.replace(HUB, hub(), 1)
    return {
        name: Offer(
            f"hibari:{name}",
            f"{voice['accent']} English, {voice['gender']}",
            licence,
            (
                File(
                    base + voice["file"], voice["file"], voice["bytes"], ("sha256", voice["sha256"])
                ),
            ),
            Path(registry.cache_dir(), voice["file"]),
        )
        for name, voice in registry.VOICES.items()
        if not voice.get("bundled")
    }


def _hibari() -> ModuleType | None:
    """hibari's module about its voices, without the rest of it, which loads its engine."""
    found = importlib.util.find_spec("hibari")
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0], "voices.py")
    spec = importlib.util.spec_from_file_location("_hibari_voices", path)
    if spec is None or spec.loader is None or not path.is_file():
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _piper_offer(name: str) -> Offer:
    base = f"{hub()}/{PIPER}"
    index = _piper_index(f"{base}voices.json")
    if name not in index:
        raise VoiceError(_unknown(name, index))
    entry = index[name]
    try:
        files = {
            path: File(
                base + path,
                path.rpartition("/")[2],
                int(about["size_bytes"]),
                ("md5", str(about["md5_digest"])),
            )
            for path, about in entry["files"].items()
        }
        needed = [file for file in files.values() if re.search(r"\.onnx(\.json)?$", file.name)]
        if {file.name for file in needed} != {f"{name}.onnx", f"{name}.onnx.json"}:
            raise ValueError
        language = entry["language"]
        about = f"{language['name_english']}, {entry['quality']}"
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise DownloadError(
            f"{base}voices.json describes {name!r} in a way that Voice Guide doesn't know."
        ) from error
    if sum(file.size for file in needed) > MOST_DOWNLOAD_BYTES or min(f.size for f in needed) <= 0:
        raise DownloadError(f"{base}voices.json gives {name!r} an impossible size.")
    card = next((file for file in files.values() if file.name == "MODEL_CARD"), None)
    with_card = (*needed, card) if card else tuple(needed)
    return Offer(f"piper:{name}", about, _licence(card), with_card)


def _piper_index(url: str) -> Mapping[str, Any]:
    try:
        index = json.loads(read(url, MOST_DOWNLOAD_INDEX_BYTES))
    except (ValueError, RecursionError) as error:
        raise DownloadError(f"{url} is not an index of voices: try again later.") from error
    if not isinstance(index, dict):
        raise DownloadError(f"{url} is not an index of voices: try again later.")
    return index


def _unknown(name: str, index: Mapping[str, Any]) -> str:
    spoken = [key for key in index if key.lower().startswith(name.lower().replace("-", "_"))]
    message = f"there is no voice {name!r} to download"
    if spoken:
        return f"{message}: there are {', '.join(spoken)}."
    near = nearest(name, index, most=5, likeness=0.4)
    return did_you_mean(f"{message}: choose one such as en_US-joe-medium.", near)


def _licence(card: File | None) -> str:
    """What a voice's card says of its licence."""
    text = read(card.url, MOST_CARD_BYTES).decode(errors="replace") if card else ""
    said = re.search(r"^\W*licen[cs]e\W+(.+)$", text, re.IGNORECASE | re.MULTILINE)
    return " ".join(said.group(1).split())[:200] if said else UNTOLD
