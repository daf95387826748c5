"""Reads a sound file with FFmpeg's libraries, as PyAV brings them: run as a program.

``decode FILE`` writes its sound to standard output as an AU stream of float32, for what libsndfile
can't read (M4A); ``tell FILE`` a line of JSON, what the file says of itself. FILE is in base64, as
a name may be no UTF-8. In a process of its own, for the reason in `encoder`, and as a file may come
from anybody: one that crashes FFmpeg crashes nothing else.
"""

import base64
import json
import signal
import struct
import sys
from typing import Any, BinaryIO

__all__ = ["decode", "tell"]

MOST_TAGS, MOST_CHAPTERS, MOST_LETTERS = 100, 1000, 2000
"""That are told of a file, and letters of each; it may hold anything."""

_AU_FLOAT, _AU_ENDLESS = 6, 0xFFFFFFFF


def decode(file: BinaryIO, out: BinaryIO) -> None:
    """Write the first sound of a file.

    Raises:
        Exception: whatever PyAV has, if it can't be read.
    """
    import av

    opened: Any
    with av.open(file) as opened:
        stream = opened.streams.audio[0]
        channels, rate = stream.codec_context.channels, stream.codec_context.sample_rate
        size = 24
        out.write(struct.pack(">4sIIIII", b".snd", size, _AU_ENDLESS, _AU_FLOAT, rate, channels))
        to_float = av.AudioResampler("flt")
        for frame in opened.decode(stream):
            for part in to_float.resample(frame):
                out.write(part.to_ndarray().astype(">f4").tobytes())
    out.flush()


def tell(file: BinaryIO) -> dict[str, Any]:
    """Return the tags by name, the chapters with their seconds, and the cover's kind and size."""
    import av
    from av.stream import Disposition

    opened: Any
    with av.open(file) as opened:
        tags: dict[str, str] = {}
        for metadata in (opened.metadata, *(each.metadata for each in opened.streams.audio)):
            for name, value in metadata.items():
                if len(tags) < MOST_TAGS and not name.upper().startswith("CHAPTER"):
                    tags.setdefault(name.lower()[:MOST_LETTERS], value[:MOST_LETTERS])
        chapters = [
            {
                "title": chapter["metadata"].get("title", "")[:MOST_LETTERS],
                "start": float(chapter["start"] * chapter["time_base"]),
                "end": float(chapter["end"] * chapter["time_base"]),
            }
            for chapter in opened.chapters()[:MOST_CHAPTERS]
        ]
        covers = [
            f"{each.codec_context.name} {each.width} x {each.height}"
            for each in opened.streams.video
            if each.disposition & Disposition.attached_pic
        ]
        return {"tags": tags, "chapters": chapters, "cover": covers[0] if covers else ""}


def _main() -> str | None:
    """Do what is asked; return what went wrong, which goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the session to answer
    try:
        with open(base64.b64decode(sys.argv[2]), "rb") as file:
            if sys.argv[1] == "tell":
                json.dump(tell(file), sys.stdout)
            else:
                decode(file, sys.stdout.buffer)
    except BrokenPipeError:  # enough was read
        pass
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    sys.exit(_main())
