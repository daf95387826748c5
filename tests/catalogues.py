"""A catalogue of short files, for tests."""

import json

from running import run

SCRIPT = "---\npace: 2-3\n---\n\nLet it go.\n\n[1-9 breaths]\n\nNotice the floor.\n"
CATALOGUE = """
[defaults]
voice = "espeak"
sample_rate = 16000
name = "out/{session}-{pace}-{tone}.opus"
captions = "vtt"
captions_words = true

[[export]]
session = ["a.md", "b.md"]
pace = ["2-3", "2-2"]
tone = ["none", "pad"]

[[export]]
session = "a.md"
pace = "2-3"
tone = "bowl"
name = "out/{session}.mp3"
page = "out/{name}.html"
plan = "out/plan.json"
report = "out/report.json"
stems = true
"""
FILES = 8 * 2 + 9


class Home:
    """The folder of a catalogue."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "out").mkdir(parents=True)
        (folder / "a.md").write_text(SCRIPT)
        (folder / "b.md").write_text(SCRIPT.replace("Notice", "Feel"))
        (folder / "c.toml").write_text(CATALOGUE)

    def batch(self, *options, **how):
        return run("batch", "c.toml", *options, cwd=self.folder, **how)

    def rows(self, *options):
        """What the command tells of each export, and its exit code."""
        done = self.batch("--json", *options)
        return done.returncode, json.loads(done.stdout)["exports"]

    def made(self):
        """What is in each file."""
        files = sorted(path for path in (self.folder / "out").iterdir())
        return {path.name: path.read_bytes() for path in files}

    def times(self):
        return {path.name: path.stat().st_mtime_ns for path in (self.folder / "out").iterdir()}

    def left(self):
        """What is left of files that are not finished."""
        return [path.name for path in self.folder.rglob(".voice-guide-*")]
