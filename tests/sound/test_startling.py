"""Whatever is wrong with a voice, a recording, a kept clip or a bed: exported, it does not startle.

Each is refused with its reason, or it is mended and that is told at the end.
"""

import numpy as np
import pytest
import soundfile
from listening import RATE
from parts import needs
from running import run, words
from startling import IN_A_CLIP, assert_gentle, break_kept_clips

from voice_guide.errors import VoiceGuideError
from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings

LINE = "Let your feet find the floor."
ODD = {
    "half a sample": np.zeros(0),
    "one sample": np.full(1, 0.5),
    "silence": np.zeros(RATE),
    "a recorder's offset": 0.005 + 0.001 * np.sin(np.arange(3 * RATE) / 20),
}

SOUNDS = {**IN_A_CLIP, **ODD}


@pytest.fixture
def script(tmp_path, monkeypatch):
    for folder in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{folder}_HOME", str(tmp_path / folder.lower()))
    path = tmp_path / "line.md"
    path.write_text(f"{LINE}\n\n[1 breath]\n")
    return path


def sound_file(path, samples):
    soundfile.write(path, np.asarray(samples, np.float64), RATE, "FLOAT")
    return path


def outcome(script, **options):
    """What a listener is told, and the exported sound, or None if it was refused."""
    target = script.with_suffix(".wav")
    try:
        settings = Settings(sample_rate=RATE, tone="pad", **options)
        session = open_session(load(str(script)), settings)
        session.speak()
        session.export(target, subtype="float", overwrite=True)
    except VoiceGuideError as error:
        return str(error), None
    return " ".join(session.notes), soundfile.read(target, dtype="float32")[0]


def assert_harmless(told, sound):
    if sound is None:
        assert told
    else:
        assert_gentle(sound)
        assert np.abs(sound[: RATE // 100]).max() < 0.01  # it comes softly
        assert not sound[-RATE // 10 :].any()


@pytest.mark.parametrize("fault", SOUNDS)
def test_a_recording(fault, script):
    folder = script.parent / "mine"
    folder.mkdir()
    sound_file(folder / "let-your-feet-find-the-floor.wav", SOUNDS[fault])
    assert_harmless(*outcome(script, voice=f"recorded:{folder}"))


@pytest.mark.parametrize("fault", SOUNDS)
def test_a_clip_that_was_kept(fault, script):
    _, right = outcome(script, voice="espeak")
    break_kept_clips(script.parent / "cache", SOUNDS[fault])
    told, sound = outcome(script, voice="espeak")
    assert_harmless(told, sound)
    is_no_clip = fault in ("no numbers", "infinite", "huge", "half a sample")
    if is_no_clip or fault == "one that is no number":  # made anew
        assert np.array_equal(sound, right)
    elif fault in IN_A_CLIP:
        assert "so as not to startle you" in told


@pytest.mark.parametrize("fault", SOUNDS)
def test_a_bed(fault, script):
    bed = sound_file(script.parent / "bed.wav", SOUNDS[fault])
    assert_harmless(*outcome(script, voice="none", bed=str(bed)))


@needs("cp")
@pytest.mark.parametrize("fault", SOUNDS)
def test_a_speech_program(fault, script):
    answer = sound_file(script.parent / "answer.wav", SOUNDS[fault])
    config = script.parent / "config" / "voice-guide" / "config.toml"
    config.parent.mkdir(parents=True)
    program = f"test -s {{text_file}} && cp {answer} {{output}}"
    config.write_text(f"[voices.odd]\ncommand = ['sh', '-c', '{program}']\n")
    told, sound = outcome(script, voice="command:odd")
    assert sound is None  # none of it has the syllables of the line
    assert "could not speak" in told


def test_export_tells_at_the_end_what_was_mended(script):
    target = script.with_suffix(".wav")
    run("export", script, "-o", target, "--voice", "espeak", check=True)
    break_kept_clips(script.parent / "cache", IN_A_CLIP["a step to direct current"])
    done = run("export", script, "-o", target, "--voice", "espeak", "--overwrite", check=True)
    assert "turned down so as not to startle you: direct current" in words(done.stderr)
