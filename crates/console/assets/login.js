// Logging in.

import { post } from "./api.js";
import { el, fill } from "./dom.js";
import { say, switchLanguage } from "./words.js";

/**
 * The form.
 * @param {string} why what is said above it
 * @param {(me: import("./api.js").Me) => void} done
 * @param {() => void} redraw in the other language
 */
export function loginForm(why, done, redraw) {
  const name = input("text", "username");
  const password = input("password", "current-password");
  const code = input("text", "one-time-code");
  code.inputMode = "numeric";
  const codeRow = el("div", { class: "field", hidden: true }, el("label", { for: code.id }, say("login.code")), code);
  const wrong = el("p", { class: "wrong", role: "alert" }, why);
  const enter = /** @type {HTMLButtonElement} */ (el("button", { type: "submit", class: "next" }, say("login.enter")));
  const form = el(
    "form",
    {
      class: "login",
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        enter.disabled = true;
        const { status, body } = await post("/api/v1/login", { name: name.value.trim(), password: password.value, code: code.value.trim() || null });
        enter.disabled = false;
        if (status === 200) return done(body);
        if (body.error === "code_needed") {
          codeRow.hidden = false;
          fill(wrong, say("login.code_needed"));
          code.focus();
          return;
        }
        fill(wrong, words(status));
        password.value = "";
        password.focus();
      },
    },
    el("img", { src: "/assets/icon.svg", alt: "", width: 64, height: 64 }),
    el("h1", {}, say("title")),
    el("div", { class: "field" }, el("label", { for: name.id }, say("login.name")), name),
    el("div", { class: "field" }, el("label", { for: password.id }, say("login.password")), password),
    codeRow,
    wrong,
    enter,
    el("button", { type: "button", class: "plain", lang: say("language.code"), onclick: () => { switchLanguage(); redraw(); } }, say("language.other")),
  );
  queueMicrotask(() => name.focus());
  return el("main", { class: "login-page" }, form);
}

/**
 * @param {string} type
 * @param {string} purpose
 */
function input(type, purpose) {
  return /** @type {HTMLInputElement} */ (el("input", { type, id: purpose, name: purpose, autocomplete: purpose, autocapitalize: "none", spellcheck: "false" }));
}

/** @param {number} status */
function words(status) {
  if (status === 429) return say("login.later");
  if (status === 401) return say("login.wrong");
  return status === 0 ? say("login.unreachable") : say("login.busy");
}
