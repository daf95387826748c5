"""What C libraries print stays out of the listener's terminal, and what we say does not."""

import subprocess
import sys

import numpy as np
import pytest
import soundfile
from running import run

PREPARED = """
import os
from types import SimpleNamespace
import click
from voice_guide.cli import streams
from voice_guide.errors import VoiceGuideError
from voice_guide.terminal import libraries_quiet
from voice_guide.settings import Settings
streams.prepare()

def library_prints(words):
    os.write(2, words.encode())
"""

PLAYER = """
import voice_guide.live.player as player
class Player:
    def __init__(self, *how): pass
    def start(self): pass
    def watch(self): library_prints("underrun while watching "); return False
    def stop(self): library_prints("underrun while stopping ")
player.Player = Player
"""


def told(script):
    done = subprocess.run(
        [sys.executable, "-c", PREPARED + script], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_library_is_heard_again_afterwards():
    script = """
with libraries_quiet():
    library_prints("underrun ")
    click.echo("ours", err=True)
library_prints("afterwards")
"""
    assert told(script) == "ours\nafterwards"


@pytest.mark.parametrize(
    "use",
    [
        "from voice_guide.live.guide import guide\n"
        "with guide(Settings(voice='none'), print) as aloud:\n"
        "    library_prints('underrun while tapping ')\n"
        "    click.echo('ours', err=True)\n",
        "from voice_guide.cli.voices import _play\n"
        "from voice_guide.scripting.loading import load\n"
        "from voice_guide.session import open_session\n"
        "_play(open_session(load('one-minute-pause'), Settings(voice='none')))\n"
        "click.echo('ours', err=True)\n",
    ],
    ids=["tap, listen, record", "voices try"],
)
def test_while_a_device_is_open_only_we_are_heard(use):
    assert told(PLAYER + use) == "ours\n"


def test_of_a_damaged_file_only_we_tell(tmp_path):
    """mpg123 prints where it loses its way."""
    path = tmp_path / "damaged.mp3"
    noise = np.random.default_rng(0).standard_normal(480_000).astype(np.float32) / 10
    soundfile.write(path, noise, 48000, format="MP3")
    data = bytearray(path.read_bytes())
    data[20_000:60_000] = bytes(40_000)
    path.write_bytes(data)
    done = run("analyse", path)
    assert done.returncode == 1
    assert done.stderr == f"Error: {path} can't be read to the end: it is damaged.\n"


def test_where_messages_are_not_apart_nothing_is_hidden():
    """A program that calls ours keeps its own standard error."""
    script = """
import sys
from voice_guide.terminal import libraries_quiet
with libraries_quiet():
    print("ours", file=sys.stderr, flush=True)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr == "ours\n"
