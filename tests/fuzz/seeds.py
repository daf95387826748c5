"""Files of each kind that are right, to begin with: made of the scripts, and of a sound."""

import functools
import importlib.util
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from dataclasses import asdict

import bundling
import numpy as np
import soundfile
from documents import word_document

from voice_guide.scripting import library, loading
from voice_guide.settings import Settings

RATE, LONG_SECONDS = 8000, 2.2

_SESSION = """---
title: A rest
language: en
pace: 4-6
ramp: 3-4:5m
inner: espeak
---

<!-- a note -->
## Arrive

in: Breathing in
out: inner: and slowly out.

(Rest your hands.) [bell]

[3-8 breaths]
[10 seconds]
[count 2 breaths] [voice espeak] [ramp to 4-8 over 2 minutes]

[practice b]

- your **jaw**
- your hands … (pause 5 s) <break time="9s"/>
"""


_CATALOGUE = """
[defaults]
name = "{session}-{pace}.opus"
captions = "vtt"

[[export]]
session = ["one-minute-pause", 'noticing']
pace = ["4-6", "4-7-8"]  # two
minutes = 5
night = true
title = \"\"\"{{a}} {pace}\"\"\"

[[export]]
session = "arrival"
date = 2026-11-28
breaths = [8, 9]
name = "{session}-{breaths}.wav"
"""


def catalogues() -> list[bytes]:
    return [_CATALOGUE.encode(), _CATALOGUE.replace("\n", "\r\n").encode()]


def manifests() -> list[bytes]:
    rows = [
        {"voice-guide batch": 1},
        {"begun": ["a.wav", "a.vtt"]},
        {"made": "a.wav", "stamp": {"script": "0"}, "files": {"a.wav": [1, 2, "0"]}},
    ]
    return ["".join(json.dumps(row) + "\n" for row in rows).encode()]


def scripts() -> list[bytes]:
    own = [loading.source(name).encode() for name in library.names()]
    pairs = [f"{_SESSION}\n=====\nStay.\n\n[practice {name}]\n".encode() for name in "abc"]
    return [*own, *pairs]


def directions() -> list[bytes]:
    known = [
        *("2 breaths", "3-8 breaths", "10 seconds", "bell", "practice b", "count"),
        *("count 3 breaths", "voice espeak", "ramp to 4-8 over 2 minutes", "PAUSE:3"),
        *("pause for a minute", "long pause – 60 sec", "hold 4 s", "three breaths", "1 min 30 s"),
    ]
    return [*(row.encode() for row in known), "\n".join(known).encode()]


def heads() -> list[bytes]:
    rows = _SESSION.split("---")[1].strip()
    more = 'Title: It\'s: a "rest" # one\n  and on\nabout: |\n  two\n  rows\nholds: no\nvoice: auto'
    words = (
        "words:\n  Siobhán: shi-vawn\n  'don’t': dough nt\n  - lead: /ˈliːd/ # it\n  24/7: all day"
    )
    braces = "words: {qi: /tʃiː/, HRV: h r v}\npace: 4-6"
    lists = [words.encode(), braces.encode()]
    return [*lists, rows.encode(), more.encode(), b"title: [a, {b: c}]\npace: &a 4-6\nramp: *a"]


_CAPTIONS = """1
00:00:01,000 --> 00:00:04,000
<i>Let your feet</i>
find the floor.

2
00:00:25,500 --> 00:00:27,000
And rest.
"""
_SSML = """<?xml version="1.0"?>
<speak version="1.1" xml:lang="en"><p><s>Welcome.</s> <s>Let <emphasis>go</emphasis>.</s></p>
<break time="20s"/><prosody rate="slow">Your hands <break time="300ms"/> are warm.</prosody>
<sub alias="World Wide Web">WWW</sub> is far &amp; away.</speak>"""
_PAGE = """<!DOCTYPE html><html><head><title>A rest</title><style>p {}</style></head><body>
<h1>Arrive</h1><p>Let your <b>feet</b> find&nbsp;the floor.<br>And stay.</p>
<script>alert(1)</script><ul><li>your jaw</li></ul><p>[bell]</p></body>"""
_CHAT = """**Arrive (5 minutes):**
Guide: Welcome. [PAUSE:3] “Let go.”
Step 2: (softly) Rest your atten-
tion. {pause 5} // a note
00:30 (long pause – 60 seconds)
* Rest.\t[soft music]
"""


def texts_of_others() -> dict[str, list[bytes]]:
    """By what reads them."""
    programs = [
        {"name": "Box", "phases": [{"inhale": 4}, {"hold": 4}, {"exhale": 4}], "cycles": 6},
        {"pattern": [4, 7, 8], "rounds": 4, "unit": 1.5},
        {"steps": [{"type": "in", "ms": 4000}, {"type": "out", "ms": 6000}]},
    ]
    texts = {
        "captions": [_CAPTIONS, "WEBVTT\n\n" + _CAPTIONS.replace(",", ".")],
        "ssml": [_SSML],
        "page": [_PAGE],
        "prose": [_CHAT, _SESSION],
        "program": [json.dumps(program) for program in programs],
    }
    made = {kind: [text.encode() for text in written] for kind, written in texts.items()}
    made["prose"] += [_CHAT.encode("utf-16"), _CHAT.encode("cp1252", "replace")]
    return made | {"document": [word_document("Let your hands rest.\n(pause 20 s)\nAnd go.")]}


def lines() -> list[bytes]:
    texts = [
        "Breathe 4-7-8, 1½ min at 18:30, e.g. on 2026-11-28; 20 °C – 50 % (½ of it) & more …",
        "Part IV: STAY HERE NOW… see https://example.org/a?b=c or a@b.org, $5 x 3 / #2 — w/ 24/7",
        "Atme 3 bis 5 s, z. B. um 18:00 Uhr; Teil II: „RUHE“ 1/2 Std. 😌 a\u00adb\u200bc",
        "Respire 4–6 fois, p. ex. à 18 h 30 ; l’air 5 € «doux»…",
    ]
    return [text.encode() for text in texts]


def paces() -> list[bytes]:
    known = "4-6|4-7-8|4-4-4-4|5.5-5.5|2+1-6|box|4 – 6 s|5,5-5,5|3-4:5m|4-5:90s|none|slow-exhale"
    return known.encode().split(b"|")


def settings() -> list[bytes]:
    rows = """# mine
pace = "4-6"
ramp = "3-4:5m"
vary = "5%"
minutes = 10
tone = 'pad'
voice = "auto"
night = true
loudness = -20.5
cache_limit = 100

[voices.mine]
command = ["say", "{text_file}", '''-o''', "{wav_file}"]
rate = 120
"""
    return [rows.encode(), b'"voice" = """a\nvoice = 1"""\nseed = 0x10\n', b"sample_rate = 44100"]


def journals() -> list[bytes]:
    rows = ["/var/voice-guide-0123456789ab-1", "/home/a/.voice-guide-0123456789ab-2.part", "b\n"]
    return ["".join(f"{json.dumps(row)}\n" for row in rows).encode()]


def models() -> list[bytes]:
    """What is no network of an ONNX model: some of its fields, and its notes."""

    def field(number: int, data: bytes) -> bytes:
        return bytes([number * 8 + 2, len(data)]) + data

    notes = {"model_type": "vits", "comment": "piper", "language": "English", "voice": "en-us"}
    pairs = ((field(1, key.encode()), field(2, value.encode())) for key, value in notes.items())
    noted = b"".join(field(14, key + value) for key, value in pairs)
    return [b"\x08\x08" + field(7, b"network") + noted, field(2, b"maker") + field(7, b"")]


def piper_models() -> list[bytes]:
    """What comes beside a model of Piper's."""
    about = {
        "audio": {"sample_rate": 22050, "quality": "low"},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "phoneme_id_map": {"_": [0], "a": [1, 2]},
        "language": {"code": "en_US", "name_english": "English"},
    }
    return [json.dumps(about).encode()]


def archives() -> dict[str, list[bytes]]:
    """Of a voice, by their kind."""
    files = {"mine/lines.json": b"{}", "mine/a.wav": sound()}
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with (
        zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive,
        tarfile.open(fileobj=tarred, mode="w") as tar,
    ):
        for name, content in files.items():
            archive.writestr(name, content)
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return {
        "zip": [zipped.getvalue()],
        "tar": [tarred.getvalue(), lzma.compress(tarred.getvalue())],
    }


def saved_paces() -> list[bytes]:
    return [b'mine = "4.2-6.3"\nevening = "4-7-8"\n', b"'a-b' = \"5-5\"\nlong = 4-6 # no"]


def words() -> list[bytes]:
    rows = """Siobhan = "shi-vawn"
"don't" = "dough nt"
qi = '/tʃiː/'

[en]
lead = "/ˈliːd/"

[de-AT]
"Fuß" = "fuhs"
"""
    return [rows.encode(), b"'24/7' = 'all day'\n[English]\n'a b' = \"/\\u0259/\""]


def places() -> list[bytes]:
    kept = {**asdict(Settings()), "pace": "4-6", "ramp": "none", "minutes": 10.0, "bed": None}
    place = {"name": "one-minute-pause", "item": 3, "settings": kept, "sleep": True}
    return [json.dumps(place).encode(), json.dumps({**place, "settings": {"seed": 1}}).encode()]


def requests() -> list[bytes]:
    """To the studio: each row of its interface."""
    source, settings = {"name": "one-minute-pause"}, {"voice": "none", "pace": "4-6", "minutes": 2}
    both = {"source": source, "settings": settings}
    text = {"text": "Hello.\n\n[practice arrival]\n\n[2-9 breaths]\n"}
    posts: list[tuple[str, dict[str, object]]] = [
        ("plan", both),
        ("plan", {"source": text, "settings": {**settings, "ramp": "3-4:1m", "rate": 120}}),
        ("sound", {**both, "at": 30}),
        ("export", {**both, "suffix": ".opus", "captions": ["vtt"], "quality": "low"}),
        ("paces", {"name": "evening", "pace": "4-7"}),
        ("command", {**both, "suffix": ".wav"}),
        ("alive", {"page": "a"}),
        ("gone", {"page": "a"}),
        ("sound/0123", {"do": "pause"}),
    ]
    saved = json.dumps({"text": "Hello.", "version": None}).encode()
    origin = b"Origin: http://127.0.0.1:1\nSec-Fetch-Site: same-origin\n\n"
    return [
        *(
            f"POST /api/{way}\n".encode() + origin + json.dumps(asked).encode()
            for way, asked in posts
        ),
        b"PUT /api/scripts/mine\nContent-Length: %d\n\n%s" % (len(saved), saved),
        *(
            f"GET /{way}\nSec-Fetch-Site: none\n\n".encode()
            for way in ("", "page/index.html", "api/offers", "api/scripts", "api/scripts/arrival")
        ),
        b"GET /api/sound/0123?frames=12000\n\n",
        b"DELETE /api/export/0123\n\n",
        b"GET /api/export/0123/file/a.wav\n\n",
    ]


def summed(body: bytes) -> bytes:
    told = struct.pack("<I", len(body) // 4)
    return struct.pack("<I", zlib.crc32(told + body)) + told + body


def clips() -> list[bytes]:
    clip = voice_like(0.05)
    return [summed(clip.astype("<f4").tobytes()), summed(np.array([np.nan], "<f4").tobytes()), b""]


def indexes() -> list[bytes]:
    known = {
        "Let your feet find the floor.": "let-your-feet-find-the-floor.wav",
        "3": "count-3.wav",
    }
    return [json.dumps(known).encode(), b'{"a": "b.wav", " a ": "c.flac"}', b"{}"]


def plans() -> list[bytes]:
    frames = round(LONG_SECONDS * RATE)
    breath = {"start": 0, "inhale": 3200, "hold_in": 400, "exhale": 4800, "hold_out": 0}
    line = {"text": "Stay.", "section": 0, "anchor": None, "breath": 0, "start": 900, "end": 5000}
    plan = {
        **{"schema": 1, "title": "A rest", "pace": "4-6", "sample_rate": RATE, "frames": frames},
        "sections": [{"title": "A rest", "start": 0}],
        "breaths": [breath, {**breath, "start": 8400}],
        "lines": [line, {**line, "start": 9000, "end": 17000}],
        "bells": [{"start": 100}],
    }
    return [json.dumps(plan).encode(), json.dumps({**plan, "lines": []}).encode()]


def voice_like(seconds: float) -> np.ndarray:
    """Syllables of a low voice, (frames,)."""
    times = np.arange(round(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * 140 * n * times) / n for n in range(1, 9))
    inside = np.clip(np.minimum(times, seconds - times) / 0.2 - 1, 0, 1)
    return np.asarray(0.15 * inside * np.sin(np.pi * 3 * times) ** 2 * tones)


_KINDS = (
    *(
        ("WAV", "PCM_16"),
        ("WAV", "FLOAT"),
        ("WAV", "PCM_U8"),
        ("WAV", "ULAW"),
        ("WAV", "IMA_ADPCM"),
    ),
    *(("WAV", "MS_ADPCM"), ("WAV", "GSM610"), ("WAVEX", "PCM_24"), ("RF64", "PCM_16")),
    *(("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")),
    *(
        ("AIFF", "PCM_16"),
        ("AIFF", "DOUBLE"),
        ("AU", "FLOAT"),
        ("CAF", "PCM_16"),
        ("CAF", "ALAC_16"),
    ),
    *(
        ("W64", "PCM_16"),
        ("VOC", "PCM_16"),
        ("SVX", "PCM_16"),
        ("NIST", "PCM_16"),
        ("MAT5", "PCM_16"),
    ),
)


@functools.cache
def sounds() -> list[bytes]:
    one = voice_like(LONG_SECONDS)
    made = []
    for number, (kind, subtype) in enumerate(_KINDS):
        file = io.BytesIO()
        samples = np.repeat(one[:, None], 1 + number % 2, axis=1) if kind != "SVX" else one
        if subtype == "GSM610":
            samples = one
        soundfile.write(file, samples, RATE, format=kind, subtype=subtype)
        made.append(file.getvalue())
    return [*made, _with_a_mark(made[0])]


def _with_a_mark(wav: bytes) -> bytes:
    """A WAV file that tells when its first word is said."""
    cue = b"cue " + struct.pack("<IIII4sIII", 28, 1, 0, 400, b"data", 0, 0, 400)
    return wav[:4] + struct.pack("<I", len(wav) + len(cue) - 8) + wav[8:] + cue


def sound() -> bytes:
    return sounds()[0]


def films() -> list[bytes]:
    """MPEG-4, where it can be made; elsewhere it is refused."""
    head = b"\0\0\0\x1cftypM4A " + bytes(100)
    if importlib.util.find_spec("av") is None:
        return [head]
    from voice_guide.engines.encoder import encode

    order = {"container": "mp4", "encoder": "aac", "kbits": 64, "sample_rate": 16000}
    made = io.BytesIO()
    frames = 16000
    told = {"frames": frames, "tags": {"title": "A"}, "chapters": [("B", 0, 8000)]}
    encode(order | told, io.BytesIO(bytes(8 * frames)), made)
    return [head, made.getvalue()]


def bundles() -> list[bytes]:
    """As they are made, and as another program packs them."""
    packed = bundling.zipped(bundling.files(), zipfile.ZIP_DEFLATED)
    with_bed = bundling.files(bundling.listed(bed="bed.wav"), **{"bed.wav": sound()})
    return [bundling.small(), packed, bundling.zipped(with_bed | {"cover": pictures()[0]})]


def bundle_lists() -> list[bytes]:
    return [bundling.files()["voice-guide.json"]]


def pictures() -> list[bytes]:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes([0, 0, 0, 9, 0, 0, 0, 9, 8, 2]) + bytes(20)
    jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x10\0\x20\x03" + bytes(9)
    return [png, jpeg]
