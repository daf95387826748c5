"""The page of a session in a real browser: played by keys alone, read by a checker, offline."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from parts import need
from running import wait_until

from voice_guide.session import open_session

AXE = Path(sys.prefix, "node_modules", "axe-core", "axe.min.js")
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=400,900")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    session = open_session("stay-present", voice="espeak", tone="pad")
    session.speak()
    session.export(folder / "s.mp3", page_file=folder / "s.html")
    return folder / "s.html"


@pytest.fixture(scope="module")
def browser():
    need("chromium", "chromedriver", modules=["selenium"])
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for option in OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


class Seen:
    """The page as somebody sees it, and what they press."""

    def __init__(self, browser):
        self.browser = browser

    def text(self, name):
        return self.browser.find_element("id", name).text

    def press(self, key):
        self.browser.switch_to.active_element.send_keys(key)

    @property
    def second(self):
        minutes, seconds = self.text("time").split(" of ")[0].split(":")
        return 60 * int(minutes) + int(seconds)

    @property
    def size(self):
        return self.browser.find_element("id", "shape").get_attribute("style")

    def media(self, name, value):
        features = [{"name": name, "value": value}]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.fixture
def seen(browser, page):
    browser.get(page.as_uri())
    yield Seen(browser)
    browser.get("about:blank")


def test_keys_alone_play_it_jump_about_and_pause_it(seen):
    seen.press(" ")
    wait_until(lambda: seen.second >= 1)
    assert seen.text("play") == "Pause"
    assert seen.text("phase") == "Breathe in"
    sizes = {seen.size for _ in range(5)}
    assert len(sizes) > 1
    seen.press("n")
    wait_until(lambda: 40 <= seen.second < 50)
    current = seen.browser.find_elements("css selector", "[aria-current=true]")
    assert [element.text.partition("\n")[0] for element in current] == ["A one-minute pause"]
    seen.press("\ue014")  # the right arrow
    wait_until(lambda: 50 <= seen.second < 60)
    wait_until(lambda: seen.text("now") == "Let your jaw unclench.")
    assert seen.browser.find_element("css selector", "li.said").text.startswith("0:50")
    seen.press("k")
    wait_until(lambda: seen.text("play") == "Play")


def test_it_asks_for_nothing_but_itself(seen):
    seen.browser.get_log("performance")
    seen.browser.refresh()
    seen.press(" ")
    wait_until(lambda: seen.second >= 1)
    messages = [
        json.loads(row["message"])["message"] for row in seen.browser.get_log("performance")
    ]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert asked[0].endswith("/s.html")
    assert all(url.startswith("blob:") for url in asked[1:])
    assert seen.browser.get_log("browser") == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_checker_of_accessibility_finds_nothing(seen, colours):
    if not AXE.exists():
        need("axe-core")  # npm install --prefix .venv axe-core
    seen.media("prefers-color-scheme", colours)
    seen.browser.execute_script(AXE.read_text("utf-8"))
    found = seen.browser.execute_async_script("axe.run().then(arguments[0])")
    assert found["violations"] == []
    assert len(found["passes"]) > 20


def test_it_keeps_still_for_those_who_wish_it(seen):
    seen.media("prefers-reduced-motion", "reduce")
    seen.browser.refresh()
    seen.press(" ")
    wait_until(lambda: seen.second >= 1)
    assert "transform" not in seen.size
    assert seen.text("phase") == "Breathe in"


def test_on_a_narrow_screen_nothing_is_cut_off(seen):
    seen.browser.set_window_size(360, 800)
    wide = seen.browser.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
