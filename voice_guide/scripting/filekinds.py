"""Tells by its first bytes what a file is that isn't a script, and what to do with it."""

import codecs
import re

from voice_guide.bundle.names import INDEX

__all__ = ["not_a_script", "not_text"]

_SAVE = "open it in the program that made it and save it as plain text (.md or .txt)"
_IMPORT = "make it a practice with  voice-guide import FILE"
_COPY = "copy its words into a plain text file (.md)"
_SOUND = "a script is the text to be spoken; to measure a sound file:  voice-guide analyse FILE"
_PICTURE = "a script is the text to be spoken"

_TEXTS = (
    (rb"\s*(?i:<!doctype html|<html)", "a web page (HTML)", _IMPORT),
    (rb"\s*(?i:<speak\b)", "SSML, which is markup for speech programs", _IMPORT),
    (rb"\s*<\?xml", "XML, which is for programs", _IMPORT),
    (rb"WEBVTT", "a captions file (WebVTT)", _IMPORT),
    (rb"\s*\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} -->", "a captions file (SRT)", _IMPORT),
    (rb"\s*[\[{]\s*[\[{]?\s*\"[^\"\r\n]*\"\s*[:,]", "JSON, which is for programs", _IMPORT),
)
"""How a text of another kind begins, which can be imported."""

_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF-", "a PDF document", _COPY),
    (rb"\{\\rtf", "a rich text document (RTF)", _SAVE),
    (rb"\xd0\xcf\x11\xe0", "a document from an older Word or another Office program", _SAVE),
    (rb"RIFF....WAVE|RF64....WAVE", "a WAV sound file", _SOUND),
    (rb"ID3[\2-\4]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", "an MP3 sound file", _SOUND),
    (rb"fLaC", "a FLAC sound file", _SOUND),
    (rb"OggS", "an Ogg or Opus sound file", _SOUND),
    (rb"FORM....AIF", "an AIFF sound file", _SOUND),
    (rb"....ftyp", "a sound or video file (M4A, MP4)", _SOUND),
    (rb"\x1aE\xdf\xa3", "a video file (MKV, WebM)", _SOUND),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*", "a picture", _PICTURE),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh\d1AY|\xfd7zXZ", "an archive", "unpack it first"),
    (rb"bplist00|\x7fELF", "a program's own file", _PICTURE),
    *_TEXTS,
)
"""How a file begins, what it is, and what to do."""

_PACKED: tuple[tuple[bytes, str], ...] = (
    (b"word/", "a Word document (.docx)"),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text (.odt)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"application/epub", "an e-book (EPUB)"),
    (b"ppt/", "a PowerPoint file (.pptx)"),
    (b"xl/", "an Excel file (.xlsx)"),
    (b"Index/Document.iwa", "a Pages document (.pages)"),
    (b"Index/", "a document from Pages, Numbers or Keynote"),
)
"""What documents are called that are ZIP files, by the name of a file in them."""

_HEAD = b"---\n"
"""How most scripts begin, and nothing else."""

_UTF_16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def not_text(data: bytes) -> str | None:
    """Say what a file is that isn't text of any kind, and what to do; None if it is text."""
    kind = not_a_script(data)
    known = any(re.match(beginning, data, re.DOTALL) for beginning, _, _ in _TEXTS)
    return None if known else kind


def not_a_script(data: bytes) -> str | None:
    """Say what a file is that can't be a script, and what to do; None if it is text."""
    if data.startswith(_UTF_16_OR_32):
        return "is text in UTF-16 or UTF-32: in your editor, choose Save as and the encoding UTF-8"
    if data.startswith(b"PK\3\4"):
        if INDEX.encode() in data:
            return "is a bundle: give it as a file to  voice-guide play,  show,  check  or  export"
        kind = next((kind for inside, kind in _PACKED if inside in data), "")
        advice = _IMPORT if b"word/" in data else _SAVE
        return f"is {kind}: {advice}" if kind else "is a ZIP archive: unpack it first"
    for beginning, kind, advice in _KINDS:
        if not data.startswith(_HEAD) and re.match(beginning, data, re.DOTALL):
            return f"is {kind}: {advice}"
    if b"\0" in data:
        return f"is not text: {_SAVE}"
    return None
