"""A sound device that is a pipe: ALSA's file plugin, read by the test faster than any ear."""

import os
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from running import COMMAND

SPEED = 20
"""How many times faster than real time the device takes what is played."""

DEVICES = """
pcm.null {{ type null }}
pcm.rawfile {{ type file slave.pcm {{ type null }} file "{pipe}" format "raw" }}
pcm.!default {{ type plug slave {{ pcm "rawfile" format FLOAT_LE rate 48000 channels 2 }} }}
"""


class AlsaFile:
    """Devices ``default``, 48 kHz, and ``rawfile``, any rate; their sound comes back."""

    def __init__(self, folder: Path) -> None:
        self._pipe = folder / "pipe"
        os.mkfifo(self._pipe)
        config = folder / "asound.conf"
        config.write_text(DEVICES.format(pipe=self._pipe))
        self.env = {
            **os.environ,
            "ALSA_CONFIG_PATH": str(config),
            "XDG_STATE_HOME": str(folder / "state"),
        }

    def play(self, *arguments, rate=48000, channels=2, command=COMMAND, speed=SPEED, **options):
        """Play to the end; return the process, and the frames that the device was given."""
        options = {"env": self.env, "stdin": subprocess.DEVNULL, **options}
        pipe = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK)
        player = subprocess.Popen(
            [*command, "play", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        try:
            taken = b"".join(
                _taken(pipe, lambda: player.poll() is not None, rate * channels * 4 * speed)
            )
        finally:
            player.kill()
            os.close(pipe)
        out, err = player.communicate()
        sound = np.frombuffer(taken[: len(taken) // (4 * channels) * 4 * channels], np.float32)
        finished = subprocess.CompletedProcess(player.args, player.returncode, out, err)
        return finished, sound.reshape(-1, channels)

    @contextmanager
    def hearing(self, speed=SPEED):
        """Take what the default device is given while the block runs; gives its frames, after."""
        ended, taken = threading.Event(), []
        pipe = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK)

        def take():
            for data in _taken(pipe, ended.is_set, 48000 * 2 * 4 * speed):
                taken.append(data)
                if ended.is_set():
                    return

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield lambda: np.frombuffer(b"".join(taken), np.float32).reshape(-1, 2)
        finally:
            ended.set()
            thread.join()
            os.close(pipe)


def _taken(pipe, is_over, bytes_a_second):
    """Yield what is played at a device's own pace, until it is over and the pipe is empty."""
    due, last = 0.0, time.monotonic()
    while True:
        ended = is_over()
        now = time.monotonic()
        due = min(due + (now - last) * bytes_a_second, bytes_a_second / 10)
        last = now
        try:
            data = os.read(pipe, int(due))
        except BlockingIOError:
            data = b""
            if ended:
                return
        due -= len(data)
        yield data
        time.sleep(0.002)


def spoken(sound):
    """Without the frames that are silent: a device that hurries gets some more of them."""
    return sound[sound.any(axis=1)]
