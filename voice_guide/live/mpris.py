"""Media keys and headset buttons on Linux: MPRIS over D-Bus, where there is a bus.

The interface: https://specifications.freedesktop.org/mpris-spec/2.2/
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player

__all__ = ["remote_control"]

NAME = "org.mpris.MediaPlayer2.voice_guide"
PATH = "/org/mpris/MediaPlayer2"
TRACK = "/voice_guide/session"
CHANGES_SECONDS = 0.25
"""How often it is looked whether something has changed."""


@contextlib.contextmanager
def remote_control(playback: "Playback", player: "Player") -> Iterator[None]:
    """Answer media keys while the block runs; without dbus-fast or a bus, do nothing."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS") or not find_spec("dbus_fast"):
        yield
        return
    loop = asyncio.new_event_loop()
    leave = asyncio.Event()
    thread = threading.Thread(target=_run, args=(loop, playback, player, leave), daemon=True)
    thread.start()
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            loop.call_soon_threadsafe(leave.set)
        thread.join(timeout=1)


def _run(
    loop: asyncio.AbstractEventLoop, playback: "Playback", player: "Player", leave: asyncio.Event
) -> None:
    # Whatever a bus does, the session goes on, and the terminal stays as it is.
    loop.set_exception_handler(lambda _loop, _context: None)
    with contextlib.suppress(Exception):
        loop.run_until_complete(_serve(playback, player, leave))
    loop.close()


async def _serve(playback: "Playback", player: "Player", leave: asyncio.Event) -> None:
    from dbus_fast.aio import MessageBus

    bus = await MessageBus().connect()
    root, control = _interfaces(playback, player)
    bus.export(PATH, root)
    bus.export(PATH, control)
    await bus.request_name(NAME)
    shown: Any = None
    while not leave.is_set() and bus.connected:
        changed = {"PlaybackStatus": control.status(), "Metadata": control.metadata()}
        if changed != shown:
            control.emit_properties_changed(changed)
            shown = changed
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(leave.wait(), CHANGES_SECONDS)
    bus.disconnect()


def _interfaces(playback: "Playback", player: "Player") -> tuple[Any, Any]:
    """The two interfaces of a player; annotations are D-Bus signatures, as dbus-fast reads them."""
    from dbus_fast import PropertyAccess, Variant
    from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

    read = PropertyAccess.READ

    def here() -> bool:
        """Go on where it can be heard now, if that is what it waits for; return whether it is."""
        waits = player.waiting
        if waits:
            player.go_on()
        return waits

    class Root(ServiceInterface):
        def __init__(self) -> None:
            super().__init__("org.mpris.MediaPlayer2")

        @dbus_method()
        def Raise(self): ...

        @dbus_method()
        def Quit(self):
            playback.finish()

        @dbus_property(access=read)
        def CanQuit(self) -> "b":
            return True

        @dbus_property(access=read)
        def CanRaise(self) -> "b":
            return False

        @dbus_property(access=read)
        def HasTrackList(self) -> "b":
            return False

        @dbus_property(access=read)
        def Identity(self) -> "s":
            return "Voice Guide"

        @dbus_property(access=read)
        def SupportedUriSchemes(self) -> "as":
            return []

        @dbus_property(access=read)
        def SupportedMimeTypes(self) -> "as":
            return []

    class Player(ServiceInterface):
        def __init__(self) -> None:
            super().__init__("org.mpris.MediaPlayer2.Player")

        def status(self) -> str:
            return "Paused" if playback.status().paused or player.lost else "Playing"

        def metadata(self) -> dict[str, Variant]:
            now = playback.status()
            known = {
                "mpris:trackid": Variant("o", TRACK),
                "xesam:title": Variant("s", now.section),
                "xesam:album": Variant("s", now.title),
            }
            if now.seconds_left is not None:
                whole = now.seconds + now.seconds_left
                known["mpris:length"] = Variant("x", round(whole) * 1_000_000)
            return known

        @dbus_method()
        def Play(self):
            if not here():
                playback.resume()

        @dbus_method()
        def Pause(self):
            playback.pause()

        @dbus_method()
        def PlayPause(self):
            if not here():
                playback.toggle_pause()

        @dbus_method()
        def Stop(self):
            playback.finish()

        @dbus_method()
        def Next(self):
            playback.next()

        @dbus_method()
        def Previous(self):
            playback.again()

        @dbus_method()
        def Seek(self, offset: "x"): ...

        @dbus_method()
        def SetPosition(self, track: "o", position: "x"): ...

        @dbus_method()
        def OpenUri(self, uri: "s"): ...

        @dbus_property(access=read)
        def PlaybackStatus(self) -> "s":
            return self.status()

        @dbus_property(access=read)
        def Metadata(self) -> "a{sv}":
            return self.metadata()

        @dbus_property(access=read)
        def Position(self) -> "x":
            return round(playback.status().seconds * 1_000_000)

        @dbus_property(access=read)
        def Rate(self) -> "d":
            return 1.0

        @dbus_property(access=read)
        def MinimumRate(self) -> "d":
            return 1.0

        @dbus_property(access=read)
        def MaximumRate(self) -> "d":
            return 1.0

        @dbus_property(access=read)
        def Volume(self) -> "d":
            return playback.volume

        @dbus_property(access=read)
        def CanGoNext(self) -> "b":
            return True

        @dbus_property(access=read)
        def CanGoPrevious(self) -> "b":
            return True

        @dbus_property(access=read)
        def CanPlay(self) -> "b":
            return True

        @dbus_property(access=read)
        def CanPause(self) -> "b":
            return True

        @dbus_property(access=read)
        def CanSeek(self) -> "b":
            return False

        @dbus_property(access=read)
        def CanControl(self) -> "b":
            return True

    return Root(), Player()
