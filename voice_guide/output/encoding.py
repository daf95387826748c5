"""AAC and Opus, encoded in a process of its own while the session is rendered in this one."""

import base64
import contextlib
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voice_guide.audio.samples import Audio
from voice_guide.engines import environment
from voice_guide.languages import alpha3
from voice_guide.output.formats import Form
from voice_guide.output.pictures import size_of
from voice_guide.output.tags import Tags

__all__ = ["encode"]

_COMMAND = [sys.executable, "-P", "-m", "voice_guide.engines.encoder"]
_AUDIOBOOK = "2"
"""What iTunes calls the kind of an M4B (its stik atom)."""


def encode(part: Path, form: Form, tags: Tags, blocks: Iterator[Audio]) -> None:
    """Encode a session.

    Args:
        part: the file, which is there already.
        form: of the file.
        tags: what M4A says of itself; Opus gets its own elsewhere.
        blocks: of the sound, float32 (frames, 2).

    Raises:
        OSError: if the file can't be written, or the encoder fails.
    """
    order = {
        "file": base64.b64encode(os.fsencode(part)).decode(),
        "container": form.container,
        "encoder": form.encoder,
        "kbits": form.kbits,
        "sample_rate": tags.sample_rate,
        "frames": tags.frames,
    }
    if form.encoder == "aac":
        order |= _told(form, tags)
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    assert process.stdin and process.stdout  # noqa: S101, PT018 - both are pipes
    try:
        with contextlib.suppress(BrokenPipeError):  # it has ended, and says why
            process.stdin.write(json.dumps(order).encode() + b"\n")
            for block in blocks:
                process.stdin.write(block.tobytes())
            process.stdin.close()
        answer = json.loads(process.stdout.readline() or b'{"error": "the encoder has ended"}')
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
    if "error" in answer:
        raise OSError(answer.get("errno") or errno.EIO, answer["error"])


def _told(form: Form, tags: Tags) -> dict[str, Any]:
    """Return what an M4A says of itself, under the names that FFmpeg has for it."""
    told = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "description": tags.description,
        "comment": tags.comment,
        "date": tags.date,
        "encoding_tool": tags.software,
    }
    book = form.suffix == ".m4b"
    if book:
        told["media_type"] = _AUDIOBOOK
    return {
        "tags": {key: value for key, value in told.items() if value},
        "language": alpha3(tags.language),
        "brand": "M4B " if book else "M4A ",
        "chapters": [(chapter.title, chapter.start, chapter.end) for chapter in tags.chapters],
        "cover": base64.b64encode(tags.cover).decode(),
        "cover_type": tags.cover_type,
        "cover_size": size_of(tags.cover)[:2],
    }
