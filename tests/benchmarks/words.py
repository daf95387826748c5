"""Word times against independent ears: how far Whisper's are from what captions tell.

    python tests/benchmarks/words.py [NAME]

Of each line of a session, spoken by eSpeak, the words that Whisper hears as they are written are
set beside those of the session. Whisper's own times come from its attention, every 20 ms.
"""

import difflib
import re
import sys

import numpy as np
import soxr

from voice_guide.engines.whisper import HERTZ, _model
from voice_guide.session import open_session
from voice_guide.texts import plain


def bare(word):
    return re.sub(r"\W", "", word).casefold()


def heard(clip):
    padded = np.pad(clip, HERTZ // 2)
    segments, _ = _model().transcribe(
        padded, language="en", beam_size=5, temperature=0.0, word_timestamps=True
    )
    words = [word for segment in segments for word in segment.words or ()]
    return [(bare(word.word), word.start - 0.5) for word in words]


def main(name):
    session = open_session(name, voice="espeak", tone="none")
    session.speak()
    rate, late, written = session.settings.sample_rate, [], 0
    for line in dict.fromkeys(session.script.lines()):
        text = plain(line.text)
        told = [
            (bare(text[letter:].split()[0]), frame / rate) for letter, frame in session.said(line)
        ]
        written += len(text.split())
        found = heard(soxr.resample(session.clips.samples(line), rate, HERTZ))
        matcher = difflib.SequenceMatcher(None, [w for w, _ in told], [w for w, _ in found])
        for at, other, size in matcher.get_matching_blocks():
            for n in range(size):
                if at + n:  # the first begins with the clip
                    late.append(found[other + n][1] - told[at + n][1])
    ms = 1000 * np.array(late)
    shares = ", ".join(
        f"{np.mean(np.abs(ms) <= most):.0%} within {most} ms" for most in (50, 100, 200)
    )
    print(f"{name}: {len(ms)} of {written} words; Whisper's start is {np.median(ms):+.0f} ms")
    print(f"after ours in the middle, 5 and 95 %: {np.percentile(ms, [5, 95]).round()}; {shares}")


if __name__ == "__main__":
    main(*sys.argv[1:] or ["stay-present"])
