"""What reads files from elsewhere, as a function of one file: for Hypothesis and for atheris.

Whatever is in the file, there is an answer, or an error of ours that names it, after at most
``SECONDS`` of computing and with at most ``MEGABYTES`` more memory; and each sample is a number.
"""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from voice_guide.errors import VoiceGuideError
from voice_guide.limits import MOST_AMPLITUDE

SECONDS, MEGABYTES = 1.0, 400


class FindingError(Exception):
    """A file that is not answered as it should be."""


@dataclass(frozen=True)
class Target:
    """A reader, and the file that it reads: errors have to name that, if it is ``named``."""

    read: Callable[[Path], object]
    file: str
    seeds: Callable[[], list[bytes]]
    named: bool = True

    def give(self, data: bytes, folder: Path, seconds: float = SECONDS) -> None:
        """Let it read a file.

        Raises:
            FindingError: from what went wrong.
        """
        path = folder / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        began, before = time.process_time(), _megabytes()
        try:
            self.read(path)
        except (VoiceGuideError, click.ClickException) as error:
            if self.named and str(folder) not in str(error):
                raise FindingError(f"{error!r} doesn't name the file") from error
        except Exception as error:
            raise FindingError(f"{type(error).__name__}: {error}") from error
        taken, more = time.process_time() - began, _megabytes() - before
        if taken > seconds or more > MEGABYTES:
            raise FindingError(f"took {taken:.1f} s and {more} MB more memory")


TARGETS: dict[str, Target] = {}


def target(file: str, of: Callable[[], list[bytes]], named: bool = True) -> Callable[..., None]:
    def add(read: Callable[[Path], object]) -> None:
        TARGETS[read.__name__.strip("_")] = Target(read, file, of, named)

    return add


def _megabytes() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def letters(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def check(samples: np.ndarray, most: float = MOST_AMPLITUDE) -> None:
    assert np.isfinite(samples).all(), "samples that are no numbers"
    assert np.abs(samples).max(initial=0) <= most, "samples far over full scale"
