// Runs on the audio thread: plays what a stream has brought, and counts what went out.

/* global AudioWorkletProcessor, registerProcessor, currentFrame, sampleRate */

const KEPT_SECONDS = 2; // of sound that isn't heard yet, at most
const DRY_FRAMES = 768; // with less than this left the sound fades, before it would break off
const DRY_FADE_FRAMES = 512;
const TOLD_FRAMES = 2048; // how often it tells where it is

class Ring extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.size = KEPT_SECONDS * sampleRate;
    this.kept = [new Float32Array(this.size), new Float32Array(this.size)];
    this.written = 0;
    this.read = 0;
    this.enough = processorOptions.enough; // frames that it waits for before it sounds
    this.waiting = true; // for more sound
    this.ended = false;
    this.over = false;
    this.wanted = true; // false: paused
    this.gain = 1;
    this.step = 1 / DRY_FADE_FRAMES;
    this.dry = 0; // how often it ran dry
    this.told = -Infinity;
    this.port.onmessage = ({ data }) => this.obey(data);
  }

  obey({ sound, ended, wanted, fadeSeconds }) {
    if (sound) this.push(sound);
    if (ended) this.ended = true;
    if (wanted !== undefined) {
      this.wanted = wanted;
      this.step = 1 / (fadeSeconds * sampleRate);
    }
  }

  push(sound) {
    for (let at = 0; at < sound.length; at += 2) {
      const place = this.written % this.size;
      this.kept[0][place] = sound[at];
      this.kept[1][place] = sound[at + 1];
      this.written += 1;
    }
  }

  process(_inputs, [[left, right]]) {
    const held = this.written - this.read, first = this.read;
    if (this.waiting && (held >= this.enough || this.ended)) this.waiting = false;
    else if (!this.waiting && !this.ended && held < DRY_FRAMES) this.runDry();
    const target = this.wanted && !this.waiting ? 1 : 0;
    let frame = 0;
    for (; frame < left.length && this.read < this.written; frame += 1) {
      if (this.silent(target)) break;
      if (this.gain < target) this.gain = Math.min(this.gain + this.step, 1);
      else if (this.gain > target) this.gain = Math.max(this.gain - this.step, 0);
      const place = this.read % this.size;
      left[frame] = this.kept[0][place] * this.gain;
      right[frame] = this.kept[1][place] * this.gain;
      this.read += 1;
    }
    this.tell(first, first !== this.read);
    return !this.over;
  }

  // Before its first sound the gain is whole, so that a stream begins as it was made.
  silent(target) {
    return target === 0 && (this.gain === 0 || this.read === 0);
  }

  runDry() {
    this.waiting = true;
    this.dry += 1;
    this.step = 1 / DRY_FADE_FRAMES;
  }

  tell(first, flows) {
    this.over = this.ended && this.read >= this.written;
    const news = this.over || flows !== this.flowed || currentFrame - this.told >= TOLD_FRAMES;
    this.flowed = flows;
    if (!news) return;
    this.told = currentFrame;
    const { read, dry, over } = this;
    this.port.postMessage({ at: currentFrame, first, read, flows, dry, over });
  }
}

registerProcessor("ring", Ring);
