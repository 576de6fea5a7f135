// A night at the desk in a few minutes: 200 open incidents, and for each one that is closed a new one. Measured in the page: from the press to
// the frame that shows it, the frames' times, the memory. Started by the benchmark `desk`, which presses and tells when.

import { check, claim, end, open, sit, wish } from "./world.mjs";

const OPEN = Number(process.env.KENG_OPEN ?? 200);
const PRESSES = Number(process.env.KENG_PRESSES ?? 3000);
const EVERY_MS = Number(process.env.KENG_EVERY_MS ?? 100);

const quantile = (values, part) => values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * part))];
const ms = (value) => `${value.toFixed(1)} ms`;

/** Notes in the page when a row is first on a frame, and how long the frames are apart. */
function observe() {
  const clock = () => performance.timeOrigin + performance.now();
  globalThis.keng = { seen: {}, frames: [], long: 0 };
  const note = (ids) => requestAnimationFrame(() => setTimeout(() => ids.forEach((id) => (globalThis.keng.seen[id] ??= clock())), 0));
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    const ids = added.flatMap((node) => (node.nodeType === 1 && node.matches(".row") ? [node.querySelector("[data-id]").dataset.id] : []));
    if (ids.length > 0) note(ids);
  }).observe(document.querySelector(".rows"), { childList: true });
  new PerformanceObserver((list) => (globalThis.keng.long += list.getEntries().length)).observe({ type: "longtask" });
  let last = performance.now();
  const frame = (at) => {
    globalThis.keng.frames.push(at - last);
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

await claim("a night at the desk", async (page) => {
  await sit(page, "hoa");
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const metrics = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  await page.evaluate(observe);
  for (let number = 0; number < OPEN; number += 1) await wish(`press ${number}`);
  await page.waitForFunction((count) => document.querySelectorAll(".row.unanswered").length >= count, OPEN);
  await page.evaluate(() => Object.assign(globalThis.keng, { seen: {}, frames: [], long: 0 }));
  const before = await metrics();
  const started = Date.now();
  const pressed = [];
  for (let number = 0; number < PRESSES; number += 1) {
    const due = started + number * EVERY_MS;
    if (Date.now() < due) await new Promise((done) => setTimeout(done, due - Date.now()));
    const [id, at] = (await wish(`next ${OPEN + number}`)).split(" ");
    pressed.push([id, Number(at)]);
  }
  const took = (Date.now() - started) / 1000;
  await page.waitForFunction((id) => globalThis.keng.seen[id], pressed.at(-1)[0]);
  const { seen, frames, long } = await page.evaluate(() => globalThis.keng);
  const after = await metrics();
  await session.send("HeapProfiler.collectGarbage");
  const heap = (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
  const shown = pressed.filter(([id]) => seen[id]).map(([id, at]) => seen[id] - at);
  const isOpen = await page.locator(".row:not(.closed)").count();
  console.log(`     ${pressed.length} presses in ${took.toFixed(0)} s (${((pressed.length * 60) / took).toFixed(0)} a minute), ${isOpen} open at the end`);
  console.log(`     press to pixels: p50 ${ms(quantile(shown, 0.5))}, p99 ${ms(quantile(shown, 0.99))}, most ${ms(Math.max(...shown))}; ${pressed.length - shown.length} not seen`);
  console.log(`     frames: p50 ${ms(quantile(frames, 0.5))}, p99 ${ms(quantile(frames, 0.99))}; ${long} tasks over 50 ms; the page's own work ${ms((1000 * (after.TaskDuration - before.TaskDuration)) / frames.length)} a frame`);
  console.log(`     memory after it all: ${heap.toFixed(1)} MB of script heap, ${after.Nodes} nodes`);
  check(shown.length === pressed.length, "every press was shown");
});

void open;
await end();
