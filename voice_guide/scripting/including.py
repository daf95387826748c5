"""Practices in the places where a session names them."""

from collections.abc import Callable
from dataclasses import replace

from voice_guide.scripting.model import Include, Item, Line, Script, Section
from voice_guide.scripting.words import laid_over, occurring

__all__ = ["include"]


def include(script: Script, find: Callable[[Include], Script]) -> Script:
    """Return the script with every practice that it names in its place.

    A practice brings its own sections; what follows it continues the section
    before it under the same title. Holds are forbidden when any part forbids them.
    A line of it that has no voice of its own has that of the practice, or else of its place;
    and how a word is said, the practice knows best.

    Args:
        find: returns the practice, complete, that an ``Include`` names.
    """
    sections: list[Section] = []
    holds = script.holds
    for section in script.sections:
        own: list[Item] = []
        for item in section.items:
            if isinstance(item, Include):
                if own:
                    sections.append(Section(section.title, tuple(own)))
                    own = []
                practice = find(item)
                holds = holds and practice.holds
                sections.extend(_own(practice, item.voice, script).sections)
            else:
                own.append(item)
        if own:
            sections.append(Section(section.title, tuple(own)))
    return replace(script, sections=tuple(sections), holds=holds)


def _own(practice: Script, voice: str, script: Script) -> Script:
    """Return a practice whose lines keep their voices and words wherever it is put."""

    def own(item: Item) -> Item:
        if not isinstance(item, Line):
            return item
        of_place = (script.inner if item.inner else "") or practice.voice or voice
        voice_of_it = item.voice or of_place
        words = laid_over(item.words, occurring(script.words, item.text))
        if (voice_of_it, words) == (item.voice, item.words):
            return item
        return replace(item, voice=voice_of_it, words=words)

    return practice.with_items(lambda items: map(own, items))
