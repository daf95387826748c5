"""Whether a clip can be the line that was asked for, by how long it is."""

from voice_guide.audio.samples import Audio
from voice_guide.units import counted
from voice_guide.voices import syllables

__all__ = ["SYLLABLES", "plausible_seconds", "unlikely"]

SECONDS_PACE = 112
"""Words per minute at which an English line takes 0.2 s, and 0.1 s for each of its letters."""

FEWEST_LETTERS = 20
"""Fewer may be an abbreviation or a sigh, and say little about how long they take."""

MARKS = ",.;:!?…'’-"
"""What takes no more time than a letter around a word; inside, a sign or digit may be a word."""

SYLLABLES = (0.3, 2.5)
"""How many may be heard for one that is written: of the 86 lines of the scripts it was 0.38 to 2.25
with eleven voices, at 80 to 300 words a minute. Slow voices waver, fast ones slur."""

MORE_SYLLABLES = 2
"""Over the most: a short word may be drawn out, or end in a breath."""

SURE_SYLLABLES = (0.75, 1.5)
SLOWEST_SYLLABLES = 0.8
"""With as many as that, and so many a second at least, a line that takes longer than the words a
minute let expect is just said slowly; unless it has too few to tell. One that is too short may
have lost its end: half of a slow line has as many ups and downs as a fast one."""

FEWEST_SYLLABLES = 4


def unlikely(text: str, clip: Audio, rate: int, words_a_minute: int | None, by_person: bool) -> str:
    """Say what is wrong with a clip that is too long or too short for its text, or has too few or
    too many syllables; nothing where it is likely to be the line.

    Args:
        text: of the line.
        clip: float32 (frames,), trimmed.
        rate: its sample rate in Hz.
        words_a_minute: at which it should be spoken; None if nobody knows.
        by_person: whether somebody recorded it, who may say it in any way.
    """
    words = counted(sum(any(map(str.isalnum, word)) for word in text.split()), "word")
    seconds = clip.size / rate
    least, most = plausible_seconds(text, words_a_minute)
    (few, many), heard = syllables.written(text), syllables.heard(clip, rate)
    slow = (
        few >= FEWEST_SYLLABLES
        and SURE_SYLLABLES[0] * few <= heard <= SURE_SYLLABLES[1] * many
        and least <= seconds <= few / SLOWEST_SYLLABLES
    )
    if not (least <= seconds <= most or (slow and not by_person)):
        return f"its audio lasts {seconds:.1f} s for {words}"
    right = SYLLABLES[0] * few <= heard <= SYLLABLES[1] * many + MORE_SYLLABLES
    return "" if right or by_person else f"its audio has {counted(heard, 'syllable')} for {words}"


def plausible_seconds(text: str, words_a_minute: int | None) -> tuple[float, float]:
    """Return the least and the most that a line may take.

    By engines of a known pace, the lines of all scripts took 0.59 to 1.47 times as long as
    their letters let expect. Half a line is less than that of most, the double more. A pause
    at a mark may be as long as a word, and in "One. Two. Three." there are many.
    """
    words = sum(any(map(str.isalnum, word)) for word in text.split())
    if words_a_minute is None or sum(map(str.isalpha, text)) < FEWEST_LETTERS:
        # One digit, sign or ideogram can be a long word, and is counted as none by its spaces.
        return words / 9 - 0.2, 4 + 1.5 * len(text)
    bare = " ".join(word.strip(MARKS) for word in text.split())
    others = sum(not (c.isalpha() or c in " '’-") for c in bare)
    pauses = sum(word[-1] in MARKS for word in text.split()[:-1])
    pace = SECONDS_PACE / words_a_minute
    usual = pace * (0.2 + 0.1 * (len(text) - others))
    return 0.52 * usual, 1.8 * usual + pace * 0.8 * (others + pauses)
