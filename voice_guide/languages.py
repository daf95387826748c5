"""Languages: from a region's tag to the general one, and the letters that each is written in."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from voice_guide.limits import MAX_TAG_LETTERS

__all__ = [
    "KANA",
    "NAMES",
    "alpha3",
    "fitting",
    "foreign_letters",
    "general",
    "letters_of",
    "look_up",
    "name_of_letters",
    "suggested",
    "tag_of",
    "tags",
]

_ALIASES = {
    "zh": "cmn",
    "zh-hk": "yue",  # where Chinese is read aloud in Cantonese
    "zh-mo": "yue",
    "zh-yue": "yue",
    "no": "nb",
    "nn": "nb",
    "iw": "he",
    "in": "id",
    "es-mx": "es-419",
}
"""Tags that mean what others mean, or come nearest to it among what voices speak."""

NAMES = {
    "am": "Amharic",
    "ar": "Arabic",
    "be": "Belarusian",
    "bn": "Bengali",
    "bo": "Tibetan",
    "chr": "Cherokee",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hy": "Armenian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "lo": "Lao",
    "ml": "Malayalam",
    "my": "Burmese",
    "nl": "Dutch",
    "no": "Norwegian",
    "or": "Odia",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "si": "Sinhala",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
}
"""Languages that a writer may name instead of their code, or that letters suggest."""

_CODES = (
    "af:afr am:amh ar:ara az:aze be:bel bg:bul bn:ben bo:bod bs:bos ca:cat cs:ces cy:cym "
    "da:dan de:deu el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fr:fra ga:gle "
    "gd:gla gl:glg gu:guj he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn "
    "ka:kat kk:kaz km:khm kn:kan ko:kor ku:kur la:lat lb:ltz lo:lao lt:lit lv:lav mk:mkd "
    "ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno no:nor or:ori "
    "pa:pan pl:pol ps:pus pt:por ro:ron ru:rus si:sin sk:slk sl:slv sq:sqi sr:srp sv:swe "
    "sw:swa ta:tam te:tel th:tha tr:tur uk:ukr ur:urd uz:uzb vi:vie yi:yid zh:zho zu:zul"
)
_ALPHA3 = dict(pair.split(":") for pair in _CODES.split())
"""Codes of two letters and of three (ISO 639-1, and the terms of ISO 639-2)."""

KANA = frozenset({"HIRAGANA", "KATAKANA"})

_WRITTEN_WITH = {
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
    "CJK": ("zh", "cmn", "yue", "hak", "ja", "ko"),
    "BOPOMOFO": ("zh", "cmn"),
    "CYRILLIC": ("ru", "ba", "be", "bg", "cv", "kk", "ky", "mk", "mn", "nog", "sr", "tt", "uk"),
    "GREEK": ("el", "grc"),
    "ARABIC": ("ar", "ckb", "fa", "ps", "sd", "ug", "ur"),
    "HEBREW": ("he", "yi"),
    "ETHIOPIC": ("am", "ti"),
    "DEVANAGARI": ("hi", "kok", "mr", "ne", "sa"),
    "BENGALI": ("bn", "as", "bpy"),
    "GUJARATI": ("gu",),
    "GURMUKHI": ("pa",),
    "ORIYA": ("or",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "KANNADA": ("kn",),
    "MALAYALAM": ("ml",),
    "SINHALA": ("si",),
    "THAI": ("th",),
    "LAO": ("lo",),
    "KHMER": ("km",),
    "MYANMAR": ("my", "shn"),
    "TIBETAN": ("bo",),
    "GEORGIAN": ("ka",),
    "ARMENIAN": ("hy", "hyw"),
    "CHEROKEE": ("chr",),
}
"""Letters, by the first word of their names in Unicode, and the languages written with them: the
likeliest first. Those that tell most stand first, as a text in Japanese has Chinese characters,
too. Any language may hold Latin letters."""

_TELLTALES = {"uk": "іїєґ", "be": "ў", "fa": "پچژگ", "ur": "ٹڈڑے"}
"""Letters that only some of the languages have that share their others; the later the surer."""


def alpha3(language: str) -> str:
    """Return the code of three letters that files have for a language; und for an unknown one."""
    first = re.split("[-_]", language.lower())[0]
    return _ALPHA3.get(first, first if len(first) == 3 else "und")


def look_up(language: str, known: Collection[str]) -> str | None:
    """Return the tag among ``known`` (in small letters) that comes nearest to a language.

    As in the look-up of RFC 4647: ``de-at`` is looked for first, then ``de``.
    """
    return next((tag for tag in tags(language) if tag in known), None)


def general(language: str) -> str:
    """Return a language without its region: ``de`` of ``de-AT``, ``cmn`` of ``zh-TW``."""
    *_, tag = tags(language)
    return tag


def letters_of(language: str) -> frozenset[str]:
    """Return the kinds of letters that a language is written with."""
    tag = general(language)
    own = (kind for kind, languages in _WRITTEN_WITH.items() if tag in languages)
    return frozenset({"LATIN", *own})


def foreign_letters(text: str, known: Collection[str]) -> frozenset[str]:
    """Return the kinds of letters in a text that are not among the known ones."""
    if text.isascii():
        return frozenset()
    plain = unicodedata.normalize("NFKC", text)
    letters = (c for c in set(plain) if unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lo"))
    kinds = {unicodedata.name(letter, "UNKNOWN").split()[0] for letter in letters}
    return frozenset(kinds.difference(known))


def suggested(text: str, kinds: Collection[str]) -> str | None:
    """Return the language that a text with such letters is likely to be in."""
    likely = next((languages for kind, languages in _WRITTEN_WITH.items() if kind in kinds), ())
    told = [tag for tag in likely if any(letter in text for letter in _TELLTALES.get(tag, ""))]
    return (*told[-1:], *likely, None)[0]


def fitting(text: str, kinds: Collection[str]) -> str:
    """Say what to write in a script whose letters are those of another language, if that is known.

    Args:
        text: of the script, or of a line.
        kinds: of its letters, those that its language doesn't have.
    """
    tag = suggested(text, kinds)
    return (
        f"; if this is {NAMES[tag]}, write  language: {tag}  between two lines of --- at the top"
        if tag
        else ""
    )


def name_of_letters(kinds: Iterable[str]) -> str:
    """Return kinds of letters as people call them, such as ``Cyrillic letters``."""
    named = {"CJK": "Chinese characters", **dict.fromkeys(KANA, "Japanese letters")}
    return " and ".join(
        dict.fromkeys(named.get(kind, f"{kind.capitalize()} letters") for kind in sorted(kinds))
    )


def tag_of(written: str) -> str | None:
    """Return a language's code from what people write: the code, or its name in English."""
    if written in NAMES:
        return written
    for tag, name in NAMES.items():
        if name.lower() == written.lower():
            return tag
    is_code = re.fullmatch(r"[a-zA-Z]{2,3}([-_][\w-]+)?", written)
    return written if is_code and len(written) <= MAX_TAG_LETTERS else None


def tags(language: str) -> Iterator[str]:
    """Yield a language's tags in small letters, from the most special to the most general."""
    parts = language.lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        tag = "-".join(parts[:length])
        yield tag
        if tag in _ALIASES:
            yield _ALIASES[tag]
            if "-" not in _ALIASES[tag]:
                return
