// Small helpers for elements, times and what is told to a screen reader.

export const $ = (id) => document.getElementById(id);

// Make an element: make("button", { type: "button", text: "Play" }, ...children).
export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

// Write a text only where it differs, so that nothing is laid out or told anew.
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds)), rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

// To so many decimals, without zeros at the end: 5.5, 6.
export const brief = (number, digits = 3) => String(Number(number.toFixed(digits)));

export const counted = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

// The last of a sorted list whose start has come; -1 before the first.
export function last(list, at, start = (item) => item.start) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start(list[middle]) <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// Call a function once there is quiet for so long, with what it was given last.
export function afterQuiet(milliseconds, act) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), milliseconds);
  };
}

const speak = afterQuiet(400, (text) => put($("told"), text));

// Tell a screen reader; of several in a row, only the last.
export function tell(text) {
  put($("told"), "");
  speak(text);
}

// Show what went wrong, until something goes right again.
export function fault(text = "") {
  put($("fault"), text);
}
