"""What a session takes from the bundle that its script was read from."""

import contextlib
import os
import weakref
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from voice_guide import __version__
from voice_guide.bundle.contents import NOT_KEPT, Bundle
from voice_guide.errors import AudioError, OutputError, RequestError, VoiceGuideError, reason
from voice_guide.leftovers import temporary_file
from voice_guide.options import OPTIONS, with_options
from voice_guide.plan.plan import Plan
from voice_guide.scripting.loading import load
from voice_guide.settings import Settings
from voice_guide.sound.balance import voice_lufs
from voice_guide.sound.bed import Bed, open_bed
from voice_guide.voices import AUTO, NONE
from voice_guide.voices.bundled import BundledClips, Form
from voice_guide.voices.spoken import as_said

if TYPE_CHECKING:
    from voice_guide.output.bundle import Packing
    from voice_guide.output.tags import Labels
    from voice_guide.session.session import Session

__all__ = ["brings_words", "bundled_clips", "open_bundled_bed", "packing_of", "settings_of"]


def settings_of(bundle: Bundle, own: Settings) -> Settings:
    """Return what a bundle sets, over the defaults and not what the listener has chosen.

    Args:
        bundle: that was made with them.
        own: of the listener, for what isn't an option.

    Raises:
        BundleError: if one can't be.
    """
    begun = Settings(own_voice=own.own_voice, cache_limit=own.cache_limit, own_words=own.own_words)
    try:
        settings = with_options(begun, bundle.settings)
    except VoiceGuideError as error:
        raise bundle.archive.bad(f"its settings can't be ({reason(error)})") from error
    if bundle.profile is not None:
        from voice_guide.output.profiles import PROFILES

        if bundle.profile not in PROFILES:
            raise bundle.archive.bad(f"there is no profile {bundle.profile!r}")
    return replace(settings, bed=bundle.bed_path)


def brings_words(bundle: Bundle, settings: Settings) -> bool:
    """Whether its words are heard as they are in it; another voice would speak them anew."""
    return settings.voice == AUTO and bundle.settings["voice"] == AUTO


def bundled_clips(bundle: Bundle, settings: Settings, ceiling: float) -> BundledClips:
    """Return its clips, with true peaks up to an amplitude.

    Raises:
        RequestError: if something else is asked for than what they are.
    """
    made = settings_of(bundle, settings)
    changed = [name for name in ("rate", "polish") if vars(made)[name] != vars(settings)[name]]
    changed += ["no-night"] if made.night and not settings.night else []
    if changed:
        spoken = " and ".join(bundle.spoken_by) or "the voice"
        raise RequestError(
            f"--{changed[0]} can't change words that are sound already, as in {bundle.path}: "
            f"leave it out, or add a --voice to speak them anew (there it was {spoken})."
        )
    clips = BundledClips(bundle, _form(made, bundle.ceiling), _form(settings, ceiling))
    if bundle.version != __version__:
        clips.notes.append(
            f"{bundle.path} was made with Voice Guide {bundle.version}; this is {__version__}, "
            "which may place or mix it a little differently."
        )
    return clips


def _form(settings: Settings, ceiling: float) -> Form:
    return Form(settings.sample_rate, voice_lufs(settings), ceiling, settings.night)


def open_bundled_bed(bundle: Bundle, sample_rate: int) -> Bed:
    """Measure its bed, in a file that goes when the bed is used no more.

    Raises:
        BundleError: if it can't be a bed.
        OutputError: if there is no room for it.
    """
    assert bundle.bed is not None  # noqa: S101 - whoever calls has looked
    path = ""
    try:
        path = str(temporary_file(Path(bundle.bed).suffix))
        with open(path, "wb") as file:
            for chunk in bundle.archive.chunks(bundle.bed):
                file.write(chunk)
        bed = open_bed(path, sample_rate)
    except BaseException as error:
        _remove(path)
        if isinstance(error, OSError):
            raise OutputError(
                f"can't unpack the bed of {bundle.path}: {error.strerror}."
            ) from error
        if isinstance(error, RequestError | AudioError):
            why = reason(error).replace(path, "").lstrip(": ")
            raise bundle.archive.bad(f"its bed {why}") from error
        raise
    weakref.finalize(bed, _remove, path)
    return bed


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def packing_of(session: "Session", labels: "Labels", cover: bytes) -> "Packing":
    """Return what goes into the bundle of a session whose speech is made.

    Raises:
        RequestError: if it has no text to put into it, or would be too large.
    """
    from voice_guide.output.bundle import Packing

    opened, script = session.opened, session.script
    if opened is None or not script.files:
        raise RequestError(
            f"{script.title!r} was put together by a program, and has no text to put into a "
            "bundle: open it from a file, or from its text."
        )
    settings, clips, ceiling = opened
    numbers = session.numbers()
    spoken = settings.voice != NONE
    lines = dict.fromkeys(map(as_said, [*script.lines(), *numbers])) if spoken else ()
    packing = Packing(
        files=script.files,
        settings=_kept(settings),
        profile=session.profile,
        labels={name: value for name, value in vars(labels).items() if value is not None},
        spoken_by=tuple(clips.spoken_by),
        ceiling=ceiling,
        lines=list(lines),
        counts=spoken and bool(numbers),
        clips=clips,
        sample_rate=settings.sample_rate,
        bed=Path(session.bed.path) if session.bed else None,
        cover=cover,
        check=partial(_check, session.planned()),
    )
    packing.check_size()
    return packing


def _kept(settings: Settings) -> dict[str, object]:
    """Return the options that a bundle keeps, as they are typed: none that leads to a file."""
    rows = {name: getattr(settings, name) for name in OPTIONS if name not in NOT_KEPT}
    typed = {name: str(rows[name]) for name in ("pace", "ramp") if rows[name] is not None}
    return rows | typed | {"voice": NONE if settings.voice == NONE else AUTO}


def _check(plan: Plan, path: Path) -> None:
    """Open a bundle as anybody would, and refuse it if it plans something else.

    Raises:
        RequestError: saying so.
    """
    from voice_guide.session.opening import open_session

    script = load(str(path))
    assert script.bundle is not None  # noqa: S101 - it was just written
    with contextlib.closing(script.bundle.archive):
        # Its bed changes nothing of the plan, and takes long to measure.
        session = open_session(replace(script, bundle=replace(script.bundle, bed=None)))
        session.clips.prepare([*session.script.lines(), *session.numbers()])
        session.fit()
        same = session.planned().to_json() == plan.to_json()
    if not same:
        raise RequestError(
            f"{plan.script.title!r} can't be put into a bundle, as a program has changed it: open "
            "it from a file, or from its text."
        )
