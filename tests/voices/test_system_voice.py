"""The platform's own voices, where this computer is another platform."""

import numpy as np
import pytest
from speaking import LINES, spoken

DRIVER = """
import wave
from pyttsx3.voice import Voice
def buildDriver(proxy):
    return Driver(proxy)
class Driver:
    def __init__(self, proxy):
        self.proxy, self.values = proxy, {"voice": "b", "rate": 200}
    def getProperty(self, name):
        if name == "voices":
            return [Voice("a", "Anna", ["de_DE"]), Voice("b", "Beth", ["en_GB"]),
                    Voice("c", "Carl", ["en_US"])]
        return self.values[name]
    def setProperty(self, name, value):
        self.values[name] = value
    def save_to_file(self, text, filename):
        import soundfile, numpy as np
        used.append(text)
        assert len(used) == 1, "these speak once in a process"
        n = np.arange(int(22050 * (0.2 + 0.1 * len(text)) * 110 / self.values["rate"]))
        hertz = {"a": 110, "b": 220, "c": 330}[self.values["voice"]]
        swells = 0.2 - 0.15 * np.cos(2 * np.pi * 4 * n / 22050)
        sound = swells * np.sin(2 * np.pi * hertz * n / 22050)
        soundfile.write(filename, sound, 22050, format="AIFF")  # as macOS does
    def startLoop(self):
        self.proxy.setBusy(False)
    def endLoop(self): pass
    def stop(self): pass
    def destroy(self): pass
used = []
"""


@pytest.fixture(params=["sapi5", "nsss"])
def platform_driver(request, folders, monkeypatch):
    """A driver with the interface of the platform's, in the place of pyttsx3's own."""
    (folders / "lib").mkdir()
    (folders / "lib" / "driver.py").write_text(DRIVER)
    (folders / "lib" / "sitecustomize.py").write_text(
        "import sys, importlib\n"
        "try:\n"
        "    import pyttsx3.engine as engine\n"
        "    import driver\n"
        f"    sys.modules['pyttsx3.drivers.{request.param}'] = driver\n"
        f"    engine.default_engine_by_sys_platform = lambda: {request.param!r}\n"
        "except ImportError: pass\n"
    )
    monkeypatch.syspath_prepend(folders / "lib")


@pytest.mark.usefixtures("platform_driver")
@pytest.mark.parametrize(
    ("name", "language", "hertz"),
    [
        ("system", "en", 220),  # the listener's own choice
        ("system", "en-US", 330),
        ("system", "de", 110),
        ("system:carl", "en", 330),
    ],
)
def test_a_platforms_voice_fits_the_language_and_speaks_once_in_a_process(name, language, hertz):
    for clip, rate in spoken(name, *LINES, language=language, rate=110):
        spectrum = np.abs(np.fft.rfft(clip))
        assert np.fft.rfftfreq(len(clip), 1 / rate)[spectrum.argmax()] == pytest.approx(hertz, 0.02)
