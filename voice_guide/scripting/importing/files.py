"""The text of a file from elsewhere, within bounds."""

import codecs
import io
import sys
from pathlib import Path

from voice_guide.errors import Problem, RequestError, ScriptError, reason
from voice_guide.limits import MAX_BYTES, MOST_DOCUMENT_BYTES
from voice_guide.scripting.filekinds import not_text

__all__ = ["text_of"]


def text_of(path: str) -> str:
    """Read the text of a file, or of standard input (-); of a Word document, as HTML.

    Raises:
        RequestError: if it isn't there, can't be read, or what reads documents isn't installed.
        ScriptError: if it is no text, or is too large.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MOST_DOCUMENT_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(MOST_DOCUMENT_BYTES + 1)
    except (OSError, ValueError) as error:
        told = reason(getattr(error, "strerror", None) or error)
        raise RequestError(f"{path} can't be read: {told}.") from error
    document = data.startswith(b"PK\3\4") and b"word/" in data
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    most = MOST_DOCUMENT_BYTES if document else MAX_BYTES
    if len(data) > most:
        kind = None if document or wide else not_text(data)  # a sound is no text to be split
        raise _fault(path, kind or f"is larger than {most // 1024} KiB: split it")
    if document:
        return _html(data, path)
    if wide and len(data) % 2 == 0:
        text = data.decode("utf-16", "replace")
        if "\0" not in text:  # as in UTF-32
            return text
    if kind := not_text(data):
        raise _fault(path, kind)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what Windows writes, where it isn't UTF-8


def _html(data: bytes, path: str) -> str:
    """Return a Word document as HTML."""
    try:
        import mammoth
    except ImportError as error:
        raise RequestError(
            f"{path}: Word documents need mammoth: install it with  "
            "pip install 'voice-guide[docx]', or save the document as plain text."
        ) from error
    _check_size(data, path)
    try:
        html: str = mammoth.convert_to_html(io.BytesIO(data)).value
    except Exception as error:  # whatever is wrong inside
        raise _fault(path, f"is no Word document that can be read: {reason(error)}") from error
    return f"<body>{html}</body>"


def _check_size(data: bytes, path: str) -> None:
    """Refuse a document that grows beyond all bounds when it is unpacked."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception as error:  # whatever is wrong inside
        raise _fault(path, "is a damaged document") from error
    text = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if text > 10 * MAX_BYTES or sum(part.file_size for part in parts) > 4 * MOST_DOCUMENT_BYTES:
        raise _fault(path, "is too large when it is unpacked: copy its words into a text file")


def _fault(path: str, message: str) -> ScriptError:
    return ScriptError([Problem(path, 1, 1, message)])
