"""Encodes sound as AAC or Opus with FFmpeg's libraries, as PyAV brings them: run as a program.

Standard input is a line of JSON, what to make, and after it the samples, float32 in native order,
both channels of a frame together. The answer is a line of JSON, with ``error`` and the system's
``errno`` in it if the file could not be made. In a process of its own, as PyAV's wheels come with
libraries under the GPL (x264, x265) that no session needs; and the other core does the work.
"""

import base64
import io
import json
import signal
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

__all__ = ["encode"]

FRAMES_AT_ONCE = 64
"""Of the encoder's own, about a thousand samples each."""

_PICTURES = {"image/png": "png", "image/jpeg": "mjpeg"}
"""FFmpeg's names of them."""


def encode(order: dict[str, Any], samples: BinaryIO, out: Any) -> None:
    """Write a file.

    Args:
        order: ``container``, ``encoder``, ``sample_rate`` (Hz), ``kbits`` a second, ``frames`` of
            the sound, and what M4A may have: ``tags``, ``chapters`` (title, start and end in
            frames), ``brand``, ``cover`` (base64), its ``cover_type``
            and its ``cover_size`` in dots.
        samples: of the sound.
        out: the file, open in bytes; it can be sought.

    Raises:
        EOFError: if there are fewer samples than there should be: whoever sent them is gone.
        OSError: if the file can't be written.
    """
    import av

    options = {"fflags": "+bitexact"}  # no version of FFmpeg in it, and no random number
    if brand := order.get("brand"):
        options["brand"] = brand
    rate = order["sample_rate"]
    with av.open(out, "w", format=order["container"], options=options) as made:
        made.metadata.update(order.get("tags", {}))
        stream: Any = made.add_stream(order["encoder"], rate=rate)
        codec = stream.codec_context
        codec.layout, codec.bit_rate = "stereo", order["kbits"] * 1000
        codec.format = "fltp" if order["encoder"] == "aac" else "flt"
        codec.thread_count = 1  # the same bytes on every machine
        codec.open()
        if language := order.get("language"):
            stream.metadata["language"] = language
        if chapters := order.get("chapters"):
            second = Fraction(1, rate)
            made.set_chapters(
                [
                    {
                        "id": number,
                        "start": start,
                        "end": end,
                        "time_base": second,
                        "metadata": {"title": title},
                    }
                    for number, (title, start, end) in enumerate(chapters)
                ]
            )
        cover = _cover(made, order) if order.get("cover") else None
        made.start_encoding()
        if cover is not None:
            made.mux(cover)
        for frame in _frames(samples, codec, order["frames"]):
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))


def _cover(made: Any, order: dict[str, Any]) -> Any:
    import av
    from av.stream import Disposition

    data = base64.b64decode(order["cover"])
    width, height = order["cover_size"]
    stream = made.add_mux_stream(_PICTURES[order["cover_type"]], width=width, height=height)
    stream.disposition = Disposition.attached_pic
    packet = av.Packet(data)
    packet.stream, packet.pts, packet.dts = stream, 0, 0
    return packet


def _frames(samples: BinaryIO, codec: Any, left: int) -> Iterator[Any]:
    """Yield the sound, many of the encoder's own frames at once: PyAV parts them faster."""
    import av
    import numpy as np

    size, position = codec.frame_size * FRAMES_AT_ONCE, 0
    while left:
        count = min(size, left)
        data = samples.read(8 * count)
        if len(data) < 8 * count:
            raise EOFError
        block = np.frombuffer(data, np.float32).reshape(-1, 2)
        planes = block.T if codec.format.name == "fltp" else block.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(planes), codec.format.name, "stereo"
        )
        frame.sample_rate, frame.pts = codec.sample_rate, position
        frame.time_base = Fraction(1, codec.sample_rate)
        position += count
        left -= count
        yield frame


class _Out(io.FileIO):
    """A file that keeps the reason why it can't be written; PyAV doesn't always hand it on."""

    fault: OSError | None = None

    def write(self, data: Any) -> int:
        left = memoryview(data)
        try:
            while left:
                left = left[super().write(left) :]
            return len(data)
        except OSError as error:
            self.fault = error
            raise


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the session to answer
    answer: dict[str, Any] = {}
    out = None
    try:
        order = json.loads(sys.stdin.buffer.readline())
        with _Out(base64.b64decode(order["file"]), "r+b") as out:
            encode(order, sys.stdin.buffer, out)
    except Exception as error:
        fault = (out.fault if out else None) or error
        if isinstance(fault, OSError):
            answer = {"errno": fault.errno, "error": fault.strerror or str(fault)}
        else:
            answer = {"error": f"{type(fault).__name__}: {fault}"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _main()
