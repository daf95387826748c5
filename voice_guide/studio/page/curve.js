// The picture of the session: an overview to move about in, and the part that is looked at.

import { $, clock, last, put } from "./dom.js";
import { detail, look, overview, playhead, sheet } from "./draw.js";

const SHOWN_SECONDS = 60; // in the larger picture, at first
const LEAST_SECONDS = 15;
const STILL_PX = 6; // a pointer that moves less has clicked

export class Curve extends EventTarget {
  plan = null;
  #from = 0;
  #wide = SHOWN_SECONDS; // as wished
  #span = SHOWN_SECONDS; // as the session allows
  #head = null; // seconds; null: nothing is heard
  #mark = 0; // seconds: where the keys are
  #placed = [];
  #drawn = false; // whether a drawing is due

  constructor() {
    super();
    Object.assign(this, { whole: $("overview"), part: $("detail"), under: $("under") });
    this.#point(this.whole, (x, width) => (x / width) * this.plan.seconds, this.#drag);
    this.#point(this.part, (x, width) => this.#from + (x / width) * this.#span, this.#pan);
    this.whole.addEventListener("keydown", (event) => this.#press(event));
    $("closer").addEventListener("click", () => this.#zoom(0.5));
    $("wider").addEventListener("click", () => this.#zoom(2));
    new ResizeObserver(() => this.draw()).observe(this.part);
    new ResizeObserver(() => this.draw()).observe(this.whole);
    for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
      matchMedia(query).addEventListener("change", () => this.draw());
    }
  }

  show(plan) {
    this.plan = plan;
    this.draw();
  }

  // Where the sound is, in seconds of the plan; the larger picture turns its page with it.
  set head(seconds) {
    if (this.#head === seconds) return;
    this.#head = seconds;
    if (seconds !== null && !this.#held) {
      if (seconds < this.#from || seconds > this.#from + this.#span) this.#look(seconds - this.#span * 0.05);
      this.#mark = seconds;
    }
    this.draw();
  }

  get mark() {
    return this.#mark;
  }

  // Move to a place without playing it.
  go(seconds) {
    this.#mark = Math.min(Math.max(seconds, 0), Math.max(this.plan.seconds - 1, 0));
    if (this.#mark < this.#from || this.#mark > this.#from + 0.9 * this.#span) this.#look(this.#mark - this.#span * 0.1);
    this.draw();
  }

  draw() {
    if (this.#drawn) return;
    this.#drawn = true;
    requestAnimationFrame(() => {
      this.#drawn = false;
      if (this.plan) this.#paint();
    });
  }

  #paint() {
    const { plan } = this, colours = look(this.part);
    this.#look(this.#from, false);
    const shown = { from: this.#from, to: this.#from + this.#span };
    const small = sheet(this.whole), large = sheet(this.part);
    overview(small, plan, colours, shown);
    this.#placed = detail(large, plan, colours, shown);
    const head = this.#head ?? (document.activeElement === this.whole ? this.#mark : null);
    playhead(small, colours, head, 0, plan.seconds);
    playhead(large, colours, head, shown.from, shown.to);
    this.#name();
    this.dispatchEvent(new Event("drawn"));
  }

  // What a screen reader says of the place where the keys are.
  #name() {
    const { plan } = this, section = plan.sections[last(plan.sections, this.#mark)];
    const line = plan.lines[last(plan.lines, this.#mark + 0.05)];
    const parts = [clock(this.#mark), section?.title, line && this.#mark < line.end ? line.text : ""];
    const words = parts.filter(Boolean).join(", ");
    const set = (name, value) => {
      if (this.whole.getAttribute(name) !== value) this.whole.setAttribute(name, value);
    };
    set("aria-valuemax", String(Math.round(plan.seconds)));
    if (this.#head !== null && document.activeElement !== this.whole) return; // no chatter
    set("aria-valuenow", String(Math.round(Math.min(this.#mark, plan.seconds))));
    set("aria-valuetext", words);
  }

  #look(from, draws = true) {
    this.#span = Math.min(this.#wide, this.plan.seconds);
    this.#from = Math.min(Math.max(from, 0), this.plan.seconds - this.#span);
    if (draws) this.draw();
  }

  #zoom(by) {
    const middle = this.#head !== null ? this.#head : this.#from + this.#span / 2;
    const share = (middle - this.#from) / this.#span;
    this.#wide = Math.max(this.#span * by, LEAST_SECONDS);
    this.#look(middle - share * Math.min(this.#wide, this.plan.seconds));
  }

  // --- pointers ---------------------------------------------------------------------------

  #held = null; // where a pointer is down

  #point(canvas, seconds, moved) {
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top, box.width];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.plan || event.button) return;
      const [x] = at(event);
      this.#held = { x, from: this.#from, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.plan) return;
      const [x, y, width] = at(event);
      if (this.#held) {
        this.#held.moved ||= Math.abs(x - this.#held.x) > STILL_PX;
        if (this.#held.moved) moved.call(this, x, width);
      } else {
        this.#tell(seconds(x, width), canvas === this.part ? this.#lineAt(x, y) : null);
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      const held = this.#held, [x, y, width] = at(event);
      this.#held = null;
      if (!held || held.moved) return;
      const line = canvas === this.part ? this.#lineAt(x, y) : null;
      this.#play(line?.start ?? seconds(x, width));
    });
    canvas.addEventListener("pointercancel", () => { this.#held = null; });
    canvas.addEventListener("pointerleave", () => put(this.under, ""));
  }

  #lineAt(x, y) {
    const hit = (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    return this.#placed.find(hit)?.line ?? null;
  }

  #tell(seconds, line) {
    const { plan } = this, found = line ?? plan.lines[last(plan.lines, seconds)];
    const said = found && (line || seconds < found.end) ? ` · ${found.text}` : "";
    const misfit = said && found.misfit ? ` · ${found.misfit}` : "";
    put(this.under, `${clock(line?.start ?? seconds)}${said}${misfit}`);
  }

  #drag(x, width) {
    this.#look((x / width) * this.plan.seconds - this.#span / 2);
  }

  #pan(x, width) {
    this.#look(this.#held.from - ((x - this.#held.x) / width) * this.#span);
  }

  #play(seconds) {
    const at = Math.min(Math.max(seconds, 0), Math.max(this.plan.seconds - 1, 0));
    this.#mark = at;
    this.dispatchEvent(new CustomEvent("play", { detail: at }));
  }

  // --- keys -------------------------------------------------------------------------------

  #press(event) {
    if (!this.plan || event.ctrlKey || event.altKey || event.metaKey) return;
    const { breaths, sections, seconds } = this.plan;
    const step = (list, by) => {
      const to = last(list, this.#mark + 0.05) + by;
      return list[Math.min(Math.max(to, 0), list.length - 1)]?.start ?? 0;
    };
    const act = {
      ArrowLeft: () => this.go(step(breaths, -1)), ArrowRight: () => this.go(step(breaths, 1)),
      ArrowDown: () => this.go(step(breaths, -1)), ArrowUp: () => this.go(step(breaths, 1)),
      PageUp: () => this.go(step(sections, -1)), PageDown: () => this.go(step(sections, 1)),
      Home: () => this.go(0), End: () => this.go(seconds), Enter: () => this.#play(this.#mark),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
