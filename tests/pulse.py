"""A sound server without a sound card: a null sink whose monitor can be recorded."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

SINK = (
    "module-null-sink sink_name=rig rate=48000 channels=2 format=float32le norewinds=1 "
    "channel_map=front-left,front-right"
)


class Pulse:
    """One private server; ``env`` makes programs use it.

    ``eager`` gives it the priority that a desktop's server has, where that is allowed.
    """

    def __init__(self, folder: Path, eager: bool = False) -> None:
        self.folder = folder
        self._eager = "yes" if eager else "no"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "default.pa").write_text(
            f"load-module module-native-protocol-unix socket={folder}/native auth-anonymous=1\n"
            f"load-module {SINK}\nset-default-sink rig\nset-default-source rig.monitor\n"
        )
        own = {name: str(folder) for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH")}
        self.env = {
            **os.environ,
            "TERM": "xterm",
            **own,
            "PULSE_STATE_PATH": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
        }
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = "--daemonize=no --exit-idle-time=-1 --disallow-exit=yes --use-pid-file=no "
        options += f"--realtime={self._eager} --high-priority={self._eager}"
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(self.folder / "default.pa"), *options.split()],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self._pactl("info").returncode == 0)

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def hang(self) -> None:
        """Let it stop answering."""
        self._server.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._server.send_signal(signal.SIGCONT)

    def pactl(self, *command: str) -> str:
        return self._pactl(*command, check=True).stdout

    def _pactl(self, *command: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *command], env=self.env, capture_output=True, text=True, check=check
        )

    def playing(self) -> bool:
        return bool(self._pactl("list", "short", "sink-inputs").stdout.strip())

    @contextmanager
    def recording(self, path: Path, sink: str = "rig"):
        """Record what a sink plays, as raw float32 stereo, while the block runs."""
        command = f"-d {sink}.monitor --format=float32le --rate=48000 --channels=2 --raw"
        with path.open("wb") as out:
            recorder = subprocess.Popen(
                ["parec", *command.split(), "--latency-msec=50"], env=self.env, stdout=out
            )
            until(lambda: path.stat().st_size > 0)
            try:
                yield
            finally:
                recorder.terminate()
                recorder.wait()


def until(condition, seconds: float = 10.0) -> None:
    """Wait for something to become true, looking again and again."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.01)
