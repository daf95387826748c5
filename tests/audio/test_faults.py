"""Clicks, steps and clipping in made-up sounds, each where it was put."""

import numpy as np
import pytest
from sounds import RATE, noise, sine, write

from voice_guide.analysis import analyse
from voice_guide.audio.faults import ClickFinder


@pytest.mark.parametrize("gain", [0.5, 0.9, 1.1])
@pytest.mark.parametrize("phase", [0, 90])
def test_a_step_in_the_level_of_a_sine(tmp_path, gain, phase):
    """Even where the sine passes through zero, so that only its slope breaks."""
    level = np.where(np.arange(3 * RATE) < RATE, 1, gain)
    path = write(tmp_path / "a.wav", level * sine(-10, 3, 500, degrees=phase))
    assert [one.seconds for one in analyse(path).measures.clicks] == [pytest.approx(1, abs=2e-3)]


def test_a_step_in_the_level_of_noise_is_the_steepest_onset(tmp_path):
    level = np.where(np.arange(4 * RATE) < 2.5 * RATE, 0.1, 1)
    onset = analyse(write(tmp_path / "a.wav", level * noise(-20, 4))).onset
    assert onset.seconds == pytest.approx(2.5, abs=0.02)
    assert onset.db == pytest.approx(20, abs=2)
    assert onset.ms <= 20


@pytest.mark.parametrize(("length", "runs"), [(1, 0), (2, 0), (3, 1), (4, 1), (96000, 1)])
def test_clipping_is_three_samples_at_full_scale(tmp_path, length, runs):
    """A run may lie across the blocks in which a file is read."""
    samples = sine(-20, 4)
    samples[RATE - 2 : RATE - 2 + length] = 1
    for subtype in ("FLOAT", "PCM_16", "PCM_24"):
        path = write(tmp_path / "a.wav", samples, subtype=subtype, channels=1)
        assert analyse(path).measures.clipped_runs == runs


@pytest.mark.parametrize("first", [2, 41, 79, 80, 81, 500])
def test_clicks_are_counted_once_wherever_the_blocks_part(first):
    sound = (0.1 * np.sin(2 * np.pi * 200 * np.arange(8000) / 8000)).astype(np.float32)[:, None]
    sound[[80, 240]] += [[0.8], [0.5]]
    finder, cut = ClickFinder(8000, 1, "PCM_16"), 8 * first + 3
    for block in (sound[:cut], sound[cut:]):
        finder.add(block)
    assert [click.seconds for click in finder.finished()] == pytest.approx([0.01, 0.03], abs=0.001)
