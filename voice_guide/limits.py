"""How large a script may be. A larger one is refused at once, before anything is spoken."""

__all__ = [
    "MAX_BREATHS",
    "MAX_BREATHS_IN_ALL",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_HEAD_LETTERS",
    "MAX_ITEMS",
    "MAX_LETTERS_IN_ALL",
    "MAX_LINE_LETTERS",
    "MAX_PAUSE_SECONDS",
    "MAX_SECONDS_IN_ALL",
    "MAX_WORD_LETTERS",
]

MAX_BYTES = 1024 * 1024
"""In a file: ten times what may be spoken, which leaves room for notes."""

MAX_HEAD_LETTERS = 10_000
"""In the head: YAML takes a second for every 50,000."""

MAX_WORD_LETTERS = 300
"""In a word, or a run of letters without spaces or signs: a voice gets it in one piece."""

MAX_LINE_LETTERS = 5_000
"""In one line: over five minutes without a breath of rest."""

MAX_LETTERS_IN_ALL = 60_000
"""In all lines of a session: some 10,000 words, or an hour and a half of speech without a rest."""

MAX_BREATHS = 1000
"""In one rest: almost three hours at 4-6."""

MAX_PAUSE_SECONDS = 600
"""In one exact rest; a longer one is better left to the breath."""

MAX_BREATHS_IN_ALL = 10_000
"""In all rests of a session at their shortest: over a day at 4-6."""

MAX_SECONDS_IN_ALL = 86_400
"""In all exact rests of a session: a day."""

MAX_ITEMS = 20_000
"""Lines, rests and bells of a session with all that it includes: scripts that include each
other twice grow by doubling."""

MAX_DEPTH = 50
"""How many scripts may include one another in a chain."""
