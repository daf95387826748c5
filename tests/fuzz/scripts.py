"""Readers of scripts, of what others write, and of what is said in them."""

import functools

import bundling
from fuzz import seeds
from fuzz.target import TARGETS, Target, check, letters, target

from voice_guide.limits import MAX_LINE_LETTERS
from voice_guide.plan.advice import style
from voice_guide.plan.check import remarks
from voice_guide.scripting import importing
from voice_guide.scripting.loading import load
from voice_guide.scripting.mending import mended
from voice_guide.scripting.parse import parse
from voice_guide.session import open_session
from voice_guide.voices.prepare import spoken_parts
from voice_guide.voices.wording import said
from voice_guide.voices.wordings import WORDINGS

RENDERED_FRAMES = 1_000_000  # of a bundle: rendering more takes its time, whoever made it

MOST_LETTERS = 10_000  # of directions, which are put together to a script


@target("a.md", seeds.scripts)
def _script(path):
    """Two scripts, parted by a row of =====; the first may include the second, and itself."""
    first, _, second = path.read_bytes().partition(b"\n=====\n")
    path.write_bytes(first)
    path.with_name("b.md").write_bytes(second)
    script = load(str(path))
    assert list(script.items())
    list(remarks(script))


@target("a.md", seeds.directions)
def _directions(path):
    rows = letters(path)[:MOST_LETTERS].split("\n")
    text = "\n\n".join(f"[{row}]\n\nStay [{row}] here." for row in rows)
    parse(text, str(path))


@target("s.zip", seeds.bundles)
def _bundle(path):
    session = open_session(path)
    plan = session.plan()
    for line in plan.script.lines():
        check(session.clips.samples(line), 1.0)
    if plan.frames < RENDERED_FRAMES:
        for block in session.blocks():
            check(block, 1.0)


@target("s.zip", seeds.bundle_lists)
def _bundle_list(path):
    """What a bundle says is in it, in a zip that is right."""
    index = path.read_bytes()
    path.write_bytes(bundling.zipped(bundling.files() | {"voice-guide.json": index}))
    open_session(path).plan()


@target("a.md", seeds.heads)
def _head(path):
    parse(f"---\n{letters(path)}\n---\nStay.", str(path))


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


@target("a.md", seeds.scripts)
def _mending(path):
    text = letters(path)
    once = mended(text, str(path))
    assert mended(once, str(path)) == once
    list(style(parse(text.replace("\r\n", "\n").replace("\r", "\n"), str(path))))


@target("line.txt", seeds.lines)
def _wording(path):
    text = letters(path)[:MAX_LINE_LETTERS]
    for language in (*WORDINGS, "xx"):
        spoken_parts(said(text, language))
