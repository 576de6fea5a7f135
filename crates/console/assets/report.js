// An incident on one page of paper.

import { get } from "./api.js";
import { el } from "./dom.js";
import { line, seen } from "./incident.js";
import { marks, what, where } from "./queue.js";
import { find, state } from "./state.js";
import { clock, day, now, span } from "./time.js";
import { capital, named, say, term } from "./words.js";

/** How many lines of the timeline fit on the page beside the figures. */
const LINES = 24;
/** The acts whose times are measured. */
const MEASURED = [
  ["report.to_answer", 1],
  ["report.to_send", 3],
  ["report.to_arrive", 4],
  ["report.to_close", 5],
];

/** @param {string} id */
export async function reportPage(id) {
  const view = await find(id);
  const { status, body } = await get(`/api/v1/incidents/${encodeURIComponent(id)}/records`);
  if (!view || status !== 200) return el("p", { class: "quiet page" }, say("replay.none"));
  const raised = view.facts.raised;
  const first = (/** @type {number} */ act) => view.acts.find((one) => one.act === act && !one.proposal) ?? null;
  const rows = MEASURED.map(([key, act]) => {
    const found = first(Number(act));
    return el("tr", {}, el("th", { scope: "row" }, say(String(key))), el("td", {}, found ? span(found.at - raised) : "—"), el("td", {}, found ? clock(found.at) : ""), el("td", {}, found ? `${found.operator}, ${party(view, found.authority)}` : ""));
  });
  const told = body.filter((/** @type {any} */ one) => !["delivered", "evidence", "passed"].includes(one.record.what.kind));
  return el(
    "section",
    { class: `report page ${view.facts.drill ? "drill" : ""}` },
    el("p", { class: "no-print" }, el("a", { href: `#/incident/${id}` }, say("report.back")), " ", el("button", { type: "button", class: "next", onclick: () => window.print() }, say("report.print"))),
    view.facts.drill && el("p", { class: "band drill" }, say("drill.band")),
    el("h2", {}, ...marks(view), say("report.heading")),
    el("p", {}, `${capital(what(view))} — ${where(view)}. ${view.site?.address ?? ""}`),
    el("p", {}, `${say("report.number")} ${view.id}. ${clock(raised)} ${day(raised)}. ${capital(term("sure", view.facts.sure))}. ${say(view.facts.confirmed ? "facts.confirmed_yes" : "facts.confirmed_no")}.`),
    seen(view.facts).length > 0 && el("p", {}, `${say("facts.seen")}: ${seen(view.facts).join(", ")}.`),
    view.disposition !== null && el("p", {}, `${say("facts.end")}: ${term("disposition", view.disposition)}.`),
    el("table", {}, el("thead", {}, el("tr", {}, ...[say("report.what"), say("report.after"), say("report.at"), say("report.who")].map((words) => el("th", { scope: "col" }, words)))), el("tbody", {}, ...rows)),
    el("h3", {}, say("incident.timeline")),
    el("ol", { class: "timeline" }, ...told.slice(0, LINES).map((/** @type {any} */ one) => line(view, one, body))),
    told.length > LINES && el("p", {}, say("report.more", { count: told.length - LINES })),
    el("p", { class: "quiet" }, say("report.made", { at: `${clock(now())} ${day(now())}`, who: state.me?.operator ?? "" })),
  );
}

/**
 * @param {import("./state.js").Incident} view
 * @param {string} id
 */
function party(view, id) {
  return named(view.levels.flatMap((level) => level.authorities).find((one) => one.id === id)?.names, id);
}
