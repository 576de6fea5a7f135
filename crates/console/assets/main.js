// The page: who is logged in, what is shown, and which key does what.

import { get, post, setToken } from "./api.js";
import { el, fill, setText } from "./dom.js";
import { drawHealth, healthPanel } from "./health.js";
import { drawIncident, incidentPanel, step, tickIncident } from "./incident.js";
import { loginForm } from "./login.js";
import { ageQueue, drawQueue, focusRow, listed, markSelected, queuePanel, where } from "./queue.js";
import { replayPage } from "./replay.js";
import { reportPage } from "./report.js";
import { drawShift, shiftPanel } from "./shift.js";
import { isBlocked, startSound } from "./sound.js";
import { isDuress, silence, state, take, watch } from "./state.js";
import { follow } from "./stream.js";
import { ageTests, loadTests, testBand } from "./tests.js";
import { clock, now, setClock, span } from "./time.js";
import { loadWords, named, say, switchLanguage } from "./words.js";

/** How long before its end a session is said to end, in milliseconds. */
const ENDING = 15 * 60_000;
const STEPS = /** @type {Record<string, string>} */ ({ KeyD: "next", KeyU: "units_sent", KeyO: "on_scene", KeyR: "rejected", KeyN: "note", KeyC: "closed" });
const PAGES = /** @type {Record<string, string>} */ ({ KeyQ: "#/", KeyH: "#/health", KeyT: "#/shift" });

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const banners = el("div", { class: "banners" });
const blind = el("div", { class: "banner blind", role: "alert", hidden: true });
const duress = el("div", { class: "duress-banner", role: "alert" });
const sound = el("div", { class: "banner sound", role: "alert", hidden: true });
const ending = el("div", { class: "banner ending", role: "alert", hidden: true });
const wall = el("span", { class: "clock" });
const place = el("div", { class: "place" });
banners.append(blind, duress, testBand(), sound, ending);

/** @type {AbortController | null} */
let line = null;
/** When the session ends, by the receiver's clock. */
let endsAt = 0;
/** Which address is shown. */
let shownAt = "";
/** @type {Set<string | null>} */
const stale = new Set();

await loadWords();
watch(later);
startSound(drawBanners);
setInterval(everySecond, 1000);
window.addEventListener("hashchange", () => {
  if (location.hash !== shownAt) void show();
});
document.addEventListener("keydown", onKey);
const { status, body } = await get("/api/v1/me");
if (status === 200) begin(body);
else showLogin("");

/** @param {string} why */
function showLogin(why) {
  line?.abort();
  line = null;
  state.me = null;
  state.incidents = new Map();
  state.selected = null;
  state.blindSince = null;
  drawQueue([null]);
  document.title = say("title");
  fill(app, loginForm(why, begin, () => showLogin(why)));
}

/** @param {import("./api.js").Me} me */
function begin(me) {
  state.me = me;
  setToken(me.csrf);
  setClock(me.now);
  endsAt = me.now + 1000 * me.ends_in_s;
  frame();
  line = new AbortController();
  void loadTests();
  void follow({ heard, sees, out: () => showLogin(say("login.over")) }, line.signal);
  void show();
}

/**
 * @param {string} name
 * @param {any} data
 */
function heard(name, data) {
  take(name, data);
  if (name === "snapshot" || data.record?.what.kind === "test_began" || data.record?.what.kind === "test_ended" || data.record?.what.kind === "adopted") void loadTests();
}

/** The page around what is shown. */
function frame() {
  const me = state.me;
  if (!me) return;
  const link = (/** @type {string} */ to, /** @type {string} */ words, /** @type {string} */ key) => el("a", { href: to }, words, el("kbd", {}, key));
  const desk = me.authorities.map((own) => named(own.names)).join(", ") || me.desk;
  fill(
    app,
    el("a", { class: "skip", href: "#main", onclick: skip }, say("skip")),
    banners,
    el(
      "header",
      { class: "top" },
      el("h1", {}, say("title")),
      el("span", { class: "desk" }, `${desk} — ${me.operator} (${say(`role.${me.role}`)})`),
      el("nav", { "aria-label": say("nav.label") }, link("#/", say("nav.queue"), "Q"), link("#/health", say("nav.health"), "H"), link("#/shift", say("nav.shift"), "T")),
      wall,
      el("button", { type: "button", class: "plain", lang: say("language.code"), onclick: turnLanguage }, say("language.other")),
      el("button", { type: "button", class: "plain", onclick: help }, say("help.short"), el("kbd", {}, "?")),
      el("button", { type: "button", class: "plain", onclick: logout }, say("logout")),
    ),
    el("main", { id: "main", tabindex: -1 }, queuePanel(open), place),
  );
  drawQueue([null]);
  drawBanners();
  everySecond();
}

/** Shows what the address says. */
async function show() {
  if (!state.me) return;
  const isOther = shownAt !== location.hash;
  shownAt = location.hash;
  const [, page = "", id = "", part = ""] = shownAt.split("/");
  state.selected = page === "incident" ? id : null;
  document.body.className = page === "" ? "at-queue" : `at-${page}${part ? ` at-${part}` : ""}`;
  markSelected();
  if (isOther) toTop();
  if (page === "health") {
    fill(place, healthPanel());
    await drawHealth();
  } else if (page === "shift") {
    fill(place, shiftPanel());
    await drawShift();
  } else if (page === "incident" && (part === "replay" || part === "report")) {
    const asked = shownAt;
    const made = await (part === "replay" ? replayPage(id) : reportPage(id));
    // Somebody may have gone on meanwhile.
    if (asked === shownAt) {
      fill(place, made);
      toTop();
    }
  } else {
    fill(place, incidentPanel());
    drawIncident();
  }
}

/** What is shown next is shown from its top: the place scrolls on a wide screen, the page on a narrow one. */
function toTop() {
  place.scrollTop = 0;
  window.scrollTo(0, 0);
}

/**
 * Opens an incident at once: the next key already means it.
 * @param {string} id
 */
function open(id) {
  location.hash = `#/incident/${id}`;
  void show();
}

/** Back to the queue, as soon as it is asked for. */
function close() {
  location.hash = "#/";
  void show();
}

/** @param {string | null} id */
function later(id) {
  const isFirst = stale.size === 0;
  stale.add(id);
  if (!isFirst) return;
  if (document.hidden) setTimeout(redraw, 0);
  else requestAnimationFrame(redraw);
}

function redraw() {
  const changes = [...stale];
  stale.clear();
  if (!state.me) return;
  drawQueue(changes);
  const isShown = incidentPanel().isConnected && (changes.includes(null) || changes.includes(state.selected));
  if (isShown) drawIncident();
  drawBanners();
}

/** @param {number | null} since */
function sees(since) {
  const was = state.blindSince;
  state.blindSince = since;
  if ((was === null) !== (since === null)) drawBanners();
}

function everySecond() {
  if (!state.me) return;
  setText(wall, clock(now()));
  ageQueue();
  ageTests();
  tickIncident();
  if (state.blindSince !== null) drawBanners();
  const left = endsAt - now();
  ending.hidden = left > ENDING;
  if (!ending.hidden) setText(ending, say("session.ends", { time: span(left) }));
}

function drawBanners() {
  blind.hidden = state.blindSince === null;
  if (state.blindSince !== null) setText(blind, say("blind", { count: Math.max(1, Math.round((Date.now() - state.blindSince) / 1000)) }));
  sound.hidden = !isBlocked();
  setText(sound, say("sound.blocked"));
  const forced = [...state.incidents.values()].filter(isDuress);
  const known = forced.map((view) => view.id + view.facts.drill).join() + document.documentElement.lang;
  if (duress.dataset.known === known) return;
  duress.dataset.known = known;
  fill(
    duress,
    ...forced.map((view) =>
      el(
        "button",
        { type: "button", class: view.facts.drill ? "forced drill" : "forced", onclick: () => open(view.id) },
        el("strong", {}, view.facts.drill ? say("duress.drill") : say("duress.heading")),
        el("span", {}, `${where(view)} — ${say("duress.meaning")}`),
      ),
    ),
  );
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (!state.me || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const target = event.target;
  if (target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "range")) return;
  if (event.key === "?") return help();
  if (event.code === "Escape") close();
  else if (event.code === "KeyL") turnLanguage();
  else if (event.code === "KeyJ" || event.code === "ArrowDown") go(1, event);
  else if (event.code === "KeyK" || event.code === "ArrowUp") go(-1, event);
  else if (event.code in PAGES) location.hash = PAGES[event.code] ?? "#/";
  else if (event.code === "KeyS" && state.selected) hush();
  else if (event.code in STEPS) answer(STEPS[event.code] ?? "next");
  else return;
  event.preventDefault();
}

/**
 * The next or the last incident of the queue.
 * @param {number} by
 * @param {KeyboardEvent} event
 */
function go(by, event) {
  if (event.target instanceof HTMLInputElement && event.target.type === "range") return;
  const all = listed();
  const at = all.findIndex((view) => view.id === state.selected);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))];
  if (!next) return;
  open(next.id);
  focusRow(next.id);
}

/**
 * One key for the next step: without an incident open, it opens the first of the queue.
 * @param {string} what
 */
function answer(what) {
  const first = listed()[0];
  if (state.selected) step(what);
  else if (what === "next" && first) open(first.id);
}

function hush() {
  const view = state.selected ? state.incidents.get(state.selected) : undefined;
  if (view) silence(view);
}

function turnLanguage() {
  switchLanguage();
  if (!state.me) return;
  frame();
  void show();
}

async function logout() {
  await post("/api/v1/logout", {});
  location.hash = "#/";
  showLogin("");
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function help() {
  const keys = [["D", "help.next"], ["U O R N C", "help.acts"], ["S", "help.silence"], ["J K ↑ ↓", "help.move"], ["Q H T", "help.pages"], ["L", "help.language"], ["Esc", "help.back"]];
  const dialog = /** @type {HTMLDialogElement} */ (
    el(
      "dialog",
      { "aria-labelledby": "help-heading" },
      el("h2", { id: "help-heading" }, say("help.heading")),
      el("dl", {}, ...keys.map(([key, words]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, say(String(words)))))),
      el("button", { type: "button", class: "next", onclick: () => dialog.close() }, say("help.close")),
    )
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
