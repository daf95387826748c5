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

<!-- A paragraph is one line of the voice. It starts with a breath out. -->
Let your feet find the floor.

<!-- in: and out: put words on that part of the breath; they should fit into it. -->
in: Breathing in,
out: and slowly out again.

<!-- A rest in whole breaths: two, and up to twelve when a longer session is asked for. -->
[2-12 breaths]

## Return

<!-- What stands in brackets is left out when there is to be less talk (--talk less). -->
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
