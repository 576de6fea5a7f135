// What a duty officer does at the desk, in a real browser, by keyboard alone.

import { URL, check, claim, end, logIn, open, sit, wish } from "./world.mjs";

/** The row of an incident in the queue. */
const row = (id) => `.row:has([data-id="${id}"])`;
const text = (page, selector) => page.locator(selector).first().innerText();

/** Closes an incident of site 1 so that the next claim begins with none: two people, by the API of the page. */
async function clear(id) {
  for (const [name, act] of [["lan", 4], ["lan", 5]]) {
    const page = await open();
    await sit(page, name);
    await page.evaluate(
      async ([id, act]) => {
        const me = await (await fetch("/api/v1/me")).json();
        const headers = { "content-type": "application/json", "keng-csrf": me.csrf };
        await fetch(`/api/v1/incidents/${id}/answers`, { method: "POST", headers, body: JSON.stringify({ act, disposition: act === 5 ? 3 : null }) });
      },
      [id, act],
    );
    await page.context().close();
  }
}

await claim("a wrong password does not open the desk, and the right one does", async (page) => {
  await logIn(page, "lan", "falsch falsch");
  await page.waitForSelector(".wrong:not(:empty)");
  check((await page.locator(".top").count()) === 0, "nothing of the desk is there");
  await page.locator("#current-password").fill(process.env.KENG_PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".top");
});

await claim("an alarm appears and sounds until a person answers by one key", async (page) => {
  await sit(page, "lan");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "none");
  const id = await wish("hold_up 1");
  await page.waitForSelector(`${row(id)}.unanswered.attack`);
  await page.waitForFunction(() => document.documentElement.dataset.sound === "attack" && Number(document.documentElement.dataset.beeps) > 0);
  check((await page.title()).startsWith("(1)"), "the tab says how many wait");
  const flashes = await page.locator(`${row(id)} .shape`).evaluate((shape) => getComputedStyle(shape).animationName);
  check(flashes === "flash", "what is unanswered flashes");
  await page.keyboard.press("d");
  await page.waitForSelector(".incident h2");
  await page.keyboard.press("d");
  await page.waitForSelector(`${row(id)}:not(.unanswered)`);
  await page.waitForFunction(() => document.documentElement.dataset.sound === "none");
  check((await page.locator(`${row(id)} .shape`).evaluate((shape) => getComputedStyle(shape).animationName)) === "none", "what is answered is still");
  check((await text(page, ".acts")).includes("lan"), "it says who answered");
  await clear(id);
});

await claim("only one incident can be silenced, and news makes it sound again", async (page) => {
  await sit(page, "lan");
  const id = await wish("hold_up 1");
  await page.waitForSelector(`${row(id)}.unanswered`);
  await page.keyboard.press("d");
  await page.keyboard.press("s");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "none");
  await wish("press 1");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "attack");
  await clear(id);
});

await claim("escalation is visible: what happens next counts down, and then it has happened", async (page) => {
  await sit(page, "lan");
  const id = await wish("hold_up 1");
  await page.waitForSelector(row(id));
  await page.keyboard.press("d");
  await page.waitForFunction(() => /\d/.test(document.querySelector(".next-by-itself")?.textContent ?? ""));
  await page.waitForFunction(() => /báo lại vì chưa ai trả lời/.test(document.querySelector(".party ul")?.textContent ?? ""));
  await page.waitForFunction(() => /cấp khác không trả lời/.test(document.querySelector(".timeline")?.textContent ?? ""));
  await clear(id);
});

await claim("a lost line is said and sounds, and what was missed comes in order when it is back", async (page) => {
  await sit(page, "hoa");
  await page.waitForFunction(() => document.querySelector(".banner.blind")?.hasAttribute("hidden"));
  const lastSeen = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/v1/stream")) lastSeen.push(request.headers()["last-event-id"]);
  });
  const before = await wish("hold_up 1");
  await page.waitForSelector(row(before));
  await wish("cut");
  await page.waitForSelector(".banner.blind:not([hidden])");
  await page.waitForFunction(() => /\b[23]\b/.test(document.querySelector(".banner.blind")?.textContent ?? ""));
  const missed = await wish("hold_up 2");
  check((await page.locator(row(missed)).count()) === 0, "it cannot be known yet");
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await page.waitForFunction(() => document.querySelector(".told")?.classList.contains("bad"));
  await wish("mend");
  await page.waitForSelector(".banner.blind", { state: "hidden" });
  await page.waitForSelector(`${row(missed)}.unanswered`);
  check(/^\d+$/.test(lastSeen.at(-1) ?? ""), "the stream was taken up where it broke off");
  const order = await page.locator(".row [data-id]").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("data-id")));
  check(order.indexOf(before) < order.indexOf(missed), "the older one stands first");
  await clear(before);
});

await claim("a lost line sounds while nothing else does", async (page) => {
  await sit(page, "xem");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "none");
  await wish("cut");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "blind");
  await wish("mend");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "none");
});

await claim("one person cannot close a hold-up that nobody has seen, and a second can; all by keyboard", async (page) => {
  const id = await wish("hold_up 1");
  const close = async (desk) => {
    await desk.waitForSelector(row(id));
    await desk.goto(`${URL}/#/incident/${id}`);
    await desk.waitForSelector(".answers");
    await desk.keyboard.press("c");
    await desk.waitForSelector("dialog[open]");
    await desk.keyboard.press("3");
    await desk.keyboard.press("Control+Enter");
    await desk.waitForSelector("dialog", { state: "detached" });
  };
  await sit(page, "lan");
  await close(page);
  await page.waitForFunction(() => /người thứ hai/.test(document.querySelector(".told")?.textContent ?? ""));
  check((await page.locator(`${row(id)}.closed`).count()) === 0, "it is still open");
  const second = await open();
  await sit(second, "minh");
  await close(second);
  await page.waitForSelector(`${row(id)}.closed`);
  check(second.errors.length === 0, second.errors.join());
  await second.context().close();
});

await claim("a duress code is the loudest thing on the page, and nowhere reads as all clear", async (page) => {
  await sit(page, "lan");
  const id = await wish("hold_up 1");
  await page.waitForSelector(row(id));
  await wish("duress 1");
  await page.waitForSelector(".forced");
  await page.waitForFunction(() => document.documentElement.dataset.sound === "duress");
  await page.keyboard.press("d");
  await page.waitForSelector(".duress-block");
  for (const words of ["an toàn, chờ", "đã an toàn"]) {
    check(!(await page.locator("body").innerText()).includes(words), `it says "${words}"`);
  }
  const largest = await page.evaluate(() => {
    const size = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
    const all = [...document.querySelectorAll("body *")].filter((element) => element.childElementCount === 0 && element.textContent);
    return Math.max(...all.map(size)) === size(document.querySelector(".forced strong"));
  });
  check(largest, "its letters are the largest");
  await page.keyboard.press("d");
  await page.waitForSelector(`${row(id)}:not(.unanswered)`);
  check((await page.locator(".forced").count()) === 1, "it stays until it is closed");
  await clear(id);
  await page.waitForSelector(".forced", { state: "detached" });
});

await claim("a drill cannot be taken for a real alarm on any view", async (page) => {
  await sit(page, "hoa");
  await wish("drill 2");
  const drill = page.locator(".row.drill [data-id]").first();
  await drill.waitFor();
  check((await drill.innerText()).includes("DIỄN TẬP"), "in the queue");
  const id = await drill.getAttribute("data-id");
  for (const part of ["", "/replay", "/report"]) {
    await page.goto(`${URL}/#/incident/${id}${part}`);
    await page.waitForSelector(".place .band.drill");
    check(/DIỄN TẬP/.test(await text(page, ".place .band.drill")), `at ${part}`);
  }
  await page.goto(`${URL}/#/incident/${id}`);
  await page.waitForSelector(".answers");
  await page.keyboard.press("c");
  await page.waitForSelector("dialog.drill .mark.drill");
  await page.keyboard.press("Escape");
});

await claim("a test is begun from the page, is said on every view, hides no hold-up, and ends by itself", async (page) => {
  await sit(page, "lan");
  await page.keyboard.press("h");
  await page.locator("#test-site").waitFor();
  check((await page.locator("#test-site option").allInnerTexts()).join() === "Điểm Một", "only the ward's own sites");
  await page.locator("#test-minutes").selectOption("15");
  await page.locator(".tests form button").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".banner.tests:not([hidden])");
  check(/người bắt đầu: lan/.test(await text(page, ".tests ul")), "it says who has begun it");
  const id = await wish("hold_up 1");
  await page.waitForSelector(`${row(id)}.unanswered.attack .mark.test`);
  await page.waitForFunction(() => document.documentElement.dataset.sound === "attack");
  for (const view of ["", "health", "shift", `incident/${id}`, `incident/${id}/replay`, `incident/${id}/report`]) {
    await page.goto(`${URL}/#/${view}`);
    await page.waitForSelector(".place > *");
    check(/ĐANG THỬ HỆ THỐNG: Điểm Một/.test(await text(page, ".banner.tests:not([hidden])")), `at ${view || "the queue"}`);
  }
  await page.goto(`${URL}/#/incident/${id}`);
  await page.waitForSelector(".incident .band.test");
  await page.keyboard.press("h");
  await page.locator(".tests ul button").click();
  await page.waitForSelector(".banner.tests", { state: "hidden" });
  await wish("test 1");
  await page.waitForSelector(".banner.tests:not([hidden])");
  await page.waitForSelector(".banner.tests", { state: "hidden" });
  await clear(id);
});

await claim("a ward's officer sees his own incidents and no others", async (page) => {
  const [own, foreign] = [await wish("hold_up 1"), "site-2"];
  await sit(page, "tu");
  await page.waitForSelector(".rows .row");
  check((await page.locator(row(own)).count()) === 0, "another ward's incident is not there");
  await page.goto(`${URL}/#/incident/${own}`);
  await page.waitForSelector(".incident");
  check(!(await page.locator("main").innerText()).includes("Điểm Một"), "nor by its address");
  check(foreign.length > 0, "");
  await clear(own);
});

await claim("who looks on can do nothing", async (page) => {
  const id = await wish("hold_up 1");
  await sit(page, "xem");
  await page.goto(`${URL}/#/incident/${id}`);
  await page.waitForSelector(".answer-bar .quiet");
  await page.keyboard.press("d");
  check((await page.locator(".answers").count()) === 0, "there is no button");
  await clear(id);
});

await claim("hostile words are shown as words", async (page) => {
  const id = await wish("hold_up 1");
  await sit(page, "lan");
  await page.goto(`${URL}/#/incident/${id}`);
  await page.waitForSelector(".answers");
  await page.keyboard.press("n");
  const note = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u202e`;
  await page.locator("#note").fill(note);
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelector(".acts q")?.textContent?.includes("<script>alert(1)</script>"));
  await page.waitForSelector(".plan label");
  check((await text(page, ".place")).includes("<img src=x onerror=alert(1)>"), "the contact is text");
  check((await page.locator(".place script, .place img[src='x'], .plan b").count()) === 0, "nothing was made of it");
  await page.goto(`${URL}/#/incident/${id}/report`);
  await page.waitForSelector(".report .timeline q");
  check((await page.locator(".report script, .report img").count()) === 0, "nor in the report");
  await clear(id);
});

await claim("a notice goes to the sites around, and the desk sees who has read it", async (page) => {
  const id = await wish("hold_up 1");
  await sit(page, "lan");
  await page.goto(`${URL}/#/incident/${id}`);
  await page.locator("#radius").selectOption("10000");
  await page.locator("#notice-words").fill("<b>xe máy đỏ</b>");
  await page.locator(".notice button").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".readers .unread");
  check(/Điểm Hai.*không kết nối/.test(await text(page, ".readers")), "a site whose panel had no link is said");
  check(/^0 trên 1/.test(await text(page, ".notes strong")), "nobody has read it");
  check((await text(page, ".notes q")) === "<b>xe máy đỏ</b>", "its words are words");
  await wish("read 2");
  await page.waitForSelector(".readers .read");
  check(/Điểm Hai: đã đọc lúc \d\d:\d\d:\d\d/.test(await text(page, ".readers")), "it is said when");
  check((await page.locator(".readers .unread").count()) === 0, "nobody is left");
  await clear(id);
});

await claim("steps of the plan are ticked, and stay ticked for the next desk", async (page) => {
  const id = await wish("hold_up 1");
  await sit(page, "lan");
  await page.goto(`${URL}/#/incident/${id}`);
  await page.waitForSelector("#step-0");
  await page.locator("#step-0").focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => /lan/.test(document.querySelector(".plan .by")?.textContent ?? ""));
  const next = await open();
  await sit(next, "minh");
  await next.goto(`${URL}/#/incident/${id}`);
  await next.waitForSelector("#step-0:checked");
  await next.context().close();
  await clear(id);
});

await claim("an incident is replayed step by step, and reported on one page", async (page) => {
  const id = await wish("hold_up 1");
  await clear(id);
  await sit(page, "lan");
  await page.goto(`${URL}/#/incident/${id}/replay`);
  await page.waitForSelector(".replay .timeline .current");
  const first = await text(page, ".replay .status");
  await page.locator(".replay .answers .next").focus();
  await page.keyboard.press("ArrowRight");
  check((await text(page, ".replay .status")) !== first, "a step has been made");
  await page.goto(`${URL}/#/incident/${id}/report`);
  await page.waitForSelector(".report table");
  check((await page.locator(".report tbody tr").count()) === 4, "times to answer, send, arrive, close");
  const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
  check(pages === 1, `it prints to ${pages} pages`);
});

await claim("what is said at the handover is there for the next shift", async (page) => {
  await sit(page, "lan");
  await page.keyboard.press("t");
  await page.locator("#handover").fill("cổng sau khóa hỏng");
  await page.locator(".shift form button").click();
  await page.waitForFunction(() => /cổng sau/.test(document.querySelector(".notes")?.textContent ?? ""));
  check((await text(page, ".people")).includes("lan"), "it says who is on duty");
});

await claim("logging out leaves nothing on the page", async (page) => {
  await sit(page, "lan");
  await page.waitForSelector(".rows .row");
  await page.locator(".top button").last().click();
  await page.waitForSelector(".login");
  check(!(await page.content()).includes("Điểm"), "no incident is left");
  await page.reload();
  await page.waitForSelector(".login");
});

await end();
