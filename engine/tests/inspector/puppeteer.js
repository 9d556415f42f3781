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
// Elements.
const title = await page.$(".title");
found.title = await title.evaluate((element) => element.outerHTML);
found.text = await page.$eval(".title", (element) => element.textContent);
found.cards = await page.$$eval("product-card", (cards) => cards.length);
found.none = await page.$(".nowhere");
found.document = await page.evaluate(() => document.querySelector(".muted").getAttribute("class"));
const { x, y, width, height } = await title.boundingBox();
found.box = [Math.round(x), Math.round(y), Math.round(x + width) - Math.round(x), Math.round(y + height) - Math.round(y)];
// What it is to who does not see it.
const walk = (node) => [[node.role, node.name], ...(node.children ?? []).flatMap(walk)];
found.said = walk(await page.accessibility.snapshot({ interestingOnly: false }));
// What a user does.
await (await page.$("input")).click();
await page.keyboard.type("pot");
const typed = () => page.evaluate(() => getCurrentPages()[0].data.query);
while ((await typed()) !== "pot") await new Promise((done) => setTimeout(done, 20));
found.typed = await typed();
await page.screenshot({ path });
await new Promise((done) => setTimeout(done, 200));
found.lines = lines;
console.log(JSON.stringify(found));
await browser.disconnect();
process.exit(0);
