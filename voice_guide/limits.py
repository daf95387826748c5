"""How large a script or a sound may be. What is larger is refused at once, before it is heard."""

__all__ = [
    "HIGHEST_RATE_HZ",
    "LONGEST_BED_SECONDS",
    "LOWEST_RATE_HZ",
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
    "MOST_AMPLITUDE",
    "MOST_CHANNELS",
    "MOST_DOCUMENT_BYTES",
    "MOST_RECORDING_BYTES",
]

MAX_BYTES = 1024 * 1024
"""In a file: ten times what may be spoken, which leaves room for notes."""

MOST_DOCUMENT_BYTES = 20 * 1024 * 1024
"""Of a document from elsewhere, which may have pictures in it; its words have ``MAX_BYTES``."""

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

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 1000, 768_000
"""Samples a second of a sound file: no converter is faster; far outside of this, what resamples
and measures runs out of memory, or over its end."""

MOST_CHANNELS = 64
"""Of a sound file: ambisonic recordings of the seventh order have as many."""

MOST_AMPLITUDE = 1000.0
"""Of a sample, where 1 is full scale: 60 dB over it. What is louder is no sound."""

LONGEST_BED_SECONDS = 6 * 3600
"""Of a bed, which goes round anyway; it takes a minute to measure."""

MOST_RECORDING_BYTES = 64 * 1024 * 1024
"""Of the recording of a line, as much as a program may answer: five minutes in any usual format."""
