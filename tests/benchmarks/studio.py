"""How quick the studio is in Chromium, and whether its sound ever breaks while all cores are busy.

    python tests/benchmarks/studio.py [--minutes 5] [--load 2]

It needs chromium, chromedriver, and the extras studio and dev. In turn:

- from the command to the page, to what can be played, and to the first sound;
- the page's size and requests;
- from a drag to the redrawn curve, and to what the server has planned;
- from a change of the pace to the breath that has it;
- the server's memory with five pages that play;
- minutes of sound, with other processes that keep the cores busy: each frame that goes to the
  loudspeakers is compared with an export. It ends with 1 if one differs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from browsers import chromium
from browsing import Page
from running import run, wait_until
from visiting import Studio

RATE = 48000
RUNS = 20
SCRIPT = (
    "---\ntitle: Long\npace: 4-6\n---\n\nHello.\n\n[3-90 breaths]\n\nThank you, and good bye.\n"
)
OPEN = "#practice=long&voice=espeak&minutes=4"

DRAG = """
const [value, done] = arguments, slider = document.getElementById("f-exhale");
const begun = performance.now();
slider.value = value;
slider.dispatchEvent(new Event("input"));
requestAnimationFrame(() => done(performance.now() - begun)); // after the curve's own
"""
PLANS = """
return performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("api/plan"))
  .map(({ duration }) => duration);
"""


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep cores busy."""
    made = [subprocess.Popen([sys.executable, "-c", "while 1: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in made:
            process.kill()
            process.wait()


def told(name: str, values: list[float], unit: str = "ms") -> None:
    middle, most = statistics.median(values), max(values)
    print(f"{name}: {middle:.0f} {unit} in the middle, {most:.0f} {unit} at most ({len(values)})")


def address(studio: Studio) -> str:
    return f"http://127.0.0.1:{studio.port}/{studio.token}/"


def first_sound(page: Page) -> None:
    page.listen()
    shown = time.monotonic()
    page.open(OPEN)
    ready = time.monotonic()
    page.press(" ")
    sounds = "return window.heard.some(([, left]) => left.some((sample) => sample))"
    wait_until(lambda: page.run(sounds))
    heard = time.monotonic()
    print(f"from opening the page to the first plan: {ready - shown:.2f} s")
    print(f"from Play to the first sound: {heard - ready:.2f} s")
    page.press("q", "q")


def size(page: Page) -> None:
    page.network("")
    page.open(OPEN)
    time.sleep(2)
    rows = [json.loads(row["message"])["message"] for row in page.browser.get_log("performance")]
    asked = {
        row["params"]["requestId"]: row["params"]["request"]["url"]
        for row in rows
        if row["method"] == "Network.requestWillBeSent"
    }
    own = [url for url in asked.values() if "/page/" in url or url.partition("#")[0][-1] == "/"]
    bytes_ = sum(
        row["params"]["encodedDataLength"]
        for row in rows
        if row["method"] == "Network.loadingFinished"
        and "/api/" not in asked.get(row["params"]["requestId"], "/api/")
    )
    print(f"the page: {len(own)} files, {bytes_ / 1000:.0f} kB with their headers")


def drags(page: Page) -> None:
    page.open(OPEN)
    page.run("performance.clearResourceTimings()")
    waits = []
    for number in range(RUNS):
        waits.append(page.browser.execute_async_script(DRAG, 6 + number / 4))
        time.sleep(0.2)
    told("from a drag to the redrawn curve", waits)
    told("from a drag to the server's plan", page.run(PLANS))


def changes(page: Page) -> None:
    """Change the pace five times, in the midst of an exhale."""
    later = []
    page.open(f"{OPEN}&pace=1.5-2.5")
    page.network("")
    breaths: list[dict[str, int]] = []
    page.press(" ")
    for number in range(5):
        wait_until(lambda: page.text("phase") == "Breathe in")
        wait_until(lambda: page.text("phase") == "Breathe out")
        heard = page.run(
            "return window.heard.at(-1)[0] - window.heard.find(([, l]) => l.some((s) => s))[0]"
        )
        page.choose("f-exhale", str(3 + number / 2))
        wanted = round((3 + number / 2) * RATE)
        while all(breath["exhale"] != wanted for breath in breaths):
            assert page.sound == "playing"
            time.sleep(0.5)
            breaths += _breaths(page)
        first = next(breath["number"] for breath in breaths if breath["exhale"] == wanted)
        now = max(breath["number"] for breath in breaths if breath["at"] <= heard)
        later.append(float(first - now))
    told("from a change of the pace to the breath that has it", later, "breath")
    page.press("q", "q")


def _breaths(page: Page) -> list[dict[str, int]]:
    found = []
    for row in page.network("Network.responseReceived"):
        headers = {name.lower(): text for name, text in row["response"]["headers"].items()}
        found += json.loads(headers.get("x-status", '{"breaths": []}'))["breaths"]
    return found


def memory(page: Page, studio: Studio, pages: int = 5) -> None:
    for number in range(pages):
        if number:
            page.browser.switch_to.new_window("tab")
        page.open(OPEN).press(" ")
        wait_until(lambda: page.sound == "playing")
    time.sleep(5)
    status = Path(f"/proc/{studio.process.pid}/status").read_text()
    print(
        "the server's memory with five pages that play:", status.split("VmRSS:")[1].split("\n")[0]
    )
    for handle in page.browser.window_handles[1:]:
        page.browser.switch_to.window(handle)
        page.browser.close()
    page.browser.switch_to.window(page.browser.window_handles[0])


def sound(page: Page, fragment: str, wanted: np.ndarray) -> int:
    """Return how often the sound broke; what comes after a break is looked for in the export.

    It is fetched when all is over, as that keeps the page busy.
    """
    page.open(fragment).press(" ")
    while page.heard_frames < len(wanted) - 15 * RATE:
        time.sleep(1)
    page.press("q", "q")
    wait_until(lambda: page.sound == "silent")
    heard = page.heard()[1]
    heard = heard[np.flatnonzero(heard.any(1))[0] - np.flatnonzero(wanted.any(1))[0] :]
    heard = heard[: len(wanted) - 20 * RATE]  # before it was stopped
    breaks, at, lost = 0, 0, 0
    while len(heard) >= RATE:
        same = (heard[:RATE] == wanted[at : at + RATE]).all(1)
        right = RATE if same.all() else int(np.argmin(same))
        heard, at = heard[right:], at + right
        if right < RATE:
            silent, faded = _resume(heard, wanted[at : at + RATE])
            print(f"  at {at / RATE:.2f} s it broke, for {silent / RATE * 1000:.0f} ms")
            breaks, lost, at, heard = breaks + 1, lost + silent, at + faded, heard[silent:]
    print(f"{at / RATE:.0f} s of sound: it broke {breaks} times, for {lost / RATE:.2f} s in all")
    return breaks


def _resume(heard: np.ndarray, wanted: np.ndarray, piece: int = 4800) -> tuple[int, int]:
    """Return after how many frames it is as in the export again, and how many went by there."""
    for at in range(0, len(heard) - piece, 480):
        for place in np.flatnonzero((wanted[:-piece] == heard[at]).all(1)):
            if np.array_equal(heard[at : at + piece], wanted[place : place + piece]):
                return at, int(place)
    return len(heard), 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--load", type=int, default=2, help="processes that keep cores busy")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "voice-guide" / "scripts" / "long.md"
        script.parent.mkdir(parents=True)
        script.write_text(SCRIPT)
        os.environ["XDG_DATA_HOME"] = name
        length = str(chosen.minutes + 0.5)
        how = ("--voice", "espeak", "--minutes", length, "--subtype", "float")
        run("export", script, "-o", folder / "long.wav", *how, check=True, timeout=600)
        wanted = soundfile.read(folder / "long.wav", dtype="float32", always_2d=True)[0]
        print(f"load before it: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        begun = time.monotonic()
        studio = Studio()
        shown = time.monotonic()
        browser = chromium()
        try:
            page = Page(browser, address(studio))
            print(f"from the command to the address: {shown - begun:.2f} s")
            first_sound(page)
            size(page)
            drags(page)
            changes(page)
            memory(page, studio)
            with busy(chosen.load):
                wrong = sound(page, f"{OPEN.removesuffix('4')}{length}", wanted)
                print(f"load at the end: {os.getloadavg()[0]:.1f}")
        finally:
            browser.quit()
            studio.end()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
