"""Hints for a writer: lines that are long for the breath, hard to follow, harsh, or that promise.

They are about style, and a matter of taste: nothing here is wrong, and whoever has looked at a
line and wants it so writes ``<!-- check: ok -->`` beside it. What is said of words is for English;
how long a line and a sentence are counts in any language.
"""

import re
from collections.abc import Iterator

from voice_guide.errors import Problem
from voice_guide.languages import general
from voice_guide.plan.check import MOST_BREATHS
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line, Place, Script

__all__ = ["long_lines", "style"]

MOST_WORDS = 25
"""Of a sentence: where GOV.UK's writers find that one becomes difficult to read ("Sentence length:
why 25 words is our limit", 2014). Who only hears it can't go back, either."""

MOST_WHOLE_BREATHS = 2
"""That a line without an anchor may take; of more than ``MOST_BREATHS``, a warning tells."""

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…。！？])[\"'”’)]*\s+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")

_PLAIN_WORDS = {
    "accompan(?:y|ies|ied|ying)": "go with",
    "additional(?:ly)?": "more",
    "approximately": "about",
    "assist(?:s|ed|ing|ance)?": "help",
    "cease(?:s|d)?": "end",
    "commenc(?:e|es|ed|ing)": "begin",
    "facilitat(?:e|es|ed|ing)": "help",
    "initiat(?:e|es|ed|ing)": "begin",
    "modif(?:y|ies|ied|ying)": "change",
    "prior to": "before",
    "terminat(?:e|es|ed|ing)": "end",
    "utili[sz](?:e|es|ed|ing)": "use",
    # what helpers learn at school, and listeners don't
    "abdom(?:en|inal(?:ly)?)": "belly",
    "amygdala": "alarm in you",
    "anterior": "front of",
    "autonomic": "by itself",
    "cervical": "in your neck",
    "clavicles?": "collarbone",
    "cogniti(?:on|ons|ve|vely)": "thoughts",
    "cortisol": "stress",
    "cranium|cranial": "head",
    "diaphragm(?:atic(?:ally)?)?": "under your ribs",
    "dissociat(?:e|es|ed|ing|ion)": "going away inside",
    "dorsal": "of your back",
    "dysregulat(?:ed|ion)": "out of balance",
    "equanimity": "evenness",
    "exhalations?": "breath out",
    "extremit(?:y|ies)": "hands and feet",
    "homeostasis": "balance",
    "hyperarous(?:al|ed)": "alarm",
    "hypoarous(?:al|ed)": "numbness",
    "hyperventilat(?:e|es|ed|ing|ion)": "breathing too fast",
    "inhalations?": "breath in",
    "intero(?:ception|ceptive)": "sensing inside",
    "mandib(?:le|ular)": "jaw",
    "metacogniti(?:on|ve)": "watching thoughts",
    "neuro\\w+": "of the nerves",
    "parasympathetic": "part of you that calms",
    "phenomen(?:on|a)": "what comes up",
    "physiolog(?:y|ical|ically)": "in the body",
    "posterior": "back of",
    "proprioce(?:ption|ptive)": "sense of where you are",
    "psycho\\w+": "of the mind",
    "respirat(?:ion|ions|ory)": "breath",
    "scapulae?": "shoulder blade",
    "somat(?:ic|ically|i[sz]\\w+)": "of the body",
    "stern(?:um|al)": "breastbone",
    "sympathetic nervous": "part of you that keeps watch",
    "thora(?:x|cic)": "chest",
    "vag(?:us|al)": "calming nerve",
    "ventral": "of your front",
    "visuali[sz](?:e|es|ed|ing|ation|ations)": "picture",
}
"""Words that few would say aloud, and one that more would. The first are in the lists of guides to
plain language (bia.gov "Use plain language", 26ten.tas.gov.au "Words and phrases to use",
plainenglish.ie "20 words to avoid"); of the others, helpers know more than listeners do."""

_RARE = re.compile(
    "|".join(rf"\b(?P<w{number}>{words})\b" for number, words in enumerate(_PLAIN_WORDS)),
    re.IGNORECASE,
)

_NEGATED = re.compile(
    r"\b(?:no|not|nothing|nobody|none|nowhere|never|without|cannot)\b|n[’']t\b", re.IGNORECASE
)
_OPEN = r"(?<!\bif )(?<!\bas )(?<!\ball )(?<!\bwhen )(?<!\bwhat )(?<!\bthat )(?<!\bhow )"
_OPEN += r"(?<!\bever )(?<!whatever )(?<!whenever )(?<!wherever )(?<!\bwhere )(?<!thing )"
_OPEN += r"(?<!\bwhile )(?<!\bonce )(?<!\buntil )(?<!\bbecause )(?<!\bwhether )(?<!\bthough )"
"""What makes a "you …" part of a question or a choice, and no statement."""

_OBLIGED = re.compile(
    rf"{_OPEN}\b(?:you|we|your \w+) (?:\w+ly |just |now |all |always )?"
    r"(?P<must>must|(?:have|has|need|needs|ought) to|should|had better)\b",
    re.IGNORECASE,
)
_CLAUSE = r"(?:^|[,;:–—]\s*|\b(?:and|but|then|so|now|please|just) )(?:please |just )?"
_FORBIDDEN = re.compile(
    rf"{_CLAUSE}(?P<order>(?:do not|don[’']t|never|avoid) (?!mind\b|know\b)(?P<verb>[a-z]+))\b",
    re.IGNORECASE,
)
_STOP = re.compile(rf"{_CLAUSE}(?P<order>(?:stop|quit) (?P<verb>\w+ing))\b", re.IGNORECASE)
_HARSH = re.compile(
    rf"{_CLAUSE}(?P<order>calm down|(?:hold|keep|sit) still|pay attention|try harder|"
    r"concentrate|obey|(?:force|push|make) yourself|pull yourself together|get over)\b",
    re.IGNORECASE,
)

_FELT = (
    r"feel|feels|notice|sense|experience|become|find|relax|sleep|fall|sink|drift|forget|heal|"
    r"be (?:\w+ly )?(?:calm|relaxed|safe|fine|okay|free|happy|healed|asleep|peaceful|at peace|"
    r"at ease|better|lighter|calmer|stronger)"
)
_PROMISED = re.compile(
    rf"{_OPEN}\b(?P<you>you)(?P<will>[’']ll| will|[’']re going to| are going to)"
    rf"(?: \w+ly| now| soon| already| then| also)*(?: begin to| start to)? (?P<felt>{_FELT})\b",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?P<this>this|it|that|the breath|your breath|this \w+) will (?:\w+ly )?"
    r"(?P<verb>help|heal|calm|relax|soothe|cure|fix|make|take away|bring|change|free) (?:\w+ )?you",
    re.IGNORECASE,
)
_ASSURED = re.compile(
    r"\b(?:everything|all|it) (?:will|is going to) be (?:all right|alright|fine|well|good|ok|okay)"
    r"\b|\bI (?:can )?promise\b|\bguarantee[ds]?\b|\bnothing (?:bad )?can (?:hurt|harm|happen to) "
    "you",
    re.IGNORECASE,
)
_TOLD = re.compile(
    rf"(?:^|[,;:–—]\s*|\b(?:and|now) ){_OPEN}(?P<told>you(?: now| already)? (?:feel|are feeling)|"
    r"you(?: are|[’']re)(?: now| already| so| very| \w+ly)* "
    r"(?:calm|relaxed|at peace|at ease|peaceful|asleep|happy))\b",
    re.IGNORECASE,
)

_PRESSURE = "whoever is close to overwhelm may brace against it"
_FAILING = "whoever doesn't feel it may think that they have failed"


def style(script: Script) -> Iterator[Problem]:
    """Hint at sentences that are hard to follow, and in English at rare words, orders, promises."""
    english = general(script.language) == "en"
    for line in script.lines():
        if line.place and not line.vetted:
            for sentence in _SENTENCE_ENDS.split(line.text):
                yield from (_at(line, *hint) for hint in _long(sentence))
                if english:
                    yield from (_at(line, *hint) for hint in _english(sentence))


def long_lines(plan: Plan) -> Iterator[Problem]:
    """Hint at lines that go on through several breaths, and where they could be parted."""
    for breath, cue in plan.cues():
        line = cue.item
        if not isinstance(line, Line) or not line.place or line.vetted or line.anchor:
            continue
        seconds = (cue.end - cue.start) / plan.sample_rate
        sentences = _SENTENCE_ENDS.split(line.text)
        breaths = (cue.end - cue.start) / breath.frames
        if MOST_WHOLE_BREATHS < breaths <= MOST_BREATHS and len(sentences) > 1:
            first = sentences[(len(sentences) - 1) // 2]
            yield _at(
                line,
                line.text,
                f"this takes {seconds:.0f} s, more than {MOST_WHOLE_BREATHS} breaths, without "
                f"room for its words to settle; perhaps an empty line after “{_end(first)}”",
            )


def _long(sentence: str) -> Iterator[tuple[str, str]]:
    words = len(_WORD.findall(sentence))
    if MOST_WORDS < words <= 4 * MOST_WORDS:  # of a list without an end, a warning tells
        yield (
            sentence,
            f"a sentence of {words} words is hard to follow by ear; perhaps two sentences, of at "
            f"most {MOST_WORDS} words each",
        )


def _english(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the words that a hint is about, and the hint."""
    plain = list(_PLAIN_WORDS.values())
    for rare in _RARE.finditer(sentence):
        easier = plain[int(str(rare.lastgroup)[1:])]
        yield rare[0], f"“{rare[0]}” is hard to take in by ear; perhaps “{easier}”"
    if sentence.endswith("?"):
        return
    for order, gentler in _orders(sentence):
        yield order, f"“{order}” sounds like an order: {_PRESSURE}; perhaps “{gentler}”"
    for found in _TOLD.finditer(sentence):
        told = found["told"]
        yield told, f"“{told}” tells what is felt: {_FAILING}; perhaps “there may be some ease”"
    for promise, gentler in _promises(sentence):
        yield promise, f"“{promise}” promises: {_FAILING}; perhaps “{gentler}”"


def _orders(sentence: str) -> Iterator[tuple[str, str]]:
    for found in _OBLIGED.finditer(sentence):
        if not _NEGATED.search(sentence, 0, found.start()):
            yield found[0], found[0].replace(found["must"], "could")
    for found in _FORBIDDEN.finditer(sentence):
        yield found["order"], f"there is no need to {found['verb']}"
    for found in _STOP.finditer(sentence):
        yield found["order"], f"for now, {found['verb']} can rest"
    for found in _HARSH.finditer(sentence):
        yield found["order"], "if you like, … in your own time"


def _promises(sentence: str) -> Iterator[tuple[str, str]]:
    for found in _PROMISED.finditer(sentence):
        yield found[0], f"{found['you']} may {found['felt']}"
    for found in _WORKS.finditer(sentence):
        yield found[0], f"{found['this']} may {found['verb']}"
    for found in _ASSURED.finditer(sentence):
        yield found[0], "for now, this is enough"


def _end(sentence: str) -> str:
    words = sentence.split()
    return sentence if len(words) <= 3 else f"… {' '.join(words[-3:])}"


def _at(line: Line, words: str, hint: str) -> Problem:
    """Return a hint where its words stand, as far as they are in the line's first row."""
    place = line.place or Place("", 1)
    found = place.source.find(words, place.column - 1)
    return place._replace(column=max(found + 1, place.column)).problem(f"hint: {hint}")
