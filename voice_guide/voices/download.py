"""Voices that are offered elsewhere: downloaded, checked, and installed."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from voice_guide.config import voices_folder
from voice_guide.errors import VoiceError
from voice_guide.voices.fetch import fetch
from voice_guide.voices.neural import check_sherpa
from voice_guide.voices.registries import Offer
from voice_guide.voices.store import check_new, put_in_place

__all__ = ["download"]


def download(
    offer: Offer, name: str | None = None, tell: Callable[[int, int], None] | None = None
) -> str:
    """Get a voice and install it.

    Args:
        offer: what is to be got.
        name: under which it is installed, where that can be chosen; by default its own.
        tell: told how many bytes are there, of how many.

    Returns:
        The voice as it is chosen.

    Raises:
        VoiceError: if the name is taken, or the voice does not speak here.
        DownloadError: if it can't be got; what is there already is kept for the next time.
        OutputError: if it can't be written.
    """
    if offer.place is not None:
        _fetch_all(offer, {offer.files[0].name: offer.place}, tell)
        return offer.name
    check_sherpa()
    chosen = check_new(name if name is not None else offer.name.partition(":")[2])
    folder = voices_folder() / f".{chosen}.download"  # the same one the next time
    _fetch_all(offer, {file.name: folder / file.name for file in offer.files}, tell)
    try:
        return put_in_place(folder, chosen)
    except VoiceError:
        shutil.rmtree(folder, ignore_errors=True)  # whole, and yet no voice: of no use
        raise


def _fetch_all(
    offer: Offer, places: Mapping[str, Path], tell: Callable[[int, int], None] | None
) -> None:
    """Get every file of an offer to its place, by name."""
    before = 0

    def told(done: int) -> None:
        if tell:
            tell(before + done, offer.size)

    for file in offer.files:
        fetch(file.url, places[file.name], file.size, file.digest, told)
        before += file.size
