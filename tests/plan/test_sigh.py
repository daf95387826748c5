"""Two inhales, then a long exhale: the second one is planned to the frame, and heard."""

import numpy as np
import pytest
from listening import RATE, breathing, listen, whole
from placing import resting

from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp
from voice_guide.sound import tones

STYLES = [name for name in tones.STYLES if name != "none"]


def levels(sound, rate):
    """The level in dB, every 10 ms, over 100 ms."""
    hop = rate // 100
    power = np.mean(sound**2, axis=1)[: len(sound) // hop * hop].reshape(-1, hop).mean(axis=1)
    window = np.hanning(12)[1:-1]
    return 10 * np.log10(np.convolve(power, window / window.sum(), "same") + 1e-12)


def test_both_inhales_are_the_inhale_of_the_plan():
    breath = next(resting(Pace.parse("sigh"), NO_RAMP))
    assert breath.phases == (3 * 48000, 0, 6 * 48000, 0)
    assert breath.top_up == 48000


def test_a_ramp_from_a_sigh_closes_the_gap_little_by_little():
    timeline = resting(Pace.parse("4-6"), Ramp.parse("2+1-6:60s"))
    tops = [next(timeline).top_up for _ in range(9)]
    assert tops[0] == 48000
    assert tops == sorted(tops, reverse=True)
    assert tops[-1] == 0


@pytest.mark.parametrize("style", STYLES)
def test_the_second_inhale_is_heard_and_nothing_startles(style):
    phases = (3 * RATE, 0, 6 * RATE, 0)
    plain = tones.cycle(style, phases, RATE)
    sigh = tones.cycle(style, phases, RATE, top_up=RATE)
    level = levels(sigh, RATE)
    first, between, second = level[:190].max(), level[185:215].min(), level[210:300].max()
    assert 1.9 <= (185 + np.argmin(level[185:215])) / 100 <= 2.1
    assert between < min(first, second) - 6, "dB"
    rise = level[200:300] - between
    low, high = np.argmax(rise > 0.1 * rise.max()), np.argmax(rise > 0.9 * rise.max())
    assert high - low >= 15, "hundredths of a second"
    assert np.abs(np.diff(sigh, 3, axis=0)).max() <= np.abs(np.diff(plain, 3, axis=0)).max()
    assert np.array_equal(sigh[:RATE], plain[:RATE])
    assert np.array_equal(sigh[3 * RATE :], plain[3 * RATE :])


def test_the_pitch_goes_on_up_through_the_gap():
    """Heights are those of the loudest partial of the pad, in half-second windows."""
    sound = tones.cycle("pad", (3 * RATE, 0, 6 * RATE, 0), RATE, top_up=RATE)[:, 0]

    def hertz(second):
        window = sound[round(second * RATE) : round((second + 0.4) * RATE)]
        spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window)), 8 * RATE))
        return np.argmax(spectrum) / 8

    heights = [hertz(second) / 2 for second in (0.6, 1.2, 2.2, 2.6)]
    assert heights == sorted(heights)


def test_a_played_sigh_is_the_exported_one_and_keeps_its_shape_by_key():
    session = breathing(3, pace="2+1-6")
    assert np.array_equal(listen(Playback(session)), whole(session))
    playback = Playback(session)
    playback.slower()
    playback.read(RATE)
    assert str(playback.pace) == "2.111+1.056-6.333"
    playback.exhale_longer()
    playback.read(RATE)
    assert str(playback.pace) == "2.111+1.056-6.833"
