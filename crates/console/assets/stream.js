// The stream of events, taken up again where it broke off. Read by hand rather than by EventSource, which hides the signs of life
// by which a line that is dead is told from one that is quiet.

/** After how long without a sign of life the desk is blind, in milliseconds. The receiver gives one every 5 s. */
const QUIET = 12_000;
/** How long until the next try, in milliseconds. */
const AGAIN = 1_000;

/**
 * @typedef {object} Hearing
 * @property {(name: string, data: any) => void} heard an event
 * @property {(blindSince: number | null) => void} sees since when nothing is seen, by the browser's clock; null while all is well
 * @property {() => void} out the session is over
 */

/**
 * Follows the stream until the signal ends it.
 * @param {Hearing} hearing
 * @param {AbortSignal} over
 */
export async function follow(hearing, over) {
  let last = "";
  let life = Date.now();
  const alive = () => {
    life = Date.now();
    hearing.sees(null);
  };
  while (!over.aborted) {
    const line = new AbortController();
    const watch = setInterval(() => {
      if (over.aborted || Date.now() - life > QUIET) line.abort();
    }, 500);
    try {
      /** @type {Record<string, string>} */
      const headers = last ? { "last-event-id": last } : {};
      const answer = await fetch("/api/v1/stream", { headers, signal: line.signal, credentials: "same-origin" });
      if (answer.status === 401) {
        clearInterval(watch);
        if (!over.aborted) hearing.out();
        return;
      }
      if (answer.ok && answer.body) {
        alive();
        await read(answer.body, alive, (name, data, id) => {
          if (id) last = id;
          hearing.heard(name, data);
        });
      }
    } catch {
      // The line is gone; what was missed comes when it is back.
    }
    clearInterval(watch);
    if (over.aborted) return;
    hearing.sees(life);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

/**
 * Reads events until the body ends.
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} alive
 * @param {(name: string, data: any, id: string) => void} heard
 */
async function read(body, alive, heard) {
  const reader = body.getReader();
  const letters = new TextDecoder();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const events = (rest + letters.decode(value, { stream: true })).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) tell(event, heard);
  }
}

/**
 * @param {string} event
 * @param {(name: string, data: any, id: string) => void} heard
 */
function tell(event, heard) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of event.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
  }
  if (fields.event && fields.data) heard(fields.event, JSON.parse(fields.data), fields.id ?? "");
}
