"""How a list of words and the rules for signs go together, and what voices make of sounds."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import needs
from speaking import FakeVoice

from voice_guide.doctor import examine
from voice_guide.engines import given as given_words
from voice_guide.errors import RequestError, SettingsError, SpeechError
from voice_guide.options import listener_settings
from voice_guide.scripting.parse import parse
from voice_guide.scripting.words import listed
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.voices.pronouncing import sounds_of, spoken
from voice_guide.voices.spoken import SpokenClips
from voice_guide.voices.wording import said
from voice_guide.voices.wordings import WORDINGS

LIST = tuple(
    listed(written, said)
    for written, said in {
        **{"24/7": "all day", "qi": "2 b", "HRV": "h, r, v", "Dr.": "drive", "&": "and then"},
        **{"lead": "/liːd/", "wish": "/wɪʃ/", "heart": "/hɑːt/"},
    }.items()
)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Here 24/7, or 1/2 a day.", "Here all day, or half a day."),
        ("The qi of 3 & 4.", "The 2 b of 3 and then 4."),  # said as it stands
        ("Go to Dr. Smith.", "Go to drive Smith."),
        ("HRV… qi — rest", "h, r, v, 2 b, rest"),
        ("BREATHE QI NOW", "Breathe 2 b Now"),
        ("Let it lead.", "Let it ⟦lead|liːd⟧."),
        ("Lead's, wish’s, heart's", "⟦Lead's|liːdz⟧, ⟦wish's|wɪʃɪz⟧, ⟦heart's|hɑːts⟧"),
        ("⟦lead|lɛd⟧ 𝙗𝙧𝙚𝙖𝙩𝙝𝙚", "⟦lead|liːd⟧ lɛd breathe"),  # nobody writes sounds in a text
    ],
)
def test_the_list_comes_first_and_what_it_says_stays(text, given):
    assert spoken(text, "en", LIST, sounds=True) == given


def test_where_a_voice_takes_no_sounds_none_are_spoken():
    assert spoken("Let it lead the qi.", "en", LIST, sounds=False) == "Let it lead the 2 b."


@given(st.text(max_size=80), st.sampled_from([*WORDINGS, "xx"]))
def test_without_a_list_a_line_is_said_as_ever_and_no_text_passes_for_sounds(text, language):
    given = spoken(text, language, (), sounds=True)
    assert not set("⟦⟧|") & set(given)
    if not set("⟦⟧|") & set(text):
        assert given == said(text, language)


# What is made anew, and what is told


HEAD = "---\ntitle: A\nwords:\n  lead: {}\n---\n\n"
BODY = "Let your breath lead.\n\nRest here.\n\nIt is the lead, and 5% of it."


class Reader(FakeVoice):
    """As long as what is written, whatever its sounds are."""

    def file_of(self, text):
        return super().file_of(given_words.written(text))


@pytest.fixture
def made(tmp_path):
    """Speaks a script; returns what the voice was asked, and the clips."""

    def made(text, name="fake", **options):
        voice = Reader(name)
        how = {"sample_rate": 48000, "lufs": -18.0, "ceiling": 0.8, "polish": "off", **options}
        clips = SpokenClips([voice], tmp_path / "clips", **how)
        script = parse(text, "mine.md")
        clips.prepare(script.lines())
        return voice.asked, clips

    return made


def test_an_edit_of_the_list_makes_only_the_lines_with_that_word_anew(made):
    asked, _ = made(BODY)
    assert len(asked) == 3
    asked, _ = made(HEAD.format("leed") + BODY)
    assert asked == ["Let your breath leed.", "It is the leed, and 5 percent of it."]
    assert made(HEAD.format("leed") + BODY)[0] == []
    assert made(HEAD.format("led") + BODY)[0] == [text.replace("leed", "led") for text in asked]


def test_two_lines_alike_of_practices_with_other_lists_are_said_each_in_its_way(made, tmp_path):
    (tmp_path / "theirs.md").write_text("---\nwords:\n  lead: led\n---\nThe lead.")
    (tmp_path / "mine.md").write_text(
        "---\nwords:\n  lead: leed\n---\nThe lead.\n\n[practice theirs]"
    )
    from voice_guide.scripting.loading import load

    voice = FakeVoice()
    clips = SpokenClips(
        [voice], tmp_path / "c", sample_rate=48000, lufs=-18.0, ceiling=0.8, polish="off"
    )
    clips.prepare(load(str(tmp_path / "mine.md")).lines())
    assert voice.asked == ["The leed.", "The led."]


def test_a_voice_without_sounds_says_the_word_as_usual_and_that_is_told_once(made):
    asked, clips = made(HEAD.format("/liːd/") + BODY)
    assert asked == [said(text, "en") for text in BODY.split("\n\n")]
    assert clips.notes == [
        "The voice 'fake' can't be given the sounds of a word, so it says 'lead' in its own way: "
        "another spelling would help."
    ]


def test_a_voice_that_takes_sounds_is_given_them(made):
    asked, clips = made(HEAD.format("/liːd/") + BODY, name="hibari")
    assert asked[0] == "Let your breath ⟦lead|liːd⟧."
    assert clips.notes == []


def test_what_the_listener_wants_goes_before_what_a_script_says(made):
    asked, _ = made(HEAD.format("leed") + BODY, words=(listed("lead", "led"), listed("5%", "some")))
    assert asked[0] == "Let your breath led."
    assert asked[-1] == "It is the led, and some of it."


# The listener's own list


@pytest.fixture
def own(folders):
    path = folders / "config" / "voice-guide" / "words.toml"
    path.parent.mkdir(parents=True)
    return path


def test_the_listeners_list_is_beside_their_settings(own, guide, written):
    own.write_text(
        'qi = "chee"\n"Siobhán" = "shi-vawn"\n[German]\nqi = "tschi"\n[en-GB]\nqi = "key"'
    )
    heard = {}
    for language in ("en", "de-AT", "en-GB"):
        script = parse(f"---\nlanguage: {language}\n---\nThe qi.", "mine.md")
        session = open_session(script, listener_settings(voice="espeak", sample_rate=16000))
        (line,) = script.lines()
        assert isinstance(session.clips, SpokenClips)
        heard[language] = session.clips._asking.words(session.clips._turns._voices[0], line)
    assert heard == {"en": "The chee.", "de-AT": "The tschi.", "en-GB": "The key."}
    path = written(mine="The qi.")
    plan = json.loads(guide("show", path, "--voice", "espeak", "--json")[1])
    assert [line["text"] for line in plan["lines"]] == ["The qi."]  # as it is written
    assert Settings().own_words == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("qi = 3", r"words.toml: qi: has to be text in quotes"),
        ('qi = "/q7/"', r"words.toml: qi: /q7/ has '7'"),
        ('[en]\nqi = "a|b"', r"words.toml: \[en\] qi: a spelling has letters"),
        ('[Germn]\nqi = "chee"', r"\[Germn\] has to be a code.*Did you mean German\?"),
        ('Siobhán = "shi-vawn"', r'words.toml: is not TOML.*needs quotes: "Siobhán" ='),
        ("e.g. = 3", "words.toml: is not TOML"),
    ],
)
def test_what_is_wrong_with_it_is_named(own, text, says):
    own.write_text(text)
    with pytest.raises(SettingsError, match=says):
        listener_settings()
    finding = next(each for each in examine() if each.name == "settings")
    assert finding.fix == f"correct it in {own}"


# What voices make of sounds


IPA = {
    "en": ["liːd", "lɛd", "ʃɪˈvɔːn", "tʃiː", "ˌnæməˈsteɪ", "kləʊðz", "ˈhɛvən", "waʊnd", "ˈθɪŋkɪŋ"],
    "de": ["tʃiː", "ˈʃtɪlə", "ˈaːtəm", "ˈbʊndə", "ˈɡeːən"],
    "fr": ["bɔ̃ʒuʁ", "ʁɛspiʁe", "œ̃", "ʃi"],
    "es": ["ˈperro", "ˈkalma", "ˈtʃi"],
    "it": ["ˈkalma", "ˈtʃi", "ˈlɛnto"],
    "hi": ["ˈnəməsteː", "ˈtʃiː"],
}


def bare(sounds):
    """Sounds without stresses, which stand elsewhere, and without what bends them a little."""
    kept = [sign for sign in unicodedata.normalize("NFD", sounds) if sign not in "ˈˌ "]
    return "".join(kept)


@pytest.mark.parametrize("language", IPA)
def test_espeak_says_the_sounds_it_is_given(language):
    """What it tells of them is what it was given."""
    words = [f"x{chr(ord('a') + number)}" for number in range(len(IPA[language]))]
    known = tuple(
        listed(word, f"/{sounds}/") for word, sounds in zip(words, IPA[language], strict=True)
    )
    _, told = sounds_of("espeak", ", ".join(words), language, "auto", known)
    assert [bare(each) for each in told.split("|")] == [bare(each) for each in IPA[language]]


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        ("espeak", "jˈoʊɡə | lˈiːd | ʃɪvˈɔːn | tʃˈaɪm | ɲɑːmˈɑː"),
        pytest.param(
            *("hibari", "jˈoʊɡə, lˈid, ʃɪvˈɔn, tʃˈaɪm, njɑmˈɑ"), marks=needs(modules=["hibari"])
        ),
    ],
)
def test_a_voice_tells_what_it_makes_of_words(guide, own, voice, told):
    own.write_text('xa = "yoga"\nxb = "/li:d/"\nxc = "/ʃɪˈvɔːn/"\nxd = "/ˈt͡ʃaɪm/"\nxe = "/ɲaˈma/"')
    code, out, _ = guide("voices", "try", voice, "--text", "xa, xb, xc, xd, xe", "--phonemes")
    assert (code, unicodedata.normalize("NFD", out.strip())) == (0, f"{voice}: {told}")


def test_a_voice_that_tells_none_says_so(guide):
    with pytest.raises(RequestError, match=r"'recorded:\.' doesn't tell what sounds it makes"):
        sounds_of("recorded:.", "Rest.", "en", "auto", ())
    with pytest.raises(SpeechError, match="Cyrillic letters"):
        sounds_of("espeak", "Привет", "en", "auto", ())


def test_where_espeak_takes_no_sounds_it_says_so():
    with pytest.raises(SpeechError, match="can't be given sounds in this language"):
        sounds_of("espeak", "xx", "cmn", "auto", (listed("xx", "/a/"),))


def test_a_sound_that_no_voice_has_is_named():
    with pytest.raises(SpeechError, match="it has no sound like 'ʘ', which is given for 'xx'"):
        sounds_of("espeak", "xx", "en", "auto", (listed("xx", "/ʘa/"),))
