"""Readers of sounds and voices, and of what comes with them."""

import contextlib
import functools
import io
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from fuzz import seeds
from fuzz.target import TARGETS, Target, check, target

from voice_guide.cli import cli
from voice_guide.voices.models import model_in
from voice_guide.voices.prepare import BadSpeechError, decode, prepare
from voice_guide.voices.recorded import Recorded
from voice_guide.voices.unpack import unpack

LINE = "Let your feet find the floor."


@target("lines.json", seeds.indexes)
def _index(path):
    path.with_name("let-your-feet-find-the-floor.wav").write_bytes(seeds.sound())
    voice = Recorded("en", None, str(path.parent))
    for text in (LINE, *voice.texts()):
        voice.older_line(text)
        voice.identity(text)
        list(voice.speak([text]))


@target("voice.onnx", seeds.models)
def _model(path):
    (path.parent / "tokens.txt").write_text("a 0\n")
    model_in(path.parent)


@target("voice.onnx.json", seeds.piper_models)
def _piper(path):
    (path.parent / "voice.onnx").write_bytes(seeds.models()[1])
    model_in(path.parent)


def _unpacking(path):
    outside = set(path.parent.iterdir())
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unpack(path, Path(folder))
        assert {path, *path.parent.iterdir()} == {*outside, Path(folder)}


def _target_of_each_archive():
    for kind in ("zip", "tar"):
        of = functools.partial(lambda kind: seeds.archives()[kind], kind)
        TARGETS[f"voice_{kind}"] = Target(_unpacking, f"voice.{kind}", of)


_target_of_each_archive()


@target("sound.plan.json", seeds.plans)
def _plan(path):
    from voice_guide.analysis import analyse

    sound = path.with_name("sound.wav")
    sound.write_bytes(seeds.sound())
    with _by_itself():
        _measured(analyse(sound))
        _measured(analyse(sound, path))


@target("sound", seeds.sounds)
def _analyse(path):
    from voice_guide.analysis import analyse

    with _by_itself():
        _measured(analyse(path))


@contextlib.contextmanager
def _by_itself() -> Iterator[None]:
    """Ask no process of FFmpeg's, which takes its time to start."""
    with mock.patch("voice_guide.audio.decoding.can_decode", return_value=False):
        yield


@target("sound.m4a", seeds.films)
def _decoded(path):
    from voice_guide.analysis import analyse

    _measured(analyse(path))


@target("cover.png", seeds.pictures)
def _cover(path):
    from voice_guide.output.pictures import read_cover, size_of

    width, height, depth = size_of(read_cover(path))
    assert width > 0
    assert height > 0
    assert depth >= 0


def _measured(analysis):
    from voice_guide.analysis import PROFILES, judge
    from voice_guide.cli.analyse import _table

    json.dumps(analysis.to_json(), allow_nan=False)
    assert _table(analysis)
    for profile in PROFILES:
        judge(profile, analysis)


@target("sound", seeds.sounds)
def _bed(path):
    from voice_guide.sound.bed import open_bed

    stream = open_bed(str(path), 48000).stream()
    for _ in range(4):
        check(stream.read(24_000))


@target("let-your-feet-find-the-floor.wav", seeds.sounds)
def _recorded(path):
    voice = Recorded("en", None, str(path.parent))
    (answer,) = voice.speak([LINE])
    if isinstance(answer, Exception):
        assert str(path) in str(answer)
        return
    clip_of = functools.partial(prepare, lufs=-18.0, ceiling=0.89, polish="light", natural=True)
    with contextlib.suppress(BadSpeechError):
        for night in (False, True):
            heard, rate = decode(LINE, answer)
            clip = clip_of([(LINE, heard, rate)], 48000, night=night)
            check(clip, most=1.0)


@target("let-your-feet-find-the-floor.wav", seeds.sounds)
def _record(path):
    script, into = path.with_name("a.md"), path.with_name("new")
    script.write_text(LINE)
    options = ["--into", str(into), "--from", str(path), "--again", "--voice", "none"]
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = cli.main(["record", str(script), *options], standalone_mode=False)
    assert path.name in told.getvalue()
    if code == 0:
        import soundfile

        check(soundfile.read(into / path.name)[0], most=1.0)
    assert re.search(rf"new: [{'1' if code == 0 else '01'}] of 1 line recorded", told.getvalue())
