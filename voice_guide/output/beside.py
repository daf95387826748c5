"""What goes beside the sound of a session, all of it or none: plan, words, captions and more."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from voice_guide.errors import PictureError, RequestError, did_you_mean, nearest
from voice_guide.files import check_path
from voice_guide.output.formats import STDOUT
from voice_guide.plan.plan import Plan

if TYPE_CHECKING:
    from voice_guide.output.captions import Said

__all__ = ["CAPTIONS", "Beside", "caption_kinds"]

CAPTIONS = ("vtt", "srt", "lrc", "ass")
"""Kinds of captions: the ending of their file, and what writes them in ``output.captions``."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The files to be made.

    Attributes:
        plan: where the plan goes, as JSON; None for nowhere, as with the others.
        transcript: where the words go, as Markdown.
        captions: some of ``CAPTIONS``; each goes beside the sound, with an ending of its own.
        breath: whether captions also tell when to breathe in and out.
        words: whether captions tell when each word is said.
        page: where a page goes that holds the sound itself.
        picture: where a picture of the plan goes.
        report: where goes what is measured in the sound's file.
        stems: whether each part of the sound gets a file of its own.
        bundle: where a bundle goes.
    """

    plan: Path | None = None
    transcript: Path | None = None
    captions: tuple[str, ...] = ()
    breath: bool = False
    words: bool = False
    page: Path | None = None
    picture: Path | None = None
    report: Path | None = None
    stems: bool = False
    bundle: Path | None = None

    def paths(self, target: str) -> list[Path]:
        """Return what is made beside the sound of this name, first what ``texts`` returns.

        Raises:
            RequestError: if there is no sound file to go beside, or two files have the same name.
        """
        for asked, what in (
            (self.captions, "captions are named after the sound's file"),
            (self.stems, "stems are named after the sound's file"),
            (self.page, "a page holds the sound of a file"),
            (self.report, "a report tells of the sound's file"),
        ):
            if asked and target == STDOUT:
                raise RequestError(
                    f"{what}, and standard output is none: give one with -o, "
                    "such as -o session.wav."
                )
        paths = [path for path in (self.plan, self.transcript) if path is not None]
        paths += [Path(target).with_suffix(f".{kind}") for kind in self.captions]
        more = (self.page, self.picture, self.report, self.bundle)
        paths += [path for path in more if path is not None]
        if self.stems:
            from voice_guide.output.stems import stem_paths

            paths += stem_paths(target)
        together = [os.path.realpath(path) for path in [*paths, Path(target)]]
        for path, real in zip(paths, together, strict=False):
            if together.count(real) > 1:
                raise RequestError(f"{path} would be two files at once: give each its own name.")
        return paths

    def check(self, target: str, overwrite: bool) -> None:
        """Refuse what can't be written before any work is done.

        Raises:
            RequestError: as ``paths``.
            OutputError: as ``check_path``.
            PictureError: if there is nothing to draw with.
        """
        if self.picture and find_spec("matplotlib") is None:
            raise PictureError
        for path in self.paths(target):
            check_path(path, overwrite)

    def texts(self, plan: Plan, target: str, said: "Said") -> dict[Path, str]:
        """Return what each file holds that is text, and is made of the plan.

        Args:
            plan: of the session.
            target: the name of its file.
            said: tells when each word of a line is said.
        """
        texts = self._texts(plan, said if self.words else None)
        return dict(zip(self.paths(target), texts, strict=False))

    def _texts(self, plan: Plan, said: "Said | None") -> Iterator[str]:
        if self.plan is not None:
            import json

            yield json.dumps(plan.to_json(), indent=1) + "\n"
        if self.transcript is not None:
            from voice_guide.output.transcript import transcript

            yield transcript(plan)
        if self.captions:
            from voice_guide.output import captions

            told = captions.captions_of(plan, self.breath, said)
            yield from (getattr(captions, kind)(told) for kind in self.captions)


def caption_kinds(written: str) -> tuple[str, ...]:
    """Return the kinds of captions that are asked for, with commas between them.

    Raises:
        RequestError: naming those that there are.
    """
    kinds = [kind.strip().lower().removeprefix(".") for kind in written.split(",")]
    for kind in kinds:
        if kind not in CAPTIONS:
            message = f"there are no captions {kind!r}: choose from {', '.join(CAPTIONS)}."
            raise RequestError(did_you_mean(message, nearest(kind, CAPTIONS, likeness=0.5)))
    return tuple(dict.fromkeys(kinds))
