"""The parts of a session, a WAV file each, written while its sound is."""

import errno
import os
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from voice_guide.audio.samples import Audio
from voice_guide.audio.wavhead import SAMPLE_BYTES
from voice_guide.files import blaming, writing_sound
from voice_guide.output.formats import Form
from voice_guide.output.wav import LARGEST_WAV
from voice_guide.plan.plan import Plan

__all__ = ["stem_paths", "with_stems"]

_BITS = {"PCM_16": 16, "PCM_24": 24, "FLOAT": None}

_OF_THE_REST = "PCM_24"
"""The sample format beside a file that has none of these: what is worked on wants more than 16."""


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
    import soundfile

    from voice_guide.sound.stems import split

    sample_format = form.sample_format if form.sample_format in _BITS else _OF_THE_REST
    size = plan.frames * 2 * SAMPLE_BYTES[sample_format]
    container = "RF64" if size + 1024 > LARGEST_WAV else "WAV"
    first, part = next(iter(parts.items()))
    with blaming(first):
        if (needed := size * len(parts)) > shutil.disk_usage(part.parent).free:
            raise OSError(
                errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} ({needed / 1e6:.0f} MB needed)"
            )

    @contextmanager
    def opened(path: Path, part: Path) -> Iterator[soundfile.SoundFile]:
        how = plan.sample_rate, 2, sample_format
        with (
            blaming(path),
            writing_sound(part) as name,
            soundfile.SoundFile(name, "w", *how, format=container) as file,
        ):
            yield file

    with ExitStack() as stack:
        files = [stack.enter_context(opened(path, part)) for path, part in parts.items()]
        for block in blocks:
            for file, samples in zip(files, split(block, _BITS[sample_format]), strict=True):
                file.write(samples)
            yield block[:, :2]
