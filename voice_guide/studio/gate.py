"""What stands before the studio: only its own page comes in, and with no more than it may bring.

Any web page that is open in the browser can send requests to this computer, and any program on it
can, too. So each request has to come to this very address (no rebinding of names), from a page of
it or from the address bar, with a token in its path that nobody can guess.
"""

import asyncio
import contextlib
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from voice_guide.limits import MOST_STUDIO_BYTES, STUDIO_SECONDS
from voice_guide.studio.refusals import RefusedError, told

__all__ = ["Gate"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ANSWER_SECONDS = 600
"""That a browser may take to fetch an answer: a long export, by somebody who thinks about where to
put it."""

DRAINED_BYTES = 4 * MOST_STUDIO_BYTES
"""That are read of a request which is too large, so that a browser hears why; of a larger one, the
connection is cut."""

_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "connect", "img", "font", "worker")),
        *(f"{kind} 'none'" for kind in ("base-uri", "form-action", "frame-ancestors")),
    ]
)

_HEADERS = [
    (name.encode(), value.encode())
    for name, value in {
        "cache-control": "no-store",
        "content-security-policy": _POLICY,
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }.items()
]


class Gate:
    """Passes on what may come in, without the token in its path.

    Args:
        app: what is behind it.
        port: of the server, on 127.0.0.1.
        token: in the path of the page.
        ticket: in the path of the address that a browser is opened at, once. The list of
            processes shows that to everybody on this computer; it leads to the token.
    """

    def __init__(self, app: App, port: int, token: str, ticket: str) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._token, self._ticket = token.encode(), ticket.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = False

        async def answer(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                try:
                    self._check(scope)
                    way = self._way(scope)
                except RefusedError:
                    with contextlib.suppress(RefusedError):
                        await _body(scope, receive, kept=0)  # or the answer may not arrive
                    raise
                if way is None:
                    await _redirect(answer, self._token)
                    return
                body = await _body(scope, receive)
                await self._app({**scope, "path": way, "raw_path": way.encode()}, body, answer)
        except TimeoutError:
            return  # the connection is closed
        except Exception as error:
            if not started:
                await _refuse(answer, *told(error))

    def _check(self, scope: Scope) -> None:
        """Refuse what isn't from the page itself.

        Raises:
            RefusedError: saying why.
        """
        given: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name, []).append(value.decode("latin-1"))
        hosts, origins = given.get(b"host", []), given.get(b"origin", [])
        sites = given.get(b"sec-fetch-site", [])
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            raise RefusedError(403, "this address is for 127.0.0.1 only.")
        if origins not in ([], [f"http://{hosts[0]}"]):
            raise RefusedError(403, "another page can't use the studio.")
        from_the_bar = sites == ["none"] and scope["method"] in ("GET", "HEAD")
        if sites not in ([], ["same-origin"]) and not from_the_bar:
            raise RefusedError(403, "another page can't use the studio.")

    def _way(self, scope: Scope) -> str | None:
        """Return the path behind the token; None where one is to be led there.

        Raises:
            RefusedError: if there is no token in it, or another.
        """
        first, slash, rest = str(scope["path"]).removeprefix("/").partition("/")
        given = first.encode(errors="replace")
        if hmac.compare_digest(given, self._token):
            return f"/{rest}" if slash else None
        if self._ticket and hmac.compare_digest(given, self._ticket):
            self._ticket = b""
            return None
        raise RefusedError(
            404, "there is nothing here: open the address that  voice-guide studio  shows."
        )


async def _body(scope: Scope, receive: Receive, kept: int = MOST_STUDIO_BYTES) -> Receive:
    """Read a request's body, as far as it may go; return what gives it in one piece.

    Args:
        kept: bytes of it, at most.

    Raises:
        RefusedError: if it is too large, or takes too long.
    """
    too_large = RefusedError(413, f"a request has up to {MOST_STUDIO_BYTES // 2**20} MiB.")
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit():
        raise RefusedError(400, "the length of a request is a number.")
    if len(length) > 12 or int(length) > DRAINED_BYTES:
        raise too_large
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(STUDIO_SECONDS):
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    break
                parts.append(message.get("body", b""))
                size, more = size + len(parts[-1]), message.get("more_body", False)
                if size > kept:
                    parts.clear()
                if size > DRAINED_BYTES:
                    raise too_large
    except TimeoutError as error:
        raise RefusedError(408, f"a request arrives within {STUDIO_SECONDS} seconds.") from error
    if size > kept:
        raise too_large
    whole = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

    async def given() -> MutableMapping[str, Any]:
        return whole.pop() if whole else await receive()

    return given


async def _refuse(answer: Send, status: int, why: str) -> None:
    body = json.dumps({"error": why}).encode()
    # What is left of its body, where that is too large or too slow, isn't read.
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await answer({"type": "http.response.start", "status": status, "headers": headers})
    await answer({"type": "http.response.body", "body": body})


async def _redirect(answer: Send, token: bytes) -> None:
    headers = [(b"location", b"/" + token + b"/")]
    await answer({"type": "http.response.start", "status": 303, "headers": headers})
    await answer({"type": "http.response.body", "body": b""})
