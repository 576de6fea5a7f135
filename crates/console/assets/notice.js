// A notice of a police desk to the sites around an incident.

import { get, post } from "./api.js";
import { el, fill } from "./dom.js";
import { state } from "./state.js";
import { clock, now } from "./time.js";
import { named, say } from "./words.js";

/** @typedef {import("./state.js").Incident} Incident */

/** How far, in metres, and how long, in minutes, a notice may be sent from the page. */
const RADII = [1000, 2000, 5000, 10_000];
const MINUTES = [30, 60, 120, 240];
/** The most octets of its words. */
const LONGEST = 280;

/** How often it is looked who has read a notice that still holds, in milliseconds. */
const AGAIN = 3000;

const sent = el("ul", { class: "notes" });
/** @type {{ key: string, panel: HTMLElement } | null} */
let drawn = null;
let timer = 0;
/** How often was asked or sent: an answer that was overtaken is not shown. */
let asked = 0;

/** @param {Incident} view */
export function noticePanel(view) {
  const key = view.id + document.documentElement.lang;
  if (drawn?.key !== key) {
    drawn = { key, panel: el("div", {}, may(view) && form(view), sent) };
    fill(sent);
    void refresh(view);
  }
  return drawn.panel;
}

/** @param {Incident} view */
function may(view) {
  return (state.me?.may_act ?? false) && (state.me?.is_police ?? false) && !view.facts.drill && view.site !== null;
}

/** @param {Incident} view */
function form(view) {
  const radius = choice("radius", RADII, (metres) => say("notice.km", { count: metres / 1000 }), 1);
  const minutes = choice("minutes", MINUTES, (count) => say("notice.minutes", { count }), 1);
  const words = /** @type {HTMLTextAreaElement} */ (el("textarea", { id: "notice-words", rows: 2, maxlength: LONGEST }));
  const wrong = el("p", { class: "wrong", role: "alert" });
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const body = { incident: view.id, radius_m: Number(radius.value), minutes: Number(minutes.value), text: words.value.trim() || null };
    asked += 1;
    const { status, body: all } = await post("/api/v1/notices", body);
    fill(wrong, status === 200 ? "" : say("notice.not_sent"));
    if (status !== 200) return;
    words.value = "";
    draw(view, all);
  };
  return el(
    "form",
    { class: "notice", onsubmit: send },
    el("p", {}, say("notice.what")),
    el("label", { for: "radius" }, say("notice.radius")),
    radius,
    el("label", { for: "minutes" }, say("notice.for")),
    minutes,
    el("label", { for: "notice-words" }, say("answer.words")),
    words,
    wrong,
    el("button", { type: "submit" }, say("notice.send")),
  );
}

/**
 * @param {string} id
 * @param {number[]} values
 * @param {(value: number) => string} words
 * @param {number} usual
 */
function choice(id, values, words, usual) {
  return /** @type {HTMLSelectElement} */ (el("select", { id }, ...values.map((value, index) => el("option", { value, selected: index === usual }, words(value)))));
}

/** @param {Incident} view */
async function refresh(view) {
  asked += 1;
  const mine = asked;
  const { status, body } = await get("/api/v1/notices");
  if (status === 200 && mine === asked) draw(view, body);
}

/**
 * Looks again while somebody has yet to read one that holds, and it is on the page.
 * @param {Incident} view
 * @param {any[]} own
 */
function lookAgain(view, own) {
  clearTimeout(timer);
  const waits = own.some((notice) => notice.until > now() && notice.sites.some((/** @type {any} */ site) => site.read === null));
  if (waits) timer = window.setTimeout(() => sent.isConnected && drawn?.key.startsWith(view.id) && void refresh(view), AGAIN);
}

/**
 * @param {Incident} view
 * @param {any[]} all
 */
function draw(view, all) {
  const own = all.filter((notice) => notice.incident === view.id);
  fill(
    sent,
    ...own.map((notice) =>
      el(
        "li",
        {},
        el("span", { class: "by" }, say("notice.sent", { at: clock(notice.at), who: notice.operator, until: clock(notice.until), count: notice.sites.length })),
        notice.text && el("q", {}, notice.text),
        el("p", {}, el("strong", {}, say("notice.readers", { count: notice.sites.filter((/** @type {any} */ site) => site.read !== null).length, all: notice.sites.length }))),
        el("ul", { class: "readers" }, ...notice.sites.toSorted(byReading).map(reader)),
      ),
    ),
  );
  lookAgain(view, own);
}

/**
 * Those who have not read it stand first: they are to be called.
 * @param {any} one
 * @param {any} other
 */
function byReading(one, other) {
  return Number(one.read !== null) - Number(other.read !== null) || Number(one.reached) - Number(other.reached) || Number(one.read) - Number(other.read);
}

/** @param {any} site */
function reader(site) {
  const state = site.read !== null ? say("notice.read", { at: clock(site.read) }) : say(site.reached ? "notice.unread" : "notice.unreached");
  const sign = site.read !== null ? "✓" : site.reached ? "…" : "✕";
  return el("li", { class: site.read !== null ? "read" : "unread" }, el("span", { class: "sign", "aria-hidden": "true" }, sign), `${named(site.names, site.id)}: `, state);
}
