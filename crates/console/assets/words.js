// Every word of the page, in the language of the operator.

/** @typedef {{ vi: string, en: string }} Both */
/** @typedef {"vi" | "en"} Lang */

const STORE = "keng-lang";

/** @type {{ page: Record<string, Both>, terms: Record<string, Record<string, Both>> }} */
let catalogue = { page: {}, terms: {} };
/** @type {Lang} */
let lang = localStorage.getItem(STORE) === "en" ? "en" : "vi";

export async function loadWords() {
  const answer = await fetch("/assets/words.json");
  catalogue = await answer.json();
  document.documentElement.lang = lang;
}

/** @returns {Lang} */
export function language() {
  return lang;
}

export function switchLanguage() {
  lang = lang === "vi" ? "en" : "vi";
  localStorage.setItem(STORE, lang);
  document.documentElement.lang = lang;
}

/**
 * The words of a key, with what stands in braces filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [places]
 */
export function say(key, places = {}) {
  const words = catalogue.page[key]?.[lang] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

/** @param {string} key */
export function isSaid(key) {
  return key in catalogue.page;
}

/**
 * A term of the protocol or of incidents, by its code; a code that nobody knows is shown as it is.
 * @param {string} kind
 * @param {string | number | null | undefined} code
 */
export function term(kind, code) {
  if (code === null || code === undefined) return "";
  return catalogue.terms[kind]?.[String(code)]?.[lang] ?? `${kind} ${code}`;
}

/**
 * A name in the operator's language.
 * @param {Both | null | undefined} names
 * @param {string} [otherwise]
 */
export function named(names, otherwise = "") {
  return names ? names[lang] : otherwise;
}

/** @param {string} text */
export function capital(text) {
  return text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);
}
