// What the page asks of its server. Every address is relative: the token is in the page's own.

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const GONE = "The studio isn't running any more. Start it again with:  voice-guide studio";

export async function ask(path, { body, method = body === undefined ? "GET" : "POST", signal } = {}) {
  const how = { method, signal, headers: {} };
  if (body !== undefined) {
    how.body = JSON.stringify(body);
    how.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(`api/${path}`, how);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(GONE, 0);
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Refusal(told.error ?? `The studio answered ${answer.status}.`, answer.status);
  }
  return answer;
}

export const get = async (path) => (await ask(path)).json();
export const post = async (path, body) => (await ask(path, { body })).json();

// Ask one thing at a time. What is wished meanwhile waits, and only the last wish is kept.
export function latest(request, answered, failed) {
  let busy = false, waiting = null;
  return async function wish(...given) {
    if (busy) {
      waiting = given;
      return;
    }
    busy = true;
    try {
      const answer = await request(...given);
      if (!waiting) answered(answer, ...given);
    } catch (error) {
      if (!waiting) failed(error);
    }
    busy = false;
    if (waiting) {
      const next = waiting;
      waiting = null;
      wish(...next);
    }
  };
}

const ALIVE_MS = 10_000;

// Tell the server that this page is open, and that it goes.
export function stayAlive() {
  const page = [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const alive = () => post("alive", { page }).catch(() => {});
  addEventListener("pagehide", () => {
    navigator.sendBeacon("api/gone", new Blob([JSON.stringify({ page })], { type: "application/json" }));
  });
  addEventListener("pageshow", alive);
  setInterval(alive, ALIVE_MS);
  alive();
}
