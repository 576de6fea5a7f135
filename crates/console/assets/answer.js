// A person's answer: the next step by one key, everything else by one more.

import { post } from "./api.js";
import { el, fill } from "./dom.js";
import { ask, isOwn, state } from "./state.js";
import { language, say, term } from "./words.js";

/** @typedef {import("./state.js").Incident} Incident */

const ACT = { accepted: 1, rejected: 2, units_sent: 3, on_scene: 4, closed: 5, note: 6 };
const REASONS = [1, 2, 3, 4, 5, 6];
const DISPOSITIONS = [1, 2, 3, 4, 5, 6, 7];
/** The code of "other", for which words are needed. */
const OTHER = { rejected: 6, closed: 7 };
/** The most octets of a note. */
const LONGEST = 280;

/**
 * What this desk does next: by its own last act, whatever others have done.
 * @param {Incident} view
 * @returns {"accepted" | "units_sent" | "on_scene" | "closed" | null}
 */
export function nextStep(view) {
  if (!canAnswer(view) || view.stage === "closed") return null;
  const own = view.levels.flatMap((level) => level.authorities).filter((party) => isOwn(party.id));
  const stance = Math.max(0, ...own.map((party) => (party.stance === ACT.rejected ? 0 : (party.stance ?? 0))));
  if (view.stage === "on_scene" || stance >= ACT.on_scene) return "closed";
  if (stance === 0) return "accepted";
  return stance >= ACT.units_sent ? "on_scene" : "units_sent";
}

/** @param {Incident} view */
export function canAnswer(view) {
  const isTold = view.levels.some((level) => level.authorities.some((party) => isOwn(party.id)));
  return (state.me?.may_act ?? false) && isTold;
}

/**
 * The buttons of an incident.
 * @param {Incident} view
 * @param {(step: string) => void} act
 */
export function answerBar(view, act) {
  if (!canAnswer(view)) return el("p", { class: "quiet" }, say("answer.not_told"));
  const next = nextStep(view);
  const open = view.stage !== "closed";
  /** @param {string} step @param {string} key @param {string} [kind] */
  const button = (step, key, kind = "") =>
    el("button", { type: "button", class: kind, "data-step": step, onclick: () => act(step) }, say(`answer.${step}`), el("kbd", {}, key));
  return el(
    "div",
    { class: "answers", role: "group", "aria-label": say("answer.heading") },
    next && el("button", { type: "button", class: "next", "data-step": "next", onclick: () => act("next") }, say(`answer.${next}`), el("kbd", {}, "D")),
    open && next !== "accepted" && next !== "units_sent" && button("units_sent", "U"),
    open && next !== "on_scene" && button("on_scene", "O"),
    open && button("rejected", "R"),
    button("note", "N"),
    open && next !== "closed" && button("closed", "C"),
  );
}

/**
 * Does a step, asking for what it needs.
 * @param {Incident} view
 * @param {string} step
 * @param {(text: string, isGood: boolean) => void} tell
 */
export async function takeStep(view, step, tell) {
  const meant = step === "next" ? nextStep(view) : step;
  if (!meant || !canAnswer(view)) return;
  const needs = meant === "rejected" || meant === "closed" || meant === "note";
  const said = needs ? await askFor(view, meant) : {};
  if (said) await send(view, meant, said, tell);
}

/**
 * @param {Incident} view
 * @param {string} step
 * @param {Record<string, unknown>} said
 * @param {(text: string, isGood: boolean) => void} tell
 */
async function send(view, step, said, tell) {
  const act = ACT[/** @type {keyof typeof ACT} */ (step)];
  const { status, body } = await post(`/api/v1/incidents/${view.id}/answers`, { act, ...said });
  ask(view.id);
  if (status === 200) tell(say("answer.done", { act: term("act", act) }), true);
  else if (status === 202) tell(say("answer.unstored"), false);
  else if (status === 0) tell(say("answer.unsent"), false);
  else tell(body[language()] ?? say("answer.refused", { why: body.detail ?? status }), body.error === "second_person_needed");
}

/**
 * Asks for reason, disposition and words, in a dialog that the keyboard alone can fill in.
 * @param {Incident} view
 * @param {string} step
 * @returns {Promise<Record<string, unknown> | null>}
 */
function askFor(view, step) {
  const note = /** @type {HTMLTextAreaElement} */ (el("textarea", { id: "note", rows: 3, maxlength: LONGEST }));
  const wrong = el("p", { class: "wrong", role: "alert" });
  const choice = choices(step, view.facts.drill);
  const dialog = /** @type {HTMLDialogElement} */ (
    el(
      "dialog",
      { "aria-labelledby": "dialog-heading", class: view.facts.drill ? "drill" : "" },
      el("h2", { id: "dialog-heading" }, say(`answer.${step}`)),
      view.facts.drill && el("p", { class: "mark drill" }, term("label", "drill")),
      step === "closed" && view.facts.matter === "attack" && view.stage !== "on_scene" && el("p", { class: "hint" }, say("answer.two_needed")),
    )
  );
  return new Promise((done) => {
    const form = el(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          const said = gather(step, choice, note.value);
          if (typeof said === "string") {
            fill(wrong, said);
            return;
          }
          dialog.close();
          done(said);
        },
      },
      choice,
      el("label", { for: "note" }, say("answer.words")),
      note,
      wrong,
      el(
        "div",
        { class: "answers" },
        el("button", { type: "submit", class: "next" }, say("answer.send"), el("kbd", {}, "Ctrl ⏎")),
        el("button", { type: "button", onclick: () => dialog.close() }, say("answer.back"), el("kbd", {}, "Esc")),
      ),
    );
    dialog.append(form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(null);
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) /** @type {HTMLFormElement} */ (form).requestSubmit();
      const digit = event.target === note || event.ctrlKey || event.altKey ? null : choice?.querySelector(`input[value="${CSS.escape(event.key)}"]`);
      if (digit instanceof HTMLInputElement) digit.checked = true;
    });
    document.body.append(dialog);
    dialog.showModal();
    if (!choice) note.focus();
  });
}

/**
 * @param {string} step
 * @param {boolean} isDrill
 */
function choices(step, isDrill) {
  if (step === "note") return null;
  const [kind, codes] = step === "closed" ? ["disposition", DISPOSITIONS] : ["reason", REASONS];
  const items = /** @type {number[]} */ (codes).map((code) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name: "choice", value: code, checked: isDrill && kind === "disposition" && code === 6 }),
      el("kbd", {}, String(code)),
      term(/** @type {string} */ (kind), code),
    ),
  );
  return el("fieldset", {}, el("legend", {}, say(`answer.choose_${kind}`)), ...items);
}

/**
 * What was chosen and written, or what is missing.
 * @param {string} step
 * @param {HTMLElement | null} choice
 * @param {string} words
 * @returns {Record<string, unknown> | string}
 */
function gather(step, choice, words) {
  const note = words.trim();
  if (new TextEncoder().encode(note).length > LONGEST) return say("answer.too_long");
  if (step === "note") return note ? { note } : term("objection", "missing_note");
  const checked = choice?.querySelector("input:checked");
  const code = checked instanceof HTMLInputElement ? Number(checked.value) : 0;
  const isClosing = step === "closed";
  if (code === 0) return term("objection", isClosing ? "missing_disposition" : "missing_reason");
  if (code === (isClosing ? OTHER.closed : OTHER.rejected) && !note) return term("objection", "missing_note");
  return { [isClosing ? "disposition" : "reason"]: code, ...(note ? { note } : {}) };
}
