"""The listener's own voices: put into their folder whole or not at all, and taken out again."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from glob import iglob
from pathlib import Path

from voice_guide.config import voices_folder
from voice_guide.errors import OutputError, VoiceError
from voice_guide.files import private_folder
from voice_guide.leftovers import part_beside
from voice_guide.voices import WorkerFault

__all__ = ["add", "check_new", "find_installed", "prove", "put_in_place", "remove", "size_of"]

NAME = re.compile(r"\w[\w.-]{0,62}\w|\w")
"""What a voice's folder may be called: no sign of a name's own grammar, no path, no end dot."""

LINE = "Let your feet find the floor."
"""What a voice has to say before it is installed."""

LINES = {"zh": "请慢慢地呼吸。", "ja": "ゆっくり息をしてください。", "ko": "천천히 숨을 쉬세요."}
"""In languages that don't read the other's letters."""


def add(source: Path, name: str | None = None) -> str:
    """Install what was downloaded: a model, a folder, or an archive.

    Args:
        source: where it is; it stays there.
        name: under which it is installed; by default that of the source.

    Returns:
        The voice as it is chosen, such as ``neural:joe``.

    Raises:
        VoiceError: if it isn't a voice that speaks here, or the name is taken.
        OutputError: if it can't be written.
    """
    if not source.exists():
        raise VoiceError(f"there is no file or folder {source}: give what you have downloaded.")
    chosen = check_new(name if name is not None else _name_of(source))
    with _staging(part_beside(voices_folder() / chosen)) as staging:
        try:
            _gather(source, staging)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"can't copy {source} to {staging.parent}: {reason}.") from error
        return put_in_place(_without_wrapping(staging), chosen)


def check_new(name: str) -> str:
    """Return a name under which a voice can be installed.

    Raises:
        VoiceError: if it isn't a valid name, or is taken.
    """
    if not NAME.fullmatch(name):
        raise VoiceError(
            f"{name!r} can't be a voice's name: give letters, digits, '-', '_' and '.', "
            "with --as NAME."
        )
    if os.path.lexists(voices_folder() / name):
        raise VoiceError(
            f"there is already a voice {name!r}: give this one another name with --as NAME, or "
            f"remove the other first:  voice-guide voices remove {name}"
        )
    return name


def put_in_place(folder: Path, name: str) -> str:
    """Make a complete folder a voice, once it has spoken; return how it is chosen.

    Raises:
        VoiceError: if it does not speak.
        OutputError: if it can't be moved.
    """
    back_end = prove(folder)
    try:
        os.rename(folder, voices_folder() / name)
    except OSError as error:
        raise OutputError(f"can't write {voices_folder() / name}: {error.strerror}.") from error
    return f"{back_end}:{name}"


def prove(folder: Path) -> str:
    """Let what is in a folder speak; return the name of its back end.

    Raises:
        VoiceError: saying why it does not.
    """
    from voice_guide.voices.models import is_model, model_in
    from voice_guide.voices.neural import Neural
    from voice_guide.voices.recorded import Recorded

    if is_model(folder):
        language = model_in(folder).language or "en"
        line = LINES.get(language, LINE)
        with contextlib.closing(Neural(language, None, str(folder))) as voice:
            _hear(line, next(iter(voice.speak([line]))))
        return "neural"
    recorded = Recorded("en", None, str(folder))
    lines = recorded.texts()
    if not lines:
        raise VoiceError(
            "it has neither a model (a .onnx file, with the files that belong to it) nor "
            "recordings (audio files named after their words, or lines.json): it was not added."
        )
    _hear(lines[0], next(iter(recorded.speak(lines[:1]))), by_person=True)
    return "recorded"


def _hear(line: str, answer: bytes | WorkerFault, by_person: bool = False) -> None:
    from voice_guide.voices.prepare import BadSpeechError, decode

    try:
        if isinstance(answer, WorkerFault):
            raise answer
        decode(line, answer, by_person=by_person)
    except (BadSpeechError, WorkerFault) as error:
        raise VoiceError(f"it doesn't speak, so it was not added: {error}.") from error


def find_installed(name: str) -> Path:
    """Return the folder of an installed voice, by its name with or without a back end.

    Raises:
        VoiceError: if no voice of this name is installed.
    """
    bare = re.sub(r"^(neural|recorded):", "", name)
    path = voices_folder() / bare
    if not NAME.fullmatch(bare) or not os.path.isdir(path):
        there = sorted(Path(name).name for name in iglob("*/", root_dir=voices_folder()))
        known = f"there are {', '.join(there)}" if there else "there are none"
        raise VoiceError(f"no voice {name!r} is installed in {voices_folder()}: {known}.")
    return path


def remove(folder: Path) -> None:
    """Remove an installed voice, a folder or a file; of a link to one elsewhere, only the link.

    Raises:
        OutputError: if it can't be removed.
    """
    try:
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
            return
        aside = part_beside(folder)
        os.rename(folder, aside)  # from here on, it is no voice any more
        shutil.rmtree(aside)
    except OSError as error:
        raise OutputError(f"can't remove {folder}: {error.strerror}.") from error


def size_of(folder: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    files = [folder, *folder.rglob("*")]
    return sum(path.stat().st_size for path in files if path.is_file())


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside the voices, which goes with all that is left in it."""
    try:
        private_folder(folder.parent)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise OutputError(f"can't make the folder {folder}: {error.strerror}.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _gather(source: Path, folder: Path) -> None:
    """Copy a source, or what it holds, into an empty folder."""
    from voice_guide.voices.unpack import ARCHIVES, copy_within, is_archive, unpack

    model = source.with_suffix("") if source.name.endswith(".onnx.json") else source
    if source.is_dir():
        copy_within(source, folder)
    elif model.suffix == ".onnx":
        beside = (model.with_name(model.name + ".json"), model.with_name("MODEL_CARD"))
        for path in (model, *filter(Path.is_file, beside)):
            shutil.copy2(path, folder)
    elif is_archive(source):
        unpack(source, folder)
    else:
        raise VoiceError(
            f"{source} is not a voice: give a .onnx file with its .onnx.json next to it, a folder, "
            f"or an archive ({' '.join(ARCHIVES)})."
        )


def _without_wrapping(folder: Path) -> Path:
    """The folder itself, or the only one in it, where archives have all their files."""
    ignored = {"__MACOSX", ".DS_Store"}
    while True:
        inside = [path for path in folder.iterdir() if path.name not in ignored]
        if len(inside) != 1 or not inside[0].is_dir():
            return folder
        folder = inside[0]


def _name_of(source: Path) -> str:
    """A name for a voice, from that of its file or folder."""
    from voice_guide.voices.unpack import ARCHIVES

    name = source.resolve().name
    for ending in sorted([*ARCHIVES, ".onnx", ".onnx.json"], key=len, reverse=True):
        if source.is_file() and name.lower().endswith(ending):
            name = name[: -len(ending)]
            break
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")
