"""A small bundle made by hand, from what docs/bundles.md says, and others that are wrong."""

import io
import json
import struct
import zipfile

import numpy as np

RATE = 16000
SCRIPT = "---\ntitle: Small\npace: 2-3\n---\n\nStay.\n\n[1 breath]\n\n[practice b]\n"
SETTINGS = {"voice": "auto", "sample_rate": RATE, "tone": "none", "pace": "2-3", "minutes": None}


def wav(samples, rate=RATE):
    """A mono WAV of float samples."""
    data = np.asarray(samples, "<f4").tobytes()
    form = struct.pack("<HHIIHHH", 3, 1, rate, 4 * rate, 4, 32, 0)
    chunks = [(b"fmt ", form), (b"fact", struct.pack("<I", len(data) // 4)), (b"data", data)]
    body = b"".join(name + struct.pack("<I", len(chunk)) + chunk for name, chunk in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def tone(seconds=0.3):
    times = np.arange(round(seconds * RATE)) / RATE
    return 0.2 * np.sin(2 * np.pi * 200 * times) * np.sin(np.pi * times / seconds)


def listed(**other):
    clips = [
        {
            **{"text": text, "voice": "", "inner": False, "words": [], "times": []},
            "file": f"clips/0000{n}.wav",
        }
        for n, text in enumerate(["Stay.", "And go."], start=1)
    ]
    return {
        **{"schema": 1, "version": "0.1.0", "settings": SETTINGS, "profile": None, "labels": {}},
        "scripts": [
            {"name": "small", "file": "scripts/00001.md", "ours": False},
            {"name": "b", "file": "scripts/00002.md", "ours": True},
        ],
        **{"spoken_by": ["espeak"], "ceiling": 0.5, "clips": clips, "bed": None},
        **other,
    }


def files(index=None, **other):
    """What is in it; others by their number of bytes or their bytes, with ``_`` for ``/``."""
    return {
        "voice-guide.json": json.dumps(index or listed()).encode(),
        "scripts/00001.md": SCRIPT.encode(),
        "scripts/00002.md": b"And go.\n",
        "clips/00001.wav": wav(tone()),
        "clips/00002.wav": wav(tone(0.4)),
        **other,
    }


class Stream(io.BytesIO):
    """What can't be gone back in, so that sizes follow each file."""

    def seek(self, *_where):
        raise OSError

    def seekable(self):
        return False


def zipped(inside, kind=zipfile.ZIP_STORED, into=io.BytesIO):
    """A zip of names, or entries, and what they hold."""
    made = into()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, data in inside.items() if isinstance(inside, dict) else inside:
            archive.writestr(name, data)
    return made.getvalue()


def small(**other):
    return zipped(files(**other))
