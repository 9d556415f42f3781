// Puppeteer as a client of a program: node puppeteer.js ADDRESS PICTURE. What it found is printed as JSON.

import puppeteer from "puppeteer-core";

const [browserWSEndpoint, path] = process.argv.slice(2);
const browser = await puppeteer.connect({ browserWSEndpoint, defaultViewport: null });
const [page] = await browser.pages();
const lines = [];
page.on("console", (line) => lines.push([line.type(), line.text()]));
const thrown = new Promise((done) => page.once("pageerror", (error) => done(error.message)));

const found = { version: await browser.version(), url: page.url() };
found.route = await page.evaluate(() => getCurrentPages()[0].route);
found.sum = await page.evaluate((a, b) => Promise.resolve(a + b), 2, 3);
found.failed = await page.evaluate(() => missing()).catch((error) => error.message);
const handle = await page.evaluateHandle(() => ({ list: [1, 2, 3] }));
found.length = await page.evaluate((object) => object.list.length, handle);
await handle.dispose();
await page.evaluate(() => console.info("from", "puppeteer"));
await page.evaluate(() => { setTimeout(() => { throw new Error("on purpose"); }, 1); });
found.thrown = await thrown;
// Elements by the protocol's own domain: script has none.
const session = await page.createCDPSession();
const { root } = await session.send("DOM.getDocument", { depth: 1 });
const { nodeIds } = await session.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector: "product-card" });
found.cards = nodeIds.length;
const { outerHTML } = await session.send("DOM.getOuterHTML", { nodeId: (await session.send("DOM.querySelector", { nodeId: root.nodeId, selector: ".title" })).nodeId });
found.title = outerHTML;
await page.screenshot({ path });
await new Promise((done) => setTimeout(done, 200));
found.lines = lines;
console.log(JSON.stringify(found));
await browser.disconnect();
process.exit(0);
