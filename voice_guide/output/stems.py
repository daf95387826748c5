"""The parts of a session, a WAV file each, written while its sound is."""

import errno
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from voice_guide.audio.samples import Audio
from voice_guide.audio.wavhead import SAMPLE_BYTES, wav_header
from voice_guide.files import blaming, writing_sound
from voice_guide.output.formats import Form
from voice_guide.output.wav import LARGEST_WAV, packed
from voice_guide.plan.plan import Plan

__all__ = ["stem_paths", "with_stems"]

_BITS = {"PCM_16": 16, "PCM_24": 24, "FLOAT": None}

_OF_THE_REST = "PCM_24"
"""The sample format beside a file that has none of these: what is worked on wants more than 16."""

_Writer = Callable[[Audio], Any]


def stem_paths(target: str) -> list[Path]:
    """Return where the stems of a file go: beside it, in the order of their channels."""
    from voice_guide.sound.stems import STEMS

    return [Path(target).with_suffix(f".{name}.wav") for name in STEMS]


def with_stems(
    blocks: Iterator[Audio], parts: Mapping[Path, Path], form: Form, plan: Plan
) -> Generator[Audio]:
    """Yield the mix of a session, and write its parts.

    Args:
        blocks: float32 (frames, 10), as ``Session.blocks`` yields them.
        parts: by the names that they will have, the files to write, in the order of the channels.
        form: of the mix.
        plan: of the session.

    Raises:
        OutputError: with the path and the reason.
    """
    from voice_guide.sound.stems import split

    sample_format = form.sample_format if form.sample_format in _BITS else _OF_THE_REST
    size = plan.frames * 2 * SAMPLE_BYTES[sample_format]
    first, part = next(iter(parts.items()))
    with blaming(first):
        if (needed := size * len(parts)) > shutil.disk_usage(part.parent).free:
            raise OSError(
                errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} ({needed / 1e6:.0f} MB needed)"
            )

    opened = _opened_large if size + 1024 > LARGEST_WAV else _opened
    with ExitStack() as stack:
        writers: dict[Path, _Writer] = {}
        for path, part in parts.items():
            stack.enter_context(blaming(path))
            writers[path] = stack.enter_context(opened(part, plan, sample_format))
        for block in blocks:
            stems = split(block, _BITS[sample_format])
            for (path, write), samples in zip(writers.items(), stems, strict=True):
                with blaming(path):
                    write(samples)
            yield block[:, :2]


@contextmanager
def _opened(part: Path, plan: Plan, sample_format: str) -> Iterator[_Writer]:
    with part.open("wb") as file:
        file.write(wav_header(plan.frames, plan.sample_rate, sample_format))
        yield lambda samples: file.write(packed(samples, sample_format).data)


@contextmanager
def _opened_large(part: Path, plan: Plan, sample_format: str) -> Iterator[_Writer]:
    import soundfile

    how = plan.sample_rate, 2, sample_format
    with (
        writing_sound(part) as name,
        soundfile.SoundFile(name, "w", *how, format="RF64") as file,
    ):
        yield file.write
