"""What the page can ask the server for, and who answers."""

import json
import math
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from voice_guide.errors import VoiceGuideError
from voice_guide.pace import saved
from voice_guide.pace.pace import Pace
from voice_guide.settings import Settings
from voice_guide.studio import shelf
from voice_guide.studio.asked import Source, check_suffix, settings_of, source_of
from voice_guide.studio.command import command_of
from voice_guide.studio.exports import Exports
from voice_guide.studio.offers import offers, paces
from voice_guide.studio.planning import Planner
from voice_guide.studio.presence import Presence
from voice_guide.studio.refusals import RefusedError, told
from voice_guide.studio.streams import Streams

__all__ = ["Studio"]

PAGE = Path(__file__).with_name("page")

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""The kinds of files that the page is made of."""

SOUNDS_AT_ONCE, OTHERS_AT_ONCE = 4, 2
"""Threads that render, and that do anything else: so that a plan never keeps a sound waiting."""

Answer = TypeVar("Answer")


class Studio:
    """The server's application, and what it keeps.

    Args:
        folder: a private one, where exports are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.presence = Presence()
        self._planner = Planner()
        self._streams = Streams(self._planner)
        self._exports = Exports(folder)
        self._sounding = anyio.CapacityLimiter(SOUNDS_AT_ONCE)
        self._others = anyio.CapacityLimiter(OTHERS_AT_ONCE)
        get, post, delete = ["GET"], ["POST"], ["DELETE"]
        routes: list[tuple[str, list[str], Callable[[Request], Awaitable[Response]]]] = [
            ("/", get, self._index),
            ("/page/{name}", get, self._page),
            ("/api/offers", get, self._offers),
            ("/api/scripts", get, self._scripts),
            ("/api/scripts/{name}", get, self._script),
            ("/api/scripts/{name}", ["PUT"], self._save),
            ("/api/plan", post, self._plan),
            ("/api/sound", post, self._open),
            ("/api/sound/{id}", get, self._sound),
            ("/api/sound/{id}", post, self._change),
            ("/api/sound/{id}", delete, self._close),
            ("/api/export", post, self._export),
            ("/api/export/{id}", get, self._exported),
            ("/api/export/{id}", delete, self._remove),
            ("/api/export/{id}/file", get, self._file),
            ("/api/export/{id}/file/{name}", get, self._file),
            ("/api/paces", post, self._save_pace),
            ("/api/command", post, self._command),
            ("/api/alive", post, self._alive),
            ("/api/gone", post, self._gone),
        ]
        self.app = Starlette(
            routes=[Route(path, each, methods=methods) for path, methods, each in routes],
            exception_handlers={
                HTTPException: _not_there,
                VoiceGuideError: _refused,
                Exception: _refused,
            },
        )
        self.app.router.redirect_slashes = False

    @property
    def over(self) -> bool:
        """Whether nobody has been there for a while, and nothing is being made for them."""
        return self.presence.over() and not self._exports.busy

    def close(self) -> None:
        """End whatever is going on."""
        self._planner.making.close()
        self._streams.close_all()
        self._exports.close()

    async def _do(self, work: Callable[..., Answer], *given: Any) -> Answer:
        return await run_sync(partial(work, *given), limiter=self._others)

    # --- the page -------------------------------------------------------------------------

    async def _index(self, _request: Request) -> Response:
        return FileResponse(PAGE / "index.html", media_type=_TYPES[".html"])

    async def _page(self, request: Request) -> Response:
        name = request.path_params["name"]
        files = {path.name: path for path in PAGE.iterdir() if path.suffix in _TYPES}
        if name not in files:
            raise RefusedError(404, "the page has no such part.")
        return FileResponse(files[name], media_type=_TYPES[files[name].suffix])

    # --- what there is --------------------------------------------------------------------

    async def _offers(self, _request: Request) -> Response:
        return JSONResponse(await self._do(offers))

    async def _scripts(self, _request: Request) -> Response:
        return JSONResponse(await self._do(_listed))

    async def _script(self, request: Request) -> Response:
        name = request.path_params["name"]
        kept, title = await self._do(shelf.kept, name), await self._do(shelf.title_of, name)
        told = {"name": name, "title": title, "own": shelf.is_own(name), "text": kept.text}
        return JSONResponse({**told, "version": kept.version})

    async def _save(self, request: Request) -> Response:
        asked, name = await _json(request), request.path_params["name"]
        text, version = asked.get("text"), asked.get("version")
        if not isinstance(text, str) or not isinstance(version, str | None):
            raise RefusedError(400, 'give {"text": "...", "version": "..." or null}.')
        kept = await self._do(shelf.save, name, text, version)
        return JSONResponse({"name": name, "version": kept.version})

    async def _plan(self, request: Request) -> Response:
        asked = await _json(request)
        return JSONResponse(await self._do(self._planned, asked))

    def _planned(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._planner.answer(*_asked(asked))

    # --- what is heard --------------------------------------------------------------------

    async def _open(self, request: Request) -> Response:
        asked = await _json(request)
        at = asked.get("at", 0)
        if not isinstance(at, int | float) or not math.isfinite(at) or not 0 <= at <= 1e6:
            raise RefusedError(400, "at is a number of seconds.")
        name, rate = await self._do(self._opened, asked, float(at))
        return JSONResponse({"id": name, "sample_rate": rate, "channels": 2})

    def _opened(self, asked: dict[str, Any], at: float) -> tuple[str, int]:
        source, settings = _asked(asked)
        return self._streams.open(source, settings, at)[0], settings.sample_rate

    async def _sound(self, request: Request) -> Response:
        frames = request.query_params.get("frames", "")
        if not (frames.isascii() and frames.isdigit() and len(frames) < 7):
            raise RefusedError(400, "frames is a whole number, such as frames=12000.")
        name = request.path_params["id"]
        read = partial(self._streams.read, name, int(frames))
        block, status = await run_sync(read, limiter=self._sounding)
        kind = "application/octet-stream"
        return Response(block, media_type=kind, headers={"X-Status": json.dumps(status)})

    async def _change(self, request: Request) -> Response:
        asked, name = await _json(request), request.path_params["id"]
        return JSONResponse(await self._do(self._streams.post, name, asked))

    async def _close(self, request: Request) -> Response:
        await self._do(self._streams.close, request.path_params["id"])
        return JSONResponse({})

    # --- what is taken along --------------------------------------------------------------

    async def _export(self, request: Request) -> Response:
        asked = await _json(request)
        return JSONResponse({"id": await self._do(self._exports.add, asked)})

    async def _exported(self, request: Request) -> Response:
        return JSONResponse(self._exports.get(request.path_params["id"]))

    async def _file(self, request: Request) -> Response:
        which = request.path_params
        path = self._exports.file(which["id"], which.get("name"))
        kind = "application/octet-stream"
        return FileResponse(path, media_type=kind, filename=path.name)

    async def _remove(self, request: Request) -> Response:
        await self._do(self._exports.remove, request.path_params["id"])
        return JSONResponse({})

    async def _save_pace(self, request: Request) -> Response:
        asked = await _json(request)
        name, pace = asked.get("name"), asked.get("pace")
        if not isinstance(name, str) or not isinstance(pace, str) or len(name + pace) > 200:
            raise RefusedError(400, 'give {"name": "evening", "pace": "4-6"}.')
        await self._do(_keep_pace, name, pace)
        return JSONResponse({"paces": await self._do(paces)})

    async def _command(self, request: Request) -> Response:
        asked = await _json(request)
        suffix = asked.get("suffix") or ".wav"
        if not isinstance(suffix, str):
            raise RefusedError(400, 'the suffix is text, such as ".opus".')
        check_suffix(suffix)
        source, settings = await self._do(_asked, asked)
        command = await self._do(command_of, source, settings, suffix)
        return JSONResponse({"command": command})

    # --- who is there ---------------------------------------------------------------------

    async def _alive(self, request: Request) -> Response:
        self.presence.alive(await _page_of(request))
        return JSONResponse({})

    async def _gone(self, request: Request) -> Response:
        self.presence.gone(await _page_of(request))
        return JSONResponse({})


def _asked(asked: dict[str, Any]) -> tuple[Source, Settings]:
    return source_of(asked.get("source")), settings_of(asked.get("settings", {}))


def _listed() -> list[dict[str, Any]]:
    return [
        {"name": name, "title": shelf.title_of(name), "own": own}
        for name, own in shelf.names().items()
    ]


def _keep_pace(name: str, pace: str) -> None:
    saved.save(saved.check_name(name), Pace.parse(pace))


async def _json(request: Request) -> dict[str, Any]:
    """Return the object in a request's body.

    Raises:
        RefusedError: if there is none.
    """
    body = await request.body()
    try:
        asked = await run_sync(json.loads, body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "this is not JSON.") from error
    if not isinstance(asked, dict):
        raise RefusedError(400, "send a JSON object.")
    return asked


async def _page_of(request: Request) -> str:
    page = (await _json(request)).get("page")
    if not isinstance(page, str) or not 1 <= len(page) <= 64:
        raise RefusedError(400, 'a page calls itself by a random name: {"page": "..."}.')
    return page


async def _refused(_request: Request, error: Exception) -> Response:
    status, why = told(error)
    return JSONResponse({"error": why}, status)


async def _not_there(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return JSONResponse({"error": "there is nothing like that here."}, status)
