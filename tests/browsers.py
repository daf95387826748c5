"""Real browsers, without a window: what somebody sees of a page, what they press, what it asks for.

Chromium is driven by its own driver. Firefox needs none, as it speaks WebDriver BiDi itself
(w3.org/TR/webdriver-bidi).
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from parts import need

CHROMIUM = ("--headless=new", "--no-sandbox", "--disable-gpu")
FIREFOX = ("--headless", "--no-remote", "--remote-debugging-port=0")
BEFORE, KEYS = "about:blank", {"right": "\ue014"}

QUIET = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "media.autoplay.blocking_policy": 0,
    "media.autoplay.default": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
}
"""Of Firefox: sound without a click, and nothing asked of Mozilla's servers."""


def chromium(*options):
    """Return a browser; it notes what it asks the network for, and what it complains about."""
    need("chromium", "chromedriver", modules=["selenium"])
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chosen = webdriver.ChromeOptions()
    for option in (*CHROMIUM, *options):
        chosen.add_argument(option)
    chosen.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(chosen, Service(shutil.which("chromedriver")))


def axe():
    """Return the script of a checker of accessibility."""
    script = Path(sys.prefix, "node_modules", "axe-core", "axe.min.js")
    if not script.exists():
        need("axe-core")  # npm install --prefix .venv axe-core
    return script.read_text("utf-8")


_AWAITED = "async () => await (%s)"


class Chromium:
    def __init__(self, folder, **_):
        self._driver = chromium("--window-size=400,900")

    def open(self, url):
        self._driver.get(BEFORE)
        self._driver.get_log("performance")
        self._driver.get_log("browser")
        self._driver.get(url)

    def wish(self, **media):
        """Let it want dark colours, or less motion."""
        features = [{"name": f"prefers-{name}", "value": value} for name, value in media.items()]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def press(self, key):
        self._driver.switch_to.active_element.send_keys(KEYS.get(key, key))

    def run(self, expression):
        """Return the value of an expression in the page, once that is known."""
        return self._driver.execute_async_script(f"({_AWAITED % expression})().then(arguments[0])")

    def widen(self, width):
        self._driver.set_window_size(width, 800)

    def asked(self):
        """The addresses that it has asked for since the page was opened."""
        rows = [
            json.loads(row["message"])["message"] for row in self._driver.get_log("performance")
        ]
        return [
            row["params"]["request"]["url"]
            for row in rows
            if row["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self):
        return [row["message"] for row in self._driver.get_log("browser")]

    def close(self):
        self._driver.quit()


class Firefox:
    """Its wishes are in its settings, so they are those that it is started with."""

    def __init__(self, folder, colour="light", motion="no-preference", env=()):
        need("firefox-esr", modules=["websocket"])
        import websocket

        settings = {
            **QUIET,
            "ui.prefersReducedMotion": int(motion == "reduce"),
            "ui.systemUsesDarkTheme": int(colour == "dark"),
        }
        rows = [f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in settings.items()]
        (folder / "user.js").write_text("".join(rows))
        self._process = subprocess.Popen(
            ["firefox-esr", *FIREFOX, "--profile", folder, BEFORE],
            env={**os.environ, "HOME": str(folder), **dict(env)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        found = (re.search(r"listening on (ws://\S+)", row) for row in self._process.stderr)
        address = next(filter(None, found))[1]
        self._socket = websocket.create_connection(
            f"{address}/session", suppress_origin=True, timeout=60
        )
        self._asked, self._complaints, self._number = [], [], 0
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["network.beforeRequestSent", "log.entryAdded"])
        self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _ask(self, method, **params):
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("method") == "network.beforeRequestSent":
                self._asked.append(told["params"]["request"]["url"])
            elif told.get("method") == "log.entryAdded":
                self._complaints.append(told["params"]["text"])
            elif told.get("id") == self._number:
                assert told["type"] == "success", told
                return told["result"]

    def open(self, url):
        for address in (BEFORE, url):
            self._asked.clear()
            self._complaints.clear()
            how = {"url": address, "wait": "complete"}
            self._ask("browsingContext.navigate", context=self._page, **how)

    def press(self, key):
        value = KEYS.get(key, key)
        strokes = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self._ask("input.performActions", context=self._page, actions=[keyboard])

    def run(self, expression):
        told = self._ask(
            "script.evaluate",
            expression=f"({_AWAITED % expression})().then((it) => JSON.stringify(it) ?? null)",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value") or "null")

    def widen(self, width):
        size = {"width": width, "height": 800}
        self._ask("browsingContext.setViewport", context=self._page, viewport=size)

    def asked(self):
        self.run("0")  # what was told before this is known then
        return self._asked

    def complaints(self):
        self.run("0")
        return self._complaints

    def close(self):
        self._socket.close()
        self._process.terminate()
        self._process.wait(30)
        self._process.stderr.close()
