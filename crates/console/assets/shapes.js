// A shape for each matter, so that nothing is told by colour alone.

import { svg } from "./dom.js";

/** @type {Record<string, string>} */
const PATHS = {
  attack: "M10 2h12l8 8v12l-8 8H10l-8-8V10z",
  duress: "M10 2h12l8 8v12l-8 8H10l-8-8V10z",
  life: "M12 2h8v10h10v8H20v10h-8V20H2v-8h10z",
  premises: "M2 14 16 3l14 11v15H2z",
  suspicion: "M16 3 31 29H1z",
  fault: "M16 2a14 14 0 1 0 .01 0z",
  drill: "M16 1 31 16 16 31 1 16z",
};
const MARKS = {
  attack: "M14 7h4v12h-4zM14 22h4v4h-4z",
  duress: "M8 7h4v12H8zM8 22h4v4H8zM20 7h4v12h-4zM20 22h4v4h-4z",
  life: "",
  premises: "M13 18h6v11h-6z",
  suspicion: "M14 12h4v9h-4zM14 23h4v3h-4z",
  fault: "M7 14h18v4H7z",
  drill: "M12 8h6a6 8 0 0 1 0 16h-6z",
};

/**
 * The shape of a matter; its words stand beside it.
 * @param {string} look
 */
export function shape(look) {
  const known = look in PATHS ? look : "fault";
  const mark = MARKS[/** @type {keyof typeof MARKS} */ (known)];
  return svg(
    "svg",
    { viewBox: "0 0 32 32", class: `shape ${known}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[known] ?? "", class: "body" }),
    svg("path", { d: mark, class: "mark" }),
  );
}
