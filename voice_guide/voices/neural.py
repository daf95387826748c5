"""Neural voices: any model folder that sherpa-onnx reads (VITS and Piper, Kokoro, Matcha)."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import util
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_guide.errors import VoiceError
from voice_guide.voices import WorkerFault
from voice_guide.voices.folders import find_folder

if TYPE_CHECKING:
    from voice_guide.voices.workers import Workers

__all__ = ["Neural", "model_in"]

NARRATION_RATE = 150
"""Words per minute that a model is taken to speak at its own pace: those of an audiobook."""

TIME_LIMIT_SECONDS = 120.0  # loading a large model included


class Neural:
    """Speaks through the model in a folder; ``FOLDER#3`` is its speaker number 3.

    What it says is not the same at each time: models of this kind draw random numbers.
    A line that has been made is kept in the cache, and is then the same.

    Raises:
        VoiceError: if sherpa-onnx is not installed, or the folder holds no model that is known.
    """

    def __init__(self, language: str, rate: int | None, part: str) -> None:
        if util.find_spec("sherpa_onnx") is None:
            raise VoiceError(
                "neural voices need sherpa-onnx: install it with  pip install 'voice-guide[neural]'"
            )
        place, _, speaker = part.partition("#")
        if speaker and not speaker.isdecimal():
            raise VoiceError(f"a speaker is a number, as in neural:FOLDER#3, not {speaker!r}.")
        family, files = model_in(find_folder(place, "with a model").resolve())
        self.name = f"neural:{part}"
        self.rate = None
        self.whole = False
        self.natural = True
        self._request: dict[str, Any] = {
            "family": family,
            "files": {name: str(path) for name, path in files.items()},
            "speaker": int(speaker or 0),
            "speed": round(rate / NARRATION_RATE, 3) if rate else 1.0,
        }
        stamps = [(path.stat().st_size, path.stat().st_mtime_ns) for path in files.values()]
        self._identity = {
            "engine": f"sherpa-onnx {version('sherpa-onnx')}",
            **self._request,
            "stamps": stamps,
        }
        self._workers: Workers | None = None

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        if self._workers is None:
            from voice_guide.voices.workers import Workers, worker_command

            # One, as a model is large; it uses all cores.
            self._workers = Workers(worker_command("neural"), 1, TIME_LIMIT_SECONDS)
        return self._workers.ask([{"text": text, **self._request} for text in texts])

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()
            self._workers = None


def model_in(folder: Path) -> tuple[str, dict[str, Path]]:
    """Return the family of the model in a folder, and its files by sherpa-onnx's names for them.

    Raises:
        VoiceError: saying what a folder has to hold.
    """
    models = sorted(folder.glob("*.onnx"))
    vocoders = [path for path in models if "vocos" in path.stem or "hifigan" in path.stem]
    acoustic = [path for path in models if path not in vocoders]
    common: dict[str, Path] = {"tokens": folder / "tokens.txt"}
    if (folder / "espeak-ng-data").is_dir():
        common["data_dir"] = folder / "espeak-ng-data"
    if lexicons := sorted(folder.glob("lexicon*.txt")):
        common["lexicon"] = lexicons[0]
    if acoustic and common["tokens"].is_file():
        model = min(acoustic, key=lambda path: ("int8" in path.stem, path.name))
        if (folder / "voices.bin").is_file():
            return "kokoro", {"model": model, "voices": folder / "voices.bin", **common}
        if vocoders:
            return "matcha", {"acoustic_model": model, "vocoder": vocoders[0], **common}
        return "vits", {"model": model, **common}
    raise VoiceError(
        f"{folder} holds no model that is known: it needs a .onnx file and its tokens.txt; Kokoro "
        "also has voices.bin, Matcha a vocoder (vocos or hifigan), Piper a folder espeak-ng-data."
    )
