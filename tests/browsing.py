"""What somebody sees and presses in the studio's page in Chromium."""

import base64
import json

import numpy as np
from browsers import axe
from running import wait_until

TAP = """
class Tap extends AudioWorkletProcessor {
  process([[left, right]]) {
    left ??= new Float32Array(128); // nothing comes where nothing is connected
    this.port.postMessage([currentFrame, left.slice(), (right ?? left).slice()]);
    return true;
  }
}
registerProcessor("tap", Tap);
"""

HEAR = """
window.heard = [];
window.AudioContext = class extends AudioContext {
  constructor(...given) {
    super(...given);
    window.listener = this;
    const from = URL.createObjectURL(new Blob([TAP], { type: "text/javascript" }));
    this.tapped = this.audioWorklet.addModule(from).then(() => new AudioWorkletNode(this, "tap"));
    this.tapped.then((tap) => {
      connect.call(tap, this.destination); // silence; but so it is never left out
      tap.port.onmessage = ({ data }) => window.heard.push(data);
    });
  }
};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to === this.context.destination) this.context.tapped?.then((tap) => connect.call(this, tap));
  return connect.call(this, to, ...more);
};
""".replace("TAP", json.dumps(TAP))
"""Copies whatever goes to the loudspeakers; its worklet is from elsewhere, so the policy is off."""

GIVE = """
const blocks = window.heard.splice(0, 8000), bytes = new Float32Array(blocks.length * 257);
blocks.forEach(([frame, left, right], index) => {
  bytes.set([frame, ...left, ...right], index * 257);
});
let text = "";
const all = new Uint8Array(bytes.buffer);
for (let at = 0; at < all.length; at += 32768) {
  text += String.fromCharCode(...all.subarray(at, at + 32768));
}
return btoa(text);
"""


class Page:
    """The page as somebody sees it, and what they press."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.run = browser.execute_script

    def open(self, fragment=""):
        self.browser.get("about:blank")  # so that another fragment loads the page anew
        self.browser.get(self.address + fragment)
        wait_until(lambda: self.run("return document.body.dataset.ready"))
        wait_until(lambda: self.text("length") or self.text("plan-fault"))
        return self

    def find(self, name):
        return self.browser.find_element("id", name)

    def text(self, name):
        return self.run("return document.getElementById(arguments[0]).textContent", name)

    def value(self, name):
        return self.find(name).get_property("value")

    @property
    def sound(self):
        return self.run("return document.body.dataset.sound")

    @property
    def scale(self):
        return self.run("return document.getElementById('shape').style.transform")

    @property
    def facts(self):
        return tuple(self.text(name) for name in ("length", "breaths", "per-minute"))

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def choose(self, name, value):
        """Choose from a list, or move a slider there."""
        self.run(
            """const [field, value] = arguments;
            field.value = value;
            for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind));""",
            self.find(name),
            value,
        )

    def write(self, text):
        """Replace the whole script, as by selecting it all and typing."""
        field = self.find("text")
        self.run("arguments[0].value = arguments[1]", field, text)
        field.send_keys(" ", "\ue003")  # a space, and back

    def click(self, name, share=0.5):
        """Click so far along an element."""
        from selenium.webdriver.common.action_chains import ActionChains

        element = self.find(name)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        across = round((share - 0.5) * element.size["width"])
        ActionChains(self.browser).move_to_element_with_offset(element, across, 0).click().perform()

    def media(self, **features):
        """Wish for colours, or for less motion."""
        wished = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wished})

    def size(self, width, height):
        how = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", how)

    def violations(self):
        """What a checker of accessibility finds, with the first element of each."""
        self.run(axe())
        found = self.browser.execute_async_script("axe.run().then(arguments[0])")
        assert len(found["passes"]) > 20
        return [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]]

    def network(self, method):
        """What the network did since this was last asked, as Chromium's protocol tells it."""
        rows = [json.loads(row["message"]) for row in self.browser.get_log("performance")]
        told = [row["message"] for row in rows]
        return [message["params"] for message in told if message["method"] == method]

    def listen(self):
        """Copy what is heard from the next page on."""
        self.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        script = {"source": HEAR}
        self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)

    @property
    def heard_frames(self):
        return self.run("return 128 * window.heard.length")

    def heard(self):
        """Take what was heard: the frame of each block, and their sound, float32 (frames, 2)."""
        pieces = [np.zeros((0, 257), np.float32)]
        while data := base64.b64decode(self.run(GIVE)):
            pieces.append(np.frombuffer(data, np.float32).reshape(-1, 257))
        blocks = np.concatenate(pieces)
        sound = blocks[:, 1:].reshape(-1, 2, 128).transpose(0, 2, 1).reshape(-1, 2)
        return blocks[:, 0].astype(int), sound
