// What the desk knows, and who wants to hear of a change.

import { get } from "./api.js";
import { now } from "./time.js";

/** @typedef {import("./words.js").Both} Both */
/** @typedef {{ notice: number, at: number, channel: number, why: string, delivered: boolean | null }} Telling */
/** @typedef {{ id: string, names: Both | null, stance: number | null, tellings: Telling[] }} Party */
/** @typedef {{ level: number, names: Both | null, since: number, answered: number | null, silent: boolean, authorities: Party[] }} Level */
/** @typedef {{ at: number, desk: string, authority: string, level: number, act: number, reason: number | null, disposition: number | null,
 *   operator: string, note: string | null, proposal: boolean }} Act */
/** @typedef {{ names: Both, kind: string, position: { lat: number, lon: number }, address: string, contact: string | null, zone: string | null,
 *   plan: string[], entrances?: string[], guards?: string[] }} Site */
/** @typedef {{ matter: string, cause: any, drill: boolean, silent: boolean, site: string | null, device: string, zone: number | null, place: any,
 *   sure: string, raised: number, said: number | null, path: number | null, labels: Record<string, unknown>, on_test: boolean, confirmed: boolean,
 *   presses: number, cancelled: string | null, faults: { device: string, fault: any, since: number }[], seen: Record<string, any>,
 *   hostages: number | null, injured: number | null, directory: number }} Facts */
/** @typedef {{ id: string, stage: string, urgency: number, facts: Facts, site: Site | null, levels: Level[], acts: Act[], disposition: number | null,
 *   closed: number | null, evidence: number[], neighbours: string[],
 *   next: { at: number, authority: string, level: number, why: string } | null }} Incident */

/** How long a silenced incident that nobody answers stays silent, in milliseconds. */
const SILENCE = 120_000;
/** How many closed incidents are kept; the oldest goes, and can be asked for. */
const CLOSED_KEPT = 200;
/** How many incidents are asked for at once. */
const ASKING = 4;
/** What makes a silenced incident sound again at once. */
const NEWS = ["first", "pressed", "confirmed", "became", "cancel_duress", "climbed"];

export const state = {
  /** @type {import("./api.js").Me | null} */
  me: null,
  /** @type {Map<string, Incident>} */
  incidents: new Map(),
  /** @type {Map<string, number>} until when an incident makes no sound */
  silenced: new Map(),
  /** @type {Set<string>} the sites that are on test now */
  onTest: new Set(),
  /** @type {string | null} */
  selected: null,
  /** @type {number | null} since when nothing is seen */
  blindSince: null,
};

/** @type {Set<(id: string | null) => void>} */
const listeners = new Set();
/** @type {Set<string>} */
const wanted = new Set();
/** What is being asked for, and whether the stream has told something newer meanwhile. @type {Map<string, boolean>} */
const flying = new Map();
let asking = 0;

/**
 * Hears of every change: of one incident, or of everything (null).
 * @param {(id: string | null) => void} listener
 */
export function watch(listener) {
  listeners.add(listener);
}

/** @param {string | null} id */
export function changed(id) {
  for (const listener of listeners) listener(id);
}

/**
 * Takes an event of the stream.
 * @param {string} name
 * @param {any} data
 */
export function take(name, data) {
  if (name === "snapshot") {
    state.incidents = new Map(data.map((/** @type {Incident} */ view) => [view.id, view]));
    changed(null);
  } else if (name === "told") {
    if (NEWS.includes(data.record.what.why) && isOwn(data.record.what.authority)) state.silenced.delete(data.incident.id);
    if (flying.has(data.incident.id)) flying.set(data.incident.id, true);
    // It is as new as everything that was said before it.
    wanted.delete(data.incident.id);
    put(data.incident);
  } else if (name === "record" && data.record.incident && !arrived(data.record)) {
    ask(data.record.incident);
  }
}

/**
 * Notes that a telling has arrived: there are so many of these that the whole incident is not asked for again.
 * @param {{ incident: string, what: any }} record
 */
function arrived({ incident, what }) {
  const view = state.incidents.get(incident);
  if (what.kind !== "delivered" || !view || flying.has(incident)) return false;
  const telling = view.levels.flatMap((level) => level.authorities).flatMap((party) => party.tellings).find((one) => one.notice === what.notice);
  if (!telling) return false;
  telling.delivered = true;
  changed(incident);
  return true;
}

/** @param {Incident} view */
export function put(view) {
  state.incidents.set(view.id, view);
  changed(view.id);
  if (view.stage === "closed") forget();
}

/** Keeps the page small on a long night. */
function forget() {
  const closed = [...state.incidents.values()].filter((view) => view.closed !== null && view.id !== state.selected);
  if (closed.length <= CLOSED_KEPT) return;
  closed.sort((one, other) => Number(one.closed) - Number(other.closed));
  for (const view of closed.slice(0, closed.length - CLOSED_KEPT)) {
    state.incidents.delete(view.id);
    state.silenced.delete(view.id);
  }
  changed(null);
}

/**
 * Asks for an incident as it is now; several changes at once are one question, and no two of one incident overtake each other.
 * @param {string} id
 */
export function ask(id) {
  wanted.add(id);
  if (asking < ASKING) void askNext();
}

async function askNext() {
  asking += 1;
  await new Promise((done) => setTimeout(done, 60));
  for (;;) {
    const id = [...wanted].find((id) => !flying.has(id));
    if (id === undefined) break;
    wanted.delete(id);
    flying.set(id, false);
    const { status, body } = await get(`/api/v1/incidents/${id}`);
    const isOld = flying.get(id) ?? false;
    flying.delete(id);
    if (isOld) wanted.add(id);
    else if (status === 200) put(body);
    if (status === 404 && state.incidents.delete(id)) changed(null);
  }
  asking -= 1;
}

/**
 * An incident by its id, asked for when it is not here yet.
 * @param {string} id
 * @returns {Promise<Incident | null>}
 */
export async function find(id) {
  const known = state.incidents.get(id);
  if (known) return known;
  const { status, body } = await get(`/api/v1/incidents/${encodeURIComponent(id)}`);
  return status === 200 ? body : null;
}

/** @param {string} authority */
export function isOwn(authority) {
  return state.me?.authorities.some((own) => own.id === authority) ?? false;
}

/**
 * The levels of an incident that this desk is part of.
 * @param {Incident} view
 */
export function ownLevels(view) {
  return view.levels.filter((level) => level.authorities.some((party) => isOwn(party.id)));
}

/**
 * Whether this desk's own level has yet to answer.
 * @param {Incident} view
 */
export function isUnanswered(view) {
  if (view.stage === "closed") return false;
  return ownLevels(view).some((level) => level.answered === null && level.authorities.some((party) => isOwn(party.id) && party.stance === null));
}

/**
 * Whether its site was on test when it began, or is now.
 * @param {Incident} view
 */
export function isOnTest(view) {
  return view.facts.on_test || (view.stage !== "closed" && view.facts.site !== null && state.onTest.has(view.facts.site));
}

/** @param {Incident} view */
export function isDuress(view) {
  return view.stage !== "closed" && (view.facts.cancelled === "duress" || view.facts.cause === "duress_cancel");
}

/**
 * What shape and colour it has.
 * @param {Incident} view
 */
export function look(view) {
  if (view.facts.drill) return "drill";
  return isDuress(view) ? "duress" : view.facts.matter;
}

/** All incidents in the order of the queue: unanswered, urgent, old; closed ones last, the newest first. */
export function queue() {
  return [...state.incidents.values()].sort(before);
}

/** @param {Incident} view */
export function isSilenced(view) {
  return (state.silenced.get(view.id) ?? 0) > now();
}

/** @param {Incident} view */
export function silence(view) {
  state.silenced.set(view.id, now() + SILENCE);
  changed(view.id);
}

/**
 * @param {Incident} one
 * @param {Incident} other
 */
function before(one, other) {
  const order = rank(one) - rank(other);
  if (order !== 0) return order;
  if (one.closed !== null && other.closed !== null) return other.closed - one.closed;
  return other.urgency - one.urgency || one.facts.raised - other.facts.raised || (one.id < other.id ? -1 : 1);
}

/** @param {Incident} view */
function rank(view) {
  if (view.stage === "closed") return 2;
  return isUnanswered(view) || (isDuress(view) && !view.facts.drill) ? 0 : 1;
}
