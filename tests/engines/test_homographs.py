"""Words that are spelt alike: hibari says them as the sentence means them, where that is plain."""

import pytest
from parts import need

from voice_guide.engines.given import marked, respelt
from voice_guide.engines.homographs import plainly_said
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load

MENDED = {
    "ɹˈid": """
        As you read this, rest. / When you read a page, breathe. / If you read along, let it be
        easy. / Whatever you read, let it go. / While you read, notice your breath.
    """,
    "lˈɛd": """
        Your feet feel heavy as lead. / Your body is like lead. / Your legs are heavy like lead.
    """,
    "klˈoʊz": """
        Let your eyes close. / Let your eyes gently close. / Eyes close. / We come to a close. /
        As your eyelids close, rest. / Your eyes might softly close. / Let your eyelids grow
        heavy and close. / As we draw to a close, thank yourself.
    """,
    "tˈɪɹ": "Your eyes may tear up.",
    "lˈɪv": "Live gently.",
    "wˈaɪnd": "Let the day wind down. / Let your mind wind down.",
    "wˈaʊnd": "Is your body wound tight? / You may feel wound up.",
    "bˈaʊ": """
        Take a bow. / Bow gently. / Bow to the one in front of you. / Let your head bow. / End
        with a small bow. / Place your hands together and bow.
    """,
    "maɪnjˈut": "A minute movement. / Notice any minute shifts in the breath.",
    "kəntˈɛnt": """
        Feel content. / Be content. / You are content here. / Content with what is here. / Rest,
        content and calm. / Your heart is content. / Stay content. / Being content is enough. /
        Quietly content. / May you be safe and content. / Just be here, content as you are.
    """,
    "kəntɹˈækt": """
        Muscles contract and let go. / Feel it contract. / Contract your shoulders. / Let the
        belly contract.
    """,
    "sˈɛpəɹˌeɪt": "Let the lips separate.",
    "ɪnkɹˈis": "Let the calm increase.",
    "bˈeɪs": "A deep bass note. / The bass hums.",
    "kənsˈoʊl": "Console yourself.",
    "pˈɑlɪʃ": "Polish the stone.",
}

RIGHT_BEFORE = {
    "ɹˈid": "Read this slowly. / You may read the words. / Let me read to you.",
    "ɹˈɛd": """
        I read it yesterday. / You have read enough for today. / She read a poem to us last
        night. / When you read it last year, you cried. / The words you just read can fade.
    """,
    "lˈid": """
        Let your breath lead. / Lead with the heart. / Follow the lead of your breath. / Take
        the lead. / Small steps lead to calm.
    """,
    "klˈoʊz": """
        Close your eyes. / Or close your eyes, if that feels safe. / In a moment we will close.
    """,
    "klˈoʊs": """
        Stay close to your breath. / Someone close to you is here. / Keep your hands close. /
        Hold the hands close, and rest. / The end is close.
    """,
    "pɹˈɛzᵊnt": "Be present. / The present moment is enough. / Rest in the present.",
    "pɹizˈɛnt": "Thoughts present themselves. / Present your hands to the light.",
    "tˈɪɹ": "A tear may come. / Let the tears come. / Wipe away a tear.",
    "tˈɛɹ": "You don't need to tear it apart. / Tear the page slowly.",
    "lˈɪv": "Live with it. / Where you live is safe. / Live each day. / The body you live in.",
    "lˈaɪv": "A live recording. / Live music plays.",
    "wˈɪnd": """
        The wind is soft. / Wind and rain. / Warm wind on your skin. / The wind down the valley
        is cold. / Your breath is like wind.
    """,
    "wˈaɪnd": "Wind down now. / Time to wind down. / We wind down together. / Wind your scarf.",
    "wˈund": "The wound can heal. / An old wound. / Touch the wound gently.",
    "bˈoʊ": """
        Like a bow and arrow. / The bow of a violin. / A ribbon tied with a bow. / He carries a
        bow to the woods.
    """,
    "mˈɪnət": "Rest for a minute. / This minute is yours. / One minute movement breaks.",
    "kˈɑntɛnt": "The content of your thoughts. / Let the content go. / Share content gently.",
    "kˈɑntɹˌækt": "The contract is signed.",
    "jˈuz": "Use your breath. / The words we use.",
    "jˈus": "Make use of it. / The use of the breath.",
    "sˈɛpəɹət": "You are not separate. / A separate room.",
    "ˈɪnkɹˌis": "A small increase.",
    "bˈæs": "The sea bass swims.",
}

SAID = [
    pytest.param(" ".join(text.split()), sounds, id=" ".join(text.split()))
    for every in (MENDED, RIGHT_BEFORE)
    for sounds, texts in every.items()
    for text in texts.split("/")
]


@pytest.fixture(scope="module")
def told():
    """Tells the sounds that hibari makes of a sentence."""
    need(modules=["hibari"])
    from voice_guide.engines.hibari_reader import Reader, in_ipa

    reader = Reader(british=False)
    return lambda text: in_ipa(reader(respelt(plainly_said(text), reader.letters)))


@pytest.mark.parametrize(("text", "sounds"), SAID)
def test_a_word_of_two_sounds_has_the_one_that_is_meant(told, text, sounds):
    assert sounds in told(text)


def test_rules_are_only_for_what_hibari_says_wrong():
    for texts in RIGHT_BEFORE.values():
        for text in texts.split("/"):
            assert plainly_said(" ".join(text.split())) == " ".join(text.split())
    for name in names():
        for text in load(name).texts():
            assert plainly_said(text) == text


def test_what_a_list_says_of_a_word_stays():
    text = f"Let your eyes {marked('close', 'kloʊs')}."
    assert plainly_said(text) == text
