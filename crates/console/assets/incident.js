// One incident: everything that somebody who was just woken needs, from the top down.

import { get, post } from "./api.js";
import { answerBar, takeStep } from "./answer.js";
import { el, fill, setText } from "./dom.js";
import { mapPanel } from "./map.js";
import { noticePanel } from "./notice.js";
import { faultWords, marks, status, what, where } from "./queue.js";
import { shape } from "./shapes.js";
import { isDuress, isOnTest, isSilenced, isUnanswered, look, silence, state } from "./state.js";
import { clock, day, now, span } from "./time.js";
import { capital, language, named, say, term } from "./words.js";

/** @typedef {import("./state.js").Incident} Incident */
/** @typedef {{ record: any, vi: string, en: string }} Told */

const panel = el("article", { class: "incident", tabindex: -1, "aria-labelledby": "incident-heading" });
const told = el("p", { class: "told", role: "status" });
const answers = el("div", { class: "answer-bar" });
const next = el("p", { class: "next-by-itself" });
const timeline = el("ol", { class: "timeline" });
const plan = el("div", { class: "plan" });
/** @type {string | null} the incident whose records are shown */
let shownId = null;
/** @type {Told[]} */
let shownRecords = [];
let asked = 0;

export function incidentPanel() {
  return panel;
}

/** Draws the incident that is selected. */
export function drawIncident() {
  const view = state.selected ? state.incidents.get(state.selected) : undefined;
  panel.className = `incident ${view ? look(view) : ""}`;
  if (!view) {
    shownId = null;
    fill(panel, el("p", { class: "quiet" }, say("incident.none")));
    return;
  }
  if (shownId !== view.id) {
    shownId = view.id;
    shownRecords = [];
    fill(told);
    fill(timeline);
    fill(plan);
  }
  drawAnswers(view);
  fill(panel, head(view), answers, told, duress(view), body(view));
  tickIncident();
  void follow(view);
}

/** Once a second: what happens next, and in how long. */
export function tickIncident() {
  const view = state.selected ? state.incidents.get(state.selected) : undefined;
  if (!view) return;
  setText(next, nextWords(view));
  for (const age of panel.querySelectorAll("[data-since]")) {
    setText(age, span((view.closed ?? now()) - Number(age.getAttribute("data-since"))));
  }
}

/** @param {string} step */
export function step(step) {
  const view = state.selected ? state.incidents.get(state.selected) : undefined;
  if (!view) return;
  void takeStep(view, step, (text, isGood) => {
    told.className = `told ${isGood ? "good" : "bad"}`;
    setText(told, text);
  });
}

/** The buttons are made anew only when they change, so that a keyboard's focus stays. */
/** @param {Incident} view */
function drawAnswers(view) {
  const bar = answerBar(view, step);
  const quiet = isUnanswered(view) && el("button", { type: "button", "data-step": "silence", onclick: () => silence(view) }, say(isSilenced(view) ? "sound.silenced" : "sound.silence"), el("kbd", {}, "S"));
  if (quiet && bar.classList.contains("answers")) bar.append(quiet);
  const drawn = answers.firstElementChild;
  if (drawn && drawn.textContent === bar.textContent && answers.getAttribute("data-id") === view.id) return;
  const focused = document.activeElement instanceof HTMLElement && answers.contains(document.activeElement) ? document.activeElement.dataset.step : undefined;
  answers.setAttribute("data-id", view.id);
  fill(answers, bar);
  if (focused) {
    const same = answers.querySelector(`[data-step="${focused}"]`) ?? answers.querySelector("button");
    if (same instanceof HTMLElement) same.focus();
  }
}

/** @param {Incident} view */
function head(view) {
  const drill = view.facts.drill && el("p", { class: "band drill" }, say("drill.band"));
  const test = isOnTest(view) && el("p", { class: "band test" }, capital(term("label", "on_test")));
  return el(
    "header",
    {},
    drill,
    test,
    el(
      "div",
      { class: "title" },
      shape(look(view)),
      el("h2", { id: "incident-heading" }, ...marks(view), el("span", {}, capital(what(view))), el("span", { class: "where" }, where(view))),
    ),
    el("p", { class: "status" }, el("strong", {}, capital(status(view))), " · ", say("incident.since"), " ", clock(view.facts.raised), " (", el("span", { "data-since": view.facts.raised }), ")"),
    next,
  );
}

/** @param {Incident} view */
function duress(view) {
  if (!isDuress(view)) {
    return view.facts.cancelled === "all_clear" && view.stage !== "closed" && el("p", { class: "calm" }, capital(term("why", "all_clear")));
  }
  return el("div", { class: "duress-block" }, el("strong", {}, say("duress.heading")), el("span", {}, say("duress.meaning")));
}

/** @param {Incident} view */
function body(view) {
  return el(
    "div",
    { class: "parts" },
    el("section", { class: "part" }, el("h3", {}, say("incident.facts")), facts(view)),
    el("section", { class: "part" }, el("h3", {}, say("incident.sheet")), sheet(view)),
    view.site && view.site.plan.length > 0 && el("section", { class: "part" }, el("h3", {}, say("incident.plan")), plan),
    el("section", { class: "part" }, el("h3", {}, say("incident.told")), ...view.levels.map(level)),
    el("section", { class: "part" }, el("h3", {}, say("incident.acts")), acts(view)),
    el("section", { class: "part wide" }, el("h3", {}, say("incident.map")), mapPanel(view)),
    el("section", { class: "part wide" }, el("h3", {}, say("notice.heading")), noticePanel(view)),
    el("section", { class: "part wide" }, el("h3", {}, say("incident.timeline")), timeline, links(view)),
  );
}

/** @param {Incident} view */
function links(view) {
  return el(
    "p",
    { class: "links" },
    el("a", { href: `#/incident/${view.id}/replay` }, say("incident.replay")),
    " ",
    el("a", { href: `#/incident/${view.id}/report` }, say("incident.report")),
  );
}

/** @param {Incident} view */
function facts(view) {
  const known = view.facts;
  const labels = ["late", "clock_off_ms", "key_out_of_time", "number_reused", "maybe_seen"].filter((label) => known.labels[label]);
  return pairs([
    [say("facts.what"), capital(what(view))],
    [say("facts.where"), [where(view), view.site?.zone].filter(Boolean).join(", ")],
    [say("facts.when"), `${clock(known.raised)} ${day(known.raised)}`],
    [say("facts.sure"), term("sure", known.sure)],
    [say("facts.confirmed"), say(known.confirmed ? "facts.confirmed_yes" : "facts.confirmed_no")],
    [say("facts.heard"), term("label", known.silent ? "silent" : "audible")],
    [say("facts.presses"), known.presses > 1 ? String(known.presses) : ""],
    [say("facts.seen"), seen(known).join(", ")],
    [say("facts.faults"), known.faults.map((fault) => faultWords(fault.fault)).join(", ")],
    [say("facts.labels"), labels.map((label) => term("label", label)).join("; ")],
    [say("facts.end"), view.disposition === null ? "" : term("disposition", view.disposition)],
  ]);
}

/** @param {import("./state.js").Facts} facts */
export function seen(facts) {
  const { offenders, weapon, face, vehicle, colour, plate, plate_false, heading } = facts.seen;
  return [
    offenders !== undefined && say("seen.offenders", { count: offenders }),
    weapon !== undefined && term("weapon", weapon),
    face !== undefined && term("face", face),
    vehicle !== undefined && term("vehicle", vehicle),
    colour !== undefined && term("colour", colour),
    plate !== undefined && say(plate_false ? "seen.plate_false" : "seen.plate", { plate }),
    heading !== undefined && term("heading", heading),
    facts.hostages !== null && say("seen.hostages", { count: facts.hostages }),
    facts.injured !== null && say("seen.injured", { count: facts.injured }),
  ].filter((words) => typeof words === "string");
}

/** @param {Incident} view */
function sheet(view) {
  const site = view.site;
  if (!site) return el("p", {}, capital(term("label", "site_unknown")));
  return pairs([
    [say("sheet.kind"), say(`site.${site.kind}`)],
    [say("sheet.address"), site.address],
    [say("sheet.contact"), site.contact ?? ""],
    [say("sheet.zone"), site.zone ?? ""],
    [say("sheet.entrances"), (site.entrances ?? []).join("; ")],
    [say("sheet.guards"), (site.guards ?? []).join("; ")],
    [say("sheet.position"), `${site.position.lat.toFixed(5)}, ${site.position.lon.toFixed(5)}`],
  ]);
}

/** @param {import("./state.js").Level} level */
function level(level) {
  const name = level.level === 0 ? capital(term("label", "centre")) : named(level.names, say("level.number", { number: level.level }));
  const answered = level.answered === null ? el("strong", { class: "unanswered" }, say("level.unanswered")) : say("level.answered", { at: clock(level.answered) });
  return el(
    "div",
    { class: "level" },
    el("h4", {}, name, " — ", answered),
    ...level.authorities.map((party) =>
      el(
        "div",
        { class: "party" },
        el("span", {}, named(party.names, party.id), party.stance === null ? "" : `: ${term("act", party.stance)}`),
        el("ul", {}, ...party.tellings.slice(-3).map((telling) => el("li", {}, clock(telling.at), " ", term("why", telling.why), " — ", arrived(telling.delivered)))),
      ),
    ),
  );
}

/** @param {boolean | null} delivered */
function arrived(delivered) {
  if (delivered === null) return say("telling.unknown");
  return delivered ? say("telling.delivered") : el("strong", { class: "bad" }, say("telling.failed"));
}

/** @param {Incident} view */
function acts(view) {
  if (view.acts.length === 0) return el("p", { class: "quiet" }, say("acts.none"));
  return el("ul", { class: "acts" }, ...view.acts.map((act) => {
    const name = view.levels.flatMap((level) => level.authorities).find((party) => party.id === act.authority)?.names;
    const why = [act.reason === null ? "" : term("reason", act.reason), act.disposition === null ? "" : term("disposition", act.disposition)].filter(Boolean).join(", ");
    return el("li", {}, clock(act.at), " ", el("strong", {}, act.proposal ? say("acts.proposal") : term("act", act.act)), why && ` (${why})`, ` — ${act.operator}, ${named(name, act.authority)}`, act.note && el("q", {}, act.note));
  }));
}

/** @param {Incident} view */
function nextWords(view) {
  if (!view.next) return view.stage === "closed" ? "" : say("next.nothing");
  const who = view.levels.flatMap((level) => level.authorities).find((party) => party.id === view.next?.authority)?.names;
  return say("next.tells", { time: span(view.next.at - now()), who: named(who, view.next.authority), why: term("why", view.next.why) });
}

/**
 * @param {[string, string][]} rows those without a value are left out
 */
function pairs(rows) {
  return el("dl", {}, ...rows.filter(([, value]) => value !== "").map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/**
 * Brings the timeline and the plan up to what has just changed.
 * @param {Incident} view
 */
async function follow(view) {
  asked += 1;
  const mine = asked;
  await new Promise((done) => setTimeout(done, 80));
  if (mine !== asked) return;
  const hasPlan = (view.site?.plan.length ?? 0) > 0;
  const [records, steps] = await Promise.all([get(`/api/v1/incidents/${view.id}/records`), hasPlan ? get(`/api/v1/incidents/${view.id}/plan`) : null]);
  if (mine !== asked) return;
  if (records.status === 200) drawTimeline(view, records.body);
  if (steps?.status === 200) drawPlan(view, steps.body);
}

/**
 * @param {Incident} view
 * @param {Told[]} records
 */
function drawTimeline(view, records) {
  shownRecords = records;
  fill(timeline, ...shownRecords.map((one) => line(view, one, records)));
}

/**
 * One decision in words.
 * @param {Incident} view
 * @param {Told} one
 * @param {Told[]} all
 */
export function line(view, one, all) {
  const { record } = one;
  return el("li", { class: `kind-${record.what.kind}` }, el("time", {}, clock(record.at)), " ", capital(one[language()]), about(view, record, all));
}

/**
 * @param {Incident} view
 * @param {any} record
 * @param {Told[]} all
 */
function about(view, record, all) {
  const what = record.what;
  const party = (/** @type {string} */ id) => named(view.levels.flatMap((level) => level.authorities).find((party) => party.id === id)?.names, id);
  if (what.kind === "told") return `: ${party(what.authority)}`;
  if (what.kind === "acted") return el("span", {}, ` — ${what.operator}, ${party(what.authority)}`, what.note && el("q", {}, what.note));
  if (what.kind === "delivered" || what.kind === "undelivered") {
    const telling = all.find((other) => other.record.number === what.notice);
    return telling ? `: ${party(telling.record.what.authority)}` : "";
  }
  return "";
}

/**
 * @param {Incident} view
 * @param {{ words: string, done: { by: string, at: number } | null }[]} steps
 */
function drawPlan(view, steps) {
  const items = steps.map((step, index) => {
    const box = el("input", { type: "checkbox", id: `step-${index}`, checked: step.done !== null, disabled: !(state.me?.may_act ?? false) });
    box.addEventListener("change", () => void tick(view, index, /** @type {HTMLInputElement} */ (box).checked));
    return el("li", {}, box, el("label", { for: `step-${index}` }, step.words), step.done && el("span", { class: "by" }, say("plan.by", { who: step.done.by, at: clock(step.done.at) })));
  });
  const focused = document.activeElement?.id;
  fill(plan, el("ol", {}, ...items));
  if (focused?.startsWith("step-")) document.getElementById(focused)?.focus();
}

/**
 * @param {Incident} view
 * @param {number} step
 * @param {boolean} done
 */
async function tick(view, step, done) {
  const { status, body } = await post(`/api/v1/incidents/${view.id}/plan`, { step, done });
  if (status === 200) drawPlan(view, body);
  else setText(told, say("plan.not_stored"));
}
