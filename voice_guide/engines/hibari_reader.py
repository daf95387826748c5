"""How hibari reads a text: as it does by itself, but for what a writer or a rule knows better."""

import functools
import unicodedata
from pathlib import Path
from typing import Any

from voice_guide.engines.given import apart

__all__ = ["READING", "Reader", "in_ipa"]

READING = 1
"""Part of the cache's key: raise it when this reads the same otherwise."""

_SAME = {sound: sound for sound in "bdfhijklmnpstuvwzæðŋɔəɛɜɡɪɹʃʊʌʒθˈˌ"}
_SHARED = {
    **_SAME,
    **{"eɪ": "A", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "dʒ": "ʤ", "tʃ": "ʧ", "ᵊ": "ᵊ", " ": " "},
    **{"e": "ɛ", "ɐ": "ʌ", "r": "ɹ"},
}
_AMERICAN = {
    **_SHARED,
    **{"oʊ": "O", "əʊ": "O", "o": "O", "ɑ": "ɑ", "a": "ɑ", "ɒ": "ɑ", "ᵻ": "ᵻ", "ɾ": "T"},
    **{"ɚ": "əɹ", "ɝ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "ɪɹ", "eə": "ɛɹ", "ʊə": "ʊɹ"},
    **{"ɜːɹ": "ɜɹ", "ɜːr": "ɜɹ", "ɪəɹ": "ɪɹ", "eəɹ": "ɛɹ", "ʊəɹ": "ʊɹ"},
}
_BRITISH = {
    **_SHARED,
    **{"oʊ": "Q", "əʊ": "Q", "o": "Q", "ɒ": "ɒ", "a": "a", "æ": "a", "ɑ": "ɑ", "ː": "ː"},
    **{"ɚ": "ə", "ɝ": "ɜː", "eə": "ɛː", "ɾ": "t"},
}
"""The letters of its model (misaki's) for sounds of IPA, in American and in British voices."""

_TOLD = str.maketrans(
    {
        **{"A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "T": "ɾ"},
        **{"ʤ": "dʒ", "ʧ": "tʃ"},
    }
)


def in_ipa(letters: str) -> str:
    """Return in IPA what is spelt in the letters of the model."""
    return letters.translate(_TOLD)


class Reader:
    """Reads a sentence as hibari does, and remembers what it would leave out without a word."""

    def __init__(self, british: bool) -> None:
        from hibari.g2p import G2P

        self._british = british
        self.letters = _BRITISH if british else _AMERICAN
        self._g2p = G2P(oov=self._guessed, british=british)
        self._lost: list[str] = []

    def __call__(self, sentence: str) -> str:
        try:
            tokens = self._g2p.phonemize_tokens(self._tokens(sentence))
        except (IndexError, ValueError):  # a number beyond decillions, or of signs
            self._lost += [word for word in sentence.split() if any(map(str.isdigit, word))]
            return ""
        self._lost += [
            token.text
            for token in tokens
            if any(map(str.isalnum, token.text)) and not any(map(str.isalpha, token.phonemes or ""))
        ]
        joined = "".join((each.phonemes or "") + each.whitespace for each in tokens)
        return joined.strip()

    def _tokens(self, sentence: str) -> list[Any]:
        """Return the words of a sentence with their parts of speech, and the sounds given."""
        from hibari.g2p.normalize import normalize
        from hibari.g2p.token import Tok

        pairs: list[tuple[str, str]] = []  # a word, and the space after it
        sounds: dict[int, str] = {}
        for part, letters in apart(sentence):
            if part[:1].isspace() and pairs:
                pairs[-1] = (pairs[-1][0], " ")
            if letters:
                sounds[len(pairs)] = letters
                pairs.append((part, ""))
            elif words := self._g2p.tokenizer(normalize(part)):
                pairs += words[:-1]
                pairs.append((words[-1][0], " " if part[-1].isspace() else ""))
        if not pairs:
            return []
        tags = self._g2p.tagger([word for word, _ in pairs])
        tokens = [Tok(word, tag, space) for (word, space), tag in zip(pairs, tags, strict=True)]
        for number, letters in sounds.items():
            tokens[number].phonemes, tokens[number].rating = letters, 5
        return tokens

    def take_lost(self) -> list[str]:
        """Return each word that was lost since this was last asked."""
        lost, self._lost = self._lost, []
        return list(dict.fromkeys(lost))

    def _guessed(self, word: str) -> str:
        """Guess how a word is said that is in no lexicon, if its letters are Latin."""
        net = self._net
        plain = "".join(
            letter if letter in net.cin else unicodedata.normalize("NFKD", letter)[0]
            for letter in word
        )
        known = set(plain) <= set(net.cin) and len(plain) <= net.maxlen
        if not known or not all(map(_is_latin, plain)):
            self._lost.append(word)
            return ""
        guessed: str = net(plain)
        return guessed

    @functools.cached_property
    def _net(self) -> Any:
        from hibari.g2p import ASSETS
        from hibari.g2p.oov import OOV

        return OOV(str(Path(ASSETS, "oov_gb.onnx" if self._british else "oov.onnx")))


def _is_latin(letter: str) -> bool:
    """Whether it is a Latin letter, or none: the net knows a few others, and says them wrong."""
    return not letter.isalpha() or unicodedata.name(letter, "").startswith(("LATIN", "MODIFIER"))
