"""Voice against tone: what is chosen, and what is kept when a session is odd. Measured anew."""

import numpy as np
import pytest
from metering import loudness, loudness_range, true_peak

from voice_guide.audio.loudness import level_clip
from voice_guide.pace.pace import Pace
from voice_guide.scripting.model import Bell, Line, Rest, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.sound.render import FADE_IN_SECONDS

pytestmark = pytest.mark.slow

RATE = 24000
TALK = (Line("Let your feet find the floor."), Rest(2, 2), Line("And slowly out."), Rest(2, 2))
TONES = ["breath", "pad", "bowl"]


def session_of(*items, **options):
    script = Script("test", (Section("test", items),))
    options = {"sample_rate": RATE, "pace": Pace.parse("3-4"), **options}
    session = open_session(script, Settings(**options))
    session.speak()
    return session


def heard(session):
    return np.concatenate(list(session.blocks(RATE)))


def lufs(sound):
    """Integrated loudness; a sound too short to be gated is measured as it repeats."""
    times = -(-3 * RATE // len(sound))
    return loudness(np.tile(sound, (times, 1)), RATE)


def dbtp(sound):
    return 20 * np.log10(true_peak(sound, RATE))


def words_and_tone(session):
    """The loudness of each line alone, and of a breath in which nobody speaks."""
    plan, sound = session.plan(), heard(session)
    words = []
    for _, cue in plan.cues():
        if isinstance(cue.item, Line):
            clip = session.clips.samples(cue.item)
            words.append(lufs(np.stack([clip, clip], axis=1)))
    rest = plan.breaths[-1]
    return words, lufs(sound[rest.start : rest.end])


# --- what can be chosen -----------------------------------------------------------------------


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize(
    ("options", "voice", "below"),
    [
        ({}, -18, -32),
        ({"tone_level": -20}, -18, -38),
        ({"tone_level": -8}, -18, -26),
        ({"voice_level": 4}, -14, -32),
        ({"voice_level": -4, "loudness": -20}, -24, -34),
        ({"loudness": -23, "tone_level": -10}, -23, -33),
        ({"night": True}, -18, -28),
        ({"mono": True}, -18, -32),
    ],
    ids=str,
)
def test_voice_and_tone_are_where_they_were_asked_to_be(tone, options, voice, below):
    words, rest = words_and_tone(session_of(*TALK, tone=tone, **options))
    assert words == pytest.approx([voice] * 2, abs=0.5)
    assert rest == pytest.approx(below, abs=0.5)


@pytest.mark.parametrize("level", [-6, 6])
def test_the_tone_makes_room_for_the_voice_as_it_is(level):
    """Seen where the tone is alone: the session less its words."""
    session = session_of(*TALK, voice_level=level, tone_level=-8, tone="pad")
    sound, plan = heard(session), session.plan()
    cue = next(cue for _, cue in plan.cues())
    bed = sound[cue.start : cue.end] - session.clips.samples(cue.item)[:, None]
    assert lufs(bed) <= -18 + level - 20 + 0.3


@pytest.mark.parametrize("tone", TONES)
def test_mono_is_the_same_in_both_channels_and_no_softer(tone):
    both = (heard(session_of(*TALK, Bell(), Rest(2, 2), tone=tone, mono=m)) for m in (True, False))
    mono, stereo = both
    assert mono.shape == stereo.shape
    assert np.array_equal(mono[:, 0], mono[:, 1])
    assert not np.array_equal(stereo[:, 0], stereo[:, 1])
    assert lufs(mono) == pytest.approx(lufs(stereo), abs=0.2)


def test_by_night_there_is_no_bell():
    session = session_of(Bell(), *TALK, Bell(), night=True)
    assert not session.plan().to_json()["bells"]
    assert len(session.plan().to_json()["lines"]) == 2


def first_db(clip):
    """The first 20 ms against the whole."""
    return 20 * np.log10(np.std(clip[: RATE // 50]) / np.std(clip))


def test_by_night_onsets_are_softer_and_everything_is_more_even():
    day, night = session_of(*TALK), session_of(*TALK, night=True)
    ranges = [loudness_range(heard(session), RATE) for session in (day, night)]
    assert ranges[1] <= ranges[0] - 2
    crests, firsts = [], []
    for session in (day, night):
        clips = [session.clips.samples(line) for line in session.script.lines()]
        crests.append([20 * np.log10(np.abs(c).max() / np.sqrt(np.mean(c**2))) for c in clips])
        firsts.append([first_db(clip) for clip in clips])
    assert np.mean(crests[1]) <= np.mean(crests[0]) - 0.7
    assert all(by_night <= by_day - 4 for by_day, by_night in zip(*firsts, strict=True))


def test_by_night_a_first_consonant_is_softened_not_swallowed():
    burst = np.random.default_rng(1).standard_normal(RATE).astype(np.float32)
    loud, soft = (level_clip(burst, RATE, -18, 0.7, night=night) for night in (False, True))
    first = [20 * np.log10(np.std(clip[: RATE // 100])) for clip in (loud, soft)]
    assert -14 <= first[1] - first[0] <= -6


# --- odd sessions -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Yes.", "In.", "Out.", "Rest.", "Breathe.", "No."])
@pytest.mark.parametrize("loudness", [-18, -13])
def test_one_word_is_as_loud_as_any(text, loudness):
    session = session_of(Line(text), tone="none", loudness=loudness)
    sound = heard(session)
    cue = next(cue for _, cue in session.plan().cues())
    assert cue.end - cue.start < 1.2 * RATE
    assert lufs(sound[cue.start : cue.end]) == pytest.approx(loudness, abs=0.5)
    assert dbtp(sound) <= -1


@pytest.mark.parametrize("tone", TONES)
def test_rests_alone_are_as_soft_as_between_words(tone):
    """Whether a voice was chosen decides, not whether it has anything to say."""
    quiet = session_of(Rest(4, 4), tone=tone)
    rest = quiet.plan().breaths[2]
    assert lufs(heard(quiet)[rest.start : rest.end]) == pytest.approx(-32, abs=0.5)


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_alone_is_brought_to_the_loudness(tone):
    sound = heard(session_of(Rest(8, 8), tone=tone, voice="none"))
    assert lufs(sound) == pytest.approx(-18, abs=0.5)
    assert dbtp(sound) <= -1


def test_a_voice_alone_stands_over_digital_silence():
    session = session_of(*TALK, tone="none")
    sound = heard(session)
    said = np.zeros(len(sound), bool)
    for _, cue in session.plan().cues():
        said[cue.start : cue.end] = True
    assert not sound[~said].any()
    assert words_and_tone(session)[0] == pytest.approx([-18] * 2, abs=0.5)


def test_after_an_hour_all_is_as_loud_as_at_first():
    session = session_of(Rest(500, 500), *TALK, tone="pad", sample_rate=RATE)
    plan = session.plan()
    assert plan.seconds > 3500
    renderer = session.renderer()
    cue = next(cue for _, cue in plan.cues())
    kept, starts = [], [b.start for b in (plan.breaths[2], plan.breaths[250], plan.breaths[498])]
    assert starts[0] > FADE_IN_SECONDS * RATE
    for start in (*starts, cue.start):
        while renderer.position < start:
            renderer.read(min(start - renderer.position, 10 * RATE))
        kept.append(renderer.read(7 * RATE if start in starts else cue.end - cue.start))
    levels = [lufs(sound) for sound in kept]
    assert levels[:3] == pytest.approx([-32] * 3, abs=0.5)
    assert max(levels[:3]) - min(levels[:3]) < 0.05
    assert levels[3] == pytest.approx(-18, abs=0.5)
