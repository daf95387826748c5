"""How often hibari says a word of two sounds as its sentence means it, alone and with our rules.

    python tests/benchmarks/homographs.py

The sentences are as practices have them; the sounds are those that their word should have.
"""

from voice_guide.engines.given import respelt
from voice_guide.engines.hibari_reader import Reader, in_ipa
from voice_guide.engines.homographs import plainly_said

SENTENCES = {
    "blˈɛst": "You are blessed.",
    "bˈaʊ": """
        Bow your head. / Take a bow. / Bow gently. / Let your head bow. / We bow to one another.
        / Gently bow your head. / You may bow. / End with a small bow. / Place your hands
        together and bow. / Bow to the one in front of you. / Let us bow. / You might close with
        a gentle bow.
    """,
    "bˈeɪs": "A deep bass note. / The bass hums. / The bass of a drum.",
    "bˈoʊ": "Like a bow and arrow. / The bow of a violin.",
    "dəlˈɪbəɹət": "A deliberate breath.",
    "dəzˈɜɹt": "Don't desert yourself.",
    "dˈoʊv": "She dove into the lake.",
    "dˈɛzəɹt": "A quiet desert.",
    "dˈʌv": "A white dove.",
    "jˈus": """
        Make use of it. / It is of no use. / The use of the breath. / There is no use in
        fighting it. / What use is it to worry?
    """,
    "jˈust": "You used to rush.",
    "jˈuz": """
        Use your breath. / You can use this anytime. / Use it well. / The words we use. / Use
        this time for you.
    """,
    "klˈoʊs": """
        Stay close to your breath. / Come close. / Bring it close to you. / Someone close to you
        is here. / Hold it close. / Keep your hands close. / A sound close by. / Draw near to
        those close to you. / The end is close.
    """,
    "klˈoʊz": """
        Close your eyes. / Let your eyes close. / Your eyes may close now. / Eyes close. / If
        you like, close them. / Gently close your eyes. / Or close your eyes, if that feels
        safe. / We come to a close. / Slowly close the eyes. / You can close your eyes or leave
        them open. / In a moment we will close. / Now close your eyes. / Let your eyes gently
        close. / As your eyelids close, rest. / Allow your eyes to close. / Your eyes might
        softly close. / Let your eyelids grow heavy and close. / If it feels right, let the eyes
        close, or lower your gaze. / As we draw to a close, thank yourself. / Close the practice
        with one breath.
    """,
    "klˈoʊzd": "With your eyes closed, rest.",
    "kəndˈʌkt": "Conduct yourself kindly.",
    "kənsˈoʊl": "Console yourself. / Let it console you.",
    "kəntɹˈækt": """
        Muscles contract and let go. / Feel it contract. / Contract your shoulders. / Let the
        belly contract. / Let your muscles contract, then release.
    """,
    "kəntˈɛnt": """
        Feel content. / Be content. / You are content here. / Content with what is here. / Rest,
        content and calm. / Content to be here. / Your heart is content. / Stay content. / A
        content heart. / You might feel content, or you might not. / Being content is enough. /
        Quietly content. / May you be safe and content. / May I be content. / The body is
        content to rest. / Just be here, content as you are.
    """,
    "kˈɑntɛnt": "The content of your thoughts. / Let the content go.",
    "lˈaɪv": "A live recording. / We are live. / This is a live session.",
    "lˈid": """
        Let your breath lead. / Lead with the heart. / Let the out-breath lead the way. / Follow
        the lead of your breath. / Your breath can lead you home. / Take the lead. / Small steps
        lead to calm. / Let the exhale lead you down. / Let the breath take the lead.
    """,
    "lˈɛd": """
        Your feet feel heavy as lead. / Your body is like lead. / Your arms are as heavy as
        lead. / Your legs are heavy like lead. / A blanket heavy as lead.
    """,
    "lˈɜɹnd": "What you learned today.",
    "lˈɪv": """
        Live with it. / Where you live is safe. / You live here. / The place where we live. /
        Live gently. / Long live your breath. / Let it live in you. / Live in the moment. / To
        live is to breathe. / The body you live in. / How do you live? / Live from the heart. /
        May you live with ease. / Live each day. / We live and breathe.
    """,
    "maɪnjˈut": "A minute movement. / Notice any minute shifts in the breath.",
    "mˈɑdəɹət": "A moderate pace.",
    "mˈɪnət": """
        Rest for a minute. / One minute. / This minute is yours. / Minute by minute. / Stay for
        another minute.
    """,
    "nˈʌmbəɹ": "Say the number.",
    "nˈʌməɹ": "Your hands grow number.",
    "pəɹmˈɪt": "Permit yourself to rest. / If you permit it, rest.",
    "pɹizˈɛnt": "Present your hands to the light. / Thoughts present themselves.",
    "pɹˈɑdʒ": "Let the project rest.",
    "pɹˈɛz": """
        Be present. / Stay present with this. / The present moment is enough. / You are present.
        / Whatever is present is welcome. / Rest in the present. / Notice what is present now. /
        Stay present. / Present with whatever comes. / Come into the present. / Let yourself be
        present. / Just be present.
    """,
    "pˈɑlɪʃ": "Polish the stone.",
    "pˈɜɹfəkt": "Perfect as it is. / Nothing has to be perfect.",
    "sˈoʊ": "Sow a seed of kindness.",
    "sˈɛpəɹət": "You are not separate.",
    "sˈɛpəɹˌeɪt": """
        Separate the fingers. / Let the lips separate. / Let your fingers separate a little. /
        Gently separate your lips.
    """,
    "sˈʌbdʒ": "The subject of attention.",
    "tˈɛɹ": "You don't need to tear it apart. / Thoughts tear at you. / Tear the page slowly.",
    "tˈɛɹz": "Paper tears easily.",
    "tˈɪɹ": """
        A tear may come. / A tear on your cheek. / Wipe away a tear. / No tear is wrong. / Your
        eyes may tear up.
    """,
    "tˈɪɹz": """
        Let the tears come. / Tears are welcome. / If tears come, let them. / Tears may come,
        and that's okay.
    """,
    "wˈaɪnd": """
        Wind down now. / Let the day wind down. / Time to wind down. / As we wind down, rest. /
        Begin to wind down. / Slowly wind the day down. / Your mind can wind down now. / We wind
        down together. / Let your mind wind down. / Let the mind wind down. / It's time to let
        the body wind down. / After a long day, let's wind down.
    """,
    "wˈaɪndz": "A path that winds through the trees. / The wind winds through the trees.",
    "wˈaɪndɪŋ": "Winding down now.",
    "wˈaʊnd": """
        The day has wound down. / Is your body wound tight? / You may feel wound up. / If you
        are wound up, slow down. / Are you wound up from the day?
    """,
    "wˈund": """
        The wound can heal. / An old wound. / Be kind to the wound. / Touch the wound gently.
    """,
    "wˈundz": "Old wounds may ache.",
    "wˈɪnd": """
        The wind is soft. / Feel the wind on your face. / Hear the wind in the trees. / Wind and
        rain. / Wind moves through the leaves. / Warm wind on your skin. / Your breath is like
        wind. / A gentle wind on your cheeks. / Listen to the wind outside.
    """,
    "əbdʒˈɛkt": "Let the upper body object if it wants.",
    "əbdʒˈɛkts": "If your mind objects, smile.",
    "əbjˈus": "Survivors of abuse.",
    "ətɹˈɪbjˌut": "Attribute nothing to it.",
    "ɪkskjˈus": "No excuse is needed.",
    "ɪkskjˈuz": "Excuse me.",
    "ɪkskjˈuzd": "Let yourself be excused.",
    "ɪnkɹˈis": """
        Let the calm increase. / Increase the count. / Let the warmth increase. / Let the
        pressure increase slowly.
    """,
    "ɪnvˈælɪd": "No feeling is invalid.",
    "ɹəbˈɛl": "A part may rebel.",
    "ɹəfjˈuz": "You may refuse. / Refuse nothing. / You can refuse it kindly.",
    "ɹəkˈɔɹd": "Record this line.",
    "ɹˈid": """
        As you read this, rest. / Read this slowly. / When you read a page, breathe. / You may
        read the words. / If you read along, let it be easy. / Let me read to you. / Whatever
        you read, let it go. / People who read at night sleep less. / You read, and you rest. /
        While you read, notice your breath. / Whenever you read these words, pause. / I will
        read to you. / Read along if you like. / You can read or listen.
    """,
    "ɹˈoʊ": "Row your boat. / Three in a row.",
    "ɹˈɛd": """
        I read it yesterday. / You have read enough for today. / She read a poem to us last
        night. / The words you just read can fade. / Once you've read this, close your eyes. / I
        have read this to you before.
    """,
    "ɹˈɛkəɹd": "Keep a record.",
    "ʌpsˈɛt": "You may feel upset. / If you are upset, pause.",
    "ˈeɪdʒd": "Aged trees.",
    "ˈɑbdʒəkt": """
        Choose an object. / Notice an object near you. / Pick one object. / Choose an object to
        look at.
    """,
    "ˈɔltəɹnət": "Breathe through alternate nostrils.",
    "ˈɔltəɹnˌeɪt": "Alternate sides.",
    "ˈɔɡəst": "August light.",
    "ˈɛntɹəns": "At the entrance of the nose.",
    "ˈɛstəmˌeɪt": "Estimate how heavy it is.",
    "ˈɪnkɹˌis": "An increase in warmth.",
    "ˈɪntəmət": "An intimate moment.",
}


def main() -> None:
    reader = Reader(british=False)

    def wrong(rules: bool) -> list[str]:
        found = []
        for sounds, texts in SENTENCES.items():
            for text in (" ".join(each.split()) for each in texts.split("/")):
                given = respelt(plainly_said(text), reader.letters) if rules else text
                told = in_ipa(reader(given))
                found += [] if sounds in told else [f"{text}  {told}"]
        return found

    every = sum(len(texts.split("/")) for texts in SENTENCES.values())
    print(f"{every} sentences; wrong by hibari alone: {len(wrong(False))}")
    left = wrong(True)
    print(f"wrong with the rules: {len(left)}", *left, sep="\n  ")


if __name__ == "__main__":
    main()
