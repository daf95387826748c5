// The shape that breathes with what is heard, its words, and the clock beside it.

import { $, clock, put } from "./dom.js";
import { phaseAt } from "./plan.js";

const SMALL = 0.4; // the shape after an exhale
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function showBreath(stream, seconds) {
  const { breath, status } = stream ?? {};
  const { word, full } = breath ? phaseAt(breath, breath.into) : { word: "", full: 0 };
  const scale = still.matches ? 0.8 : SMALL + (1 - SMALL) * full;
  $("shape").style.transform = `scale(${scale.toFixed(4)})`;
  put($("phase"), word);
  put($("now"), stream ? status?.line ?? "" : "Press Play, or click on the curve.");
  const left = status?.seconds_left;
  const rest = left === null || left === undefined ? "" : ` · ${clock(left)} left`;
  put($("time"), stream ? `${clock(seconds ?? status?.seconds ?? 0)}${rest}` : "");
}
