"""A practice to begin with."""

import json

__all__ = ["practice"]

_PRACTICE = """\
---
title: {title}
about: For the moment when you need a minute to yourself.
language: en
pace: 4-6
---

<!-- Notes like this one are for you; nobody hears them. -->

## Arrive

<!-- A paragraph is one spoken line. It starts with a breath out. -->
Let your feet find the floor.

<!-- in: and out: put words on that part of the breath, where they should fit. -->
in: Breathing in,
out: and slowly out again.

<!-- A rest in whole breaths: two, or up to twelve in a longer session. -->
[2-12 breaths]

## Return

<!-- Words in brackets can be left out, by those who want less talk (--talk less). -->
(There is nothing to do right.)

in: When you are ready,
out: come back to the room.

[1-6 breaths]

[bell]
"""


def practice(title: str) -> str:
    """Return a short practice, with notes on how it is written.

    Args:
        title: of any characters.
    """
    return _PRACTICE.format(title=json.dumps(title, ensure_ascii=False))  # YAML reads it so, too
