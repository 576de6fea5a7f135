// Whether everybody can read the page: axe-core, both languages, the desk's screen, a phone, 200 % zoom. Leaves the pictures in shots/.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { URL, check, claim, end, logIn, shot, sit, wish } from "./world.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 }, zoomed: { width: 683, height: 384 } };

/** What axe-core finds. It is put in beside the page's policy, as a debugger would. */
async function faults(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
  await session.send("Runtime.evaluate", { expression: AXE });
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  check(found.passes.length > 5, `axe-core looked at ${found.passes.length} rules only`);
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
}

/** Words that are cut, and blocks that lie over one another. */
function crowded() {
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
  const name = (element) => `${element.tagName}.${element.className}: ${(element.textContent ?? "").slice(0, 40)}`;
  const found = [];
  if (document.scrollingElement.scrollWidth > innerWidth + 1) found.push(`the page is ${document.scrollingElement.scrollWidth} wide`);
  for (const element of document.querySelectorAll("button, a, h1, h2, h3, dd, dt, li, p, th, td, label, .clock")) {
    if (!seen(element) || element.closest(".skip, .scroll")) continue;
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline") found.push(`cut: ${name(element)}`);
    const box = element.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) found.push(`outside: ${name(element)}`);
  }
  const groups = [".top > *", ".parts > *", ".answers > *", ".rows > *", "dl > div > *", ".banners > *"];
  for (const group of groups) {
    const boxes = [...document.querySelectorAll(group)].filter(seen).map((element) => [element, element.getBoundingClientRect()]);
    for (const [index, [one, box]] of boxes.entries()) {
      for (const [other, against] of boxes.slice(index + 1)) {
        if (one.parentElement !== other.parentElement) continue;
        const lies = box.left < against.right - 1 && against.left < box.right - 1 && box.top < against.bottom - 1 && against.top < box.bottom - 1;
        if (lies) found.push(`overlap: ${name(one)} / ${name(other)}`);
      }
    }
  }
  return found;
}

async function examine(page, name) {
  await page.waitForTimeout(150);
  const found = await page.evaluate(crowded);
  await shot(page, name);
  check(found.length === 0, `${name}: ${found.slice(0, 6).join("\n    ")}`);
  const axe = await faults(page);
  check(axe.length === 0, `${name}: axe-core: ${axe.join("\n    ")}`);
}

await claim("the login page", async (page) => {
  await page.goto(URL);
  await page.waitForSelector("#username:focus");
  await examine(page, "login-vi");
  await page.locator(".login .plain").click();
  await page.waitForSelector("html[lang=en]");
  await examine(page, "login-en");
});

const open = await wish("hold_up 1");
const forced = await wish("hold_up 2");
await wish("duress 2");
await wish("drill 1");
await wish("suspicion 1");

for (const language of ["vi", "en"]) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await claim(`every view in ${language} on ${size}`, async (page) => {
      await page.setViewportSize(viewport);
      await sit(page, "hoa");
      await page.waitForSelector(".rows .row");
      if (language === "en") {
        await page.keyboard.press("l");
        await page.waitForSelector("html[lang=en]");
      }
      const at = (view) => `${view}-${language}-${size}`;
      await examine(page, at("queue"));
      for (const [view, id] of [["incident", open], ["duress", forced]]) {
        await page.goto(`${URL}/#/incident/${id}`);
        await page.waitForSelector(".timeline li");
        await examine(page, at(view));
      }
      await page.goto(`${URL}/#/incident/${open}`);
      await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
      await page.locator(".map").scrollIntoViewIfNeeded();
      await examine(page, at("map"));
      for (const part of ["replay", "report"]) {
        await page.goto(`${URL}/#/incident/${open}/${part}`);
        await page.waitForSelector(`.${part} .timeline li`);
        const top = await page.locator(`.${part}`).evaluate((shown) => shown.getBoundingClientRect().top);
        check(top >= 0, `${part} begins ${-top} above the screen`);
        await examine(page, at(part));
      }
      for (const [view, ready] of [["health", ".health h2"], ["shift", ".people li"]]) {
        await page.goto(`${URL}/#/${view}`);
        await page.waitForSelector(ready);
        await examine(page, at(view));
      }
      await page.goto(`${URL}/#/incident/${open}`);
      await page.waitForSelector(".answers");
      await page.keyboard.press("c");
      await page.waitForSelector("dialog[open]");
      await examine(page, at("dialog"));
      await page.keyboard.press("Escape");
    });
  }
}

for (const [size, viewport] of Object.entries(SIZES)) {
  await claim(`a notice that one site has yet to read, and a site on test, on ${size}`, async (page) => {
    await page.setViewportSize(viewport);
    await sit(page, "hoa");
    await page.goto(`${URL}/#/incident/${open}`);
    await page.locator("#radius").selectOption("10000");
    await page.locator(".notice button").click();
    await page.waitForSelector(".readers li");
    await page.evaluate(() => document.querySelector(".readers")?.scrollIntoView({ block: "center" }));
    await examine(page, `notice-vi-${size}`);
    await page.goto(`${URL}/#/health`);
    await page.locator("#test-site").selectOption("site-1");
    await page.locator(".tests form button").click();
    await page.waitForSelector(".tests ul li");
    await examine(page, `test-vi-${size}`);
    await page.locator(".tests ul button").click();
    await page.waitForSelector(".banner.tests", { state: "hidden" });
  });
}

await claim("nothing moves for who does not want it", async (page) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await logIn(page, "hoa");
  await page.waitForSelector(".forced");
  const moving = await page.evaluate(() => document.getAnimations().length);
  check(moving === 0, `${moving} animations run`);
});

await end();
