// The queue: unanswered first, then by urgency, then by age. Rows are kept and changed in place.

import { el, fill, setText } from "./dom.js";
import { shape } from "./shapes.js";
import { isDuress, isOnTest, isSilenced, isUnanswered, look, queue, state } from "./state.js";
import { now, span } from "./time.js";
import { capital, named, say, term } from "./words.js";

/** @typedef {import("./state.js").Incident} Incident */

/** How many closed incidents are listed; the others are found by their number. */
const CLOSED = 30;

/** @type {Map<string, { row: HTMLElement, button: HTMLElement, age: HTMLElement }>} */
const rows = new Map();
const list = el("ul", { class: "rows" });
const heading = el("h2", { id: "queue-heading" });
const empty = el("p", { class: "quiet" });

/** @param {(id: string) => void} open */
export function queuePanel(open) {
  list.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-id]") : null;
    if (row instanceof HTMLElement && row.dataset.id) open(row.dataset.id);
  });
  return el("section", { class: "queue", "aria-labelledby": "queue-heading" }, heading, empty, list);
}

/** The incidents that are listed, in order. */
export function listed() {
  const all = queue();
  const open = all.filter((view) => view.stage !== "closed");
  return [...open, ...all.slice(open.length, open.length + CLOSED)];
}

/** @param {(string | null)[]} changes the incidents that have changed; null is everything */
export function drawQueue(changes) {
  const isAll = changes.includes(null);
  const all = listed();
  const known = new Set(all.map((view) => view.id));
  for (const [gone, { row }] of rows) {
    if (known.has(gone)) continue;
    row.remove();
    rows.delete(gone);
  }
  for (const view of all) {
    if (isAll || changes.includes(view.id) || !rows.has(view.id)) drawRow(view);
  }
  place(all);
  const waiting = all.filter(isUnanswered).length;
  setText(heading, waiting > 0 ? say("queue.waiting", { count: waiting }) : say("queue.none_waiting"));
  setText(empty, all.length === 0 ? say("queue.empty") : "");
  document.title = waiting > 0 ? `(${waiting}) ${say("title")}` : say("title");
}

/** Once a second: how old everything is. */
export function ageQueue() {
  for (const [id, { age, row }] of rows) {
    const view = state.incidents.get(id);
    if (!view) continue;
    setText(age, span((view.closed ?? now()) - view.facts.raised));
    row.classList.toggle("silenced", isUnanswered(view) && isSilenced(view));
  }
}

/** Marks the incident that is open beside the queue. */
export function markSelected() {
  for (const [id, { button }] of rows) {
    if (id === state.selected) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

/** @param {string} id */
export function focusRow(id) {
  rows.get(id)?.button.focus();
}

/** @param {Incident} view */
function drawRow(view) {
  let kept = rows.get(view.id);
  if (!kept) {
    const button = el("button", { type: "button", "data-id": view.id });
    kept = { row: el("li", {}, button), button, age: el("span", { class: "age" }) };
    rows.set(view.id, kept);
  }
  const { row, button, age } = kept;
  const waits = isUnanswered(view);
  row.className = `row ${look(view)} ${view.stage}${waits ? " unanswered" : ""}${isSilenced(view) && waits ? " silenced" : ""}`;
  setText(age, span((view.closed ?? now()) - view.facts.raised));
  fill(
    button,
    shape(look(view)),
    el(
      "span",
      { class: "words" },
      el("span", { class: "what" }, ...marks(view), capital(what(view))),
      el("span", { class: "where" }, where(view)),
      el("span", { class: "state" }, status(view), " · ", age),
    ),
  );
  if (view.id === state.selected) button.setAttribute("aria-current", "true");
}

/**
 * What an operator must not overlook, before anything else.
 * @param {Incident} view
 */
export function marks(view) {
  const found = [];
  if (view.facts.drill) found.push(el("strong", { class: "mark drill" }, term("label", "drill")));
  if (isDuress(view)) found.push(el("strong", { class: "mark duress" }, say("duress.short")));
  if (view.facts.confirmed) found.push(el("strong", { class: "mark confirmed" }, term("label", "confirmed")));
  if (isOnTest(view)) found.push(el("strong", { class: "mark test" }, say("test.short")));
  return found;
}

/** @param {Incident} view */
export function what(view) {
  const cause = view.facts.cause;
  if (typeof cause === "object" && cause !== null) {
    if ("alarm" in cause) return term("alarm", cause.alarm);
    if ("fault" in cause) return faultWords(cause.fault);
    if ("message" in cause) return say("cause.message", { number: cause.message });
  }
  if (cause === "duress_cancel") return term("cancelled", "duress");
  return cause === "suspicion" ? term("matter", "suspicion") : say("cause.update");
}

/** @param {any} fault */
export function faultWords(fault) {
  if (typeof fault === "object" && fault !== null && "path" in fault) return say("cause.path", { number: fault.path });
  return typeof fault === "string" ? term("fault", fault) : say("cause.other");
}

/** @param {Incident} view */
export function where(view) {
  return view.site ? named(view.site.names) : term("label", "site_unknown");
}

/** @param {Incident} view */
export function status(view) {
  return isUnanswered(view) ? say("unanswered") : term("stage", view.stage);
}

/**
 * Puts the rows in order, moving only those that stand wrong: a row that is followed by the one that should stand here goes to the end until
 * its turn comes, so that one which falls from the top to the bottom moves by itself, and not all the others past it.
 * @param {Incident[]} all
 */
function place(all) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  let at = list.firstElementChild;
  for (const view of all) {
    const row = rows.get(view.id)?.row;
    if (!row) continue;
    if (at && at !== row && at.nextElementSibling === row) {
      list.append(at);
      at = row;
    }
    if (row === at) at = at.nextElementSibling;
    else list.insertBefore(row, at);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus({ preventScroll: true });
}
