"""Words that are spelt alike and said otherwise, where what stands around them makes it plain.

hibari tells them by their part of speech, and mostly well. But it takes "let your eyes close" for
near eyes, and "feel content" for what a page has. Each rule here mends what was measured to be
wrong in sentences of practices; where both might be meant, it stays as it was.
"""

import functools
import re

from voice_guide.engines.given import marked

__all__ = ["plainly_said"]

_START = r"(?:^|[.!?…;:,] |\b(?:and|or|now|then|gently|slowly|softly) )"
_END = r"(?=[.,;:!?…]|$| (?:and|now|for|as|with|in|again|on)\b)"
_STOP = r"(?=[.,;:!?…]|$)"
_SLOWLY = r"(?:\w+ly )?"
_OWN = r"(?:the|your|my|our|their|its|each|this)"
_FEELING = (
    r"(?:be|is|are|am|was|were|been|being|feel|feels|feeling|stay|rest|remain|sit|lie|become|seem|"
    r"quite|very|simply|fully|deeply|you're|I'm|we're)"
)
_PARTS = r"(?:lips|teeth|fingers|toes|knees|feet)"
_MUSCLES = r"(?:muscles?|belly|fists?|shoulders|fingers|toes|jaw|heart|diaphragm|it|them)"
_DAY = r"(?:day|evening|night|week|mind|body|thoughts|system|session|practice|everything|it|us)"

_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), sounds)
    for pattern, sounds in (
        # read, of now, unless something says when it was
        (
            r"\b(?:as|when|whenever|while|if|whatever|until) (?:you|we|they|I) (?:\w+ly )?(read)\b"
            r"(?!.*\b(?:yesterday|earlier|ago|last)\b)",
            "ɹiːd",
        ),
        (
            r"\b(?:heavy as|(?:heavy|is|are|feel|feels|felt|be) like|made of|weight of) "
            rf"(lead){_STOP}",
            "lɛd",
        ),
        (rf"\b(?:eyes|eyelids|lids|lips|mouth|petals) {_SLOWLY}(close){_END}", "kloʊz"),
        (
            r"\b(?:eyes|eyelids|lids) (?:\w+ ){0,4}(?:may|might|can|will|and|to) "
            rf"{_SLOWLY}(close){_END}",
            "kloʊz",
        ),
        (rf"\bto a {_SLOWLY}(close)\b", "kloʊz"),
        (rf"{_START}(live) (?=\w+ly\b)", "lɪv"),
        (rf"\b{_DAY} {_SLOWLY}(wind) (?=down\b|up\b)", "waɪnd"),
        (rf"\b(?:{_FEELING}|too|all|body|mind|shoulders) (wound) (?=up\b|down\b|tight)", "waʊnd"),
        (rf"{_START}(bow) (?=\w+ly\b|{_OWN}\b|to\b|down\b|once\b|low\b)", "baʊ"),
        (rf"\b(?:head|heads|forehead|you|we|us) {_SLOWLY}(bow){_END}", "baʊ"),
        (
            r"\b(?:take a|(?:with|in) a (?:small|slight|gentle|deep|low|final|slow)) (bow)\b"
            r"(?! (?:and|of|tie)\b)",
            "baʊ",
        ),
        (rf"\b(?:hands|palms) (?:\w+ ){{0,6}}and {_SLOWLY}(bow){_STOP}", "baʊ"),
        (rf"\b{_FEELING} (content)\b(?! of\b)", "kənˈtɛnt"),
        (rf"\b(?:safe|calm|happy|warm|quiet|peaceful|well) and (content){_STOP}", "kənˈtɛnt"),
        (rf"\b(?:quietly|deeply|perfectly) (content){_STOP}", "kənˈtɛnt"),
        (
            rf"{_START}(content) (?=with\b|to\b|as you are\b|and (?:calm|quiet|still|warm|safe)\b)",
            "kənˈtɛnt",
        ),
        (
            r"(?<!\d )(?<!one )(?<!two )(?<!three )(?<!five )(?<!ten )(?<!-)\b(minute) "
            r"(?=(?:movement|detail|sensation|change|shift|difference)s?\b)",
            "maɪˈnjuːt",
        ),
        (rf"{_START}(contract) (?={_OWN}\b)", "kənˈtɹækt"),
        (rf"\b{_MUSCLES} {_SLOWLY}(contract){_END}", "kənˈtɹækt"),
        (rf"\b(?:let|as) {_OWN} (?:\w+ )?{_PARTS} {_SLOWLY}(separate){_END}", "ˈsɛpəˌɹeɪt"),
        (rf"\blet {_OWN} (?:\w+ )?\w+ {_SLOWLY}(increase){_STOP}", "ɪnˈkɹiːs"),
        (rf"{_START}(console) (?=yourself\b|{_OWN}\b)", "kənˈsoʊl"),
        (rf"{_START}(polish) (?={_OWN}\b|it\b)", "ˈpɒlɪʃ"),
        (r"\beyes? (?:\w+ ){0,2}(tear) (?=up\b)", "tɪə"),
        (r"(?<!sea )(?<!striped )\b(bass)\b(?! fish)", "beɪs"),
    )
)


def plainly_said(text: str) -> str:
    """Return a text in which such words have their sounds given, where it is plain which."""
    for pattern, sounds in _RULES:
        text = pattern.sub(functools.partial(_given, sounds), text)
    return text


def _given(sounds: str, found: re.Match[str]) -> str:
    before, after = found.start(1) - found.start(), found.end(1) - found.start()
    if found.string[found.end(1) : found.end(1) + 1] == "|":  # its sounds are given already
        return found[0]
    return found[0][:before] + marked(found[1], sounds) + found[0][after:]
