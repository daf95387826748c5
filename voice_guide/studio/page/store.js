// What is chosen now, in one place: the practice, its text where it was changed, the settings.
// Only what differs from the defaults is kept, so that commands and links stay short.

import { isPace } from "./pace.js";

export class Store extends EventTarget {
  name = "";
  settings = {};
  drafts = new Map(); // texts that were changed and aren't saved, by name

  constructor(offers) {
    super();
    this.offers = offers;
  }

  get source() {
    const text = this.drafts.get(this.name);
    return text === undefined ? { name: this.name } : { name: this.name, text };
  }

  value(key) {
    return (key in this.settings ? this.settings[key] : this.offers.defaults[key]) ?? null;
  }

  // Choose values; null: none, as of a length or a pace; undefined: the listener's default.
  set(values) {
    const settings = { ...this.settings, ...values };
    for (const [key, value] of Object.entries(settings)) {
      if (value === undefined || value === (this.offers.defaults[key] ?? null)) delete settings[key];
    }
    this.settings = settings;
    this.#changed("settings");
  }

  pick(name) {
    this.name = name;
    this.#changed("name");
  }

  // Keep a text that was changed; null: it is as it was saved.
  draft(text) {
    if (text === null) this.drafts.delete(this.name);
    else this.drafts.set(this.name, text);
    this.#changed("text");
  }

  #changed(what) {
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }

  // --- a link ----------------------------------------------------------------------------

  get fragment() {
    const pairs = Object.entries(this.settings).map(([key, value]) => [key, String(value ?? "")]);
    return `#${new URLSearchParams([["practice", this.name], ...pairs])}`;
  }

  // Take what a link says; what isn't known or can't be is left out. Returns the practice.
  restore(fragment) {
    const { defaults, ranges } = this.offers, settings = {};
    const said = new URLSearchParams(fragment.replace(/^#/, ""));
    for (const [key, text] of said) {
      if (!(key in defaults)) continue;
      const value = this.#read(key, text, ranges[key]);
      if (value !== undefined) settings[key] = value;
    }
    this.set(settings);
    return said.get("practice") ?? "";
  }

  #read(key, text, range) {
    const usual = this.offers.defaults[key], choices = this.offers[CHOICES[key]];
    if (typeof usual === "boolean") return text === "true";
    if (text.trim() === "") return OPEN.includes(key) ? null : undefined;
    if (range || typeof usual === "number" || NUMBERS.includes(key)) {
      const number = Number(text);
      if (!Number.isFinite(number)) return undefined;
      return range ? Math.min(Math.max(number, range[0]), range[1]) : number;
    }
    if (choices && !choices.includes(text)) return undefined;
    if (key === "pace" && !isPace(text)) return undefined;
    if (key === "ramp" && text !== "none" && !isPace(text.split(":")[0])) return undefined;
    return text;
  }
}

const CHOICES = { tone: "tones", polish: "polish", talk: "talk" };
const OPEN = ["pace", "ramp", "minutes", "breaths", "rate"]; // that may be left to the script or the voice
const NUMBERS = ["breaths", "minutes", "rate", "vary", "seed", "sample_rate"];
