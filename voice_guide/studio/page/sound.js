// The one sound engine of a page: it has at most one stream that is heard, and knows its place.

import { Refusal } from "./api.js";
import { Stream } from "./stream.js";

const STOP_SECONDS = 1; // of what is ended before its end
const DEVICE_SECONDS = 5; // that a loudspeaker may take to answer
const NO_DEVICE = "This browser can't reach a loudspeaker or headset: connect one, and play again.";
const VOLUME_SECONDS = 0.1; // a change of the volume takes this long, so that it doesn't click

export class Sound extends EventTarget {
  state = "silent"; // opening, playing, paused, ending
  muted = false; // whether the words are left out
  stream = null;
  #context = null;
  #out = null;
  #volume = 1;
  #turn = 0; // of what was asked for last
  #asked = null; // {source, settings}
  #wanted = null; // settings that wait to be sent
  #sending = false;

  get volume() {
    return this.#volume;
  }

  set volume(volume) {
    this.#volume = Math.min(Math.max(volume, 0), 1);
    this.#out?.gain.setTargetAtTime(this.#volume, this.#context.currentTime, VOLUME_SECONDS / 3);
  }

  get on() {
    return this.state !== "silent";
  }

  // Play a session from so many seconds of it; what is heard now goes over into it.
  async play(asked, at) {
    const turn = ++this.#turn, before = this.stream;
    this.#asked = asked;
    this.#be("opening");
    try {
      const opened = await Stream.open({ ...asked, at });
      if (turn !== this.#turn) return void discard(opened);
      await this.#ready(opened.sample_rate);
      if (turn !== this.#turn) return void discard(opened);
      this.#hear(new Stream(this.#context, this.#out, opened), before, before || at > 0);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (!before) return this.#fail(error);
      this.#be(before.paused ? "paused" : "playing"); // what is heard goes on
      this.#tell("failed", error);
    }
  }

  async #ready(rate) {
    if (this.#context?.sampleRate !== rate) {
      const old = this.#context;
      if (old) setTimeout(() => old.close(), 1000);
      this.#context = new AudioContext({ sampleRate: rate, latencyHint: "playback" });
      this.#out = new GainNode(this.#context, { gain: this.#volume });
      this.#out.connect(this.#context.destination);
      await this.#context.audioWorklet.addModule(new URL("ring.js", import.meta.url));
    }
    await soon(this.#context.resume());
  }

  // In the midst of a session a stream begins as if one had listened before: so it comes softly.
  #hear(stream, before, softly) {
    this.stream = stream;
    if (softly) stream.gain.gain.value = 0;
    stream.addEventListener("began", () => {
      if (softly) stream.fade(1);
      before?.close();
    });
    stream.addEventListener("over", () => this.#over(stream));
    stream.addEventListener("broken", ({ detail }) => this.#broken(stream, detail));
    if (this.muted) this.do("words");
    stream.pull();
    this.#be("playing");
  }

  #over(stream) {
    if (stream !== this.stream) return;
    this.stop();
    this.#tell("ended");
  }

  #broken(stream, error) {
    if (stream !== this.stream) return;
    if (error.status === 404) this.#tell("lost"); // it was forgotten: whoever listens opens another
    else this.#fail(error);
  }

  #fail(error) {
    this.stop();
    this.#tell("failed", error);
  }

  pause() {
    if (this.state !== "playing" && this.state !== "ending") return;
    this.stream.pause(true);
    this.#be("paused");
  }

  resume() {
    if (this.state !== "paused") return;
    this.stream.pause(false);
    this.#be("playing");
  }

  // End with this breath's exhale.
  async finish() {
    if (this.state === "paused" || this.state === "opening") return this.stop();
    if (this.state !== "playing") return;
    this.#be("ending");
    await this.do("finish");
  }

  // End now, softly.
  stop() {
    this.#turn += 1;
    this.stream?.close(STOP_SECONDS);
    this.stream = null;
    this.#wanted = null;
    this.#be("silent");
  }

  async do(what) {
    const { stream } = this;
    try {
      const { reopen, at } = await stream?.wish({ do: what }) ?? {};
      if (reopen && stream === this.stream) this.#tell("reopen", at);
    } catch (error) {
      this.#broken(stream, error);
    }
  }

  words() {
    this.muted = !this.muted;
    return this.do("words");
  }

  // Go on with other settings or another text: with the next breath where that can be, else in
  // another stream. Of several changes in a row, the last counts.
  async change(asked) {
    if (!this.stream || this.state === "ending") return;
    this.#wanted = asked;
    if (this.#sending) return;
    this.#sending = true;
    while (this.#wanted && this.stream) {
      const wanted = this.#wanted, { stream } = this;
      this.#wanted = null;
      if (JSON.stringify(wanted.source) !== JSON.stringify(this.#asked.source)) {
        this.#asked = wanted;
        this.#tell("reopen");
        continue;
      }
      this.#asked = wanted;
      try {
        const { reopen, at } = await stream.wish({ settings: wanted.settings });
        if (reopen && stream === this.stream && !this.#wanted) this.#tell("reopen", at);
      } catch (error) {
        if (error instanceof Refusal && [400, 422].includes(error.status)) this.#tell("failed", error);
        else this.#broken(stream, error);
      }
    }
    this.#sending = false;
  }

  #be(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell("state");
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

// Without any device, some browsers never say that they can't.
function soon(promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(NO_DEVICE)), 1000 * DEVICE_SECONDS);
  });
  return Promise.race([promise, late]);
}

function discard({ id }) {
  fetch(`api/sound/${id}`, { method: "DELETE" }).catch(() => {});
}
