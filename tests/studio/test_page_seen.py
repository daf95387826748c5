"""The page for everybody: by keys alone, for a screen reader, in any size, still, and private."""

import re
from importlib.resources import files

import pytest
from running import wait_until

RIGHT, DOWN, TAB, ESCAPE, ENTER = "\ue014", "\ue015", "\ue004", "\ue00c", "\ue007"
SIZES = [(360, 740), (768, 1024), (1440, 900), (3840, 2160)]


def test_keys_alone_do_all(opened):
    page = opened
    reached = set()
    for _ in range(90):
        page.press(TAB)
        reached.add(page.run("return document.activeElement.id"))
    wanted = {
        "practice", "help", "play", "volume", "overview", "wider", "closer", "f-pace", "f-inhale",
        "f-hold_in", "f-exhale", "f-hold_out", "f-ramp", "f-length", "f-tone", "f-night", "f-voice",
        "f-rate-own", "f-polish", "f-talk", "text", "save-name", "suffix", "make", "pace-name",
        "command", "link",
    }  # fmt: skip
    assert wanted <= reached
    page.run("document.activeElement.blur()")
    page.press("]")
    wait_until(lambda: page.value("f-exhale") == "2.5")
    wait_until(lambda: page.text("told") == "in 1.5, out 2.5")
    page.press("]", "[", "t", "-")
    assert (page.value("f-exhale"), page.value("f-tone"), page.value("volume")) == (
        "2.5",
        "ocean",
        "90",
    )
    page.press("?")
    assert page.find("keys").is_displayed()
    page.press(ESCAPE)
    assert not page.find("keys").is_displayed()
    overview = page.find("overview")
    overview.send_keys(RIGHT)
    wait_until(lambda: overview.get_attribute("aria-valuetext").startswith("0:04"))
    overview.send_keys(ENTER)
    wait_until(lambda: page.text("time").startswith("0:04"))
    page.run("document.activeElement.blur()")
    page.press("m")
    wait_until(lambda: page.text("told") == "Words off.")
    page.press(DOWN)
    wait_until(lambda: page.value("f-exhale") != "2.5")
    page.press(" ")
    wait_until(lambda: page.sound == "paused")
    page.press("q")
    wait_until(lambda: page.sound == "silent")


def test_keys_in_a_field_are_letters(opened):
    page = opened
    page.find("save-name").send_keys(" tmq?[]")
    assert page.sound == "silent"
    assert page.value("f-tone") == "breath"
    assert not page.find("keys").is_displayed()


def test_it_asks_nobody_but_its_own_studio(page):
    page.network("Network.requestWillBeSent")
    page.browser.get_log("browser")
    page.open("#practice=short&voice=espeak").press(" ")
    wait_until(lambda: page.text("phase") == "Breathe out")
    page.press("q", "q")
    asked = [row["request"]["url"] for row in page.network("Network.requestWillBeSent")]
    assert len(asked) > 20
    assert [url for url in asked if not url.startswith((page.address, "about:"))] == []
    assert page.browser.get_log("browser") == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_checker_of_accessibility_finds_nothing(page, colours):
    page.media(prefers_color_scheme=colours)
    page.open("#practice=short&voice=espeak&pace=1-1&ramp=2-3:6s")
    page.find("listed").click()
    page.run("document.querySelector('.more').open = true")
    page.write("Hello.\n\nin: This is far too long for the breath.\n\n[what]\n")
    wait_until(lambda: "error" in page.text("found"))
    assert page.violations() == []
    page.find("help").click()
    assert page.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_can_be_told_apart(scheme):
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is drawn."""
    css = files("voice_guide.studio").joinpath("page", "page.css").read_text("utf-8")
    found = dict(re.findall(r"--([\w-]+): (#\w{6})", css.partition("@media")[0]))
    if scheme == "dark":
        dark = css.partition("(prefers-color-scheme: dark)")[2].partition("\n}")[0]
        found |= dict(re.findall(r"--([\w-]+): (#\w{6})", dark))
    for paper in ("paper", "card", "band", "warn-glow"):
        for text in ("ink", "quiet", "warn"):
            assert contrast(found[text], found[paper]) >= 4.5, (text, paper)
    assert contrast(found["breath"], found["paper"]) >= 4.5  # also the words on its button
    for line in ("line", "breath"):
        assert contrast(found[line], found["card"]) >= 3
    assert contrast(found["ink"], found["glow"]) >= 4.5


def contrast(one, other):
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_is_cut_off_in_any_size(opened, size):
    page = opened
    page.size(*size)
    wide = page.run(
        """const edge = document.documentElement.clientWidth;
        return [...document.querySelectorAll("body *")].filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width && (box.right > edge + 1 || box.left < -1);
        }).map((element) => element.outerHTML.slice(0, 80));"""
    )
    assert wide == []


def test_nothing_jumps_while_it_is_used(opened):
    page = opened
    page.run(
        """window.jumped = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.jumped += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    for value in ("3", "8", "2"):
        page.choose("f-exhale", value)
        wait_until(lambda value=value: page.value("f-exhale") == value)
    page.press(" ")
    wait_until(lambda: page.text("phase") == "Breathe out")
    page.press("q", "q")
    wait_until(lambda: page.sound == "silent")
    assert page.run("return window.jumped") < 0.01


def test_it_keeps_still_for_those_who_wish_it(page):
    page.media(prefers_reduced_motion="reduce")
    page.open("#practice=short&voice=espeak").press(" ")
    for phase in ("Breathe in", "Breathe out"):
        wait_until(lambda phase=phase: page.text("phase") == phase)
        assert page.scale == "scale(0.8)"
    page.press("q", "q")
