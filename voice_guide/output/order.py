"""What is asked of an export, looked at as a whole before any work is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypedDict

from voice_guide.errors import RequestError
from voice_guide.files import check_kept
from voice_guide.output.beside import Beside, caption_kinds
from voice_guide.output.export import check_target
from voice_guide.output.formats import QUALITIES, SUBTYPES, Form
from voice_guide.output.tags import Labels, check_date
from voice_guide.scripting.model import Script
from voice_guide.settings import Settings
from voice_guide.voices.folders import recordings

__all__ = ["FileOptions", "Order", "order"]

PAGE_SUFFIXES = (".html", ".htm")


class FileOptions(TypedDict, total=False):
    """What can be chosen of a file and what goes beside it; `Session.export` says what each is."""

    subtype: str | None
    quality: str | None
    plan_file: str | PathLike[str] | None
    transcript_file: str | PathLike[str] | None
    captions: str | Iterable[str] | None
    captions_breath: bool
    captions_words: bool
    page_file: str | PathLike[str] | None
    picture_file: str | PathLike[str] | None
    report_file: str | PathLike[str] | None
    stems: bool
    bundle_file: str | PathLike[str] | None
    title: str | None
    artist: str | None
    album: str | None
    date: str | None
    cover: str | PathLike[str] | None


@dataclass(frozen=True, kw_only=True)
class Order:
    """An export that can be made.

    Attributes:
        target: the name of its file, or ``-``.
        form: of that file.
        beside: what goes with it.
        labels: what it is called.
        cover: a picture, PNG or JPEG; empty: one is drawn.
        profile: of the publisher that it is for.
    """

    target: str
    form: Form
    beside: Beside
    labels: Labels
    cover: bytes
    profile: str | None = None


def order(
    file: str | PathLike[str],
    options: FileOptions,
    *,
    script: Script,
    settings: Settings,
    profile: str | None,
    overwrite: bool,
) -> Order:
    """Return what is to be made.

    Raises:
        RequestError: for whatever is not offered, or doesn't go together.
        OutputError: if a folder or a file stands in the way.
    """
    target, quality, subtype = str(file), options.get("quality"), options.get("subtype")
    sample_rate = settings.sample_rate
    for name, given, known in (
        ("quality", quality, QUALITIES),
        ("subtype", subtype, tuple(SUBTYPES)),
    ):
        if given is not None and given not in known:
            raise RequestError(f"{name}: {given!r} is not one of {', '.join(map(repr, known))}.")
    form = check_target(target, subtype, sample_rate, overwrite, quality)
    if profile:
        from voice_guide.output.profiles import check_form

        form = check_form(profile, form, sample_rate, quality)
    captions = options.get("captions") or ()
    written = captions if isinstance(captions, str) else ",".join(captions)
    breath, words = bool(options.get("captions_breath")), bool(options.get("captions_words"))
    for asked, name in ((breath, "--captions-breath"), (words, "--captions-words")):
        if asked and not written:
            raise RequestError(f"{name} is for captions: say which with --captions, such as vtt.")
    kinds = caption_kinds(written) if written else ()
    if words and kinds == ("srt",):
        raise RequestError(
            "--captions-words is for vtt, lrc and ass: srt has nothing for a word. Add one of them."
        )
    beside = Beside(
        plan=_path(options.get("plan_file")),
        transcript=_path(options.get("transcript_file")),
        captions=kinds,
        breath=breath,
        words=words,
        page=_ending(options.get("page_file"), PAGE_SUFFIXES, "a page"),
        picture=_ending(options.get("picture_file"), (".png",), "a picture"),
        report=_path(options.get("report_file")),
        stems=bool(options.get("stems")),
        bundle=_ending(options.get("bundle_file"), (".zip",), "a bundle"),
    )
    bundle = script.bundle.path if script.bundle else None
    sources = [*(written.path for written in script.files), bundle, script.cover, settings.bed]
    own = recordings(f"{settings.voice},{settings.own_voice}")
    made = [Path(target), *beside.paths(target)]
    check_kept(made, [*sources, options.get("cover")])
    check_kept(made, own, "it is one of your own recordings, or belongs to them")
    beside.check(target, overwrite)
    kept = script.bundle.labels if script.bundle else {}
    date = options.get("date") or kept.get("date")
    labels = Labels(
        options.get("title") or kept.get("title"),
        options.get("artist") or kept.get("artist"),
        options.get("album") or kept.get("album"),
        check_date(date) if date else None,
    )
    cover = _cover(options.get("cover"), script)
    return Order(
        target=target, form=form, beside=beside, labels=labels, cover=cover, profile=profile
    )


def _cover(file: str | PathLike[str] | None, script: Script) -> bytes:
    from voice_guide.output.pictures import check_cover, read_cover

    if script.bundle and not file:
        picture = script.bundle.cover()
        return check_cover(picture, f"in {script.bundle.path!r}") if picture else b""
    return read_cover(str(file or script.cover)) if file or script.cover else b""


def _ending(file: str | PathLike[str] | None, suffixes: tuple[str, ...], what: str) -> Path | None:
    path = _path(file)
    if path and path.suffix.lower() not in suffixes:
        raise RequestError(
            f"can't write {str(path)!r} as {what}: end its name in {' or '.join(suffixes)}."
        )
    return path


def _path(file: str | PathLike[str] | None) -> Path | None:
    return None if file is None else Path(file)
