// What is taken along: a file, a pace under a name, the command, a link.

import { ask, get, post } from "./api.js";
import { $, fault, make, put, tell } from "./dom.js";

const LOOK_MS = 300; // between two looks at how far a file is

export class Take {
  #id = null;
  #turn = 0;

  constructor(store, controls) {
    Object.assign(this, { store, controls });
    const { formats, captions } = store.offers;
    $("suffix").append(...formats.map(({ suffix, about, available }) => make("option", {
      value: suffix, text: about ? `${suffix}: ${about}` : suffix, disabled: !available,
    })));
    const usual = formats.find(({ suffix, available }) => available && suffix === ".mp3");
    if (usual) $("suffix").value = usual.suffix;
    const missing = formats.filter(({ available, hint }) => !available && hint);
    put($("formats-hint"), missing.map(({ suffix, hint }) => `${suffix}: ${hint}`).join(" "));
    $("captions").append(...captions.map((kind) => make("label", {}, make("input", {
      type: "checkbox", value: kind, name: "captions",
    }), ` ${kind}`)));
    $("exporting").addEventListener("submit", (event) => {
      event.preventDefault();
      this.export();
    });
    $("cancel").addEventListener("click", () => this.#cancel());
    $("keep-pace").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keepPace();
    });
    $("command").addEventListener("click", () => this.#command());
    $("link").addEventListener("click", () => this.#link());
  }

  get #body() {
    const suffix = $("suffix").value;
    return { source: this.store.source, settings: this.store.settings, suffix };
  }

  async export() {
    const turn = ++this.#turn;
    const captions = [...document.querySelectorAll("[name=captions]:checked")].map(({ value }) => value);
    this.#show("Preparing…", 0, 1);
    $("download").replaceChildren();
    try {
      const { id } = await post("export", { ...this.#body, captions, quality: $("quality").value || null });
      this.#id = id;
      tell("The file is being made.");
      let told;
      do {
        await new Promise((done) => { setTimeout(done, LOOK_MS); });
        told = await get(`export/${id}`);
        if (turn !== this.#turn) return;
        this.#show(WORDS[told.state] ?? "", told.done ?? 0, told.of || 1);
      } while (told.state === "speaking" || told.state === "writing");
      if (told.state === "failed") throw new Error(told.error);
      this.#ready(id, told);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#show("", 0, 0);
      fault(error.message);
    }
  }

  #ready(id, { files }) {
    const links = files.map((file, index) => make("a", {
      href: `api/export/${id}/file${index ? `/${encodeURIComponent(file)}` : ""}`, download: file, text: `Save ${file}`,
    }));
    $("download").replaceChildren(...links);
    this.#show("Your file is ready.", 1, 1);
    $("cancel").disabled = true;
    fault();
    tell("Your file is ready.");
    links[0].click();
  }

  #show(words, done, of) {
    const busy = of > 0;
    put($("making"), words);
    $("progress").max = of || 1;
    $("progress").value = done;
    $("cancel").disabled = !busy;
    $("making-row").classList.toggle("on", busy);
  }

  #cancel() {
    this.#turn += 1;
    if (this.#id) ask(`export/${this.#id}`, { method: "DELETE" }).catch(() => {});
    this.#id = null;
    this.#show("", 0, 0);
    $("make").focus();
    tell("Cancelled.");
  }

  async #keepPace() {
    const name = $("pace-name").value.trim();
    try {
      const { paces } = await post("paces", { name, pace: this.controls.pace });
      this.controls.paces(paces);
      this.#done(`${this.controls.pace} is kept as ${name}.`);
      $("pace-name").value = "";
    } catch (error) {
      fault(error.message);
    }
  }

  async #command() {
    try {
      const { command } = await post("command", this.#body);
      await this.#copy(command, "The command is copied.");
    } catch (error) {
      fault(error.message);
    }
  }

  async #link() {
    await this.#copy(new URL(this.store.fragment, location.href).href, "The link is copied.");
  }

  // Where a browser doesn't let a page copy, the text is there to be selected.
  async #copy(text, done) {
    const field = $("copied");
    field.value = text;
    try {
      await navigator.clipboard.writeText(text);
      this.#done(done);
    } catch {
      field.focus();
      field.select();
      this.#done("Here it is, to copy.");
    }
  }

  #done(words) {
    fault();
    put($("kept"), words);
    tell(words);
  }
}

const WORDS = { speaking: "Speaking the words…", writing: "Mixing…", ready: "Your file is ready." };
