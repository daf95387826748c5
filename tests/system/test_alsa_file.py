"""Playing to ALSA's file plugin: every frame that a device is given, and what it may refuse."""

import os
import re

import numpy as np
import pytest
import soundfile
from alsa import spoken
from parts import need
from running import COMMAND, run, words
from startling import IN_A_CLIP, break_kept_clips

from voice_guide.live.device import Format
from voice_guide.live.ring import BLOCK_SECONDS

# PortAudio with a device that refuses all but one rate or channel: no ALSA plugin does so reliably.
PICKY = """
import sys, sounddevice
accepts = sounddevice.check_output_settings
def picky(device, channels, dtype, samplerate):
    if not ({condition}):
        raise sounddevice.PortAudioError("refused", -9997)
    accepts(device, channels, dtype, samplerate=samplerate)
sounddevice.check_output_settings = picky
from voice_guide.cli import main
sys.argv[0] = "voice-guide"
main()
"""


def test_the_device_is_given_the_export_sample_for_sample_tail_included(alsa, short, exported):
    expected = exported(short)
    played, sound = alsa.play(short)
    assert played.returncode == 0
    assert played.stdout == ""
    assert np.array_equal(spoken(sound), spoken(expected))
    assert len(sound) >= len(expected)
    assert not sound[0].any()  # a buffer of silence comes first


@pytest.mark.parametrize("options", [("--tone", "pad", "--pace", "2-2"), ("--voice", "none")])
def test_with_options_it_is_the_export_with_the_same_options(alsa, short, exported, options):
    expected = exported(short, *options)
    _, sound = alsa.play(short, *options)
    assert np.array_equal(spoken(sound), spoken(expected))


def test_at_another_sample_rate_too(alsa, short, exported):
    options = ("--sample-rate", 44100, "--device", "rawfile")
    expected = exported(short, *options[:2])
    _, sound = alsa.play(short, *options, rate=44100)
    assert np.array_equal(spoken(sound), spoken(expected))


def test_what_would_startle_is_mended_as_in_the_export_and_told(alsa, short, tmp_path):
    env = {**alsa.env, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    target = tmp_path / "out.wav"
    export = ("export", short, "-o", target, "--subtype", "float", "--overwrite")
    run(*export, env=env, check=True)
    break_kept_clips(tmp_path / "cache", IN_A_CLIP["a step to direct current"])
    run(*export, env=env, check=True)
    played, sound = alsa.play(short, env=env)
    expected, _ = soundfile.read(target, dtype="float32")
    assert np.allclose(spoken(sound), spoken(expected), atol=1e-5)
    assert "turned down so as not to startle you" in words(played.stderr)


def test_the_volume_scales_it(alsa, short, exported):
    half = exported(short) * np.float32(0.5)
    _, sound = alsa.play(short, "--volume", 50)
    assert np.array_equal(spoken(sound), spoken(half))


@pytest.mark.parametrize(
    ("condition", "form"),
    [
        ("samplerate == 44100", Format(44100, 2)),
        ("channels == 1", Format(48000, 1)),
        ("channels == 1 and samplerate == 44100", Format(44100, 1)),
    ],
    ids=str,
)
def test_a_device_that_refuses_is_given_what_it_takes(alsa, short, exported, condition, form):
    whole = exported(short)
    command = [COMMAND[0], "-c", PICKY.format(condition=condition)]
    _, sound = alsa.play(
        short,
        *("--device", "rawfile"),
        rate=form.sample_rate,
        channels=form.channels,
        command=command,
    )
    block = round(BLOCK_SECONDS * 48000)
    convert = form.converter(48000)
    parts = [whole[at : at + block] for at in range(0, len(whole), block)] + [whole[:0]]
    expected = np.concatenate([convert(part, not len(part)) for part in parts])
    assert np.allclose(spoken(sound), spoken(expected), atol=1e-6)
    seconds = len(spoken(sound)) / form.sample_rate
    assert seconds == pytest.approx(len(spoken(whole)) / 48000, abs=0.05)


def test_a_device_that_refuses_all_is_named_with_the_way_out(alsa, short):
    command = [COMMAND[0], "-c", PICKY.format(condition="False")]
    played, _ = alsa.play(short, "--device", "rawfile", command=command)
    assert played.returncode == 1
    assert "'rawfile' can't be opened" in played.stderr
    assert "--device" in played.stderr
    assert "voice-guide export" in played.stderr


# --- no device, no PortAudio ------------------------------------------------------------------


@pytest.fixture
def without_portaudio(tmp_path):
    """An environment in which the dynamic linker finds no PortAudio."""
    (tmp_path / "sitecustomize.py").write_text(
        "import ctypes.util\nfind = ctypes.util.find_library\n"
        "ctypes.util.find_library = lambda name: None if name == 'portaudio' else find(name)\n"
        "import cffi\n"
        "dlopen = cffi.FFI.dlopen\n"
        "def refuse(self, name, *flags):\n"
        "    if 'portaudio' in str(name):\n"
        "        raise OSError('cannot load library')\n"
        "    return dlopen(self, name, *flags)\n"
        "cffi.FFI.dlopen = refuse\n"
    )
    return {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.mark.parametrize("options", [(), ("--list-devices",), ("--device", "speakers")])
def test_without_a_device_it_names_what_helps_and_export(deaf, short, options):
    need(libraries=["portaudio"])
    played = run("play", short, *options, env=deaf)
    assert played.returncode == 1
    assert "there is no sound device" in played.stderr
    assert "pulseaudio" in played.stderr or "connect a speaker" in played.stderr
    assert "voice-guide export" in played.stderr
    assert "Traceback" not in played.stderr


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "sudo apt-get install libportaudio2"),
        ("dnf", "sudo dnf install portaudio"),
        ("pacman", "sudo pacman -S portaudio"),
        ("zypper", "sudo zypper install libportaudio2"),
        ("apk", "sudo apk add portaudio"),
        ("brew", "brew install portaudio"),
    ],
)
def test_without_portaudio_it_names_this_systems_command(
    without_portaudio, short, tmp_path, manager, command
):
    tool = tmp_path / "bin" / manager
    tool.parent.mkdir()
    tool.write_text("")
    tool.chmod(0o755)
    played = run("play", short, env={**without_portaudio, "PATH": str(tool.parent)})
    assert played.returncode == 1
    assert command in played.stderr
    assert "voice-guide export" in played.stderr


def test_without_portaudio_exporting_and_help_still_work(without_portaudio, short, tmp_path):
    options = ("-o", tmp_path / "short.wav", "--voice", "none")
    assert run("export", short, *options, env=without_portaudio).returncode == 0
    assert run("play", "--help", env=without_portaudio).returncode == 0


def test_devices_are_listed_by_number_and_name_and_chosen_by_either(alsa, short, exported):
    expected = exported(short)
    listed = run("play", "--list-devices", env=alsa.env)
    assert listed.returncode == 0
    found = re.findall(r"^ *(\d+)  (.+)$", listed.stdout, re.MULTILINE)
    assert [name for _, name in found] == ["rawfile", "default"]
    _, sound = alsa.play(short, "--device", found[0][0])
    assert np.array_equal(spoken(sound), spoken(expected))


@pytest.mark.parametrize("device", ["speakers", "99", "-1"])
def test_an_unknown_device_is_told_with_those_that_there_are(alsa, short, device):
    played, sound = alsa.play(short, "--device", device)
    assert played.returncode == 1
    assert f"{device} is not the number" in played.stderr.replace("'", "")
    assert "'rawfile', 'default'" in played.stderr
    assert not len(sound)
