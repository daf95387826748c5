// Plays the session that this page holds, and shows where it is. Nothing is loaded from elsewhere.
"use strict";
{
  const FADE_MS = 300; // no sound begins or ends at once
  const AHEAD_SECONDS = 0.2; // a line is lit a moment early rather than late
  const SMALL = 0.4; // the shape after an exhale

  const $ = (id) => document.getElementById(id);
  const plan = JSON.parse($("plan").textContent);
  const [play, place, time, volume, shape, phase, now, fault] =
    ["play", "place", "time", "volume", "shape", "phase", "now", "fault"].map($);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const lines = [...document.querySelectorAll("li.line")];
  const chapters = plan.chapters.map(([start, title]) => chapterButton(start, title));
  const audio = new Audio();
  let loudness = 1, fading = 0, shown = {}, wanted = false, dragged = false;

  audio.addEventListener("error", () => {
    fault.textContent = "This browser can't play the sound in this page. Try another browser, " +
      "or ask for the page with its sound as MP3.";
  });
  audio.src = URL.createObjectURL(new Blob(sound(), { type: $("sound").dataset.type }));
  $("sound").textContent = ""; // the blob has it now

  function sound() {
    const text = $("sound").textContent.trim(), parts = [];
    for (let at = 0; at < text.length; at += 1 << 20) { // a multiple of four letters
      parts.push(Uint8Array.from(atob(text.slice(at, at + (1 << 20))), (c) => c.charCodeAt(0)));
    }
    return parts;
  }

  function chapterButton(start, title) {
    const item = document.createElement("li"), button = document.createElement("button");
    const name = document.createElement("span"), at = document.createElement("time");
    name.textContent = title;
    name.lang = plan.language;
    at.textContent = clock(start);
    button.type = "button";
    button.append(name, at);
    button.addEventListener("click", () => jump(start));
    item.append(button);
    $("chapters").append(item);
    return button;
  }

  function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds)), rest = String(whole % 60).padStart(2, "0");
    const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  }

  // The last of a sorted list that has begun; -1 before the first.
  function last(list, seconds) {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle][0] <= seconds) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  // Which phase of its breath a moment is in, and how full the lungs are, from 0 to 1.
  function breathAt(seconds) {
    const breath = plan.breaths[last(plan.breaths, seconds)];
    if (!breath) return ["", 0];
    const [start, inhale, holdIn, exhale, holdOut] = breath, into = seconds - start;
    const ease = (part) => (1 - Math.cos(Math.PI * part)) / 2;
    if (into < inhale) return ["Breathe in", ease(into / inhale)];
    if (into < inhale + holdIn) return ["Hold", 1];
    if (into < inhale + holdIn + exhale) {
      return ["Breathe out", 1 - ease((into - inhale - holdIn) / exhale)];
    }
    return [into < inhale + holdIn + exhale + holdOut ? "Hold" : "", 0];
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function show() {
    const seconds = audio.currentTime, [word, full] = breathAt(seconds);
    if (!still.matches) shape.style.transform = `scale(${SMALL + (1 - SMALL) * full})`;
    put(phase, word);
    put(time, `${clock(seconds)} of ${clock(plan.seconds)}`);
    if (!dragged) place.value = String(Math.floor(seconds));
    const line = last(plan.lines, seconds + AHEAD_SECONDS);
    const said = line >= 0 && seconds < plan.lines[line][1] ? line : -1;
    if (said !== shown.said) {
      lines[shown.said]?.classList.remove("said");
      lines[said]?.classList.add("said");
      shown.said = said;
    }
    put(now, line >= 0 ? plan.lines[line][2] : "");
    const chapter = last(plan.chapters, seconds);
    if (chapter !== shown.chapter) {
      chapters[shown.chapter]?.removeAttribute("aria-current");
      chapters[chapter]?.setAttribute("aria-current", "true");
      shown.chapter = chapter;
      if ("mediaSession" in navigator && chapters[chapter]) {
        navigator.mediaSession.metadata = new MediaMetadata({
          title: plan.chapters[chapter][1], album: plan.title,
        });
      }
    }
    place.setAttribute("aria-valuetext", `${clock(seconds)} of ${clock(plan.seconds)}`);
    if (!audio.paused) requestAnimationFrame(show);
  }

  // Bring the sound to a gain from 0 to 1, over a moment.
  function fade(to) {
    const turn = ++fading, from = audio.volume, begun = performance.now();
    return new Promise((done) => {
      const step = () => {
        if (turn !== fading) return done(false);
        const part = Math.min((performance.now() - begun) / FADE_MS, 1);
        audio.volume = from + (to - from) * part;
        if (part === 1) return done(true);
        setTimeout(step, 10); // frames stop in a tab that isn't seen
      };
      step();
    });
  }

  async function start() {
    wanted = true;
    play.textContent = "Pause";
    try {
      if (audio.paused) audio.volume = 0;
      await audio.play();
    } catch {
      return stop();
    }
    await fade(loudness);
  }

  async function stop() {
    wanted = false;
    play.textContent = "Play";
    if (await fade(0)) audio.pause();
  }

  async function jump(seconds) {
    const to = Math.min(Math.max(seconds, 0), Math.max(plan.seconds - 0.1, 0));
    if (!audio.paused && !(await fade(0))) return;
    audio.currentTime = to;
    if (wanted) await fade(loudness);
  }

  function louder(by) {
    volume.value = String(Number(volume.value) + by);
    volume.dispatchEvent(new Event("input"));
  }

  function byBreath(step) {
    const at = last(plan.breaths, audio.currentTime + 0.05);
    // As elsewhere, back is to the start of this one first.
    const back = step < 0 && audio.currentTime - plan.breaths[Math.max(at, 0)][0] > 1 ? 0 : step;
    jump(plan.breaths[Math.min(Math.max(at + back, 0), plan.breaths.length - 1)][0]);
  }

  function byChapter(step) {
    const at = Math.min(Math.max(last(plan.chapters, audio.currentTime) + step, 0), chapters.length - 1);
    if (chapters.length) jump(plan.chapters[at][0]);
  }

  const toggle = () => (wanted ? stop() : start());
  const keys = {
    " ": toggle, k: toggle, n: () => byChapter(1), p: () => byChapter(-1), Home: () => jump(0),
    ArrowLeft: () => byBreath(-1), ArrowRight: () => byBreath(1),
    ArrowUp: () => louder(5), ArrowDown: () => louder(-5),
  };
  addEventListener("keydown", (event) => {
    const own = event.target.closest?.("button, summary, input"); // these have keys of their own
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (own && (own.matches("input") || event.key === " ")) return;
    const act = keys[event.key.length > 1 ? event.key : event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  play.addEventListener("click", toggle);
  place.max = String(Math.floor(plan.seconds));
  place.addEventListener("pointerdown", () => { dragged = true; });
  addEventListener("pointerup", () => { dragged = false; });
  place.addEventListener("change", () => jump(Number(place.value)));
  volume.addEventListener("input", () => {
    loudness = Number(volume.value) / 100;
    if (wanted) fade(loudness);
  });
  audio.addEventListener("play", () => requestAnimationFrame(show));
  audio.addEventListener("seeked", show);
  audio.addEventListener("pause", show);
  audio.addEventListener("ended", () => {
    wanted = false;
    play.textContent = "Play";
    show();
  });
  if ("mediaSession" in navigator) {
    const session = navigator.mediaSession;
    session.setActionHandler("play", start);
    session.setActionHandler("pause", stop);
    session.setActionHandler("nexttrack", () => byChapter(1));
    session.setActionHandler("previoustrack", () => byChapter(-1));
  }
  show();
}
