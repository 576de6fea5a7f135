// Calls to the receiver.

/** @typedef {{ operator: string, desk: string, role: string, authorities: { id: string, names: import("./words.js").Both, level: number }[],
 *   may_act: boolean, is_police: boolean, sees_all: boolean, csrf: string, ends_in_s: number, now: number }} Me */
/** @typedef {{ status: number, body: any }} Answer */

/** What a call that changes something must show. */
let csrf = "";

/** @param {string} token */
export function setToken(token) {
  csrf = token;
}

/**
 * @param {string} path
 * @returns {Promise<Answer>}
 */
export function get(path) {
  return call(path, { headers: { accept: "application/json" } });
}

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<Answer>}
 */
export function post(path, body) {
  const headers = { "content-type": "application/json", "keng-csrf": csrf };
  return call(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * @param {string} path
 * @param {RequestInit} request
 * @returns {Promise<Answer>}
 */
async function call(path, request) {
  try {
    const answer = await fetch(path, { ...request, credentials: "same-origin" });
    const body = await answer.json().catch(() => ({}));
    return { status: answer.status, body };
  } catch {
    return { status: 0, body: {} };
  }
}
