// The session line by line, for those who read it or go through it with keys: each plays from there.

import { $, clock, last, make } from "./dom.js";

export class Lines extends EventTarget {
  #rows = [];
  #plan = null;
  #current = -1;

  constructor() {
    super();
    this.box = $("lines");
    $("listed").addEventListener("toggle", () => this.#fill());
    this.box.addEventListener("click", ({ target }) => {
      const row = this.#rows[Number(target.closest("button")?.dataset.index ?? -1)];
      if (row) this.dispatchEvent(new CustomEvent("play", { detail: row.start }));
    });
  }

  show(plan) {
    this.#plan = plan;
    this.#fill();
  }

  #fill() {
    if (!$("listed").open || !this.#plan) return;
    const { sections, lines, bells } = this.#plan;
    this.#rows = [
      ...sections.map(({ start, title }) => ({ start, text: title, kind: "section", order: 0 })),
      ...bells.map((start) => ({ start, text: "Bell", kind: "bell", order: 1 })),
      ...lines.map((line) => ({ ...line, kind: line.misfit ? "misfit" : "said", order: 2 })),
    ].sort((a, b) => a.start - b.start || a.order - b.order);
    this.#rows.forEach((row, index) => this.#fillRow(row, index));
    while (this.box.children.length > this.#rows.length) this.box.lastElementChild.remove();
    this.#current = -1;
  }

  #fillRow(row, index) {
    let item = this.box.children[index];
    if (!item) {
      item = make("li", {}, make("button", { type: "button", "data-index": index },
        make("time"), make("span"), make("small")));
      this.box.append(item);
    }
    const [time, text, note] = item.firstElementChild.children;
    item.className = row.kind;
    time.textContent = clock(row.start);
    text.textContent = row.text;
    note.textContent = row.misfit ?? "";
    item.firstElementChild.removeAttribute("aria-current");
  }

  // Mark the row that is heard.
  set head(seconds) {
    if (!this.#rows.length) return;
    const current = seconds === null ? -1 : last(this.#rows, seconds + 0.05);
    if (current === this.#current) return;
    this.#button(this.#current)?.removeAttribute("aria-current");
    this.#button(current)?.setAttribute("aria-current", "true");
    this.#current = current;
  }

  #button(index) {
    return this.box.children[index]?.firstElementChild;
  }
}
