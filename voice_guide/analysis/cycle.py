"""Where a breath begins to be drawn, and where it turns, in the shape of all breaths together.

A shape is (steps, bands), in dB, and goes round: its last step is followed by its first.
"""

import numpy as np

from voice_guide.analysis.measures import Values

__all__ = ["held_turns", "turns"]

_DIP_DB = 4.0  # how far the level sinks at the turn, to be taken for one
_FAINT_DB = 6.0  # over the faintest, what an inhale may follow on
_REACH = 10  # steps of 50 ms on both sides, which are compared


def turns(shape: Values, level: Values) -> tuple[int, int]:
    """Return the step at which a breath begins, and how many later it turns.

    It begins where the sound is faintest. Its turn is the second dip of the level, or, without
    one, the moment at which the colour of the sound changes most.

    Args:
        shape: of the breath.
        level: of all bands together, (steps,).
    """
    start = _bottom(level, int(np.argmin(level)))
    return start, _turn(np.roll(shape, -start, axis=0), np.roll(level, -start))


def held_turns(shape: Values, level: Values) -> tuple[int, int]:
    """Return the same of a breath with holds, in which the sound is steady.

    Both the inhale and the exhale begin where it suddenly changes.
    """
    steps = len(shape)
    changes = np.linalg.norm(_after(shape) - _before(shape), axis=1)
    sudden = _after(changes) - _before(changes)
    before = _before(level)
    start = int(np.argmax(np.where(before < before.min() + _FAINT_DB, sudden, -np.inf)))
    first, last = round(0.12 * steps), round(0.88 * steps)
    return start, first + int(np.argmax(np.roll(sudden, -start)[first:last]))


def _after(values: Values) -> Values:
    """The mean of each step and those after it."""
    return np.asarray(np.mean([np.roll(values, -step, axis=0) for step in range(_REACH)], axis=0))


def _before(values: Values) -> Values:
    """The mean of those before each step."""
    return np.roll(_after(values), _REACH, axis=0)


def _bottom(level: Values, lowest: int) -> int:
    """The middle of a dip, as its floor may be flat: of what is less than 1 dB above its lowest."""
    steps = len(level)
    low = level < level[lowest] + 1
    left, right = 0, 0
    while left < steps // 3 and low[(lowest - left - 1) % steps]:
        left += 1
    while right < steps // 3 and low[(lowest + right + 1) % steps]:
        right += 1
    return (lowest + round((right - left) / 2)) % steps


def _turn(shape: Values, level: Values) -> int:
    """The step at which inhaling turns into exhaling, in a breath that starts at 0."""
    steps = len(level)
    first, last = round(0.12 * steps), round(0.88 * steps)
    dips = [
        (min(level[:at].max(), level[at:].max()) - level[at], at)
        for at in range(first, last)
        if level[at] == level[max(at - 3, 0) : at + 4].min()
    ]
    if dips and max(dips)[0] >= _DIP_DB:
        return _bottom(level, max(dips)[1])
    reach = max(steps // 20, 2)
    colour = shape - shape.mean(axis=1, keepdims=True)
    changes = [
        float(
            np.linalg.norm(
                colour[at : at + reach].mean(axis=0) - colour[at - reach : at].mean(axis=0)
            )
        )
        for at in range(first, last)
    ]
    # The colour begins to change at the turn, and changes most when the new one has come.
    at = int(np.argmax(changes))
    while at > 0 and changes[at - 1] > 0.7 * max(changes):
        at -= 1
    return first + at
