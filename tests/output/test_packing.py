"""Samples as bytes: what libsndfile writes, whichever way they come."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import breathing, talk, whole
from listening import session_of as session

from voice_guide.output.wav import Packer, packed, stream

ODD = np.array([0, -0.0, 1, -1, 2, -9, 1e-9, -1e-9, 2**-16, -(2**-16), 0.999999], np.float32)
FORMATS = ["PCM_16", "PCM_24", "FLOAT"]


def by_libsndfile(sound, sample_format):
    file = io.BytesIO()
    soundfile.write(file, sound, 48000, sample_format, format="RAW", endian="LITTLE")
    return file.getvalue()


@pytest.mark.parametrize("sample_format", FORMATS)
def test_they_are_as_libsndfile_writes_them(sample_format):
    rng = np.random.default_rng(1)
    loud = rng.uniform(-1.2, 1.2, (9000, 2)).astype(np.float32)
    quiet = (loud * 10 ** rng.uniform(-9, 0, loud.shape)).astype(np.float32)
    for sound in (loud, quiet, np.column_stack([ODD, ODD[::-1]])):
        assert packed(sound, sample_format).tobytes() == by_libsndfile(sound, sample_format)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 30_000), st.integers(0, 30_000)), max_size=20
    ),
    st.sampled_from(FORMATS),
)
def test_a_part_of_what_never_changes_has_the_bytes_that_it_has_alone(parts, sample_format):
    rng = np.random.default_rng(2)
    sounds = [rng.standard_normal((20_000 + 999 * n, 2), np.float32) for n in range(6)]
    for sound in sounds[:5]:
        sound.flags.writeable = False
    packer = Packer(sample_format)
    for number, first, last in parts:
        if number == 5:
            sounds[5] *= np.float32(0.5)  # it may change, and does
        part = sounds[number][min(first, last) : max(first, last)]
        assert packer.packed(part).tobytes() == packed(part, sample_format).tobytes()


def test_breaths_without_words_are_packed_once(monkeypatch):
    frames = []

    def counted(block, sample_format):
        frames.append(len(block))
        return packed(block, sample_format)

    monkeypatch.setattr("voice_guide.output.wav.packed", counted)
    rest = breathing(40, tone="pad")
    out = io.BytesIO()
    stream(rest.blocks(), rest.plan().frames, 48000, "PCM_16", out)
    assert sum(frames) < rest.plan().frames / 4
    sound, _ = soundfile.read(io.BytesIO(out.getvalue()), dtype="int16")
    assert np.array_equal(sound, packed(whole(rest), "PCM_16").view("<i2"))


def test_a_block_that_can_not_be_changed_is_the_tone_alone():
    said = session(talk("a", "b", seconds=2), tone="pad")
    at = 0
    words = [(cue.start, cue.end) for breath in said.plan().breaths for cue in breath.cues]
    for block in said.blocks():
        if not block.flags.writeable:
            assert not any(start < at + len(block) and end > at for start, end in words)
        at += len(block)
