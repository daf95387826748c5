// The keys of `play`, wherever the focus isn't in a field that has use for them itself.

import { $ } from "./dom.js";

const TYPES = "textarea, select, dialog[open] *, input:not([type=range], [type=checkbox])";

export function listenForKeys(actions) {
  const on = $("keys-on");
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
  $("help").addEventListener("click", () => $("keys").showModal());
  $("keys-close").addEventListener("click", () => $("keys").close());
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !on.checked) return;
    if (target.matches?.(TYPES)) return;
    if (key === " " && target.matches?.("button, summary, a, [type=checkbox]")) return;
    if (key.startsWith("Arrow") && target.matches?.("[type=range]")) return;
    const act = actions[key.length > 1 ? key : key.toLowerCase()];
    if (!act) return;
    // Arrows scroll the page, until there is a session that they can lead.
    if (act() !== false) event.preventDefault();
  });
}
