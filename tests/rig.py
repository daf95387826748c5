"""A person at a terminal, a player, and a recording of what leaves the sound server."""

from contextlib import contextmanager
from functools import partial

import numpy as np
import pexpect
from listening import listen
from pulse import until
from running import COMMAND

from voice_guide.live.playback import Playback
from voice_guide.live.ring import BLOCK_SECONDS
from voice_guide.pace.pace import Pace
from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings

RATE = 48000
SIGN = round(0.34 * RATE)
"""No sign lasts longer."""

BLOCK = round(BLOCK_SECONDS * RATE)
"""What is asked for takes effect at a multiple of these frames."""


class Recording:
    """What the sink has played so far; it grows in real time."""

    def __init__(self, path):
        self._path = path
        self._begins = None

    @property
    def frames(self):
        return self._path.stat().st_size // 8

    def all(self):
        """Float32 of shape (frames, 2)."""
        return np.fromfile(self._path, np.float32, self.frames * 2).reshape(-1, 2)

    def sound(self):
        """From the first frame that is not silent; as in an export, one of silence is before it."""
        recorded = self.all()
        heard = np.flatnonzero(recorded.any(axis=1))
        return recorded[max(heard[0] - 1, 0) :] if len(heard) else recorded[:0]

    @property
    def seconds(self):
        """How long there has been sound."""
        if self._begins is None:
            heard = np.flatnonzero(self.all().any(axis=1))
            self._begins = int(heard[0]) if len(heard) else None
        return 0 if self._begins is None else (self.frames - self._begins) / RATE

    def until_heard(self, seconds):
        until(lambda: self.seconds >= seconds, 30)

    def until_silent(self):
        """Wait for a fifth of a second of nothing."""
        frames = RATE // 5
        until(lambda: self.frames > frames and not self.all()[-frames:].any(), 30)


class Rig:
    """A place to play in, with a sound server and a memory of its own."""

    def __init__(self, pulse, folder):
        self.pulse = pulse
        self.folder = folder
        names = ("XDG_STATE_HOME", "XDG_CONFIG_HOME")
        self.env = {**pulse.env, **{name: str(folder / name) for name in names}}
        self._recordings = 0

    @contextmanager
    def recording(self, cut_off=False, sink="rig"):
        """Record a sink; ``cut_off`` says that it goes away before the end."""
        self._recordings += 1
        path = self.folder / f"{self._recordings}.raw"
        with self.pulse.recording(path, sink):
            yield (recording := Recording(path))
            end = recording.frames + RATE // 3  # what is still on its way
            until(lambda: cut_off or recording.frames > end)

    def play(self, *arguments):
        """Start a player at a terminal of its own."""
        command, *options = COMMAND
        return self._spawn(command, [*options, "play", *map(str, arguments)])

    def shell(self, *arguments):
        """Start a player from a shell that shows the terminal's settings before and after."""
        command = " ".join([*COMMAND, "play", *map(str, arguments)])
        script = f"trap : INT; stty -a; echo BEGIN; {command}; echo RC=$?; stty -a"
        return self._spawn("sh", ["-c", script], dimensions=(24, 200))

    def shell_with_jobs(self):
        """Start a shell in which Ctrl-Z stops what runs, and fg lets it go on."""
        person = self._spawn("bash", ["--norc", "-i"], dimensions=(24, 200))
        person.sendline("PS1='READY''> '")
        person.expect("READY> ")
        return person

    def _spawn(self, command, arguments, **options):
        person = pexpect.spawn(
            command, arguments, env=self.env, encoding="utf-8", timeout=30, **options
        )
        person.delaybeforesend = None  # a key is sent when it is pressed
        return person


def ended(player, seconds=30):
    """Wait for a player's end; return its exit code and what it wrote."""
    player.expect(pexpect.EOF, timeout=seconds)
    player.close()
    return player.exitstatus, player.before


def model(script, *asked, start=0, pace=None, **options):
    """What is heard without a device, when something is asked for at some frames."""
    pace = Pace.parse(pace) if pace else None
    session = open_session(load(str(script)), Settings(pace=pace, **options))
    session.speak()
    playback = Playback(session, start)
    return listen(
        playback, *((at, partial(getattr(playback, name))) for at, name in asked), block=BLOCK
    )


def when_it_parted(heard, undisturbed):
    """The frame of the block in which a recording stops being the undisturbed session."""
    frames = min(len(heard), len(undisturbed))
    other = np.flatnonzero((heard[:frames] != undisturbed[:frames]).any(axis=1))
    assert len(other), "nothing has changed"
    return int(other[0]) // BLOCK * BLOCK
