"""The server: on this computer alone, for as long as somebody is there."""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from voice_guide.errors import RequestError
from voice_guide.leftovers import temporary_folder
from voice_guide.limits import MOST_STUDIO_CONNECTIONS, STUDIO_SECONDS
from voice_guide.studio.app import Studio
from voice_guide.studio.gate import Gate

__all__ = ["serve"]

HOST = "127.0.0.1"

LOOK_SECONDS = 1.0
"""How often it looks whether the last page has gone."""

IDLE_SECONDS = 60
"""That a browser keeps a connection to it open."""


class _Patient(H11Protocol):
    """A connection that has to ask for something, and not only to be there."""

    _answered: object = None  # what it had asked for when it was looked at last

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(STUDIO_SECONDS, self._look)

    def _look(self) -> None:
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.cycle is self._answered:
            self.transport.close()
        if not self.transport.is_closing():
            self._answered = self.cycle
            self.loop.call_later(STUDIO_SECONDS, self._look)


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(port: int, opened: Callable[[str, str], None]) -> None:
    """Serve the studio until its last page has been closed for a while, or until Ctrl-C.

    Args:
        port: 0 for any that is free.
        opened: called when it can be used, with the address of the page, and with one that leads
            there once.

    Raises:
        RequestError: if the port is taken.
        KeyboardInterrupt: on Ctrl-C, when all is put away.
    """
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
    token, ticket = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    with _listening(port) as door, temporary_folder() as folder:
        studio, port = Studio(folder), door.getsockname()[1]
        config = uvicorn.Config(
            Gate(studio.app, port, token, ticket),
            http=_Patient,
            ws="none",
            loop="asyncio",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_STUDIO_CONNECTIONS,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=1,
        )
        root = f"http://{HOST}:{port}/"
        server = _Server(config)
        with _heeding_signals(server):
            try:
                tell = partial(opened, f"{root}{token}/", f"{root}{ticket}")
                asyncio.run(_run(server, door, studio, tell))
            finally:
                studio.close()


@contextlib.contextmanager
def _heeding_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let a signal end the server, and be obeyed as usual when all is put away."""
    heard: list[int] = []

    def hear(number: int, _frame: object) -> None:
        server.should_exit = True
        server.force_exit = bool(heard)  # the second time
        heard.append(number)

    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
        heeded = (each for each in numbers if each and signal.getsignal(each) != signal.SIG_IGN)
        before = {number: signal.signal(number, hear) for number in heeded}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)
    for number in heard[:1]:
        signal.raise_signal(number)


async def _run(
    server: uvicorn.Server, door: socket.socket, studio: Studio, tell: Callable[[], None]
) -> None:
    serving = asyncio.create_task(server.serve([door]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    threading.Thread(target=tell, daemon=True).start()  # a browser may take its time
    while not serving.done():
        await asyncio.wait([serving], timeout=LOOK_SECONDS)
        server.should_exit = server.should_exit or studio.over
    await serving


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # where it would let others take it
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, port))
        door.listen(128)
    except OSError as error:
        door.close()
        raise RequestError(
            f"port {port} can't be used ({error.strerror}). Choose another with --port, or leave "
            "it out for any that is free."
        ) from error
    with door:
        yield door
