// Sounds, made here: for what nobody has answered, and for a lost line. There is no switch that silences all.

import { isDuress, isSilenced, isUnanswered, state } from "./state.js";

/** How often each sound comes again, in milliseconds. */
const EVERY = { duress: 900, attack: 1500, blind: 3000, other: 5000 };
/** The tones of each: hertz, and how long, in seconds. */
const TONES = {
  duress: [[1245, 0.14], [830, 0.14], [1245, 0.14], [830, 0.14]],
  attack: [[988, 0.25], [740, 0.25], [988, 0.25]],
  blind: [[330, 0.5]],
  other: [[660, 0.2], [880, 0.2]],
};
const LOUD = 0.25;

/** @typedef {keyof typeof EVERY} Sound */

/** @type {AudioContext | null} */
let context = null;
let lastAt = 0;
let beeps = 0;
/** @type {() => void} */
let told = () => {};

/**
 * Begins to look what should sound. Browsers play nothing before somebody has touched the page: `blocked` hears of a change of that.
 * @param {() => void} blocked
 */
export function startSound(blocked) {
  told = blocked;
  context = new AudioContext();
  context.onstatechange = () => told();
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => void context?.resume(), { capture: true });
  setInterval(sound, 150);
}

/** Whether something should sound and the browser does not let it. */
export function isBlocked() {
  return context !== null && context.state !== "running";
}

/** What has to sound now. @returns {Sound | null} */
export function due() {
  /** @type {Sound | null} */
  let most = null;
  for (const view of state.incidents.values()) {
    if (!isUnanswered(view) || isSilenced(view)) continue;
    if (isDuress(view)) return "duress";
    if (view.facts.matter === "attack") most = "attack";
    else most ??= "other";
  }
  return most === "attack" ? most : state.blindSince !== null ? "blind" : most;
}

function sound() {
  const what = state.me ? due() : null;
  document.documentElement.dataset.sound = what ?? "none";
  if (!what || !context || context.state !== "running" || Date.now() - lastAt < EVERY[what]) return;
  lastAt = Date.now();
  beeps += 1;
  document.documentElement.dataset.beeps = String(beeps);
  let at = context.currentTime;
  for (const [hertz, seconds] of TONES[what]) {
    beep(context, /** @type {number} */ (hertz), at, /** @type {number} */ (seconds));
    at += /** @type {number} */ (seconds);
  }
}

/**
 * @param {AudioContext} audio
 * @param {number} hertz
 * @param {number} at
 * @param {number} seconds
 */
function beep(audio, hertz, at, seconds) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = "square";
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.01);
  volume.gain.setValueAtTime(LOUD, at + seconds - 0.02);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + seconds);
}
