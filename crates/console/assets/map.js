// The situation map: a drawing of the receiver, moved and made larger here.

import { el } from "./dom.js";
import { language, say } from "./words.js";

/** How far one can look into it. */
const LARGEST = 12;

/** @type {{ id: string, lang: string, panel: HTMLElement } | null} */
let drawn = null;

/** @param {import("./state.js").Incident} view */
export function mapPanel(view) {
  const lang = language();
  if (drawn?.id !== view.id || drawn.lang !== lang) drawn = { id: view.id, lang, panel: make(view.id) };
  return drawn.panel;
}

/** @param {string} id */
function make(id) {
  // A picture is about as high as it is wide: it is drawn so wide that all of it is on the screen at once.
  const width = window.innerWidth < 600 ? 360 : Math.max(480, Math.min(900, Math.round(window.innerHeight * 0.72)));
  const source = `/api/v1/incidents/${id}/map.svg?lang=${language()}&width=${width}`;
  const image = /** @type {HTMLImageElement} */ (el("img", { src: source, alt: say("map.alt"), draggable: "false" }));
  const frame = el("div", { class: "map-frame" }, image);
  const panel = el("div", { class: "map" }, frame);
  let [scale, x, y] = [1, 0, 0];
  const place = () => {
    const room = (/** @type {number} */ size) => (size * (scale - 1)) / 2;
    x = Math.max(-room(frame.clientWidth), Math.min(room(frame.clientWidth), x));
    y = Math.max(-room(frame.clientHeight), Math.min(room(frame.clientHeight), y));
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  };
  /** @param {number} by */
  const zoom = (by) => {
    scale = Math.max(1, Math.min(LARGEST, scale * by));
    place();
  };
  /** @param {number} dx @param {number} dy */
  const move = (dx, dy) => {
    x += dx;
    y += dy;
    place();
  };
  image.addEventListener("error", () => panel.replaceChildren(el("p", { class: "quiet" }, say("map.none"))));
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && scale === 1 && event.deltaY > 0) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });
  frame.addEventListener("pointerdown", (event) => frame.setPointerCapture(event.pointerId));
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) move(event.movementX, event.movementY);
  });
  const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ act) =>
    el("button", { type: "button", "aria-label": name, title: name, onclick: act }, sign);
  panel.append(
    el(
      "div",
      { class: "map-tools" },
      button(say("map.closer"), "+", () => zoom(1.5)),
      button(say("map.farther"), "−", () => zoom(1 / 1.5)),
      button(say("map.left"), "←", () => move(80, 0)),
      button(say("map.right"), "→", () => move(-80, 0)),
      button(say("map.up"), "↑", () => move(0, 80)),
      button(say("map.down"), "↓", () => move(0, -80)),
    ),
  );
  return panel;
}
