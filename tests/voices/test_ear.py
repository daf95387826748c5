"""The recogniser: what it is given, what its answer means, and one line that it really hears."""

import base64
import contextlib
import json

import numpy as np
import pytest
from parts import needs

from voice_guide.engines.whisper import HERTZ, PARTS
from voice_guide.errors import RequestError, SpeechError
from voice_guide.scripting.model import Line
from voice_guide.session import open_session
from voice_guide.voices import WorkerFault
from voice_guide.voices.ear import QUIET_SECONDS, Ear

SOUNDS = {"then": "ðɛn", "ten": "tɛn", "10": "tɛn", "1": "wʌn", "0": "ziəɹoʊ"}
"""As eSpeak spells them; of other words the letters will do."""

CLIP = np.zeros(48000, np.float32)


@pytest.fixture
def answers(monkeypatch):
    """Sets what the recogniser answers; gives what it is asked."""
    asked, answer = [], {}

    class FakeEngine:
        def __init__(self, name, **how):
            self.name = name

        def ask(self, requests):
            for request in requests:
                if self.name == "spelled":
                    yield json.dumps([SOUNDS.get(word, word) for word in request["words"]]).encode()
                else:
                    asked.append(request)
                    fault = answer.get("fault")
                    yield WorkerFault(fault) if fault else json.dumps(answer).encode()

        def close(self):
            pass

    monkeypatch.setattr("voice_guide.voices.ear.Engine", FakeEngine)
    monkeypatch.setattr("voice_guide.voices.ear.NEEDED", ())

    def answers(text="", begun=0.8, ended=1.2, **more):
        answer.update(text=text, begun=begun, ended=ended, **more)
        return asked

    return answers


def heard(text, language="en"):
    (verdict,) = Ear(language).judge([text], [CLIP], 48000)
    return verdict


def test_it_is_given_the_clip_at_its_own_rate_with_quiet_around_it(answers):
    (asked,) = (answers("One."), heard("One."))[0]
    assert asked["language"] == "en"
    assert len(base64.b64decode(asked["samples"])) == 2 * HERTZ * (1 + 2 * QUIET_SECONDS)


@pytest.mark.parametrize(
    ("written", "recognised"),
    [
        ("Try the 4-7-8 breath.", "Try the 478 breath."),
        ("At 7:30, rest.", "At 7.30 rest."),
        ("Wait 5 min & rest.", "Wait 5 minutes and rest."),
        ("20 %, no more", "20% no more."),
    ],
)
def test_what_means_the_same_words_is_no_doubt_however_it_is_written(answers, written, recognised):
    answers(recognised)
    assert heard(written).wrong == 0


def test_a_number_in_words_is_not_taken_for_its_digits(answers):
    answers("10 quiet seconds.")
    assert not heard("Then ten quiet seconds,").first


def test_a_last_word_after_the_end_of_the_clip_was_not_heard(answers):
    answers("And rest.", ended=QUIET_SECONDS + len(CLIP) / 48000 + 0.1)
    assert not heard("And rest.").last


def test_what_keeps_it_from_hearing_is_told(answers):
    answers(fault="it crashed (exit 9)")
    with pytest.raises(SpeechError, match="can't hear this: it crashed"):
        heard("And rest.")


@pytest.mark.parametrize(
    ("language", "asked"), [("de-AT", "de"), ("nb", "no"), ("cmn", "zh"), ("pt-BR", "pt")]
)
def test_each_language_has_the_name_that_the_recogniser_knows(answers, language, asked):
    requests = answers("Rest.")
    heard("Rest.", language)
    assert requests[0]["language"] == asked


def test_a_language_that_it_was_never_taught_is_refused_at_once(answers):
    with pytest.raises(RequestError, match="doesn't know the language 'eo'"):
        Ear("eo")


@pytest.mark.slow
@needs(modules=["hibari", "faster_whisper", *PARTS])
def test_it_hears_a_line_and_notices_that_half_of_it_is_lost():
    text = "Let your feet find the floor."
    session = open_session(f"{text}\n", voice="hibari")
    session.speak()
    clip = session.clips.samples(Line(text))
    with contextlib.closing(Ear("en")) as ear:
        whole, half = ear.judge([text, text], [clip, clip[: len(clip) // 2]], 48000)
    assert whole.heard.lower().startswith("let your feet")
    assert not whole.doubtful
    assert half.doubtful
