"""The page as somebody uses it: picking, dragging, writing, taking a file along."""

import re
import shlex

from running import run, wait_until

from voice_guide.session import open_session
from voice_guide.units import clock

TAB, ENTER = "\ue004", "\ue007"
SELECT_ALL = "\ue009a\ue000"  # Ctrl and A, and off again


def planned(name, **settings):
    """The facts that the page has to tell of a session."""
    plan = open_session(name, voice="espeak", **settings).plan()
    number = len(plan.breaths)
    rate = f"{60 * number * plan.sample_rate / plan.end:.1f}".removesuffix(".0")
    return clock(plan.seconds), f"{number} breaths", f"{rate} a minute"


def told(page):
    """What the page tells, when it has heard from the studio."""
    return tuple(fact.removeprefix("about ") for fact in page.facts)


def drawn(page, name):
    return page.run("return document.getElementById(arguments[0]).toDataURL()", name)


def test_a_practice_that_is_picked_is_drawn_with_its_length_and_its_script(page):
    page.open("#voice=espeak")
    assert page.text("title") == "Stay present"
    before = drawn(page, "overview")
    page.choose("practice", "one-minute-pause")
    wait_until(lambda: told(page) == planned("one-minute-pause"))
    assert page.text("title") == "A one-minute pause"
    assert page.value("text").startswith("---\ntitle: A one-minute pause\n")
    assert drawn(page, "overview") != before


def test_a_drag_is_drawn_at_once_and_then_as_planned(opened, short):
    page, script = opened, str(short)
    before = drawn(page, "detail")
    at_once = page.browser.execute_async_script(
        """const done = arguments[0], slider = document.getElementById("f-exhale");
        slider.value = 8;
        slider.dispatchEvent(new Event("input"));
        requestAnimationFrame(() => requestAnimationFrame(() => {
          done(document.getElementById("detail").toDataURL());
        }));"""
    )
    assert at_once != before
    wait_until(lambda: told(page) == planned(script, pace="1.5-8"))
    number = page.browser.find_element(
        "css selector", "[aria-label^='Breathe out, in seconds, as']"
    )
    assert number.get_property("value") == "8"
    number.send_keys(SELECT_ALL, "5")
    wait_until(lambda: told(page) == planned(script, pace="1.5-5"))
    assert page.value("f-exhale") == "5"
    number.send_keys(SELECT_ALL, "99")
    assert number.get_attribute("aria-invalid") == "true"
    page.press(TAB)
    assert not number.get_attribute("aria-invalid")
    assert number.get_property("value") == page.value("f-exhale")


def test_each_setting_can_be_chosen(opened):
    page = opened
    wanted = {
        "ramp": "none", "length": "breaths", "tone": "pad", "tone_level": "-20", "polish": "off",
        "talk": "less", "voice_level": "2", "loudness": "-20", "duck": "18",
    }  # fmt: skip
    for name, value in wanted.items():
        page.choose(f"f-{name}", value)
    for name in ("night", "mono", "count", "rate-own"):
        page.run("arguments[0].click()", page.find(f"f-{name}"))
    page.choose("f-breaths", "4")
    wait_until(lambda: "rate=150" in page.browser.current_url)
    chosen = page.browser.current_url.partition("#")[2].split("&")
    same = {f"{name}={value}" for name, value in wanted.items() if name != "length"}
    assert same | {"breaths=4", "night=true", "mono=true", "count=true"} <= set(chosen)


def test_an_impossible_length_is_told_and_the_picture_stays(opened):
    page = opened
    wait_until(lambda: told(page) == page.facts)  # the length isn't estimated any more
    before = page.facts
    page.choose("f-length", "minutes")
    page.choose("f-minutes", "60")
    wait_until(lambda: "can't last 60 minutes" in page.text("plan-fault"))
    assert page.facts == before
    page.choose("f-length", "")
    wait_until(lambda: not page.text("plan-fault"))


def test_a_line_that_does_not_fit_is_marked(opened):
    page = opened
    page.write("---\ntitle: In\npace: 4-6\n---\n\nin: Breathing in, and softly so.\n")
    wait_until(lambda: page.text("title") == "In")
    assert page.text("misfits") == ""
    page.choose("f-inhale", "1")
    wait_until(lambda: page.text("misfits") == "1 line longer than the phase")
    page.find("listed").click()
    marks = "css selector", "#lines .misfit small"
    (marked,) = wait_until(lambda: page.browser.find_elements(*marks))
    assert re.fullmatch(r"takes [\d.]+ s, but its phase is only 1 s", marked.text)


def test_an_error_is_shown_at_its_row_and_mended_and_what_was_changed_is_saved(opened, short):
    page = opened
    page.write("---\ntitle: Mine\n---\n\nHello.\n\n[2 breths]\n")
    wait_until(lambda: "1 error" in page.text("found"))
    (row,) = page.browser.find_elements("css selector", ".row.error")
    assert row.get_property("textContent") == "[2 breths]"
    finding = page.browser.find_element("css selector", "#findings button")
    assert "row 7" in finding.text
    finding.click()
    assert page.run("return getSelection().toString()") == "[2 breths]"
    page.press("[2 breaths]")
    wait_until(lambda: page.text("title") == "Mine")
    assert "Changed" in page.text("saved")
    assert not page.browser.find_elements("css selector", ".row.error")
    name = page.find("save-name")
    name.clear()
    name.send_keys("mine", ENTER)
    kept = short.with_name("mine.md")
    wait_until(kept.exists)
    assert kept.read_text() == "---\ntitle: Mine\n---\n\nHello.\n\n[2 breaths]\n"
    wait_until(lambda: page.value("practice") == "mine")


def test_nothing_is_saved_over_what_is_there(page, short):
    page.open("#practice=one-minute-pause")
    page.write("Hello.\n")
    for name, why in (
        ("one-minute-pause", "comes with Voice Guide"),
        ("short", "is there already"),
    ):
        field = page.find("save-name")
        field.clear()
        field.send_keys(name, ENTER)
        wait_until(lambda why=why: why in page.text("fault"))
    assert short.read_text().startswith("---\ntitle: Quite")


def test_a_file_is_made_and_downloaded_the_same_as_by_export(opened, short, tmp_path):
    page = opened
    options = ("--pace", "1.5-1.5", "--tone", "pad", "--voice", "espeak", "--captions", "vtt")
    run("export", short, "-o", tmp_path / "by-export.opus", *options, check=True)
    folder = {"behavior": "allow", "downloadPath": str(tmp_path)}
    page.browser.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
    page.choose("f-exhale", "1.5")
    page.choose("f-tone", "pad")
    page.choose("suffix", ".opus")
    page.run("document.querySelector('[name=captions][value=vtt]').click()")
    page.find("make").click()
    wait_until(lambda: "ready" in page.text("making"), seconds=60)
    links = page.browser.find_elements("css selector", "#download a")
    assert [link.text for link in links] == ["Save short.opus", "Save short.vtt"]
    links[1].click()
    for suffix in (".opus", ".vtt"):
        made = tmp_path / f"short{suffix}"
        wait_until(made.exists)
        wanted = (tmp_path / "by-export").with_suffix(suffix).read_bytes()
        wait_until(lambda made=made, wanted=wanted: made.read_bytes() == wanted)


def test_a_link_holds_the_settings_and_brings_them_back(opened):
    page = opened
    page.choose("f-tone", "bowl")
    page.choose("f-exhale", "7")
    page.find("link").click()
    wait_until(lambda: "#" in page.value("copied"))
    link = page.value("copied")
    page.open("#practice=one-minute-pause")
    page.open(f"#{link.partition('#')[2]}")
    assert (page.value("practice"), page.value("f-tone"), page.value("f-exhale")) == (
        *("short", "bowl"),
        "7",
    )


def test_a_link_with_nonsense_in_it_is_read_as_far_as_it_goes(page):
    page.open(
        "#practice=../../etc/passwd&tone=%3Cscript%3E&pace=9-9-9-9-9&exhale=x&minutes=NaN&mono=true"
    )
    assert page.value("practice") == "stay-present"
    assert page.value("f-tone") == "breath"
    assert page.find("f-mono").is_selected()


def test_the_command_is_the_one_that_would_make_it(opened):
    page = opened
    page.choose("f-exhale", "2.5")
    page.find("command").click()
    wait_until(lambda: page.value("copied"))
    words = shlex.split(page.value("copied"))
    assert words[:3] == ["voice-guide", "export", "short"] or words[2].endswith("short.md")
    assert words[words.index("--pace") + 1] == "1.5-2.5"


def test_a_pace_is_kept_under_a_name(opened):
    page = opened
    page.choose("f-exhale", "7.5")
    page.find("pace-name").send_keys("evening", ENTER)
    wait_until(lambda: "evening" in page.text("kept"))
    assert "1.5-7.5" in run("pace", "list").stdout
    assert page.run("return document.getElementById('f-pace').selectedOptions[0].text") == (
        "evening (1.5-7.5)"
    )
