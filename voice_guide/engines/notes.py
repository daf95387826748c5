"""What an ONNX model says about itself: read, and written, without loading the model.

An ONNX file is a message of protocol buffers (onnx.proto3): fields one after the other,
each with its number and, for all that matters here, its length. The notes are a field that
may occur any number of times, so that more of them can be put at the file's end.
"""

import os
import shutil
from collections.abc import Mapping
from typing import BinaryIO

__all__ = ["NoModelError", "copy_with_notes", "read_notes"]

GRAPH, NOTE = 7, 14
"""Numbers of ModelProto's fields: the network, and one note, a key (1) and its value (2)."""

KNOWN_FIELDS = {1, 2, 3, 4, 5, 6, GRAPH, 8, NOTE, 20, 25, 26}

LARGEST_NOTE_BYTES = 1 << 20
"""In real models the longest note is a list of symbols, of a few kilobytes."""

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
"""How the value of a field is written: the lowest three bits of what comes before it."""


class NoModelError(ValueError):
    """A file that isn't an ONNX model, or only part of one."""


def read_notes(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the notes in a model's file.

    Raises:
        NoModelError: if it isn't an ONNX model, or is cut short.
        OSError: if it can't be read.
    """
    notes: dict[str, str] = {}
    has_graph = False
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        while file.tell() < size:
            field, kind = divmod(_varint(file), 8)
            if field not in KNOWN_FIELDS:
                raise NoModelError
            if kind == VARINT:
                _varint(file)
                continue
            length = {EIGHT_BYTES: 8, FOUR_BYTES: 4}.get(kind)
            if kind == LENGTH:
                length = _varint(file)
            if length is None or file.tell() + length > size:
                raise NoModelError
            if field == NOTE and length <= LARGEST_NOTE_BYTES:
                key, value = _note(file.read(length))
                notes[key] = value
            else:
                has_graph |= field == GRAPH
                file.seek(length, os.SEEK_CUR)
    if not has_graph:
        raise NoModelError
    return notes


def copy_with_notes(path: str, target: str, notes: Mapping[str, str]) -> None:
    """Copy a model's file, with more notes at its end; those count that come last."""
    shutil.copyfile(path, target)
    with open(target, "ab") as file:
        for key, value in notes.items():
            note = _field(1, key.encode()) + _field(2, value.encode())
            file.write(_field(NOTE, note))


def _note(data: bytes) -> tuple[str, str]:
    import io

    file, parts = io.BytesIO(data), {1: "", 2: ""}
    while file.tell() < len(data):
        field, kind = divmod(_varint(file), 8)
        if kind != LENGTH:
            raise NoModelError
        length = _varint(file)
        if length > len(data):
            raise NoModelError
        parts[field] = file.read(length).decode(errors="replace")
    return parts[1], parts[2]


def _varint(file: BinaryIO) -> int:
    """Read a number: seven bits a byte, the lowest first; the last byte is under 128."""
    number = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            break
        number |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return number
    raise NoModelError


def _field(number: int, data: bytes) -> bytes:
    return _as_varint(number * 8 + LENGTH) + _as_varint(len(data)) + data


def _as_varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])
