// An incident again, step by step, from its records.

import { get } from "./api.js";
import { el, setText } from "./dom.js";
import { line } from "./incident.js";
import { marks, what, where } from "./queue.js";
import { find } from "./state.js";
import { clock, span } from "./time.js";
import { capital, say, term } from "./words.js";

/** @param {string} id */
export async function replayPage(id) {
  const view = await find(id);
  const { status, body } = await get(`/api/v1/incidents/${encodeURIComponent(id)}/records`);
  if (!view || status !== 200 || body.length === 0) return el("p", { class: "quiet page" }, say("replay.none"));
  const steps = el("ol", { class: "timeline" }, ...body.map((/** @type {any} */ one) => line(view, one, body)));
  const place = el("p", { class: "status", role: "status" });
  const slider = /** @type {HTMLInputElement} */ (el("input", { type: "range", min: 1, max: body.length, value: 1, "aria-label": say("replay.step") }));
  const show = () => {
    const at = Number(slider.value);
    const record = body[at - 1].record;
    for (const [index, item] of [...steps.children].entries()) {
      item.classList.toggle("later", index >= at);
      item.classList.toggle("current", index === at - 1);
    }
    setText(place, say("replay.place", { step: at, all: body.length, at: clock(record.at), after: span(record.at - body[0].record.at) }));
    steps.children[at - 1]?.scrollIntoView({ block: "nearest" });
  };
  const go = (/** @type {number} */ by) => {
    slider.value = String(Number(slider.value) + by);
    show();
  };
  slider.addEventListener("input", show);
  const page = el(
    "section",
    { class: `replay page ${view.facts.drill ? "drill" : ""}` },
    el("a", { href: `#/incident/${id}` }, say("report.back")),
    view.facts.drill && el("p", { class: "band drill" }, say("drill.band")),
    el("h2", {}, ...marks(view), `${say("replay.heading")}: ${capital(what(view))}, ${where(view)}`),
    el("p", { class: "quiet" }, term("stage", view.stage)),
    el("div", { class: "answers" }, el("button", { type: "button", onclick: () => go(-1) }, say("replay.back"), el("kbd", {}, "←")), el("button", { type: "button", class: "next", onclick: () => go(1) }, say("replay.forward"), el("kbd", {}, "→")), slider),
    place,
    steps,
  );
  page.addEventListener("keydown", (event) => {
    if (event.target === slider) return;
    if (event.key === "ArrowRight") go(1);
    if (event.key === "ArrowLeft") go(-1);
  });
  show();
  return page;
}
