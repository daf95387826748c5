"""Syllables: of texts in many writings, and of what is heard of them."""

import numpy as np
import pytest

from voice_guide.voices.likely import SYLLABLES
from voice_guide.voices.syllables import heard, written

TEXTS = {
    "Let your feet find the floor.": 6,
    "You are allowed to be seen.": 7,
    "Lass deine Füße den Boden finden.": 10,
    "Deja que tus pies encuentren el suelo.": 11,
    "Strč prst skrz krk.": 4,
    "Дыши медленно.": 5,
    "Άφησε τα πόδια σου να βρουν το πάτωμα.": 13,
    "धीरे धीरे साँस छोड़ो।": 7,
    "تنفس ببطء.": 5,
    "천천히 숨을 내쉬세요.": 9,
    "慢慢地呼气。": 5,
    "ゆっくりいきをはいて。": 9,
    "100 %": 4,
    "PTSD": 4,
    "www.example.org": 15,
    "": 0,
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_known_to_have_about_as_many_as_it_is_read_with(text):
    least, most = written(text)
    assert SYLLABLES[0] * least <= TEXTS[text] <= SYLLABLES[1] * most
    assert 0.5 * least <= TEXTS[text] <= 2 * most


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("count", [1, 2, 7, 12])
def test_swells_are_counted_at_any_sample_rate(count, rate):
    n = np.arange(3 * rate)
    swells = 0.55 - 0.45 * np.cos(2 * np.pi * count * n / len(n))
    clip = (swells * np.sin(2 * np.pi * 500 / rate * n)).astype(np.float32)
    assert heard(clip, rate) == count
    assert heard(0.001 * clip, rate) == count


@pytest.mark.parametrize("clip", [np.zeros(0), np.zeros(99), np.zeros(9999)])
def test_silence_has_none(clip):
    assert heard(clip.astype(np.float32), 22050) == 0
