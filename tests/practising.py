"""What the bundled practices promise, and what is heard of a plan."""

from voice_guide.scripting.model import Line

QUOTED = {
    "one-minute-pause": [
        "Is my distance coming from fear, or from preference?",
        "Just noticing changes everything.",
    ],
    "scared-part": [
        "You don't have to earn love.",
        "You are allowed to be seen.",
        "We can stay here for ten more seconds. That's enough.",
    ],
    "numbness": ["I don't have to disappear."],
    "noticing": ["I'm pulling away because I'm afraid of being seen."],
    "not-too-much": [
        "You are not too much.",
        "You are not hard to love.",
        "There is nothing wrong with your heart.",
    ],
}


def texts(script):
    return [line.text for line in script.lines()]


def lines(plan):
    return [cue for _, cue in plan.cues() if isinstance(cue.item, Line)]


def after(plan, cue):
    """The next line, or None."""
    return next((later for later in lines(plan) if later.start > cue.start), None)


def longest_silence(breaths, cues):
    """The most breaths in a row in which there is nothing of any cue."""
    longest = silent = 0
    for breath in breaths:
        heard = any(cue.start < breath.end and cue.end > breath.start for cue in cues)
        silent = 0 if heard else silent + 1
        longest = max(longest, silent)
    return longest
