// One stream of sound: pulled from the server in small blocks, played by a ring, located exactly.

import { ask, post } from "./api.js";
import { last } from "./dom.js";

const BLOCK_SECONDS = 0.25;
const AHEAD_SECONDS = 1; // pulled and not heard yet; what is changed is made after that
const ENOUGH_SECONDS = 0.5; // before it begins
const KEPT = 64; // of the past, for what a headset still has in its buffer
const FADE_SECONDS = 0.3; // of a pause, or of one stream into another

// Firefox on Linux may stop for ever when it is asked how far what is heard lags behind: it holds
// what makes its sound while it waits for the sound server, which may be waiting for more of it.
const TELLS_LATENCY = !/Linux.*Firefox/.test(navigator.userAgent);

export class Stream extends EventTarget {
  breaths = []; // {at, inhale, hold_in, exhale, hold_out (frames), number}
  statuses = []; // {at, ...} of each block
  places = []; // where the ring was, when
  dry = 0;
  #sent = 0;
  #read = 0;
  #ended = false;
  #closed = false;
  #pulling = false;

  static async open(body) {
    return post("sound", body);
  }

  constructor(context, out, { id, sample_rate: rate }) {
    super();
    Object.assign(this, { context, id, rate });
    this.node = new AudioWorkletNode(context, "ring", {
      numberOfInputs: 0, outputChannelCount: [2],
      processorOptions: { enough: Math.round(ENOUGH_SECONDS * rate) },
    });
    this.gain = new GainNode(context);
    this.node.connect(this.gain).connect(out);
    this.node.port.onmessage = ({ data }) => this.#heard(data);
    this.paused = false;
  }

  // Keep the ring full. The ring's own news drive it, as timers are slow in a hidden tab.
  async pull() {
    if (this.#pulling || this.#closed) return;
    this.#pulling = true;
    try {
      while (!this.#ended && !this.#closed && this.#sent - this.#read < AHEAD_SECONDS * this.rate) {
        await this.#block();
      }
    } catch (error) {
      if (!this.#closed) this.#tell("broken", error);
    }
    this.#pulling = false;
  }

  async #block() {
    const frames = Math.round(BLOCK_SECONDS * this.rate);
    const answer = await ask(`sound/${this.id}?frames=${frames}`);
    const status = JSON.parse(answer.headers.get("X-Status"));
    const sound = new Float32Array(await answer.arrayBuffer());
    if (this.#closed) return;
    this.statuses = [...this.statuses.slice(-KEPT), { ...status, from: this.#sent }];
    this.breaths = [...this.breaths.slice(-KEPT), ...status.breaths];
    this.#sent += sound.length / 2;
    this.#ended = sound.length / 2 < frames;
    this.node.port.postMessage({ sound, ended: this.#ended }, [sound.buffer]);
  }

  #heard(news) {
    const first = !this.places.some((place) => place.flows);
    this.places = [...this.places.slice(-KEPT), news];
    this.#read = news.read;
    this.dry = news.dry;
    if (first && news.flows) this.#tell("began");
    if (news.over) this.#tell("over");
    else if (!this.paused) this.pull();
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  // --- where it is ------------------------------------------------------------------------

  // The frame of this stream that is in the air now; -1 before the first.
  get frame() {
    const now = soundingFrame(this.context);
    const place = this.places[last(this.places, now, (each) => each.at)];
    if (!place) return -1;
    return place.flows ? Math.min(place.first + now - place.at, this.#sent) : place.read;
  }

  // The breath that is heard now, and how many frames of it are over.
  get breath() {
    const { frame } = this, breath = this.breaths[last(this.breaths, frame, (each) => each.at)];
    return breath && frame >= 0 ? { ...breath, into: frame - breath.at } : null;
  }

  // What the server told of the block that is heard now.
  get status() {
    return this.statuses[last(this.statuses, this.frame, (each) => each.from)] ?? null;
  }

  // --- what is wished ---------------------------------------------------------------------

  pause(paused) {
    this.paused = paused;
    this.node.port.postMessage({ wanted: !paused, fadeSeconds: FADE_SECONDS });
    if (!paused) this.pull();
  }

  wish(body) {
    return post(`sound/${this.id}`, body);
  }

  fade(to, seconds = FADE_SECONDS) {
    const { gain } = this.gain, { currentTime } = this.context;
    gain.cancelScheduledValues(currentTime);
    gain.setValueAtTime(gain.value, currentTime);
    gain.linearRampToValueAtTime(to, currentTime + seconds);
  }

  // Leave softly, and let the server forget it.
  close(seconds = FADE_SECONDS) {
    if (this.#closed) return;
    this.#closed = true;
    this.fade(0, seconds);
    setTimeout(() => {
      this.node.port.onmessage = null;
      this.node.port.postMessage({ ended: true });
      this.node.disconnect();
      this.gain.disconnect();
    }, 1000 * seconds + 100);
    ask(`sound/${this.id}`, { method: "DELETE" }).catch(() => {});
  }
}

// The frame of the context that is in the air at this moment.
function soundingFrame(context) {
  if (!TELLS_LATENCY) return Math.round(context.currentTime * context.sampleRate);
  const stamp = context.getOutputTimestamp?.();
  const since = stamp?.performanceTime ? (performance.now() - stamp.performanceTime) / 1000 : 0;
  const time = stamp?.performanceTime
    ? stamp.contextTime + since
    : context.currentTime - (context.outputLatency || 0);
  return Math.round(Math.min(time, context.currentTime) * context.sampleRate);
}
