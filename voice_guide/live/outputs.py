"""Which output the sound comes out of, as PulseAudio and PipeWire tell it, and when that has gone.

When headphones are pulled out or switched off, these servers move what plays to the loudspeakers,
and the sound library notices nothing. Where there is no such server, nothing is known here.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Output", "Watch", "outputs", "played_on"]

CONNECT_SECONDS = 1.0

LOOK_SECONDS = 0.5
"""How often a watch looks whether it is still wanted; of changes it is told at once."""

CALM_SECONDS = 1.0
"""To load what asks the server takes 60 ms of Python: as the sound begins, that would break it
up. Until then, no word has been said."""

NOWHERE = "auto_null"
"""The output that a server has when there is none."""


@dataclass(frozen=True)
class Output:
    """A sink, and the socket of it that is in use: one card may have both of a laptop's."""

    name: str
    port: str = ""


def outputs() -> set[Output] | None:
    """Return the outputs that something can be heard from; None if there is no server to ask."""
    with _server(_pulse()) as server:
        if server is None:
            return None
        return {_output(sink) for sink in server.sink_list() if sink.name != NOWHERE}


def _pulse() -> Any:
    """Return the library that asks the server; None if it isn't there."""
    try:
        import pulsectl
    except (ImportError, OSError):
        return None
    return pulsectl


class Watch:
    """Notices that the output which this process plays on has gone.

    What a listener moves to another output themselves goes on there.

    Args:
        gone: is called once, from another thread, as soon as it has gone.
    """

    def __init__(self, gone: Callable[[], None]) -> None:
        self.output: Output | None = None  # while it isn't known
        self._gone = gone
        self._index = -1
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="outputs", daemon=True).start()

    def stop(self) -> None:
        """It is called no more."""
        self._stopped.set()

    def _run(self) -> None:
        if "pulsectl" not in sys.modules and self._stopped.wait(CALM_SECONDS):
            return
        pulse = _pulse()
        with contextlib.suppress(Exception), _server(pulse) as server:  # then nothing is known
            if server is None:
                return
            told: list[Any] = []

            def tell(event: Any) -> None:
                told.append(event)
                raise pulse.PulseLoopStop

            server.event_mask_set("sink", "sink_input")
            server.event_callback_set(tell)
            while not self._stopped.is_set():
                if told or self.output is None:  # to ask the server costs more than to wait for it
                    removed = any(
                        event.facility == "sink"
                        and event.t == "remove"
                        and event.index == self._index
                        for event in told
                    )
                    told.clear()
                    if removed or not self._look(server):
                        if not self._stopped.is_set():
                            self._gone()
                        return
                server.event_listen(LOOK_SECONDS)

    def _look(self, server: Any) -> bool:
        """Bring up to date where it plays; return whether it is there by the listener's will."""
        sinks = {sink.index: sink for sink in server.sink_list()}
        own = str(os.getpid())
        ours = [
            each.sink
            for each in server.sink_input_list()
            if each.proplist.get("application.process.id") == own and each.sink in sinks
        ]
        if not ours:
            return True  # it has not begun yet, or has ended, which the sound library notices
        before, now = sinks.get(self._index), sinks[ours[-1]]
        if self.output is not None and (before is None or _unplugged(before, self.output.port)):
            return False
        self._index, self.output = now.index, _output(now)
        return True


def _output(sink: Any) -> Output:
    return Output(sink.name, sink.port_active.name if sink.port_active else "")


def _unplugged(sink: Any, port: str) -> bool:
    """Whether a socket that was in use is no more, as nothing is in it."""
    if not port or sink.port_active is None or sink.port_active.name == port:
        return False
    return any(each.name == port and each.available_state == "no" for each in sink.port_list)


@contextlib.contextmanager
def played_on(output: Output | None) -> Iterator[None]:
    """Have what is opened in the block played on an output, whichever is the default."""
    if output is None or "PULSE_SINK" in os.environ:
        yield
        return
    os.environ["PULSE_SINK"] = output.name
    try:
        yield
    finally:
        del os.environ["PULSE_SINK"]


@contextlib.contextmanager
def _server(pulse: Any) -> Iterator[Any]:
    try:
        server = pulse.Pulse("voice-guide", connect=False)
        server.connect(timeout=CONNECT_SECONDS)
    except Exception:  # no library, no server, or one that doesn't answer
        yield None
        return
    try:
        yield server
    finally:
        server.close()
