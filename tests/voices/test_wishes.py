"""Several voices in one session: who says which line, and what a script can't ask for."""

import json
import string

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from metering import loudness
from parts import needs
from running import run

from voice_guide.errors import UnknownNameError
from voice_guide.scripting import loading
from voice_guide.scripting.parse import parse
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.voices import BACK_ENDS, open_voice
from voice_guide.voices.wishes import check_wish

SAME = "Let the breath go slowly out."


def voices_of(text):
    """The voice that each line of a script is given to."""
    return [line.voice for line in parse(text, "mine.md").lines()]


def test_a_voice_speaks_from_its_direction_to_the_next_over_sections_too():
    text = (
        "One.\n\n[voice espeak:f2]\n\nTwo.\n\n## More\n\nThree.\n\n[Voice  flite:slt ]\n\n"
        "Four.\n\n[voice auto]\n\nFive."
    )
    assert voices_of(text) == ["", "espeak:f2", "espeak:f2", "flite:slt", "auto"]


def test_what_is_said_inside_keeps_its_voice_within_the_part_of_another():
    part = "[voice espeak:f2]\n\nOne.\n\ninner: Two."
    assert voices_of(f"---\ninner: espeak:m3\n---\n\n{part}") == ["espeak:f2", "espeak:m3"]
    assert voices_of(part) == ["espeak:f2", "espeak:f2"]


@pytest.mark.parametrize(
    ("head", "place", "one", "four"),
    [
        ("", "", "", ""),
        ("", "[voice espeak:f2]", "espeak:f2", "espeak:f2"),
        ("voice: espeak:m4", "[voice espeak:f2]", "espeak:m4", "espeak:m4"),
        ("inner: espeak:m5", "[voice espeak:f2]", "espeak:f2", "espeak:m5"),
    ],
)
def test_a_practice_has_its_own_voice_or_that_of_its_place_and_leaves_none_behind(
    folder, head, place, one, four
):
    (folder / "part.md").write_text(
        f"---\ntitle: Part\n{head}\n---\n\nOne.\n\ninner: Four.\n\n"
        "[voice auto]\n\nThree.\n\n[voice espeak:m1]\n\nTwo.\n"
    )
    (folder / "mine.md").write_text(f"{place}\n\n[practice part]\n\nAfter.\n")
    found = {line.text: line.voice for line in loading.load("mine.md").lines()}
    assert found == {
        "One.": one,
        "Two.": "espeak:m1",
        "Three.": "auto",
        "Four.": four,
        "After.": "espeak:f2" if place else "",
    }


# What a script can't ask for


@given(st.sampled_from(sorted(BACK_ENDS)), st.text(string.printable + "é…​", max_size=120))
def test_no_name_that_a_script_may_give_is_a_path_or_a_program(back_end, part):
    try:
        check_wish(f"{back_end}:{part}")
    except UnknownNameError:
        return
    assert back_end != "command"
    assert not set(part) & set("/\\~$%*?,\0\n\r")
    assert not part.startswith((".", "-"))


@pytest.mark.parametrize("part", ["../../phontab", "./" * 20 + "f2", "f" * 30, "nosuch", "F2 "])
def test_espeak_is_never_given_a_variant_that_it_lacks(part):
    with pytest.raises(UnknownNameError, match="espeak has no voice variant"):
        open_voice(f"espeak:{part}", "en", None)


# As it is heard


def lines_of(sound, plan):
    """The sound of each line, as it is in the file."""
    samples, _ = soundfile.read(sound)
    lines = json.loads(plan.read_text())["lines"]
    return [(line["text"], samples[line["start"] : line["end"]]) for line in lines]


def script(folder, body, head="", name="mine.md"):
    (folder / name).write_text(f"---\ntitle: Mine\npace: 2-4\n{head}---\n\n{body}\n")
    return name


def exported(folder, *options):
    plan = folder / "plan.json"
    done = run(
        "export",
        "mine.md",
        "--tone",
        "none",
        *options,
        "-o",
        "a.wav",
        "--plan",
        plan,
        "--overwrite",
    )
    assert done.returncode == 0, done.stderr
    return done, lines_of(folder / "a.wav", plan)


def test_two_voices_are_heard_each_where_it_should_be(folders):
    body = f"{SAME}\n\n[voice espeak:f2]\n\n{SAME}\n\n[voice espeak]\n\n{SAME}"
    script(folders, body)
    done, ((_, first), (_, second), (_, third)) = exported(folders, "--voice", "espeak")
    assert "voice espeak and espeak:f2 at" in done.stdout
    assert np.array_equal(first, third)
    shortest = min(len(first), len(second))
    assert abs(np.corrcoef(first[:shortest, 0], second[:shortest, 0])[0, 1]) < 0.5
    again, lines = exported(folders, "--voice", "espeak")  # from the cache
    assert again.stdout == done.stdout
    assert all(map(np.array_equal, [line for _, line in lines], [first, second, third]))


@needs(modules=["py_nanotts"])
def test_a_script_may_speak_two_languages(folders):
    script(folders, "Breathe out.\n\n[voice pico:de]\n\nLass den Atem langsam gehen.")
    done, _ = exported(folders, "--voice", "espeak")
    assert "voice espeak and pico:de at" in done.stdout


def speakers(text, **options):
    session = open_session(parse(text, "mine.md"), Settings(sample_rate=24000, **options))
    session.speak()
    return session.clips.spoken_by, session.clips.notes


HEAD = "---\nvoice: espeak:f3\npace: 2-4\n---\n\nOut.\n\n"


@pytest.mark.parametrize(
    ("voice", "body", "heard"),
    [
        ("auto", "", ["espeak:f3"]),
        ("espeak:m3", "", ["espeak:m3"]),
        ("espeak:m3", "[voice espeak:f2]\n\nIn.", ["espeak:m3", "espeak:f2"]),
        ("auto", "[voice auto]\n\nIn.", ["espeak:f3", "espeak"]),
        ("espeak:m3", "[voice auto]\n\nIn.", ["espeak:m3"]),
    ],
)
def test_whoever_the_listener_chooses_takes_the_place_of_the_head(folders, voice, body, heard):
    assert speakers(HEAD + body, voice=voice) == (heard, [])


def test_nobody_is_heard_when_the_listener_wants_nobody(folders):
    assert speakers(HEAD + "[voice espeak:f2]\n\nIn.", voice="none") == ([], [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none", "silence is for the listener to choose"),
        ("command:mine", "programs such as 'command:mine' are for the listener to choose"),
        ("espek", "there is no voice 'espek' (did you mean 'espeak'?)"),
        ("espeak:../../phontab", "never by a path as in 'espeak:../../phontab'"),
        ("espeak:" + "./" * 20 + "f2", "never by a path"),
        ("espeak:" + "f" * 30, "espeak has no voice variant"),
        ("espeak:f22", "espeak has no voice variant 'f22'"),
        ("flite:nope", "flite has no voice 'nope'"),
        ("flite:slt", "flite is not installed"),
        ("pico:ja", "pico"),
        ("hibari:nobody", "hibari"),
        ("system:Nobody", ""),
        ("recorded:anna", "there is no voice 'recorded:anna' in "),
        ("recorded:here", "there is no voice 'recorded:here' in "),
        ("recorded:/dev", "never by a path"),
        ("recorded:~", "never by a path"),
        ("recorded:..", "never by a path"),
        ("neural:amy#3", "there is no voice 'neural:amy#3' in "),
        ("neural:C:\\models", "never by a path"),
        ("neural", "the voice 'neural' is incomplete"),
    ],
)
def test_what_a_script_wishes_and_can_not_have_is_passed_over_with_one_sentence(
    folders, monkeypatch, name, reason
):
    monkeypatch.setenv("PATH", "")
    (folders / "here").mkdir()  # beside the script is not in the listener's voices folder
    session = open_session(parse(f"[voice {name}]\n\nOut.", "mine.md"), Settings(voice="espeak"))
    (told,) = session.clips.notes
    assert reason in told
    assert told.endswith(f", so 'espeak' speaks the lines for {name!r}.")
    assert told.count(". ") == 0


@pytest.mark.parametrize(
    "where", ["---\nvoice: {}\n---\nOut.", "---\ninner: {}\n---\ninner: Out.", "[voice {}]\n\nOut."]
)
def test_its_lines_are_spoken_by_the_usual_voice_and_no_program_runs(folders, where):
    (folders / "config" / "voice-guide").mkdir(parents=True)
    program = '[voices.mine]\ncommand = ["touch", "ran", "{text_file}"]\n'
    (folders / "config" / "voice-guide" / "config.toml").write_text(program)
    heard, told = speakers(where.format("command:mine, recorded:here"))
    assert heard == ["espeak"]
    assert len(told) == 2


def test_of_several_wishes_each_is_granted_that_can_be(folders):
    text = "[voice command:mine, espeak:f2, none]\n\nOut."
    heard, told = speakers(text)
    assert heard == ["espeak:f2"]
    assert [sentence.split("'")[1] for sentence in told] == ["command:mine", "espeak"]


def test_what_a_maker_recorded_is_heard_and_the_rest_is_spoken(folders):
    kept = folders / "data" / "voice-guide" / "voices" / "anna"
    kept.mkdir(parents=True)
    run("voices", "try", "espeak:f4", "--text", "Out.", "-o", kept / "out.wav", check=True)
    body = "[voice {}]\n\nOut.\n\nIn."
    assert speakers(body.format("recorded:anna")) == (["recorded:anna", "espeak"], [])
    own = speakers(body.format("espeak:f2"), voice="recorded:anna,espeak")
    assert own == (["recorded:anna", "espeak:f2"], [])


def test_check_tells_who_is_not_here_and_what_is_misspelt(folders, guide, monkeypatch):
    monkeypatch.setenv("PATH", "")
    script(folders, f"[voice flite:slt]\n\n{SAME}\n\n[voice espaek]\n\n{SAME}")
    code, out, _ = guide("check", "mine.md", "--voice", "espeak")
    assert code == 0
    assert "warning: flite is not installed, so 'espeak' speaks" in out
    assert "warning: there is no voice 'espaek' (did you mean 'espeak'?), so 'espeak' speaks" in out


def test_several_voices_are_brought_to_one_profile(folders):
    script(folders, f"{SAME}\n\n[voice espeak:f2]\n\n{SAME}")
    exported(folders, "--voice", "espeak", "--profile", "podcast")
    samples, rate = soundfile.read("a.wav", dtype="float32")
    assert loudness(samples, rate) == pytest.approx(-16, abs=0.5)


@needs(modules=["py_nanotts"])
def test_a_voice_of_another_language_reads_its_own_letters(folders):
    text = "---\nlanguage: ru\n---\n\nМедленно выдохните.\n\n[voice pico:de]\n\nAtme langsam aus."
    assert speakers(text, voice="espeak") == (["espeak", "pico:de"], [])
