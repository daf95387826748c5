// All that may be chosen for a session, beside the picture that it changes.

import { $, brief, make } from "./dom.js";
import { Check, group, Select, Slider } from "./fields.js";
import { parse, PHASES, write } from "./pace.js";

const LABELS = { inhale: "Breathe in", hold_in: "Hold", exhale: "Breathe out", hold_out: "Hold after" };
const SLIDER_MINUTES = 60; // the number field takes more
const SLIDER_SECONDS = 15;
const BREATHS = [1, 1000, 1];
const USUAL = { rate: 150, ramp: "3-4:1m" };
const RAMP = /^([^:]+):([0-9.]+)(m|s)?$/;

export class Controls {
  #own = { pace: "4-6", minutes: 10, breaths: 60 }; // of the session as it is planned
  #fields = {};

  constructor(store) {
    this.store = store;
    const { offers } = store, { ranges } = offers;
    const box = $("settings");
    box.append(
      group("Breath", this.#paces(offers), ...PHASES.map((phase) => this.#phase(phase, ranges))),
      group("Glide", ...this.#ramp(ranges)),
      group("Length", ...this.#length(ranges)),
      group("Sound", this.#choice("tone", "Tone", offers.tones),
        this.#number("tone_level", "Tone level", "loudness units"),
        this.#check("night", "For the night: softer, and no bells"),
        this.#check("mono", "The same in both ears")),
      group("Voice", this.#choice("voice", "Who speaks", offers.voices.map(({ name, about }) => [name, about ? `${name}: ${about}` : name])),
        ...this.#rate(ranges), this.#choice("polish", "Polish", offers.polish),
        this.#choice("talk", "Talk", offers.talk),
        this.#number("voice_level", "Voice level", "loudness units"),
        this.#check("count", "Count in long rests")),
      make("details", { class: "more" }, make("summary", { text: "More" }),
        this.#number("loudness", "Loudness", "LUFS"), this.#number("duck", "Tone under the voice", "loudness units"),
        ...(ranges.vary ? [this.#number("vary", "Vary each breath", "percent")] : [])),
      make("button", { type: "button", id: "reset", text: "Back to the defaults" }),
    );
    $("reset").addEventListener("click", () => {
      store.set(Object.fromEntries(Object.keys(store.settings).map((key) => [key, undefined])));
    });
    store.addEventListener("change", () => this.show());
    this.show();
  }

  // What isn't chosen here is as the plan tells it.
  planned({ pace, seconds, breaths }) {
    const own = this.store.value("pace") ? this.#own.pace : pace;
    this.#own = { pace: own, minutes: Math.max(Math.round(seconds / 60), 1), breaths: breaths.length };
    this.show();
  }

  get pace() {
    return this.store.value("pace") ?? this.#own.pace;
  }

  setPace(phases) {
    this.store.set({ pace: write(phases) });
  }

  show() {
    for (const show of Object.values(this.#fields)) show();
  }

  // The list of named paces was changed.
  paces(paces) {
    const named = paces.map(({ name, pace }) => [pace, `${name} (${pace})`]);
    this.presets.options = [["", "The script's own"], ["?", "As below"], ...named];
    this.show();
  }

  #keep(key, field, value) {
    this.#fields[key] = () => field.show(value());
    return field.element;
  }

  #number(key, label, unit) {
    const field = new Slider(key, label, unit, this.store.offers.ranges[key], (value) => this.store.set({ [key]: value }));
    return this.#keep(key, field, () => this.store.value(key));
  }

  #choice(key, label, options) {
    const field = new Select(key, label, options, (value) => this.store.set({ [key]: value }));
    return this.#keep(key, field, () => this.store.value(key));
  }

  #check(key, label) {
    const field = new Check(key, label, (value) => this.store.set({ [key]: value }));
    return this.#keep(key, field, () => this.store.value(key));
  }

  #paces({ paces }) {
    this.presets = new Select("pace", "Pace", [], (value) => {
      if (value !== "?") this.store.set({ pace: value || null });
    });
    this.#fields.pace = () => {
      const chosen = this.store.value("pace"), known = [...this.presets.select.options];
      const named = known.some(({ value }) => value === chosen);
      this.presets.show(chosen === null ? "" : named ? chosen : "?");
    };
    this.paces(paces);
    return this.presets.element;
  }

  #phase(phase, ranges) {
    const field = new Slider(phase, LABELS[phase], "seconds", ranges[phase],
      (value) => this.setPace({ ...parse(this.pace), [phase]: value }), { most: SLIDER_SECONDS });
    return this.#keep(phase, field, () => parse(this.pace)[phase]);
  }

  // Something that is as usual, unless it is chosen: a row for how, and a slider for how much.
  #ramp(ranges) {
    const now = () => RAMP.exec(this.store.value("ramp") ?? "") ?? RAMP.exec(USUAL.ramp);
    const set = (change) => {
      const [, pace, amount, unit] = now(), start = parse(pace);
      const made = { ...start, minutes: unit === "s" ? amount / 60 : Number(amount), ...change };
      this.store.set({ ramp: `${write(made)}:${brief(made.minutes)}m` });
    };
    const how = new Select("ramp", "Begin at", [["", "The script's own"], ["none", "The pace itself"], ["own", "Another pace"]],
      (value) => this.store.set({ ramp: value === "own" ? USUAL.ramp : value || null }));
    const row = (key, label, unit, range, most, value) => {
      const field = new Slider(`ramp-${key}`, label, unit, range, (chosen) => set({ [key]: chosen }), { most });
      return { field, value };
    };
    const minutes = () => { const [, , amount, unit] = now(); return unit === "s" ? amount / 60 : Number(amount); };
    const rows = [
      row("inhale", "First in", "seconds", ranges.inhale, SLIDER_SECONDS, () => parse(now()[1]).inhale),
      row("exhale", "First out", "seconds", ranges.exhale, SLIDER_SECONDS, () => parse(now()[1]).exhale),
      row("minutes", "Glide over", "minutes", [0.5, 120, 0.5], 20, minutes),
    ];
    this.#fields.ramp = () => {
      const ramp = this.store.value("ramp") ?? "", own = Boolean(ramp) && ramp !== "none";
      how.show(own ? "own" : ramp);
      for (const { field, value } of rows) {
        field.element.hidden = !own;
        field.show(value());
      }
    };
    return [how.element, ...rows.map(({ field }) => field.element)];
  }

  #length(ranges) {
    const how = new Select("length", "How long", [["", "As written"], ["minutes", "In minutes"], ["breaths", "In breaths"]],
      (value) => this.store.set({ minutes: null, breaths: null, ...(value ? { [value]: this.#own[value] } : {}) }));
    const minutes = new Slider("minutes", "Minutes", "minutes", ranges.minutes,
      (value) => this.store.set({ minutes: value, breaths: null }), { most: SLIDER_MINUTES });
    const breaths = new Slider("breaths", "Breaths", "breaths", BREATHS,
      (value) => this.store.set({ breaths: value, minutes: null }), { most: 300 });
    this.#fields.length = () => {
      const of = this.store.value("breaths") ? "breaths" : this.store.value("minutes") ? "minutes" : "";
      how.show(of);
      minutes.element.hidden = of === "breaths";
      breaths.element.hidden = of !== "breaths";
      minutes.disabled = of !== "minutes";
      minutes.show(this.store.value("minutes") ?? this.#own.minutes);
      breaths.show(this.store.value("breaths") ?? this.#own.breaths);
    };
    return [how.element, minutes.element, breaths.element];
  }

  #rate(ranges) {
    const own = new Check("rate-own", "The voice's own speed", (value) => this.store.set({ rate: value ? null : USUAL.rate }));
    const speed = new Slider("rate", "Speed", "words a minute", ranges.rate, (value) => this.store.set({ rate: Math.round(value) }));
    this.#fields.rate = () => {
      const rate = this.store.value("rate");
      own.show(rate === null);
      speed.disabled = rate === null;
      speed.show(rate ?? USUAL.rate);
    };
    return [own.element, speed.element];
  }
}
