"""Real browsers, without a window: what somebody sees of a page, what they press, what it asks for.

Chromium is driven by its own driver. Firefox needs none, as it speaks WebDriver BiDi itself
(w3.org/TR/webdriver-bidi).
"""

import json
import re
import shutil
import subprocess

from parts import need

CHROMIUM = ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=400,900")
FIREFOX = ("--headless", "--no-remote", "--remote-debugging-port=0")
BEFORE, KEYS = "about:blank", {"right": "\ue014"}


class Chromium:
    def __init__(self, folder, **_):
        need("chromium", "chromedriver", modules=["selenium"])
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        for option in CHROMIUM:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self._driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))

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

    def run(self, script):
        """Return what a script comes to, once that is known, as JSON has it."""
        told = "Promise.resolve(eval(arguments[0])).then(arguments[1])"
        return self._driver.execute_async_script(told, script)

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

    def __init__(self, folder, colour="light", motion="no-preference"):
        need("firefox-esr", modules=["websocket"])
        import websocket

        settings = {
            "media.autoplay.default": 0,
            "ui.prefersReducedMotion": int(motion == "reduce"),
            "ui.systemUsesDarkTheme": int(colour == "dark"),
        }
        rows = [f'user_pref("{name}", {value});\n' for name, value in settings.items()]
        (folder / "user.js").write_text("".join(rows))
        self._process = subprocess.Popen(
            ["firefox-esr", *FIREFOX, "--profile", folder, BEFORE],
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

    def run(self, script):
        told = self._ask(
            "script.evaluate",
            expression=f"Promise.resolve(eval({json.dumps(script)})).then(JSON.stringify)",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"].get("value", "null"))

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
