// Who is on duty, and what one shift tells the next.

import { get, post } from "./api.js";
import { el, fill } from "./dom.js";
import { state } from "./state.js";
import { clock, day } from "./time.js";
import { say } from "./words.js";

const people = el("ul", { class: "people" });
const notes = el("ul", { class: "notes" });
const words = /** @type {HTMLTextAreaElement} */ (el("textarea", { id: "handover", rows: 4, maxlength: 1500 }));
const wrong = el("p", { class: "wrong", role: "alert" });

export function shiftPanel() {
  const may = state.me?.may_act ?? false;
  return el(
    "section",
    { class: "shift page", "aria-labelledby": "shift-heading" },
    el("h2", { id: "shift-heading" }, say("shift.heading")),
    el("h3", {}, say("shift.on_duty")),
    people,
    el("h3", {}, say("shift.notes")),
    may && el("form", { onsubmit: write }, el("label", { for: "handover" }, say("shift.write")), words, wrong, el("button", { type: "submit", class: "next" }, say("shift.store"))),
    notes,
  );
}

export async function drawShift() {
  const { status, body } = await get("/api/v1/shift");
  if (status === 200) draw(body);
}

/** @param {Event} event */
async function write(event) {
  event.preventDefault();
  const { status, body } = await post("/api/v1/shift", { note: words.value });
  fill(wrong, status === 200 ? "" : say("shift.not_stored"));
  if (status !== 200) return;
  words.value = "";
  draw(body);
}

/** @param {{ on_duty: any[], notes: any[] }} shift */
function draw(shift) {
  fill(people, ...shift.on_duty.map((one) =>
    el("li", {}, el("strong", {}, one.operator), ` — ${say(`role.${one.role}`)}, ${say("shift.since", { at: clock(one.since) })}`, one.listening ? "" : el("em", {}, ` (${say("shift.away")})`)),
  ));
  fill(notes, ...(shift.notes.length === 0 ? [el("li", { class: "quiet" }, say("shift.none"))] : shift.notes.map((note) =>
    el("li", {}, el("span", { class: "by" }, `${clock(note.at)} ${day(note.at)} — ${note.operator}`), el("p", {}, note.note)),
  )));
}
