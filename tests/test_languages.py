"""Languages: regional tags, the letters of a text, and which of them a voice can read."""

import ctypes
import functools
import os
import re
import subprocess
import sys

import pytest
from speaking import spoken

from voice_guide.errors import VoiceError
from voice_guide.languages import foreign_letters, general, letters_of, look_up, suggested
from voice_guide.voices import WorkerFault, open_voice, open_voices
from voice_guide.voices.espeak import Espeak, espeak_languages
from voice_guide.voices.flite import _plain
from voice_guide.voices.system import SystemVoice

WORDS = {
    "CJK": "吸",
    "HIRAGANA": "ひらがな",
    "KATAKANA": "カタカナ",
    "HANGUL": "호흡",
    "CYRILLIC": "дыхание",
    "GREEK": "αναπνοή",
    "HEBREW": "נשימה",
    "ARABIC": "تنفس",
    "DEVANAGARI": "शांति",
    "BENGALI": "শান্তি",
    "THAI": "หายใจ",
    "GEORGIAN": "სუნთქვა",
    "ARMENIAN": "շունչ",
    "ETHIOPIC": "ሰላም",
    "TAMIL": "அமைதி",
    "TELUGU": "శాంతి",
    "KANNADA": "ಶಾಂತಿ",
    "MALAYALAM": "ശാന്തി",
    "GUJARATI": "શાંતિ",
    "SINHALA": "සාමය",
    "MYANMAR": "အသက်",
    "KHMER": "សន្តិភាព",
    "LAO": "ສັນຕິພາບ",
    "TIBETAN": "ཞི་བདེ",
}


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("DE", "de"),
        ("fr-CA", "fr"),
        ("fr-BE", "fr-be"),
        ("nl-BE", "nl"),
        ("zh", "cmn"),
        ("zh-CN", "cmn"),
        ("zh-TW", "cmn"),
        ("zh-Hans-CN", "cmn"),
        ("zh-HK", "yue"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("pt-BR", "pt-br"),
        ("pt-PT", "pt"),
        ("es-AR", "es"),
        ("es-MX", "es-419"),
        ("en-AU", "en"),
        ("en-GB-scotland-x-mine", "en-gb-scotland"),
        ("qq-DE", None),
    ],
)
def test_a_regional_language_is_the_nearest_that_is_known(language, spoken):
    assert look_up(language, espeak_languages()) == spoken


@pytest.mark.parametrize(("one", "other"), [("de-AT", "de"), ("zh-TW", "cmn"), ("en-AU", "en")])
def test_what_has_no_region_of_its_own_sounds_as_the_language_does(one, other):
    with_region, without = (
        spoken("espeak", "Om shanti, om.", language=tag) for tag in (one, other)
    )
    assert len(with_region[0][0]) > 0
    assert (with_region[0][0] == without[0][0]).all()


@pytest.mark.parametrize("language", ["qq", "english", "../en", "x"])
def test_a_language_that_no_voice_speaks_is_refused_with_those_that_there_are(language):
    with pytest.raises(VoiceError, match=f"the language '{re.escape(language)}'; it speaks af, am"):
        open_voices("auto", language, None)


def test_each_back_end_goes_from_the_region_to_the_language():
    taiwan = SystemVoice("id", "Mei-Jia", ("zh-tw",), default=False)
    beijing = SystemVoice("id", "Ting-Ting", ("zh-cn",), default=False)
    near, far = taiwan.distance("zh-TW"), beijing.distance("zh-TW")
    assert near is not None
    assert far is not None
    assert near < far
    assert beijing.distance("zh-Hans") is not None
    assert taiwan.distance("zh-HK") is None
    assert general("zh-TW") == general("cmn") == "cmn"
    assert general("nn-NO") == general("nb") == "nb"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Вдыхайте медленно", "ru"),
        ("Вдихайте повільно", "uk"),
        ("Удыхайце, паўза", "be"),
        ("تنفس ببطء", "ar"),
        ("نفس بکشید، پیوسته", "fa"),
        ("ゆっくり息を吐いて", "ja"),
        ("请慢慢呼气", "zh"),
        ("천천히 呼吸", "ko"),
        ("नमस्ते", "hi"),
        ("Ανάπνευσε", "el"),
        ("Breathe slowly, è così", None),
        ("𐌰𐌱", None),
    ],
)
def test_letters_suggest_a_language(text, language):
    assert suggested(text, foreign_letters(text, letters_of("en"))) == language


@pytest.mark.parametrize(
    "text",
    [
        "Café – naïve… “quoted” ½ 🙂 n° 1ª",
        "ﬁne ｆｕｌｌ 𝐛𝐨𝐥𝐝 ʻokina Å",
        "Größe, øre, łza, ŋ",
        "",
        "123",
    ],
)
def test_latin_letters_in_any_dress_are_foreign_to_no_language(text):
    for language in ("en", "de", "ja", "ru", "qq"):
        assert not foreign_letters(text, letters_of(language))


@functools.cache
def phonemes(language):
    """What eSpeak NG makes of each word, asked of its library by other means."""
    done = subprocess.run(
        [sys.executable, __file__, language], capture_output=True, text=True, check=True
    )
    return dict(zip(WORDS, done.stdout.splitlines(), strict=True))


def is_read(word, heard):
    """Whether a word is read as one: the names of its letters are more words, and far longer."""
    sounds = re.sub(r"\([a-z-]+\)", "", heard)
    return bool(sounds) and len(sounds.split()) == 1 and len(sounds) < 6 * len(word)


@pytest.mark.parametrize(
    "language", ["en-us", "de", "ja", "ko", "cmn", "ru", "el", "he", "ar", "fa", "hi", "th", "ka"]
)
def test_espeak_is_asked_for_no_letters_of_which_it_says_the_names(language):
    voice = open_voice("espeak", language, None)
    asked = {kind for kind, word in WORDS.items() if voice.identity(word)}
    assert {
        kind: phonemes(language)[kind]
        for kind in asked
        if not is_read(WORDS[kind], phonemes(language)[kind])
    } == {}
    others = asked - letters_of(language)
    assert all(f"({language})" in phonemes(language)[kind] for kind in others)


@pytest.mark.parametrize(
    ("language", "kind"),
    [
        *(("ja", "HIRAGANA"), ("ja", "KATAKANA"), ("cmn", "CJK"), ("yue", "CJK"), ("ko", "HANGUL")),
        *(("ru", "CYRILLIC"), ("el", "GREEK"), ("he", "HEBREW"), ("ar", "ARABIC"), ("th", "THAI")),
        *(("am", "ETHIOPIC"), ("te", "TELUGU"), ("my", "MYANMAR"), ("en", "DEVANAGARI")),
        *(("de", "HANGUL"), ("fr", "SINHALA"), ("ja", "TAMIL")),
    ],
)
def test_espeak_is_asked_for_the_letters_that_it_reads(language, kind):
    assert open_voice("espeak", language, None).identity(WORDS[kind])
    assert is_read(WORDS[kind], phonemes(language)[kind])


def test_a_voice_answers_in_order_though_it_can_not_read_some():
    voice = open_voice("espeak", "en", None)
    texts = ["One.", "呼吸", "Two.", "तीन", "תשע"]
    answers = list(voice.speak(texts))
    voice.close()
    alone = Espeak("en", None)
    readable = list(alone.speak(["One.", "Two.", "तीन"]))
    alone.close()
    assert [answers[0], answers[2], answers[3]] == readable
    assert all(isinstance(answers[number], WorkerFault) for number in (1, 4))
    assert "can't read Chinese characters; if this is Chinese, write  language: zh" in str(
        answers[1]
    )
    assert "can't read Hebrew letters; if this is Hebrew, write  language: he" in str(answers[4])


def test_japanese_is_read_in_kana_and_the_rest_refused_with_the_reason():
    voice = open_voice("espeak", "ja", None)
    kana, kanji = voice.speak(["いきをはく", "息を吐く"])
    voice.close()
    assert isinstance(kana, bytes)
    assert str(kanji) == "it can't read Chinese characters in this language (it can read kana)"


def test_what_flite_gets_has_all_its_letters():
    assert _plain("Größe, smørrebrød, Cœur, łza, café") == "Grosse, smorrebrod, Coeur, lza, cafe"


def _told(language):
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(2, 0, os.fsencode(espeakng_loader.get_data_path()), 0x8000)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    assert library.espeak_SetVoiceByName(language.encode()) == 0
    for word in WORDS.values():
        text = ctypes.c_char_p(word.encode())
        yield (library.espeak_TextToPhonemes(ctypes.byref(text), 1, 2) or b"").decode()


if __name__ == "__main__":
    print("\n".join(_told(sys.argv[1])))
