// What every script needs: a browser, logins, wishes to the world outside the page, and a report.

import { createInterface } from "node:readline";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

export const URL = process.env.KENG_URL;
const PASSWORD = process.env.KENG_PASSWORD;
const SHOTS = new globalThis.URL("./shots/", import.meta.url).pathname;

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const failures = [];
let browser;

/** Asks for something that happens outside the page: a press, a cut line. */
export async function wish(what) {
  console.log(`> ${what}`);
  return (await answers.next()).value;
}

/** One claim; what does not hold is reported, and the next one goes on. */
export async function claim(name, prove) {
  const page = await open();
  const started = Date.now();
  try {
    await prove(page);
    console.log(`ok   ${name} (${Date.now() - started} ms)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}: ${error.message}`);
    await shot(page, `failed-${failures.length}`).catch(() => {});
  }
  for (const error of page.errors) {
    failures.push(name);
    console.log(`FAIL ${name}: the page said: ${error}`);
  }
  await page.context().close();
}

/** A page in a browser context of its own. */
export async function open(options = {}) {
  browser ??= await chromium.launch({ executablePath: process.env.KENG_BROWSER, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("dialog", (dialog) => page.errors.push(`a script was injected: ${dialog.message()}`));
  page.on("console", (said) => {
    if (said.type() === "error" && /Content Security|Trusted/.test(said.text())) page.errors.push(said.text());
  });
  return page;
}

/** A session with the browser itself, beside all pages. */
export function openCdp() {
  return browser.newBrowserCDPSession();
}

/**
 * Ends the driver's watch over a page's network: for it the page's own process keeps what every answer and the stream said, up to 100 MB, which no
 * browser at a desk does. Playwright 1.56 has no public way to it.
 */
export async function unwatch(page) {
  const { delegate, _delegate } = page._connection.toImpl(page);
  await (delegate ?? _delegate)._mainFrameSession._client.send("Network.disable");
}

/** Logs in by keyboard alone. */
export async function logIn(page, name, password = PASSWORD) {
  await page.goto(URL);
  await page.waitForSelector("#username:focus");
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

/** Logs in and waits for the desk. */
export async function sit(page, name) {
  await logIn(page, name);
  await page.waitForSelector(".top");
}

export function check(holds, what) {
  if (!holds) throw new Error(what);
}

export async function shot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png` });
}

export async function end() {
  await browser?.close();
  process.exit(failures.length === 0 ? 0 : 1);
}
