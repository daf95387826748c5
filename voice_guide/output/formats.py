"""The formats of a session's file: what each can hold, and who writes it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from voice_guide.errors import RequestError, did_you_mean, nearest

__all__ = ["FORMATS", "QUALITIES", "STDOUT", "SUBTYPES", "Form", "Format", "Quality", "form_of"]

STDOUT = "-"

Quality = Literal["low", "normal", "high"]
"""How much is kept of the sound in a format that leaves some of it out."""

QUALITIES: tuple[Quality, ...] = get_args(Quality)

SUBTYPES = {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}
"""What people call the sample formats that can be chosen."""


@dataclass(frozen=True)
class Format:
    """What a file of an ending is.

    Attributes:
        container: as libsndfile names it, or, where there is an encoder, as FFmpeg does.
        sample_formats: as libsndfile names them; the first is the default.
        encoder: FFmpeg's name of it, in PyAV; empty where that isn't needed.
        packed: container and sample format of libsndfile, where PyAV isn't installed.
        kbits: a second, by quality: constant in MP3, on average in the others.
        rates: the sample rates in Hz that it can have; empty for any.
    """

    container: str
    sample_formats: tuple[str, ...] = ("",)
    _: KW_ONLY
    encoder: str = ""
    packed: tuple[str, str] | None = None
    kbits: tuple[int, ...] = ()
    rates: tuple[int, ...] = ()


_MPEG_RATES = (16000, 22050, 24000, 32000, 44100, 48000)
_M4A = Format("mp4", encoder="aac", kbits=(96, 160, 256), rates=(*_MPEG_RATES, 64000, 88200, 96000))

FORMATS: Mapping[str, Format] = {
    ".wav": Format("WAV", ("PCM_16", "PCM_24", "FLOAT")),
    ".flac": Format("FLAC", ("PCM_16", "PCM_24")),
    ".ogg": Format("OGG", ("VORBIS",), kbits=(96, 128, 192)),
    ".opus": Format(
        "opus",
        encoder="libopus",
        packed=("OGG", "OPUS"),
        kbits=(64, 96, 160),
        rates=(16000, 24000, 48000),
    ),
    ".mp3": Format("MP3", kbits=(64, 128, 256), rates=_MPEG_RATES),
    ".m4a": _M4A,
    ".m4b": _M4A,
}
"""By the ending of the file's name, in small letters."""

_MOST_KBITS_OF_LOW_RATES = 160
"""Of MP3 below 32 kHz, which is MPEG-2 (ISO/IEC 13818-3, table of bit rates)."""

_AAC_BITS_A_FRAME, _AAC_FRAME = 6144 * 2, 1024
"""At most, of two channels (ISO/IEC 14496-3, 4.5.3), and its samples."""


@dataclass(frozen=True)
class Form:
    """A format, with all that is chosen of it.

    Attributes:
        suffix: of the file, in small letters.
        container: as in `Format`.
        sample_format: as libsndfile names it; empty where it doesn't write the file.
        encoder: as in `Format`.
        kbits: a second; 0 where nothing is left out.
    """

    suffix: str
    container: str
    sample_format: str
    encoder: str
    kbits: int


def form_of(target: str, subtype: str | None, sample_rate: int, quality: str | None = None) -> Form:
    """Return the format of a file to be written.

    Args:
        target: its name, or ``-`` for WAV on standard output.
        subtype: a key of ``SUBTYPES``; None for the format's default.
        sample_rate: in Hz.
        quality: one of ``QUALITIES``; None for the usual one.

    Raises:
        RequestError: for an ending, a sample format, a sample rate or a quality that is not
            offered, and where the encoder isn't installed.
    """
    suffix = ".wav" if target == STDOUT else Path(target).suffix.lower()
    if suffix not in FORMATS:
        message = (
            f"can't write {target!r}: its ending chooses the format, so use one of "
            f"{', '.join(FORMATS)}."
        )
        raise RequestError(did_you_mean(message, nearest(suffix, FORMATS, likeness=0.5)))
    form = FORMATS[suffix]
    chosen = SUBTYPES[subtype] if subtype else form.sample_formats[0]
    if chosen not in form.sample_formats:
        names = [name for name, value in SUBTYPES.items() if value in form.sample_formats]
        allowed = f"choose {' or '.join(names)}" if names else "it has only one"
        raise RequestError(f"{suffix} has no sample format {subtype!r}: {allowed}.")
    if quality is not None and not form.kbits:
        lossy = ", ".join(suffix for suffix, form in FORMATS.items() if form.kbits)
        raise RequestError(
            f"--quality {quality} is for formats that leave something out ({lossy}): "
            f"{suffix} keeps all of the sound."
        )
    if form.rates and sample_rate not in form.rates:
        allowed = f"{', '.join(map(str, form.rates[:-1]))} or {form.rates[-1]}"
        raise RequestError(
            f"can't write {sample_rate} Hz: {suffix} can have {allowed}. Choose one with "
            "--sample-rate, or another format."
        )
    container, encoder = form.container, form.encoder
    if encoder and find_spec("av") is None:
        if form.packed is None:
            raise RequestError(_without(suffix))
        (container, chosen), encoder = form.packed, ""
    kbits = form.kbits[QUALITIES.index(quality or "normal")] if form.kbits else 0
    if suffix == ".mp3" and sample_rate < 32000:
        kbits = min(kbits, _MOST_KBITS_OF_LOW_RATES)
    if form.encoder == "aac":
        kbits = min(kbits, _AAC_BITS_A_FRAME * sample_rate // _AAC_FRAME // 1000)
    return Form(suffix, container, chosen, encoder, kbits)


def _without(suffix: str) -> str:
    """Say what a format needs that isn't installed, and which do without."""
    others = [other for other, form in FORMATS.items() if not form.encoder or form.packed]
    return (
        f"{suffix} needs PyAV, which is not installed: install it with  "
        f"pip install 'voice-guide[m4a]'  (without it, there are {', '.join(others)})."
    )
