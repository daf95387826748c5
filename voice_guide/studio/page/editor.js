// The script, with numbers beside its rows and what `check` finds at them, as it is typed.

import { ask, get } from "./api.js";
import { $, afterQuiet, counted, fault, make, put, tell } from "./dom.js";

const QUIET_MS = 120; // between the last key and a look at what was typed
const CALM_MS = 1500; // before a screen reader is told how many findings there are

export class Editor extends EventTarget {
  #saved = new Map(); // by name: {name, title, own, text, version}
  #shown = []; // the texts of the rows behind the field
  #findings = [];

  constructor(store) {
    super();
    this.store = store;
    Object.assign(this, { text: $("text"), rows: $("rows"), name: $("save-name") });
    const typed = afterQuiet(QUIET_MS, () => {
      const saved = this.saved?.text;
      store.draft(this.text.value === saved ? null : this.text.value);
    });
    this.text.addEventListener("input", () => {
      this.#number();
      this.#state(this.text.value !== this.saved?.text);
      typed();
    });
    this.text.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        this.save();
      }
    });
    $("saving").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    $("back").addEventListener("click", () => this.#takeBack());
    $("findings").addEventListener("click", ({ target }) => {
      const row = Number(target.closest("button")?.dataset.row ?? 0);
      if (row) this.#goTo(row);
    });
    addEventListener("beforeunload", (event) => {
      if (store.drafts.size) event.preventDefault();
    });
  }

  get saved() {
    return this.#saved.get(this.store.name);
  }

  // Bring a script to the page; what was changed in it before is still there.
  async load(name) {
    if (!this.#saved.has(name)) this.#saved.set(name, await get(`scripts/${encodeURIComponent(name)}`));
    this.open();
  }

  open() {
    if (!this.saved) return;
    const draft = this.store.drafts.get(this.store.name);
    this.text.value = draft ?? this.saved.text;
    this.name.value = this.saved.own ? this.store.name : `my-${this.store.name}`;
    this.#number();
    this.#state(draft !== undefined);
  }

  #state(changed) {
    const { own } = this.saved ?? {};
    put($("saved"), changed ? "Changed, and not saved." : own ? "Saved." : "It came with Voice Guide: your changes are saved under a name of your own.");
    $("back").disabled = !changed;
  }

  #takeBack() {
    this.text.value = this.saved.text;
    this.#number();
    this.#state(false);
    this.store.draft(null);
    this.text.focus();
  }

  async save() {
    const name = this.name.value.trim(), text = this.text.value, before = this.#saved.get(name);
    const version = before?.own ? before.version : null;
    try {
      const answer = await ask(`scripts/${encodeURIComponent(name)}`, { method: "PUT", body: { text, version } });
      const kept = await answer.json(), old = this.store.name;
      this.#saved.set(kept.name, { ...before, own: true, text, ...kept });
      this.store.drafts.delete(old);
      this.dispatchEvent(new CustomEvent("saved", { detail: kept.name }));
      fault();
      tell(`Saved as ${kept.name}.`);
      put($("saved"), `Saved as ${kept.name}.`);
    } catch (error) {
      fault(error.message);
      if (error.status === 409) this.name.focus();
    }
  }

  // --- the rows behind the field ----------------------------------------------------------

  #number() {
    const texts = this.text.value.split("\n");
    texts.forEach((text, index) => {
      if (this.#shown[index] === text) return;
      const row = this.rows.children[index] ?? this.rows.appendChild(make("div", { class: "row" }));
      row.textContent = text || "\u200b"; // an empty row is as high as another
    });
    while (this.rows.children.length > texts.length) this.rows.lastElementChild.remove();
    this.#shown = texts;
  }

  // --- what is found ----------------------------------------------------------------------

  show(findings) {
    const same = JSON.stringify(findings) === JSON.stringify(this.#findings);
    this.#findings = findings;
    const worst = new Map();
    for (const { line, level } of findings) {
      if (line && (level === "error" || !worst.has(line))) worst.set(line, level);
    }
    [...this.rows.children].forEach((row, index) => {
      row.className = worst.has(index + 1) ? `row ${worst.get(index + 1)}` : "row";
    });
    if (same) return;
    $("findings").replaceChildren(...findings.map(finding));
    const errors = findings.filter(({ level }) => level === "error").length;
    const others = findings.length - errors;
    const parts = [errors && counted(errors, "error"), others && counted(others, "remark")];
    const summary = parts.filter(Boolean).join(" and ") || "Nothing to mend.";
    put($("found"), summary);
    if (document.activeElement === this.text) this.#told(summary);
  }

  #told = afterQuiet(CALM_MS, tell);

  #goTo(row) {
    const start = this.#shown.slice(0, row - 1).reduce((sum, text) => sum + text.length + 1, 0);
    this.text.focus();
    this.text.setSelectionRange(start, start + (this.#shown[row - 1]?.length ?? 0));
    this.rows.children[row - 1]?.scrollIntoView({ block: "nearest" });
  }
}

const LEVELS = { error: "Error", warning: "Worth a look", hint: "Hint" };

function finding({ line, level, message }) {
  const where = `${LEVELS[level] ?? level}${line ? `, row ${line}` : ""}`;
  const texts = [make("strong", { text: where }), make("span", { text: message })];
  const inside = line ? make("button", { type: "button", "data-row": line }, ...texts) : make("p", {}, ...texts);
  return make("li", { class: level }, inside);
}
