// Sites on test: said on every view, begun and ended at the health page.

import { get, post } from "./api.js";
import { el, fill, setText } from "./dom.js";
import { changed, state } from "./state.js";
import { clock, now, span } from "./time.js";
import { named, say } from "./words.js";

/** @typedef {{ id: string, names: import("./words.js").Both | null, until: string | null, by: string | null }} Site */

/** For how long, in minutes, a test may be begun from the page. */
const MINUTES = [15, 30, 60, 120, 240];
/** Until when a site that had no name would be on test. */
const NEVER = 0;

const band = el("div", { class: "banner tests", role: "status", hidden: true });
const panel = el("div", { class: "tests" });
/** @type {Site[]} */
let sites = [];
let longest = 0;
let known = "";

export function testBand() {
  return band;
}

export function testPanel() {
  known = "";
  drawTests();
  return panel;
}

export async function loadTests() {
  const { status, body } = await get("/api/v1/tests");
  if (status === 200) takeAll(body);
}

/** Once a second: what is left of each test. One that is over is gone at once, whatever the line says. */
export function ageTests() {
  const on = onTest();
  band.hidden = on.length === 0;
  setText(band, on.map((site) => say("tests.band", { who: named(site.names, site.id), at: clock(until(site)), time: span(until(site) - now()) })).join(" · "));
  const is = on.map((site) => site.id).join();
  if (is !== [...state.onTest].join()) {
    state.onTest = new Set(on.map((site) => site.id));
    changed(null);
  }
  drawTests();
}

/** @param {{ longest_min: number, sites: Site[] }} body */
function takeAll(body) {
  sites = body.sites;
  longest = body.longest_min;
  known = "";
  ageTests();
}

function onTest() {
  return sites.filter((site) => until(site) > now());
}

/** @param {Site} site */
function until(site) {
  return site.until === null ? NEVER : Date.parse(site.until);
}

/** The list and the form are made anew only when they change, so that what is chosen stays. */
function drawTests() {
  const on = onTest();
  const is = JSON.stringify([on.map((site) => [site.id, site.until]), sites.length, document.documentElement.lang, state.me?.may_act]);
  if (is === known || !panel.isConnected && known !== "") return;
  known = is;
  fill(panel, el("ul", {}, ...on.map(line)), (state.me?.role !== "reader") && sites.length > on.length && form(on));
}

/** @param {Site} site */
function line(site) {
  const who = named(site.names, site.id);
  const words = say("tests.line", { who, at: clock(until(site)), by: site.by ?? "—" });
  const end = el("button", { type: "button", onclick: () => void send(site.id, 0) }, say("tests.end"));
  return el("li", {}, el("strong", { class: "mark test" }, say("test.short")), words, " ", state.me?.role !== "reader" && end);
}

/** @param {Site[]} on */
function form(on) {
  const free = sites.filter((site) => !on.includes(site));
  const site = /** @type {HTMLSelectElement} */ (el("select", { id: "test-site" }, ...free.map((one) => el("option", { value: one.id }, named(one.names, one.id)))));
  const minutes = /** @type {HTMLSelectElement} */ (
    el("select", { id: "test-minutes" }, ...MINUTES.filter((count) => count <= longest).map((count) => el("option", { value: count, selected: count === 30 }, say("notice.minutes", { count }))))
  );
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void send(site.value, Number(minutes.value));
  };
  return el(
    "form",
    { class: "notice", onsubmit: submit },
    el("p", {}, say("tests.what")),
    el("label", { for: "test-site" }, say("tests.site")),
    site,
    el("label", { for: "test-minutes" }, say("notice.for")),
    minutes,
    el("p", { class: "wrong", role: "alert", id: "test-wrong" }),
    el("button", { type: "submit" }, say("tests.begin")),
  );
}

/**
 * @param {string} site
 * @param {number} minutes
 */
async function send(site, minutes) {
  const { status, body } = await post("/api/v1/tests", { site, minutes });
  if (status === 200) return takeAll(body);
  const wrong = document.getElementById("test-wrong");
  if (wrong) fill(wrong, say("tests.not_done"));
}
