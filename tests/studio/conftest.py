"""One studio for the tests of a module, and one browser for those of its page."""

import pytest
from browsers import chromium
from browsing import Page
from visiting import Studio

SHORT = """---
title: Quite short
pace: 1.5-2
---

## One

Hello.

## Two

in: Breathe.

Good bye.
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Where the listener's own scripts are."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def studio(data):
    running = Studio(XDG_DATA_HOME=str(data))
    yield running
    code, _, err = running.end()
    assert code == 130
    assert err.strip() == "Interrupted."


@pytest.fixture(scope="module")
def short(data):
    """The file of a script of one's own, which the page knows as ``short``."""
    path = data / "voice-guide" / "scripts" / "short.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SHORT)
    return path


@pytest.fixture(scope="module")
def browser():
    driver = chromium("--window-size=1280,900", "--autoplay-policy=no-user-gesture-required")
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, studio, short):
    made = Page(browser, f"http://127.0.0.1:{studio.port}/{studio.token}/")
    made.size(1280, 900)
    made.media(prefers_color_scheme="light")
    yield made
    browser.get("about:blank")


@pytest.fixture
def opened(page):
    return page.open("#practice=short&voice=espeak")
