// Times as they stand on the wall of the desk.

import { language, say } from "./words.js";

/** The receiver's clock minus the browser's, in milliseconds. */
let ahead = 0;

/** @param {number} receiver the receiver's time, milliseconds since the Unix epoch */
export function setClock(receiver) {
  ahead = receiver - Date.now();
}

/** The receiver's time now. */
export function now() {
  return Date.now() + ahead;
}

/** @param {number} at */
export function clock(at) {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

/** @param {number} at */
export function day(at) {
  return new Date(at).toLocaleDateString(language() === "vi" ? "vi-VN" : "en-GB");
}

/**
 * How long, to the second: 12 s, 3:04, 2:03:04.
 * @param {number} millis
 */
export function span(millis) {
  const all = Math.max(0, Math.floor(millis / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds)}`;
  return minutes > 0 ? `${minutes}:${two(seconds)}` : say("seconds", { count: seconds });
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}
