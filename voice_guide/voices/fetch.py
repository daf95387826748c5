"""Downloads, for the one command that is asked to: bounded, checked, and carried on where cut.

Nothing else in Voice Guide imports this.
"""

import hashlib
import http.client
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from voice_guide import __version__
from voice_guide.errors import DownloadError, OutputError
from voice_guide.files import private_folder

__all__ = ["fetch", "read"]

TIMEOUT_SECONDS = 30.0
"""Without a single byte."""

TRIES = 4
"""For one file, each from where the one before was cut."""

CHUNK_BYTES = 1 << 16
"""What is read and written at once."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Where a server of this computer needs no encryption."""


class _CutError(Exception):
    """The network failed, and may not the next time."""


def read(url: str, most: int) -> bytes:
    """Return a small file.

    Args:
        url: where it is.
        most: its bytes, at most.

    Raises:
        DownloadError: saying what went wrong.
    """
    data = b""
    try:
        with _open(url, 0) as answer:
            for chunk in _chunks(answer):
                data += chunk
                if len(data) > most:
                    raise DownloadError(f"{url} is larger than the {most} bytes it may have.")
    except _CutError as error:
        raise DownloadError(f"can't get {url}: {error}.") from error
    return data


def fetch(
    url: str,
    target: Path,
    size: int,
    digest: tuple[str, str],
    tell: Callable[[int], None] | None = None,
) -> None:
    """Download a file, if it is not there; a part of it, from an earlier try, is kept.

    Args:
        url: where it is.
        target: where it is to be; moved there once it is whole and checked.
        size: in bytes.
        digest: the name of a hash, as ``hashlib`` has it, and what it is in hexadecimal.
        tell: told how many bytes are there.

    Raises:
        DownloadError: saying what went wrong; what was got so far stays for the next time,
            unless it is wrong.
        OutputError: if it can't be written.
    """
    part = target.with_name(target.name + ".part")
    try:
        if target.is_file() and _has(target, size, digest):
            return
        private_folder(target.parent)
        _get(url, part, size, tell)
        if not _has(part, size, digest):
            part.unlink()
            raise DownloadError(
                f"{url} is not the file it should be ({digest[0].upper()} {digest[1][:12]}…): "
                "nothing was kept. Try again later; if it happens again, the file has been changed."
            )
        os.replace(part, target)
    except OSError as error:
        raise OutputError(f"can't write {part}: {error.strerror or error}.") from error


def _get(url: str, part: Path, size: int, tell: Callable[[int], None] | None) -> None:
    """Make a part whole, in several tries if it has to be."""
    for attempt in range(1, TRIES + 1):
        try:
            _go_on(url, part, size, tell)
            return
        except _CutError as error:
            if attempt < TRIES:
                continue
            there = part.stat().st_size if part.exists() else 0
            kept = (
                f" {there} of {size} bytes are kept: run the same command to continue."
                if there
                else ""
            )
            raise DownloadError(f"can't get {url}: {error}.{kept}") from error


def _go_on(url: str, part: Path, size: int, tell: Callable[[int], None] | None) -> None:
    """Append to a part what is missing, or begin it anew if the server can't go on."""
    done = part.stat().st_size if part.exists() else 0
    if done == size:
        return
    with _open(url, done if done < size else 0) as answer:
        if not _goes_on(answer, done):
            done = 0
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and done + int(length) != size:
            part.unlink(missing_ok=True)
            raise DownloadError(
                f"{url} has {done + int(length)} bytes but should have {size}: it has been changed."
            )
        with open(part, "ab" if done else "wb", opener=_opener) as file:
            for chunk in _chunks(answer):
                done += len(chunk)
                if done > size:
                    break
                file.write(chunk)
                if tell:
                    tell(done)
    if done > size:
        part.unlink()
        raise DownloadError(f"{url} goes on after the {size} bytes it should have.")
    if done < size:
        raise _CutError("it was cut short")


def _opener(path: str, flags: int) -> int:
    """Open a part for the listener alone, and never what a link leads to."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _chunks(answer: Any) -> Iterator[bytes]:
    try:
        while chunk := answer.read(CHUNK_BYTES):
            yield chunk
    except http.client.IncompleteRead as error:
        yield error.partial
        raise _CutError("it was cut short") from error
    except (OSError, http.client.HTTPException) as error:
        raise _CutError(_reason(error)) from error


def _goes_on(answer: Any, done: int) -> bool:
    said = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return answer.status == 206 and said is not None and int(said.group(1)) == done


def _open(url: str, start: int) -> Any:
    """Ask for a file, or for what comes after so many of its bytes."""
    _check(url)
    headers = {"User-Agent": f"voice-guide/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - checked above
    opener = urllib.request.build_opener(_Redirects)
    try:
        return opener.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise _CutError(f"the server has trouble ({error.code} {error.reason})") from error
        known = {404: "there is no such file", 416: "it is shorter than it should be"}
        reason = known.get(error.code, f"the server says {error.code} {error.reason}")
        raise DownloadError(f"can't get {url}: {reason}.") from error
    except (OSError, http.client.HTTPException) as error:
        raise _CutError(_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"the server has sent nothing for {TIMEOUT_SECONDS:g} s"
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return f"no answer in {TIMEOUT_SECONDS:g} s"
    return str(getattr(inner, "strerror", None) or inner) or type(error).__name__


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows only where ``_check`` lets it."""

    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str
    ) -> Any:
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(url: str) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise DownloadError(f"{url} is not encrypted (https), so nothing is downloaded from it.")


def _has(path: Path, size: int, digest: tuple[str, str]) -> bool:
    if path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, digest[0]).hexdigest() == digest[1].lower()
