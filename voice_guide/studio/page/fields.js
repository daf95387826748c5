// The kinds of fields that settings are chosen with. Each shows a value, and tells of a new one.

import { brief, make } from "./dom.js";

// A slider with a number field beside it; both have the same value.
export class Slider {
  constructor(key, label, unit, [low, high, step], chosen, { most = high } = {}) {
    Object.assign(this, { low, high });
    const id = `f-${key}`, named = unit ? `${label}, in ${unit}` : label;
    this.range = make("input", {
      type: "range", id, min: low, max: Math.min(most, high), step, "aria-label": named,
    });
    this.number = make("input", {
      type: "number", min: low, max: high, step: "any", inputmode: "decimal",
      "aria-label": `${named}, as a number`,
    });
    const name = make("label", { for: id, text: label });
    this.element = make("div", { class: "slider" }, name, this.range, this.number,
      make("span", { class: "unit", text: UNITS[unit] ?? "", "aria-hidden": "true" }));
    this.range.addEventListener("input", () => {
      this.number.value = brief(Number(this.range.value));
      this.#judge(true);
      chosen(Number(this.range.value));
    });
    this.number.addEventListener("input", () => {
      this.typing = true;
      const value = this.number.valueAsNumber, good = value >= low && value <= high;
      this.#judge(good);
      if (!good) return;
      this.range.value = String(value);
      chosen(value);
    });
    for (const done of ["change", "blur"]) {
      this.number.addEventListener(done, () => {
        this.typing = false;
        this.show(this.value);
      });
    }
  }

  #judge(good) {
    if (good) this.number.removeAttribute("aria-invalid");
    else this.number.setAttribute("aria-invalid", "true");
  }

  show(value) {
    this.value = value;
    this.range.value = String(value);
    if (this.typing) return;
    this.number.value = brief(value);
    this.#judge(true);
  }

  set disabled(disabled) {
    this.range.disabled = this.number.disabled = disabled;
  }
}

const UNITS = {
  seconds: "s", minutes: "min", "words a minute": "wpm", "loudness units": "LU", LUFS: "LUFS",
  percent: "%", breaths: "", "": "",
};

export class Select {
  constructor(key, label, options, chosen) {
    const id = `f-${key}`;
    this.select = make("select", { id });
    this.element = make("div", { class: "select" }, make("label", { for: id, text: label }), this.select);
    this.options = options;
    this.select.addEventListener("change", () => chosen(this.select.value));
  }

  // Options as [value, text] or as a text that is its own value.
  set options(options) {
    const made = options.map((option) => {
      const [value, text] = Array.isArray(option) ? option : [option, option];
      return make("option", { value, text });
    });
    this.select.replaceChildren(...made);
  }

  show(value) {
    this.select.value = value;
    if (this.select.selectedIndex >= 0) return;
    this.select.append(make("option", { value, text: value })); // a voice, say, that has no row of its own
    this.select.value = value;
  }
}

export class Check {
  constructor(key, label, chosen) {
    const id = `f-${key}`;
    this.box = make("input", { type: "checkbox", id });
    this.element = make("div", { class: "check" }, this.box, make("label", { for: id, text: label }));
    this.box.addEventListener("change", () => chosen(this.box.checked));
  }

  show(value) {
    this.box.checked = Boolean(value);
  }
}

export function group(title, ...elements) {
  return make("fieldset", {}, make("legend", { text: title }), ...elements);
}
