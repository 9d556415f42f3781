// Drives Chrome's own front end, as somebody would who looks for the reason why a title has the wrong colour.
//
//     node drive.js ADDRESS FOLDER
//
// ADDRESS is where the program is inspected, FOLDER where the bundled front end is kept and pictures are left. What was seen is
// printed as JSON, a line each; the exit status is 1 if something that should be there does not come.

import puppeteer from "puppeteer-core";
import fs from "node:fs";
import path from "node:path";
import { bundle, serve } from "./front-end.js";

const [address, folder] = process.argv.slice(2);
const out = path.join(folder, "front-end");
const say = (what, seen) => console.log(JSON.stringify({ [what]: seen }));

if (!fs.existsSync(path.join(out, "devtools_app.html"))) await bundle(out);
const server = await serve(out);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--force-device-scale-factor=1"],
  defaultViewport: { width: 1280, height: 800 },
});

let page;

/** Waits until a function of the page gives something, and gives that. */
const until = async (what, seen, ...given) => {
  const started = Date.now();
  for (;;) {
    const found = await page.evaluate(seen, ...given);
    if (found) return found;
    if (Date.now() - started > 60_000) throw new Error(`${what} does not come`);
    await new Promise((done) => setTimeout(done, 100));
  }
};

const shot = (name) => page.screenshot({ path: path.join(folder, `${name}.png`) });

/** Elements of the front end, in whichever shadow tree; `one` is added where pages are evaluated. */
const prepare = () => page.evaluate(() => {
  window.all = (selector, root = document) => {
    const found = [...root.querySelectorAll(selector)];
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) found.push(...window.all(selector, element.shadowRoot));
    return found;
  };
  // Long words have places to break at.
  const inner = (node) => node.nodeType === Node.TEXT_NODE ? node.data :
    [...(node.shadowRoot ? [node.shadowRoot] : []), ...node.childNodes].filter((child) => child.localName !== "style").map(inner).join("");
  window.words = (element) => inner(element).replaceAll("\u200b", "");
  window.shown = (selector, text) => window.all(selector).find((element) => window.words(element).includes(text) && element.getClientRects().length);
  window.middle = (element, part = 0.5) => {
    element.scrollIntoView({ block: "center" });
    const box = element.getBoundingClientRect();
    return [box.left + box.width * part, box.top + box.height / 2];
  };
});

const click = async (what, selector, text, options = {}) => {
  const [x, y] = await until(what, (selector, text) => {
    const element = window.shown(selector, text);
    return element && window.middle(element);
  }, selector, text);
  await page.mouse.click(x, y, options);
};

const tab = (name) => click(name, ".tabbed-pane-header-tab", name);

try {
  page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/devtools_app.html?ws=${address.replace("ws://", "")}`);
  await prepare();
  // No dialog that is shown once.
  await page.evaluate(() => localStorage.setItem("hide-shortcuts-dialog-for-test", "true"));

  // The tree of the page; the title is found as one finds things.
  await until("the tree", () => window.shown("li", 'class="heading"'));
  await click("the heading", "li", 'class="heading"');
  await page.keyboard.press("ArrowRight");
  await click("the title", "li", "Fresh this week");
  say("tree", await page.evaluate(() => window.all(".elements-tree-outline li").map((li) => window.words(li))));
  // Its rule, with the file that it is from.
  const rule = await until("its rule", () => {
    const section = window.all(".styles-section").find((section) => window.words(section).includes("font-size"));
    return section && window.words(section).includes("home.wxss") && window.words(section);
  });
  say("rule", rule);
  // A declaration is added to it.
  const [x, y] = await until("the end of the rule", () => {
    const section = window.all(".styles-section").find((section) => window.words(section).includes("home.wxss"));
    const brace = section && window.all(".sidebar-pane-closing-brace", section).find((element) => element.getClientRects().length);
    return brace && window.middle(brace, 0.3);
  });
  await page.mouse.click(x, y);
  // Each text as a whole: the pane applies it letter by letter otherwise.
  for (const part of ["color", "#ff0000"]) {
    await until("a field for it", () => window.all(".child-editing").length > 0);
    await page.keyboard.sendCharacter(part);
    await until(part, (part) => window.shown(".styles-section", part), part);
    await page.keyboard.press("Enter");
  }
  await until("the declaration", () => window.shown(".styles-section", "#ff0000"));
  await shot("elements");

  // A line of the console, and script in the program.
  await tab("Console");
  await until("the prompt", () => window.shown(".console-prompt-editor-container, .console-view", ""));
  await click("the prompt", ".console-prompt-editor-container", "");
  await page.keyboard.type("getCurrentPages()[0].route");
  await page.keyboard.press("Enter");
  say("console", await until("the answer", () => window.shown(".console-message-wrapper", "pages/home/home")?.textContent));
  await shot("console");

  // A request, and something to store.
  const prompt = ".console-prompt-editor-container";
  const enter = async (text) => {
    await click("the prompt", prompt, "");
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };
  await tab("Network");
  await tab("Console");
  await enter('wx.request({ url: "https://shop.invalid/list.json", fail() {} }), wx.setStorageSync("cart", { clay: 2 }), "asked"');
  await until("the request", () => window.shown(".console-message-wrapper", "'asked'"));
  await tab("Network");
  say("network", await until("its line", () => window.shown(".network-log-grid tr, .data-grid tr", "list.json") && window.words(window.shown(".network-log-grid tr, .data-grid tr", "list.json"))));
  await shot("network");
  await tab("Application");
  await click("local storage", "li", "Local storage");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  say("storage", await until("its entry", () => window.shown("tr", "clay") && window.words(window.shown("tr", "clay"))));
  await shot("application");

  // The sources are there; a breakpoint is not to be had, and that is said.
  await tab("Sources");
  say("sources", await until("the files", () => window.shown("li", "app.wxss") && window.all("li").map((li) => window.words(li)).filter((text) => /pages|utils|app/.test(text)).slice(0, 20)));
  await click("a script", "li", "app.js", { count: 2 });
  const [lineX, lineY] = await until("its lines", () => {
    const number = window.all(".cm-lineNumbers .cm-gutterElement").find((element) => element.textContent === "2" && element.getClientRects().length);
    return number && window.middle(number);
  });
  await shot("sources");
  await page.mouse.click(lineX, lineY);
  await tab("Console");
  say("breakpoint", await until("the refusal", () => window.shown(".console-message-wrapper", "Breakpoints cannot be set") && window.words(window.shown(".console-message-wrapper", "Breakpoints cannot be set"))));
  await shot("console");

  // A recording of frames.
  await tab("Performance");
  await click("record", "devtools-button, button", "Record");
  await until("the recording", () => window.shown("*", "Tracing…"));
  const other = await puppeteer.connect({ browserWSEndpoint: address.replace("/page", "/browser"), defaultViewport: null });
  const [program] = await other.pages();
  for (const query of ["pot", "", "fern", ""]) await program.evaluate((query) => getCurrentPages()[0].setData({ query }), query);
  await other.disconnect();
  await click("stop", "devtools-button, button", "Stop");
  // What the panel made of the recording, by its own accessor for tests.
  const chunk = fs.readdirSync(path.join(out, "chunks/all")).find((name) => /^timeline-[A-Z0-9]+\.js$/.test(name));
  const frames = await until("the recorded frames", async (name) => {
    const { TimelinePanel } = await import(`/chunks/all/${name}`);
    try {
      return TimelinePanel.TimelinePanel.instance().getParsedTraceForLayoutTests().Frames.frames.length;
    } catch {
      // It has none yet.
      return 0;
    }
  }, chunk);
  say("frames", frames);
  await page.mouse.move(640, 400);
  await new Promise((done) => setTimeout(done, 1000));
  await shot("performance");
  say("errors", errors);
} catch (error) {
  await shot("failed").catch(() => undefined);
  console.error(String(error.stack ?? error));
  process.exitCode = 1;
} finally {
  await browser.close();
  server.close();
}
process.exit(process.exitCode ?? 0);
