// A session's plan in seconds, for drawing, and a guess at another pace until the server knows.

import { cycle, parse, PHASES } from "./pace.js";
import { last } from "./dom.js";

// Of an answer of the server, what the curve and the list show.
export function read({ plan, seconds, settled, misfits, breaths_per_minute }) {
  const time = (frames) => frames / plan.sample_rate;
  const breaths = plan.breaths.map((breath) => ({
    start: time(breath.start), ...Object.fromEntries(PHASES.map((phase) => [phase, time(breath[phase])])),
  }));
  const lines = plan.lines.map((line) => ({
    text: line.text, section: line.section, anchor: line.anchor, breath: line.breath,
    start: time(line.start), end: time(line.end),
  }));
  const found = new Map((misfits ?? []).map(({ line, message }) => [line, message]));
  lines.forEach((line, index) => { line.misfit = found.get(index) ?? ""; });
  return {
    title: plan.title, pace: plan.pace, seconds, breaths, lines, settled, breaths_per_minute,
    bells: plan.bells.map((bell) => time(bell.start)),
    sections: plan.sections.map(({ title, start }) => ({ title, start: time(start) })),
  };
}

// Which phase a line is longer than; "" if it fits. Of lines on the exhale the plan doesn't tell
// which have to fit, so of these only the ones that didn't before are marked, until `check` says more.
function misfit(line, breath) {
  const phase = { in: "inhale", hold: "hold_in", out: line.misfit ? "exhale" : "" }[line.anchor];
  const taken = line.end - line.start;
  if (!phase || taken <= breath[phase] + 1e-6) return "";
  return `takes ${taken.toFixed(1)} s, but its phase is only ${Number(breath[phase].toPrecision(3))} s`;
}

// The same session at another pace, as far as it can be known at once.
export function guess(plan, text) {
  const from = parse(plan.pace), to = parse(text);
  let start = 0;
  const breaths = plan.breaths.map((breath) => {
    const phases = PHASES.map((phase) => {
      // A breath of a ramp keeps its distance in proportion; a hold that was none is as asked for.
      return [phase, from[phase] ? breath[phase] * to[phase] / from[phase] : to[phase]];
    });
    const made = { start, ...Object.fromEntries(phases) };
    start += cycle(made);
    return made;
  });
  const moved = (at) => {
    const index = Math.max(last(plan.breaths, at + 1e-6), 0), old = plan.breaths[index];
    const made = breaths[index];
    if (!old) return at;
    let into = at - old.start, to = made.start;
    for (const phase of PHASES) {
      if (into < old[phase] - 1e-6) return to + into * made[phase] / old[phase];
      into -= old[phase];
      to += made[phase];
    }
    return to + into;
  };
  const lines = plan.lines.map((line) => {
    const begins = moved(line.start), made = { ...line, start: begins, end: begins + line.end - line.start };
    return { ...made, misfit: misfit(made, breaths[line.breath]) };
  });
  const old = plan.breaths.at(-1), tail = old ? plan.seconds - old.start - cycle(old) : 0;
  const seconds = start + tail;
  return {
    ...plan, pace: text, breaths, lines, seconds, bells: plan.bells.map(moved), guessed: true,
    sections: plan.sections.map((section) => ({ ...section, start: moved(section.start) })),
    breaths_per_minute: start ? 60 * breaths.length / start : 0,
  };
}

const ease = (part) => (1 - Math.cos(Math.PI * part)) / 2;

// Which phase a moment of a breath is in, how full the lungs are (0 to 1), and what share of the
// breath is over. The phases and the moment are in the same unit.
export function phaseAt(breath, into) {
  const { inhale, hold_in, exhale, hold_out } = breath, share = Math.min(into / cycle(breath), 1);
  if (into < 0) return { word: "", full: 0, share: 0 };
  if (into < inhale) return { word: "Breathe in", full: ease(into / inhale), share };
  if (into < inhale + hold_in) return { word: "Hold", full: 1, share };
  const out = into - inhale - hold_in;
  if (out < exhale) return { word: "Breathe out", full: 1 - ease(out / exhale), share };
  return { word: out < exhale + hold_out ? "Hold" : "", full: 0, share };
}
