// An hour at the desk in minutes: 200 open incidents, and 50 new a minute; for each new one the oldest is closed, and once a minute the officer
// opens the first of the queue, takes it on and goes back. Started by the benchmark `desk`, which presses and tells when.
//
// Time is compressed by sending what an hour brings at a multiple of its pace, so every figure is of a page that has more to do than it would:
// - press to pixels: from the moment before the panel's frame is handed to the receiver until after the frame on which its row is painted;
// - a frame's work: all that the page's main thread does from the beginning of one frame to that of the next (reading the stream, script, style,
//   layout, paint), from the browser's own trace. At 60 Hz frames are 16.7 ms apart whatever a page does, so that distance says nothing; a page that
//   works for less than 16 ms in each misses none. It is said by the clock and of the processor; what must hold is the latter, which does not count
//   the time that other programs take from the page;
// - memory: script heap and DOM nodes after a collection, and the whole private memory of the browser's process of this page (Linux), in which the
//   driver of the browser must keep no copy of what comes over the line: see `unwatch`.

import { readFileSync } from "node:fs";
import { check, claim, end, openCdp, sit, unwatch, wish } from "./world.mjs";

const OPEN = Number(process.env.KENG_OPEN ?? 200);
/** How many minutes of the desk, and how much faster than on the wall. */
const MINUTES = Number(process.env.KENG_MINUTES ?? 60);
const SPEED = Number(process.env.KENG_SPEED ?? 12);
const A_MINUTE = 50;
/** At the end of how many equal parts memory is looked at; frames are traced for a while in each. */
const PARTS = 6;
const TRACED_MS = 10_000;
/** What must hold. */
const MOST = { shown: 250, frame: 16, megabytes: 100, growth: 1.1 };

const quantile = (values, part) => values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * part))];
const ms = (value) => `${value.toFixed(1)} ms`;
const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

/** Notes in the page when a row is first on a frame, and keeps frames coming, as a display does. */
function observe() {
  const clock = () => performance.timeOrigin + performance.now();
  globalThis.keng = { seen: {}, long: 0 };
  const note = (ids) => requestAnimationFrame(() => setTimeout(() => ids.forEach((id) => (globalThis.keng.seen[id] ??= clock())), 0));
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    const ids = added.flatMap((node) => (node.nodeType === 1 && node.matches(".row") ? [node.querySelector("[data-id]").dataset.id] : []));
    if (ids.length > 0) note(ids);
  }).observe(document.querySelector(".rows"), { childList: true });
  new PerformanceObserver((list) => (globalThis.keng.long += list.getEntries().length)).observe({ type: "longtask" });
  const frame = () => requestAnimationFrame(frame);
  requestAnimationFrame(frame);
}

/** The main thread's tasks and frames of a while, in milliseconds of work for each frame: by the clock, and of the processor. */
async function traced(cdp, millis) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  cdp.on("Tracing.dataCollected", collect);
  const categories = ["disabled-by-default-devtools.timeline", "devtools.timeline", "disabled-by-default-devtools.timeline.frame", "__metadata"];
  await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: categories } });
  await sleep(millis);
  const whole = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.end");
  await whole;
  cdp.off("Tracing.dataCollected", collect);
  const mains = events.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain");
  const frames = (main) => events.filter((event) => event.pid === main.pid && event.tid === main.tid && event.name === "BeginMainThreadFrame");
  const main = mains.toSorted((one, other) => frames(other).length - frames(one).length)[0];
  const begins = frames(main).map((event) => event.ts).toSorted((one, other) => one - other);
  const tasks = events.filter((event) => event.pid === main.pid && event.tid === main.tid && /RunTask$/.test(event.name) && event.dur !== undefined);
  tasks.sort((one, other) => one.ts - other.ts);
  let at = 0;
  const work = begins.slice(1).map((next, index) => {
    const sums = { wall: 0, cpu: 0 };
    for (; at < tasks.length && tasks[at].ts < next; at += 1) {
      if (tasks[at].ts + tasks[at].dur < begins[index]) continue;
      sums.wall += tasks[at].dur / 1000;
      sums.cpu += (tasks[at].tdur ?? tasks[at].dur) / 1000;
    }
    return sums;
  });
  return { pid: main.pid, work: work.slice(1) };
}

/** The memory that only this process has, in megabytes: what would be free without it. */
function privately(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kib = [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].map(([, count]) => Number(count));
  return (kib.reduce((sum, one) => sum + one, 0) * 1024) / 1e6;
}

/** A minute's work of the officer: the first of the queue is opened and taken on, unless it is closed meanwhile. */
async function takeOne(page) {
  await page.keyboard.press("Escape");
  await page.keyboard.press("d");
  await page.waitForSelector(".incident .title");
  await sleep(100);
  await page.keyboard.press("d");
}

await claim("an hour at the desk", async (page) => {
  await sit(page, "hoa");
  const cdp = await page.context().newCDPSession(page);
  const tracer = await openCdp();
  await unwatch(page);
  await page.evaluate(observe);
  for (let number = 0; number < OPEN; number += 1) await wish(`press ${number}`);
  await page.waitForFunction((count) => document.querySelectorAll(".row.unanswered").length >= count, OPEN);
  await page.evaluate(() => Object.assign(globalThis.keng, { seen: {}, long: 0 }));
  const presses = MINUTES * A_MINUTE;
  const every = 60_000 / A_MINUTE / SPEED;
  const part = Math.ceil(presses / PARTS);
  const window = Math.min(TRACED_MS, (part * every) / 3);
  const started = Date.now();
  const pressed = [];
  const traces = [];
  const memory = [];
  const taken = [];
  let paused = 0;
  for (let number = 0; number < presses; number += 1) {
    const due = started + paused + number * every;
    if (Date.now() < due) await sleep(due - Date.now());
    const [id, at] = (await wish(`next ${OPEN + number}`)).split(" ");
    pressed.push([id, Number(at)]);
    if (number % A_MINUTE === A_MINUTE - 1) taken.push(takeOne(page));
    if (number % part === Math.floor(part / 2)) traces.push(traced(tracer, window));
    if (number % part === part - 1 || number === presses - 1) {
      // The hour stands still meanwhile.
      const from = Date.now();
      await page.waitForFunction((last) => globalThis.keng.seen[last], id);
      const { pid } = await traces.at(-1);
      await cdp.send("HeapProfiler.collectGarbage");
      const heap = (await cdp.send("Runtime.getHeapUsage")).usedSize / 1e6;
      const { nodes } = await cdp.send("Memory.getDOMCounters");
      memory.push({ minute: Math.round((number + 1) / A_MINUTE), heap, nodes, whole: privately(pid) });
      paused += Date.now() - from;
    }
  }
  const took = (Date.now() - started - paused) / 1000;
  await Promise.all(taken);
  const { seen, long } = await page.evaluate(() => globalThis.keng);
  const shown = pressed.filter(([id]) => seen[id]).map(([id, at]) => seen[id] - at);
  const work = (await Promise.all(traces)).flatMap((trace) => trace.work);
  const [wall, cpu] = ["wall", "cpu"].map((kind) => work.map((frame) => frame[kind]));
  const isOpen = await page.locator(".row:not(.closed)").count();
  console.log(`     ${MINUTES} minutes of the desk in ${took.toFixed(0)} s: ${pressed.length} presses, ${((pressed.length * 60) / took).toFixed(0)} a minute; ${isOpen} open at the end`);
  console.log(`     press to pixels: p50 ${ms(quantile(shown, 0.5))}, p99 ${ms(quantile(shown, 0.99))}, most ${ms(Math.max(...shown))}; ${pressed.length - shown.length} not seen`);
  console.log(`     a frame's work: p50 ${ms(quantile(wall, 0.5))}, p99 ${ms(quantile(wall, 0.99))}, most ${ms(Math.max(...wall))} by the clock;`);
  console.log(`                     p50 ${ms(quantile(cpu, 0.5))}, p99 ${ms(quantile(cpu, 0.99))}, most ${ms(Math.max(...cpu))} of the processor; ${work.length} frames traced; ${long} tasks over 50 ms in all`);
  for (const { minute, heap, nodes, whole } of memory) {
    console.log(`     memory at minute ${minute}: ${heap.toFixed(1)} MB of script heap, ${nodes} nodes, ${whole.toFixed(1)} MB in the page's whole process`);
  }
  check(shown.length === pressed.length, "every press was shown");
  // A short run only proves that the script works: a timing is no test.
  if (MINUTES < 60) return;
  const [warm, last] = [memory[1], memory.at(-1)];
  check(quantile(shown, 0.99) < MOST.shown, "press to pixels");
  check(quantile(cpu, 0.99) < MOST.frame, "a frame's work");
  check(last.whole <= MOST.megabytes, "the page's memory");
  check(["heap", "nodes", "whole"].every((kind) => last[kind] <= warm[kind] * MOST.growth), "the page grows");
});

await end();
