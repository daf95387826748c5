"""A studio that runs, and whoever visits it: the page, or somebody who shouldn't."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket

import numpy as np
from parts import need
from running import listening, start


class Studio:
    """A server in a process of its own."""

    def __init__(self, *options, **environment):
        need(modules=["starlette", "uvicorn"])
        self.process = start(
            "studio",
            "--no-open",
            *options,
            env={**os.environ, **environment},
            preexec_fn=listening,
        )
        told = self.process.stdout.readline() + self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/([\w-]{40,})/", told)
        assert found, told + self.process.stderr.read()
        assert told.endswith("Ctrl-C ends it, and so does closing its last page.\n")
        self.port, self.token = int(found[1]), found[2]

    def end(self):
        """Press Ctrl-C; return the exit code, and what it has written since."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def ask(self, method, path, body=None, *, token=None, **headers):
        """Return the status, the headers and the body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body)
        try:
            way = f"/{self.token if token is None else token}/{path}"
            connection.request(method, way, body, given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get(self, path):
        status, _, body = self.ask("GET", path)
        return status, json.loads(body)

    def post(self, path, method="POST", **asked):
        status, _, body = self.ask(method, path, asked)
        return status, json.loads(body)

    def sent(self, data):
        """Send bytes as they are; return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            answer = b""
            with contextlib.suppress(ConnectionError):
                while part := connection.recv(65536):
                    answer += part
        return answer


class Listener:
    """A page that hears a session."""

    def __init__(self, studio, source, at=0, **settings):
        self.studio = studio
        status, told = studio.post("api/sound", source=source, settings=settings, at=at)
        assert status == 200, told
        self.id, self.sample_rate = told["id"], told["sample_rate"]
        self.told = []

    def pull(self, frames):
        """Return the next frames, float32 (n, 2); what is told with them is in ``told``."""
        status, headers, body = self.studio.ask("GET", f"api/sound/{self.id}?frames={frames}")
        assert status == 200, body
        self.told.append(json.loads(headers["X-Status"]))
        return np.frombuffer(body, "<f4").reshape(-1, 2)

    def seconds(self, seconds, block=0.5):
        """Return so much of the sound, or what is left of it, pulled block by block."""
        blocks = []
        for _ in range(round(seconds / block)):
            blocks.append(self.pull(round(block * self.sample_rate)))
            if not len(blocks[-1]):
                break
        return np.concatenate(blocks)

    def ask(self, **asked):
        return self.studio.post(f"api/sound/{self.id}", **asked)

    def leave(self):
        self.studio.ask("DELETE", f"api/sound/{self.id}")
