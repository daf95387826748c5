"""How large, long and deep a script, a sound, a list or a voice may be.

What goes further is refused at once. ``docs/limits.md`` has them in one table, which a test holds
against these values.
"""

__all__ = [
    "HIGHEST_RATE_HZ",
    "LINE_SECONDS",
    "LOCK_SECONDS",
    "LONGEST_BED_SECONDS",
    "LONGEST_PHASE_SECONDS",
    "LONGEST_PICTURE_HOURS",
    "LONGEST_RAMP_MINUTES",
    "LONGEST_RECORDING_SECONDS",
    "LOWEST_RATE_HZ",
    "MAX_BREATHS",
    "MAX_BREATHS_IN_ALL",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_HEAD_LETTERS",
    "MAX_ITEMS",
    "MAX_LETTERS_IN_ALL",
    "MAX_LINE_LETTERS",
    "MAX_LISTED_LETTERS",
    "MAX_PAUSE_SECONDS",
    "MAX_ROWS",
    "MAX_SECONDS_IN_ALL",
    "MAX_TAG_LETTERS",
    "MAX_WORD_LETTERS",
    "MODEL_LINE_SECONDS",
    "MOST_AMPLITUDE",
    "MOST_BUNDLE_BYTES",
    "MOST_BUNDLE_FILES",
    "MOST_BUNDLE_INDEX_BYTES",
    "MOST_BUNDLE_RATIO",
    "MOST_CARD_BYTES",
    "MOST_CATALOGUE_BYTES",
    "MOST_CATALOGUE_PROBLEMS",
    "MOST_CHANNELS",
    "MOST_CLIP_BYTES",
    "MOST_COVER_BYTES",
    "MOST_DOCUMENT_BYTES",
    "MOST_DOTS_IN_A_ROW",
    "MOST_DOWNLOAD_BYTES",
    "MOST_DOWNLOAD_INDEX_BYTES",
    "MOST_EXPORTS",
    "MOST_INDEX_BYTES",
    "MOST_MODEL_CONFIG_BYTES",
    "MOST_PACKED_RATIO",
    "MOST_PAGE_BYTES",
    "MOST_PLANNED",
    "MOST_PLAN_BYTES",
    "MOST_PROBLEMS",
    "MOST_RECORDED_LINES",
    "MOST_RECORDING_BYTES",
    "MOST_SETTINGS_BYTES",
    "MOST_SETTINGS_DEPTH",
    "MOST_STREAMS",
    "MOST_STREAM_FRAMES",
    "MOST_STUDIO_BYTES",
    "MOST_STUDIO_CONNECTIONS",
    "MOST_STUDIO_EXPORTS",
    "MOST_TAR_HEADER_BYTES",
    "MOST_VOICE_BYTES",
    "MOST_VOICE_FILES",
    "SHORTEST_PHASE_SECONDS",
    "SMALL_ARCHIVE_BYTES",
    "STUDIO_SECONDS",
]

# Of a script and the session that it makes

MAX_BYTES = 1024 * 1024
"""In a script's file: ten times what may be spoken, which leaves room for notes."""

MOST_DOCUMENT_BYTES = 20 * 1024 * 1024
"""Of a document from elsewhere, which may have pictures in it; its words have ``MAX_BYTES``."""

MAX_ROWS = 100_000
"""In a script: reading a million empty ones takes seconds."""

MAX_HEAD_LETTERS = 10_000
"""In the head: YAML takes a second for every 50,000."""

MAX_TAG_LETTERS = 35
"""In the code of a language: what RFC 5646 asks every program to have room for."""

MAX_WORD_LETTERS = 300
"""In a word, or a run of letters without spaces or signs: a voice gets it in one piece. In a
direction, and in the name of a voice, too."""

MAX_LISTED_LETTERS = 100
"""In a word of a list of words, and in how it is said: a voice gets both in one piece."""

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

MOST_PROBLEMS = 100
"""Told of one script: whoever has more will correct them in turn."""

SHORTEST_PHASE_SECONDS, LONGEST_PHASE_SECONDS = 1, 30
"""Of an inhale, an exhale, and of a hold, which may also be none."""

LONGEST_RAMP_MINUTES = 120
"""Of a glide from one pace to another."""

LONGEST_PICTURE_HOURS = 4
"""Of a session that is drawn: neither readers of PNG nor memory take 65,536 dots in height."""

# Of a sound

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 1000, 768_000
"""Samples a second of a sound file: no converter is faster; far outside of this, what resamples
and measures runs out of memory, or over its end."""

MOST_CHANNELS = 64
"""Of a sound file: ambisonic recordings of the seventh order have as many."""

MOST_AMPLITUDE = 1000.0
"""Of a sample, where 1 is full scale: 60 dB over it. What is louder is no sound."""

LONGEST_BED_SECONDS = 6 * 3600
"""Of a bed, which goes round anyway; it takes a minute to measure."""

LONGEST_RECORDING_SECONDS = 300
"""Of the recording of a line, when it is taken: a longer file holds more than a line."""

MOST_RECORDING_BYTES = 64_000_000
"""Of the recording of a line, and of what a program answers: five minutes in any usual format."""

MOST_CLIP_BYTES = 256 * 1024 * 1024
"""Of a clip that is kept: twenty minutes at 48 kHz."""

LINE_SECONDS, MODEL_LINE_SECONDS = 20.0, 120.0
"""That an engine may take for a line, which takes milliseconds; with a model, loading it, too."""

MOST_COVER_BYTES = 8_000_000
"""Of a picture to put into a file: players that take larger ones are few, and FLAC has room for
16 MiB."""

# Of files with lists and settings

MOST_SETTINGS_BYTES = 16 * 1024
"""Of the listener's settings, of their paces, and of the place that they left. A key with dots
costs the square of their number in memory: 250 MB here, 4 GB in four times as much."""

MOST_SETTINGS_DEPTH = 5
"""Tables and lists in one another there; the program of a voice takes three."""

MOST_CATALOGUE_BYTES, MOST_DOTS_IN_A_ROW = 256 * 1024, 100
"""Of a catalogue of exports. As long as its keys have only so many dots, it takes 50 MB to read."""

MOST_EXPORTS = 200_000
"""Of one catalogue: each takes a third of a millisecond to look at, and 300 bytes to remember."""

MOST_CATALOGUE_PROBLEMS = 1000
"""Told of one catalogue, whose tables are alike."""

MOST_INDEX_BYTES = 1024 * 1024
"""Of the list of the lines in a folder of recordings."""

MOST_RECORDED_LINES = 10_000
"""In one folder: a hundred times those of the longest session that comes with the package."""

MOST_PLAN_BYTES = 8 * 1024 * 1024
"""Of a plan to measure a file against: that of a day has an eighth of it."""

MOST_PLANNED = 20_000
"""Breaths in a plan, or lines, or bells: a breath costs 50 microseconds to lay against a sound."""

LOCK_SECONDS = 10
"""How long one process waits for another that changes the same file; it takes milliseconds."""

# Of what is made

MOST_PAGE_BYTES = 200_000_000
"""Of the sound inside a page; browsers hold it several times over. As MP3 it is 3.5 hours."""

# Of a bundle

MOST_BUNDLE_BYTES = 2_000_000_000
"""Of its file, and of all that is in it: over two hours of speech at 48 kHz, and no more than every
zip tool reads."""

MOST_BUNDLE_FILES = 25_000
"""In it: a clip for each line that a session can have, and its scripts."""

MOST_BUNDLE_INDEX_BYTES = 8 * 1024 * 1024
"""Of the list of what is in it: 60,000 letters in 20,000 lines take half of that."""

MOST_BUNDLE_RATIO = 2
"""How many times its own size it may unpack to, once that is more than ``SMALL_ARCHIVE_BYTES``.
Sound in float samples hardly gets smaller."""

# Of a voice that is installed

MOST_VOICE_BYTES = 4_000_000_000
"""Of a voice's folder, or an archive unpacked; the largest models are a third of that."""

MOST_VOICE_FILES = 20_000
"""eSpeak's data, which many archives have in them, are some hundred."""

MOST_PACKED_RATIO, SMALL_ARCHIVE_BYTES = 100, 64_000_000
"""How many times its own size an archive may unpack to, once that is more than a little.
Models hardly get smaller, lists of words ten times."""

MOST_TAR_HEADER_BYTES = 8192
"""What an archive may say of one file; more would keep some versions of Python busy for hours."""

MOST_MODEL_CONFIG_BYTES = 1024 * 1024
"""Of the file that describes a model: a thousand times as long as those of Piper's voices."""

MOST_DOWNLOAD_BYTES = 1_000_000_000
"""Of a voice that is downloaded; Piper's have up to 120 MB."""

MOST_DOWNLOAD_INDEX_BYTES = 8_000_000
"""Of a list of voices to download; Piper's has 0.3 MB."""

MOST_CARD_BYTES = 100_000
"""Of the page that tells a downloaded voice's licence."""

# Of the studio

MOST_STUDIO_BYTES = 4 * 1024 * 1024
"""In a request: a script of ``MAX_BYTES``, with its signs written out for JSON."""

MOST_STREAMS = 16
"""That are heard at once; five pages are a lot."""

MOST_STREAM_FRAMES = 96_000
"""Of sound in one answer: two seconds at 48 kHz."""

MOST_STUDIO_EXPORTS = 8
"""That are kept to be fetched; the oldest makes room."""

MOST_STUDIO_CONNECTIONS = 200
"""To the server at once; a browser opens six for a page."""

STUDIO_SECONDS = 20
"""That a request may take to arrive."""
