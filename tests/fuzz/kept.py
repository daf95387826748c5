"""Readers of settings, of lists, of what is kept, and of what the studio is asked."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from unittest import mock
from urllib.parse import unquote

import click
import numpy as np
from fuzz import seeds
from fuzz.target import check, letters, target

from voice_guide.batch.catalogue import catalogue
from voice_guide.batch.manifest import read_manifest
from voice_guide.cli.batch import _builder, _options
from voice_guide.cli.options import session_options
from voice_guide.cli.resuming import first_item, place_to_go_on
from voice_guide.config import config_file, read_rows, remember, row_of
from voice_guide.errors import PaceError, VoiceGuideError
from voice_guide.leftovers import sweep
from voice_guide.limits import MAX_LINE_LETTERS
from voice_guide.options import listener_settings
from voice_guide.options.words import own_words
from voice_guide.pace import saved
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.loading import load
from voice_guide.scripting.words import for_language
from voice_guide.voices.cache import ClipCache
from voice_guide.voices.prepare import spoken_parts
from voice_guide.voices.pronouncing import spoken
from voice_guide.voices.tempo import FASTEST, SLOWEST, SPEEDS, speed_for, tempo_of

TEMPO = dict(zip(SPEEDS, (216.0, 166.0, 113.0), strict=True))


@target("pace.txt", seeds.paces, named=False)
def _paces(path):
    text = letters(path)
    for read in (Pace.parse, Ramp.parse):
        try:
            found = read(text)
        except PaceError:
            continue
        assert read(str(found)) == found


@target("c.toml", seeds.catalogues)
def _catalogue(path):
    """A catalogue; its folder is this one, and so are the voices that it may ask for."""
    options, build = _options(), _builder()
    catalogue(path, {name: options[name] for name in options if name != "voice"}, build)


@target("c.made", seeds.manifests, named=False)
def _manifest(path):
    for record in read_manifest(path.with_suffix(".toml")).made.values():
        record.missing()
        record.changed()


@target("voice-guide/config.toml", seeds.settings)
def _settings(path):
    try:
        listener_settings()
    except VoiceGuideError as error:
        row_of(getattr(error, "key", ""))
        raise
    before = read_rows(path)
    remember("voice", "espeak")
    assert read_rows(config_file()) == before | {"voice": "espeak"}


@target("voice-guide/paces.toml", seeds.saved_paces)
def _saved_paces(path):
    before = saved.saved()
    saved.save("evening", Pace.parse("3-7"))
    assert saved.saved() == before | {"evening": Pace.parse("3-7")}
    saved.remove("evening")
    before.pop("evening", None)
    assert saved.saved() == before


@target("voice-guide/words.toml", seeds.words)
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


@target("voice-guide/place.json", seeds.places, named=False)
def _place(path):
    place, _ = _go_on.main([], standalone_mode=False)
    script = load("one-minute-pause")
    assert 0 <= first_item(place, script) < len(list(script.items()))


@target("voice-guide/running/0123456789ab.journal", seeds.journals, named=False)
def _journal(path):
    """What a process has noted that is gone."""
    sweep()


@target("voice-guide/tempo/a.json", lambda: [json.dumps(TEMPO).encode()], named=False)
def _tempo(path):
    assert SLOWEST <= speed_for(120, tempo_of("a", lambda: TEMPO)) <= FASTEST


@target("clips/ab/cdef.clip", seeds.clips)
def _cached(path):
    """A clip, as it is and with a sum that is right."""
    data = path.read_bytes()
    for entry in (data, seeds.summed(data[8:])):
        path.write_bytes(entry)
        clip = ClipCache(path.parent.parent).get("abcdef")
        if clip is not None:
            assert clip.dtype == np.float32
            check(clip)


@target("request", seeds.requests, named=False)
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
