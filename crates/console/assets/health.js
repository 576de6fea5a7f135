// What is wrong now: one sentence for each fault, and what to do.

import { get } from "./api.js";
import { el, fill } from "./dom.js";
import { testPanel } from "./tests.js";
import { clock, day, span } from "./time.js";
import { isSaid, language, named, say } from "./words.js";

const panel = el("section", { class: "health page", "aria-labelledby": "health-heading" });

export function healthPanel() {
  return panel;
}

export async function drawHealth() {
  const { status, body } = await get("/api/v1/condition");
  if (status !== 200) return;
  const faults = body.faults.sort((/** @type {any} */ one, /** @type {any} */ other) => Number(other.grave) - Number(one.grave));
  fill(
    panel,
    el("h2", { id: "health-heading" }, faults.length === 0 ? say("health.well") : say("health.faults", { count: faults.length })),
    el("p", { class: "quiet" }, say("health.at", { at: clock(body.at) })),
    faults.length > 0 && el("ul", { class: "faults" }, ...faults.map(fault)),
    el("h3", {}, say("health.on_test")),
    testPanel(),
    el("h3", {}, say("health.channels")),
    channels(body.channels),
    el("h3", {}, say("health.figures")),
    figures(body),
  );
}

/** @param {any} fault */
function fault(fault) {
  const places = {
    who: named(fault.names, say("health.unknown_site")),
    channel: Number(fault.channel ?? 0) + 1,
    at: fault.at ? `${clock(fault.at)} ${day(fault.at)}` : "",
    for: span(1000 * Number(fault.for_s ?? 0)),
    ms: fault.ms ?? 0,
    why: fault.why ?? "",
    what: fault.what ? fault.what[language()] : "",
    count: fault.count ?? "?",
    percent: fault.percent ?? 0,
  };
  const key = isSaid(`fault.${fault.code}`) ? fault.code : "other";
  return el(
    "li",
    { class: fault.grave ? "grave" : "" },
    el("strong", {}, fault.grave ? say("health.grave") : say("health.mild"), ": "),
    say(`fault.${key}`, places),
    el("span", { class: "todo" }, say(`todo.${key}`, places)),
    fault.incident && el("a", { href: `#/incident/${fault.incident}` }, say("health.open")),
  );
}

/** @param {any[]} channels */
function channels(channels) {
  return el(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": say("health.channels") },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...[say("health.who"), say("health.channel"), say("health.proven"), say("health.failed")].map((words) => el("th", { scope: "col" }, words)))),
      el("tbody", {}, ...channels.map((channel) => el("tr", {}, el("th", { scope: "row" }, named(channel.names, channel.authority)), el("td", {}, String(channel.channel + 1)), el("td", {}, when(channel.proven)), el("td", {}, when(channel.failed))))),
    ),
  );
}

/** @param {number | null} at */
function when(at) {
  return at === null ? say("health.never") : `${clock(at)} ${day(at)}`;
}

/** @param {any} body */
function figures(body) {
  const rows = [
    [say("health.devices"), body.devices],
    [say("health.devices_silent"), body.devices_silent],
    [say("health.links"), body.links],
    [say("health.clock"), `${body.clock_offset_ms} ms`],
    [say("health.disk"), body.disk === null ? "—" : say("health.disk_room", { free: gigabytes(body.disk.free), total: gigabytes(body.disk.total) })],
    [say("health.verified"), body.verified === null ? say("health.verifying") : say("health.verified_to", { count: body.verified.position, at: `${clock(body.verified.at)} ${day(body.verified.at)}` })],
    [say("health.directory"), body.directory],
    [say("health.refusals"), body.refusals],
  ];
  return el("dl", {}, ...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

/** @param {number} octets */
function gigabytes(octets) {
  return (octets / 1e9).toFixed(1);
}
