"""Firefox ESR from Debian, led by its own WebDriver BiDi: no driver is needed beside it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from parts import need

PREFERENCES = """
user_pref("media.autoplay.default", 0);
user_pref("media.autoplay.blocking_policy", 0);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.server", "");
"""
"""Sound without a click, and nothing asked of Mozilla's servers."""


class Firefox:
    """A browser without a screen, with one page.

    Args:
        env: what it runs in, such as a sound server.
    """

    def __init__(self, env):
        need("firefox-esr", modules=["websocket"])
        import websocket

        self._profile = Path(tempfile.mkdtemp(prefix="voice-guide-firefox-"))
        (self._profile / "user.js").write_text(PREFERENCES)
        command = ["firefox-esr", "--headless", "--no-remote", "--remote-debugging-port", "0"]
        self._process = subprocess.Popen(
            [*command, "--profile", str(self._profile), "about:blank"],
            env={**os.environ, **env, "HOME": str(self._profile)},
            stderr=subprocess.PIPE,
            text=True,
        )
        said = self._process.stderr or ()
        address = next(filter(None, map(_ADDRESS.search, said)))[0]
        self._socket = websocket.create_connection(f"{address}/session", suppress_origin=True)
        self._asked = 0
        self.logged = []
        self.version = self._ask("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _ask(self, method, **parameters):
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._asked:
            self.logged.append(answer["params"].get("text"))
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address):
        self._ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def run(self, expression):
        """Return the value of an expression in the page; a promise is waited for."""
        told = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? null)()",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value") or "null")

    def press(self, key):
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        keys = [{"type": "key", "id": "keys", "actions": actions}]
        self._ask("input.performActions", context=self._page, actions=keys)

    def close(self):
        self._socket.close()
        self._process.terminate()
        self._process.communicate(timeout=30)
        shutil.rmtree(self._profile, ignore_errors=True)


_ADDRESS = re.compile(r"ws://127\.0\.0\.1:\d+")
