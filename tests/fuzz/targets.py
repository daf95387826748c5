"""What reads files from elsewhere, each as a function of one file: for Hypothesis and for atheris.

Whatever is in the file, there is an answer, or an error of ours that names it, after at most
``SECONDS`` of computing and with at most ``MEGABYTES`` more memory; and each sample is a number.
"""

import asyncio
import contextlib
import functools
import io
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock
from urllib.parse import unquote

import bundling
import click
import numpy as np
from fuzz import seeds

from voice_guide.batch.catalogue import catalogue
from voice_guide.batch.manifest import read_manifest
from voice_guide.cli import cli
from voice_guide.cli.batch import _builder, _options
from voice_guide.cli.options import session_options
from voice_guide.cli.resuming import first_item, place_to_go_on
from voice_guide.config import config_file, read_rows, remember, row_of
from voice_guide.errors import PaceError, VoiceGuideError
from voice_guide.leftovers import sweep
from voice_guide.limits import MAX_LINE_LETTERS, MOST_AMPLITUDE
from voice_guide.options import listener_settings
from voice_guide.options.words import own_words
from voice_guide.pace import saved
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.plan.advice import style
from voice_guide.plan.check import remarks
from voice_guide.scripting import importing
from voice_guide.scripting.loading import load
from voice_guide.scripting.mending import mended
from voice_guide.scripting.parse import parse
from voice_guide.scripting.words import for_language
from voice_guide.session import open_session
from voice_guide.voices.cache import ClipCache
from voice_guide.voices.models import model_in
from voice_guide.voices.prepare import BadSpeechError, decode, prepare, spoken_parts
from voice_guide.voices.pronouncing import spoken
from voice_guide.voices.recorded import Recorded
from voice_guide.voices.tempo import FASTEST, SLOWEST, SPEEDS, speed_for, tempo_of
from voice_guide.voices.unpack import unpack
from voice_guide.voices.wording import said
from voice_guide.voices.wordings import WORDINGS

SECONDS, MEGABYTES = 1.0, 400

RENDERED_FRAMES = 1_000_000  # of a bundle: rendering more takes its time, whoever made it

MOST_LETTERS = 10_000  # of directions, which are put together to a script

LINE = "Let your feet find the floor."

TEMPO = dict(zip(SPEEDS, (216.0, 166.0, 113.0), strict=True))


class FindingError(Exception):
    """A file that is not answered as it should be."""


@dataclass(frozen=True)
class Target:
    """A reader, and the file that it reads: errors have to name that, if it is ``named``."""

    read: Callable[[Path], object]
    file: str
    seeds: Callable[[], list[bytes]]
    named: bool = True

    def give(self, data: bytes, folder: Path, seconds: float = SECONDS) -> None:
        """Let it read a file.

        Raises:
            FindingError: from what went wrong.
        """
        path = folder / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        began, before = time.process_time(), _megabytes()
        try:
            self.read(path)
        except (VoiceGuideError, click.ClickException) as error:
            if self.named and str(folder) not in str(error):
                raise FindingError(f"{error!r} doesn't name the file") from error
        except Exception as error:
            raise FindingError(f"{type(error).__name__}: {error}") from error
        taken, more = time.process_time() - began, _megabytes() - before
        if taken > seconds or more > MEGABYTES:
            raise FindingError(f"took {taken:.1f} s and {more} MB more memory")


TARGETS: dict[str, Target] = {}


def _target(file: str, of: Callable[[], list[bytes]], named: bool = True) -> Callable[..., None]:
    def add(read: Callable[[Path], object]) -> None:
        TARGETS[read.__name__.strip("_")] = Target(read, file, of, named)

    return add


def _megabytes() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _letters(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _sound(samples: np.ndarray, most: float = MOST_AMPLITUDE) -> None:
    assert np.isfinite(samples).all(), "samples that are no numbers"
    assert np.abs(samples).max(initial=0) <= most, "samples far over full scale"


# --- scripts ----------------------------------------------------------------------------------


@_target("a.md", seeds.scripts)
def _script(path):
    """Two scripts, parted by a row of =====; the first may include the second, and itself."""
    first, _, second = path.read_bytes().partition(b"\n=====\n")
    path.write_bytes(first)
    path.with_name("b.md").write_bytes(second)
    script = load(str(path))
    assert list(script.items())
    list(remarks(script))


@_target("a.md", seeds.directions)
def _directions(path):
    rows = _letters(path)[:MOST_LETTERS].split("\n")
    text = "\n\n".join(f"[{row}]\n\nStay [{row}] here." for row in rows)
    parse(text, str(path))


@_target("s.zip", seeds.bundles)
def _bundle(path):
    session = open_session(path)
    plan = session.plan()
    for line in plan.script.lines():
        _sound(session.clips.samples(line), 1.0)
    if plan.frames < RENDERED_FRAMES:
        for block in session.blocks():
            _sound(block, 1.0)


@_target("s.zip", seeds.bundle_lists)
def _bundle_list(path):
    """What a bundle says is in it, in a zip that is right."""
    index = path.read_bytes()
    path.write_bytes(bundling.zipped(bundling.files() | {"voice-guide.json": index}))
    open_session(path).plan()


@_target("a.md", seeds.heads)
def _head(path):
    parse(f"---\n{_letters(path)}\n---\nStay.", str(path))


def _importing(path):
    made = importing.read(importing.text_of(str(path)), str(path))
    script = parse(made.text, str(path))
    assert list(script.items())
    list(remarks(script))


def _target_of_each_importer():
    for kind in seeds.texts_of_others():
        of = functools.partial(lambda kind: seeds.texts_of_others()[kind], kind)
        TARGETS[f"import_{kind}"] = Target(_importing, "theirs.txt", of)


_target_of_each_importer()


@_target("a.md", seeds.scripts)
def _mending(path):
    text = _letters(path)
    once = mended(text, str(path))
    assert mended(once, str(path)) == once
    list(style(parse(text.replace("\r\n", "\n").replace("\r", "\n"), str(path))))


@_target("line.txt", seeds.lines)
def _wording(path):
    text = _letters(path)[:MAX_LINE_LETTERS]
    for language in (*WORDINGS, "xx"):
        spoken_parts(said(text, language))


# --- paces, settings and what is kept ---------------------------------------------------------


@_target("pace.txt", seeds.paces, named=False)
def _paces(path):
    text = _letters(path)
    for read in (Pace.parse, Ramp.parse):
        try:
            found = read(text)
        except PaceError:
            continue
        assert read(str(found)) == found


@_target("c.toml", seeds.catalogues)
def _catalogue(path):
    """A catalogue; its folder is this one, and so are the voices that it may ask for."""
    options, build = _options(), _builder()
    catalogue(path, {name: options[name] for name in options if name != "voice"}, build)


@_target("c.made", seeds.manifests, named=False)
def _manifest(path):
    for record in read_manifest(path.with_suffix(".toml")).made.values():
        record.missing()
        record.changed()


@_target("voice-guide/config.toml", seeds.settings)
def _settings(path):
    try:
        listener_settings()
    except VoiceGuideError as error:
        row_of(getattr(error, "key", ""))
        raise
    before = read_rows(path)
    remember("voice", "espeak")
    assert read_rows(config_file()) == before | {"voice": "espeak"}


@_target("voice-guide/paces.toml", seeds.saved_paces)
def _saved_paces(path):
    before = saved.saved()
    saved.save("evening", Pace.parse("3-7"))
    assert saved.saved() == before | {"evening": Pace.parse("3-7")}
    saved.remove("evening")
    before.pop("evening", None)
    assert saved.saved() == before


@_target("voice-guide/words.toml", seeds.words)
def _words(path):
    lists = own_words()
    for language in ("en", "de-AT", "xx"):
        words = for_language(lists, language)
        text = " ".join(word.written for word in words)[:MAX_LINE_LETTERS]
        for sounds in (False, True):
            spoken_parts(spoken(f"{text} Don’t lead qi.", language, words, sounds))


@click.command()
@click.argument("name", default="stay-present")
@session_options
def _go_on(name, settings):
    return place_to_go_on(name, settings)


@_target("voice-guide/place.json", seeds.places, named=False)
def _place(path):
    place, _ = _go_on.main([], standalone_mode=False)
    script = load("one-minute-pause")
    assert 0 <= first_item(place, script) < len(list(script.items()))


@_target("voice-guide/running/0123456789ab.journal", seeds.journals, named=False)
def _journal(path):
    """What a process has noted that is gone."""
    sweep()


@_target("voice-guide/tempo/a.json", lambda: [json.dumps(TEMPO).encode()], named=False)
def _tempo(path):
    assert SLOWEST <= speed_for(120, tempo_of("a", lambda: TEMPO)) <= FASTEST


@_target("clips/ab/cdef.clip", seeds.clips)
def _cached(path):
    """A clip, as it is and with a sum that is right."""
    data = path.read_bytes()
    for entry in (data, seeds.summed(data[8:])):
        path.write_bytes(entry)
        clip = ClipCache(path.parent.parent).get("abcdef")
        if clip is not None:
            assert clip.dtype == np.float32
            _sound(clip)


@_target("request", seeds.requests, named=False)
def _request(path):
    """A request to the studio: its first row, its headers, an empty row, and its body."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    first, *rows = head.split(b"\n")
    method, _, way = first.decode("latin-1").partition(" ")
    way, _, query = way.partition("?")
    pairs = (row.partition(b":") for row in rows)
    scope = {
        **{"type": "http", "method": method, "path": unquote(f"/token{way}"), "root_path": ""},
        **{"query_string": query.encode("latin-1"), "server": ("127.0.0.1", 1), "scheme": "http"},
        "headers": [
            (b"host", b"127.0.0.1:1"),
            *((name.strip().lower(), value.strip()) for name, _, value in pairs),
        ],
    }
    answers, parts = [], [{"type": "http.request", "body": body}]

    async def receive():
        return parts.pop() if parts else await asyncio.Event().wait()  # it stays connected

    async def send(message):
        answers.append(message)

    with _without_processes():
        from voice_guide.studio.app import Studio
        from voice_guide.studio.gate import Gate

        studio = Studio(path.parent)
        try:
            asyncio.run(Gate(studio.app, 1, "token", "ticket")(scope, receive, send))
        finally:
            studio.close()
    assert 200 <= answers[0]["status"] < 500
    if answers[0]["status"] >= 400:
        assert json.loads(answers[1]["body"])["error"]


@contextlib.contextmanager
def _without_processes() -> Iterator[None]:
    """Let nothing be spoken or exported."""
    with (
        mock.patch("voice_guide.studio.planning.Making.want"),
        mock.patch("voice_guide.live.speech.Speech.start"),
        mock.patch("voice_guide.studio.exports._Job.run"),
    ):
        yield


# --- sounds and what comes with them ----------------------------------------------------------


@_target("lines.json", seeds.indexes)
def _index(path):
    path.with_name("let-your-feet-find-the-floor.wav").write_bytes(seeds.sound())
    voice = Recorded("en", None, str(path.parent))
    for text in (LINE, *voice.texts()):
        voice.older_line(text)
        voice.identity(text)
        list(voice.speak([text]))


@_target("voice.onnx", seeds.models)
def _model(path):
    (path.parent / "tokens.txt").write_text("a 0\n")
    model_in(path.parent)


@_target("voice.onnx.json", seeds.piper_models)
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


@_target("sound.plan.json", seeds.plans)
def _plan(path):
    from voice_guide.analysis import analyse

    sound = path.with_name("sound.wav")
    sound.write_bytes(seeds.sound())
    with _by_itself():
        _measured(analyse(sound))
        _measured(analyse(sound, path))


@_target("sound", seeds.sounds)
def _analyse(path):
    from voice_guide.analysis import analyse

    with _by_itself():
        _measured(analyse(path))


@contextlib.contextmanager
def _by_itself() -> Iterator[None]:
    """Ask no process of FFmpeg's, which takes its time to start."""
    with mock.patch("voice_guide.audio.decoding.can_decode", return_value=False):
        yield


@_target("sound.m4a", seeds.films)
def _decoded(path):
    from voice_guide.analysis import analyse

    _measured(analyse(path))


@_target("cover.png", seeds.pictures)
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


@_target("sound", seeds.sounds)
def _bed(path):
    from voice_guide.sound.bed import open_bed

    stream = open_bed(str(path), 48000).stream()
    for _ in range(4):
        _sound(stream.read(24_000))


@_target("let-your-feet-find-the-floor.wav", seeds.sounds)
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
            _sound(clip, most=1.0)


@_target("let-your-feet-find-the-floor.wav", seeds.sounds)
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

        _sound(soundfile.read(into / path.name)[0], most=1.0)
    assert re.search(rf"new: [{'1' if code == 0 else '01'}] of 1 line recorded", told.getvalue())
