// Brings the parts of the page together: what is chosen, the picture, the sound, the script.

import { get, latest, post, stayAlive } from "./api.js";
import { showBreath } from "./breath.js";
import { Controls } from "./controls.js";
import { Curve } from "./curve.js";
import { $, afterQuiet, brief, clock, counted, fault, make, put, tell } from "./dom.js";
import { Editor } from "./editor.js";
import { listenForKeys } from "./keys.js";
import { Lines } from "./list.js";
import { cycle, inWords, longerExhale, parse, scaled } from "./pace.js";
import { guess, phaseAt, read } from "./plan.js";
import { Sound } from "./sound.js";
import { Store } from "./store.js";
import { Take } from "./take.js";

const STEP = 0.5; // seconds that one key adds to a breath, as in `play`
const LOUDER = 0.1; // of the whole volume, of one key
const FIRST = "stay-present";
const SETTLE_MS = 1500; // before lengths are asked for again, while the words are still being spoken

const offers = await get("offers");
const store = new Store(offers);
const sound = new Sound(), curve = new Curve(), lines = new Lines();
const editor = new Editor(store), controls = new Controls(store), take = new Take(store, controls);
let scripts = [], plan = null, drawnPace = "";

// --- the plan ------------------------------------------------------------------------------

const plans = latest((body) => post("plan", body), showPlan, (error) => put($("plan-fault"), error.message));
const settle = afterQuiet(SETTLE_MS, wishPlan);

function wishPlan() {
  if (store.name) plans({ source: store.source, settings: store.settings });
}

function showPlan(answer, asked) {
  put($("plan-fault"), "");
  editor.show(asked.source.name === store.name ? answer.findings : []);
  $("picture").classList.toggle("stale", !answer.plan);
  if (!answer.plan) return;
  plan = read(answer);
  controls.planned(plan);
  draw(plan);
  lines.show(plan);
  if (!plan.settled) settle();
}

function draw(shown) {
  drawnPace = shown.pace;
  curve.show(shown);
  const about = shown.settled && !shown.guessed ? "" : "about ";
  const misfits = shown.lines.filter(({ misfit }) => misfit).length;
  put($("length"), about + clock(shown.seconds));
  put($("breaths"), counted(shown.breaths.length, "breath"));
  put($("per-minute"), `${brief(shown.breaths_per_minute, 1)} a minute`);
  put($("misfits"), misfits ? `${counted(misfits, "line")} longer than the phase` : "");
  put($("title"), shown.title);
}

store.addEventListener("change", ({ detail: what }) => {
  const pace = store.value("pace");
  if (plan && what === "settings" && pace && pace !== drawnPace) draw(guess(plan, pace));
  wishPlan();
  if (what === "settings") sound.change({ source: store.source, settings: store.settings });
  keepLink();
});

const keepLink = afterQuiet(300, () => history.replaceState(null, "", store.fragment));

// --- the sound -----------------------------------------------------------------------------

function play(at) {
  fault();
  sound.play({ source: store.source, settings: store.settings }, at);
}

// Where on the picture the sound is, in seconds; null if there is none.
function head() {
  const breath = sound.stream?.breath, shown = curve.plan;
  if (!breath || !shown) return null;
  const of = shown.breaths[Math.min(breath.number, shown.breaths.length - 1)];
  return of ? of.start + phaseAt(breath, breath.into).share * cycle(of) : null;
}

function frame() {
  const at = head(), [unsaid] = sound.stream?.status?.faults ?? [];
  if (unsaid) fault(unsaid);
  showBreath(sound.stream, at);
  curve.head = at;
  lines.head = at;
  if (sound.on) requestAnimationFrame(frame);
}

const STATES = {
  silent: ["Play", ""], opening: ["Pause", ""], playing: ["Pause", "Playing."],
  paused: ["Play", "Paused."], ending: ["Pause", "It ends with this breath."],
};

sound.addEventListener("state", () => {
  const [button, told] = STATES[sound.state];
  put($("play"), button);
  $("end").disabled = !sound.on;
  put($("end"), sound.state === "ending" ? "End now" : "End");
  document.body.dataset.sound = sound.state;
  if (told) tell(told);
  requestAnimationFrame(frame);
});
sound.addEventListener("ended", () => {
  curve.go(0);
  tell("The session has ended.");
});
sound.addEventListener("failed", ({ detail }) => fault(detail.message));
for (const what of ["reopen", "lost"]) {
  sound.addEventListener(what, ({ detail: at }) => play(at ?? head() ?? curve.mark));
}

function toggle() {
  if (sound.state === "paused") sound.resume();
  else if (sound.state === "silent") play(curve.mark);
  else sound.pause();
}

function end() {
  if (sound.state === "ending") sound.stop();
  else sound.finish();
}

$("play").addEventListener("click", toggle);
$("end").addEventListener("click", end);
$("volume").addEventListener("input", ({ target }) => { sound.volume = target.valueAsNumber / 100; });
for (const part of [curve, lines]) part.addEventListener("play", ({ detail }) => play(detail));

// --- keys ----------------------------------------------------------------------------------

function pace(changed) {
  controls.setPace(changed);
  tell(inWords(parse(controls.pace)));
}

function volume(by) {
  sound.volume += by;
  $("volume").value = String(Math.round(100 * sound.volume));
  tell(`Volume ${$("volume").value}.`);
}

function nextTone() {
  const { tones } = offers, tone = tones[(tones.indexOf(store.value("tone")) + 1) % tones.length];
  store.set({ tone });
  tell(`Tone: ${tone}.`);
}

const whenOn = (act) => () => (sound.on ? void act() : false);
const longer = (by) => pace(longerExhale(parse(controls.pace), by));
const slower = (by) => pace(scaled(parse(controls.pace), by));

listenForKeys({
  " ": toggle, q: end, t: nextTone, "?": () => $("keys").showModal(),
  "[": () => longer(-STEP), "]": () => longer(STEP),
  "-": () => volume(-LOUDER), _: () => volume(-LOUDER), "+": () => volume(LOUDER), "=": () => volume(LOUDER),
  ArrowDown: whenOn(() => slower(STEP)), ArrowUp: whenOn(() => slower(-STEP)),
  ArrowLeft: whenOn(() => sound.do("again")), ArrowRight: whenOn(() => sound.do("next")),
  p: () => {
    tell(inWords(parse(controls.pace)));
    if (sound.on) sound.do("say_pace");
  },
  m: () => {
    sound.words();
    tell(sound.muted ? "Words off." : "Words on.");
  },
});

// --- the practice --------------------------------------------------------------------------

async function listScripts() {
  scripts = await get("scripts");
  const option = ({ name, title }) => make("option", { value: name, text: title === name ? name : `${title} (${name})` });
  const groups = [["Yours", true], ["From Voice Guide", false]].map(([label, own]) => {
    const some = scripts.filter((script) => Boolean(script.own) === own);
    return some.length ? make("optgroup", { label }, ...some.map(option)) : "";
  });
  $("practice").replaceChildren(...groups);
  $("practice").value = store.name;
}

async function pick(name) {
  if (sound.on) sound.stop();
  plan = null;
  store.pick(name);
  $("practice").value = name;
  try {
    await editor.load(name);
    if (curve.plan) curve.go(0);
  } catch (error) {
    fault(error.message);
  }
}

$("practice").addEventListener("change", ({ target }) => {
  fault();
  pick(target.value);
});
editor.addEventListener("saved", async ({ detail: name }) => {
  store.pick(name);
  editor.open();
  await listScripts();
});

function restore() {
  const wanted = store.restore(location.hash), known = scripts.map(({ name }) => name);
  return pick(known.includes(wanted) ? wanted : known.includes(FIRST) ? FIRST : known[0]);
}

showBreath(null, null);
addEventListener("hashchange", restore);
await listScripts();
await restore();
stayAlive();
document.body.dataset.ready = "yes";
