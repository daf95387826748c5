"""Practices in the places where a session names them."""

from collections.abc import Callable
from dataclasses import replace

from voice_guide.scripting.model import Include, Item, Line, Script, Section

__all__ = ["include"]


def include(script: Script, find: Callable[[Include], Script]) -> Script:
    """Return the script with every practice that it names in its place.

    A practice brings its own sections; what follows it continues the section
    before it under the same title. Holds are forbidden when any part forbids them.
    A line of it that has no voice of its own has that of the practice, or else of its place.

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
                sections.extend(_voiced(practice, item.voice, script.inner).sections)
            else:
                own.append(item)
        if own:
            sections.append(Section(section.title, tuple(own)))
    return replace(script, sections=tuple(sections), holds=holds)


def _voiced(practice: Script, voice: str, inner: str) -> Script:
    """Return a practice whose lines keep their voices wherever it is put."""

    def voiced(item: Item) -> Item:
        if not isinstance(item, Line):
            return item
        of_place = (inner if item.inner else "") or practice.voice or voice
        return replace(item, voice=item.voice or of_place)

    return practice.with_items(lambda items: map(voiced, items))
