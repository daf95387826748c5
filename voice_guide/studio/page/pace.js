// A pace, as it is written and as four sliders have it: "4-6", "4-7-8", "4-4-4-4", "2+1-6".

import { brief } from "./dom.js";

export const PHASES = ["inhale", "hold_in", "exhale", "hold_out"];

const WRITTEN = /^\d+(\.\d+)?(\+\d+(\.\d+)?)?(-\d+(\.\d+)?){1,3}$/;

export const isPace = (text) => WRITTEN.test(text);

export function parse(text) {
  const [inhales, ...others] = text.split("-");
  const [first, topUp = 0] = inhales.split("+").map(Number);
  const after = others.map(Number);
  if (after.length === 1) after.unshift(0);
  const [hold_in = 0, exhale = 0, hold_out = 0] = after;
  return { inhale: first + topUp, hold_in, exhale, hold_out, top_up: topUp };
}

export function write({ inhale, hold_in, exhale, hold_out, top_up = 0 }) {
  const second = top_up && inhale - top_up >= 1;
  const first = second ? `${brief(inhale - top_up)}+${brief(top_up)}` : brief(inhale);
  if (hold_out) return [first, ...[hold_in, exhale, hold_out].map((part) => brief(part))].join("-");
  return [first, ...(hold_in ? [brief(hold_in)] : []), brief(exhale)].join("-");
}

export const cycle = (pace) => PHASES.reduce((sum, phase) => sum + pace[phase], 0);

const SHORTEST_CYCLE = 4; // seconds; a key leads nobody to breathe faster than that

// The whole breath longer or shorter by so many seconds, in the same proportions.
export function scaled(pace, seconds) {
  const whole = cycle(pace), factor = Math.max(whole + seconds, Math.min(SHORTEST_CYCLE, whole)) / whole;
  const parts = [...PHASES, "top_up"].map((part) => [part, Math.round(pace[part] * factor * 1000) / 1000]);
  return Object.fromEntries(parts);
}

export function longerExhale(pace, seconds) {
  const least = Math.min(SHORTEST_CYCLE - cycle(pace), 0);
  return { ...pace, exhale: pace.exhale + Math.max(seconds, least) };
}

export function inWords(pace) {
  const seconds = (part) => brief(pace[part], 2);
  return [
    `in ${seconds("inhale")}`, pace.hold_in && `hold ${seconds("hold_in")}`,
    `out ${seconds("exhale")}`, pace.hold_out && `hold ${seconds("hold_out")}`,
  ].filter(Boolean).join(", ");
}
