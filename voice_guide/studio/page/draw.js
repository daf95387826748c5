// Draws a plan on a canvas: the whole session, and a part of it with its words.

import { clock, last } from "./dom.js";
import { cycle } from "./pace.js";
import { phaseAt } from "./plan.js";

const PX_PER_POINT = 2.5; // of the curve
const LEAST_PX_PER_SECOND = 0.4;

// The size of a canvas in its own pixels, made anew where it has changed.
export function sheet(canvas) {
  const { width, height } = canvas.getBoundingClientRect(), scale = devicePixelRatio || 1;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

// The page's colours and type, as the canvas has to be told them.
export function look(element) {
  const style = getComputedStyle(element), rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = ["paper", "ink", "quiet", "line", "breath", "glow", "warn", "band", "card"];
  return { ...Object.fromEntries(names.map((name) => [name, colour(name)])), rem, family: style.fontFamily };
}

// The curve from one moment to another, filled down to its foot.
function breathCurve({ pen, width }, plan, colours, from, to, top, foot) {
  if (!plan.breaths.length) return;
  const scale = width / (to - from), y = (full) => foot - full * (foot - top);
  pen.beginPath();
  pen.moveTo(0, foot);
  const first = Math.max(last(plan.breaths, from), 0);
  for (let index = first; index < plan.breaths.length; index += 1) {
    const breath = plan.breaths[index];
    if (breath.start > to) break;
    const length = cycle(breath), steps = Math.max(Math.min(Math.ceil(length * scale / PX_PER_POINT), 120), 2);
    const turns = [breath.inhale, breath.inhale + breath.hold_in];
    const at = [...Array.from({ length: steps }, (_, step) => step * length / steps), ...turns];
    for (const into of at.sort((a, b) => a - b)) {
      pen.lineTo((breath.start + into - from) * scale, y(phaseAt(breath, into).full));
    }
  }
  const end = plan.breaths.at(-1), ends = (end.start + cycle(end) - from) * scale;
  pen.lineTo(ends, foot);
  pen.fillStyle = scale < LEAST_PX_PER_SECOND ? colours.breath : colours.glow;
  pen.fill();
  if (scale < LEAST_PX_PER_SECOND) return; // there would be nothing but strokes
  pen.strokeStyle = colours.breath;
  pen.lineWidth = scale > 4 ? 2 : scale > 0.8 ? 1 : 0.6;
  pen.lineJoin = "round";
  pen.stroke();
}

function bands({ pen, width, height }, plan, colours, from, to) {
  const scale = width / (to - from);
  plan.sections.forEach(({ start }, index) => {
    const next = plan.sections[index + 1]?.start ?? plan.seconds;
    if (index % 2 === 0 || next < from || start > to) return;
    pen.fillStyle = colours.band;
    pen.fillRect((start - from) * scale, 0, (next - start) * scale, height);
  });
}

function titles({ pen, width }, plan, colours, from, to, size, y) {
  const scale = width / (to - from);
  pen.font = `${size}px ${colours.family}`;
  pen.fillStyle = colours.quiet;
  plan.sections.forEach(({ title, start }, index) => {
    const next = plan.sections[index + 1]?.start ?? plan.seconds;
    if (next <= from || start > to) return;
    const x = Math.max((start - from) * scale, 0) + 4;
    const text = shortened(pen, title, Math.min((next - from) * scale, width) - x - 4);
    if (text.length > 3) pen.fillText(text, x, y);
  });
}

function shortened(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle; else high = middle - 1;
  }
  return low > 2 ? `${text.slice(0, low).trimEnd()}…` : "";
}

// A sign that differs by its form as well: a triangle for what doesn't fit, a bell as a ring.
function triangle(pen, x, y, size) {
  pen.beginPath();
  pen.moveTo(x, y - size);
  pen.lineTo(x + size, y + size * 0.8);
  pen.lineTo(x - size, y + size * 0.8);
  pen.closePath();
  pen.fill();
}

function bell(pen, colours, x, y, size) {
  pen.beginPath();
  pen.arc(x, y, size, 0, 2 * Math.PI);
  pen.fillStyle = colours.paper;
  pen.fill();
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1.5;
  pen.stroke();
}

export function playhead({ pen, width, height }, colours, at, from, to) {
  if (at === null || at < from || at > to) return;
  const x = (at - from) / (to - from) * width;
  pen.fillStyle = colours.ink;
  pen.fillRect(Math.min(Math.max(x - 1, 0), width - 2), 0, 2, height);
}

// The whole session in one row, and which part of it is shown larger.
export function overview(on, plan, colours, shown) {
  const { pen, width, height } = on, to = plan.seconds, scale = width / to, { rem } = colours;
  const named = height > 4.2 * rem, top = named ? 1.6 * rem : 0.5 * rem, foot = height - 0.9 * rem;
  bands(on, plan, colours, 0, to);
  breathCurve(on, plan, colours, 0, to, top, foot);
  for (const line of plan.lines) {
    pen.fillStyle = line.misfit ? colours.warn : colours.ink;
    pen.fillRect(line.start * scale, height - 0.6 * rem, Math.max((line.end - line.start) * scale, 1.5), 0.3 * rem);
    if (line.misfit) triangle(pen, line.start * scale + 2, foot - 0.2 * rem, 0.3 * rem);
  }
  for (const start of plan.bells) bell(pen, colours, start * scale + 4, top + 0.1 * rem, 0.22 * rem);
  if (named) titles(on, plan, colours, 0, to, 0.8 * rem, 1.05 * rem);
  pen.strokeStyle = colours.line;
  pen.lineWidth = 2;
  pen.strokeRect(shown.from * scale + 1, 1, Math.max((shown.to - shown.from) * scale - 2, 4), height - 2);
}

const LANES = 3;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600]; // seconds between two times that are written

// A part of it: the curve with times, and each line where it begins, with its words.
export function detail(on, plan, colours, { from, to }) {
  const { pen, width, height } = on, scale = width / (to - from), { rem } = colours;
  const size = 0.85 * rem, row = 1.7 * rem, lanes = height - LANES * row - 0.4 * rem;
  const top = 1.9 * rem, foot = lanes - 1.7 * rem, placed = [], stems = [];
  bands(on, plan, colours, from, to);
  titles(on, plan, colours, from, to, size, 1.1 * rem);
  breathCurve(on, plan, colours, from, to, top, foot);
  times(on, colours, from, to, foot + 1.2 * rem, size);
  pen.font = `${size}px ${colours.family}`;
  for (const [index, line] of plan.lines.entries()) {
    // Each line has the lane that it always has, so that nothing jumps while the picture is moved.
    const next = plan.lines[index + LANES], x = (line.start - from) * scale;
    const room = next ? (next.start - line.start) * scale - 0.5 * rem : width;
    const long = Math.max((line.end - line.start) * scale, 3);
    if (x + Math.max(room, long) < 0 || x > width) continue;
    const y = lanes + (index % LANES) * row, indent = (line.misfit ? 1.2 : 0.3) * rem;
    const words = shortened(pen, line.text, room - indent);
    stems.push([x, y + row - 0.35 * rem, line]);
    const reach = Math.max(pen.measureText(words).width + indent, long);
    placed.push({ line, words, indent, long, x, y, width: reach, height: row });
  }
  for (const [x, end, line] of stems) {
    const high = fullY(plan, line, top, foot);
    pen.fillStyle = line.misfit ? colours.warn : colours.line;
    pen.fillRect(x, high, 1, end - high);
  }
  Object.assign(pen, { strokeStyle: colours.card, lineWidth: 4 });
  for (const { line, words, indent, long, x, y } of placed) {
    pen.fillStyle = line.misfit ? colours.warn : colours.breath;
    pen.fillRect(x, y + row - 0.35 * rem, long, 3);
    if (line.misfit) triangle(pen, x + 0.65 * rem, y + 0.75 * rem, 0.35 * rem);
    pen.fillStyle = line.misfit ? colours.warn : colours.ink;
    pen.strokeText(words, x + indent, y + rem); // no stem goes through a word
    pen.fillText(words, x + indent, y + rem);
  }
  for (const start of plan.bells) {
    if (start >= from && start <= to) bell(pen, colours, (start - from) * scale + 6, top + 4, 0.35 * rem);
  }
  return placed;
}

function fullY(plan, line, top, foot) {
  const breath = plan.breaths[last(plan.breaths, line.start + 1e-6)];
  return foot - (breath ? phaseAt(breath, line.start - breath.start).full : 0) * (foot - top);
}

function times({ pen, width }, colours, from, to, y, size) {
  const scale = width / (to - from), step = STEPS.find((each) => each * scale > 5 * size) ?? 1200;
  pen.font = `${size}px ${colours.family}`;
  pen.fillStyle = colours.quiet;
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const x = (at - from) * scale, text = clock(at);
    if (x + pen.measureText(text).width + 4 > width) break;
    pen.fillRect(x, y - size * 1.15, 1, 5);
    pen.fillText(text, x + 3, y);
  }
}
