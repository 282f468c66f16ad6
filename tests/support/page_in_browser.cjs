"use strict";
/* A report in a real browser: node page_in_browser.cjs report.html chromium -> JSON on stdout.
   Needs playwright-core and axe-core where node finds them; see test_accessibility.py. */
const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const SIZES = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function open(browser, url, colorScheme, viewport, more = {}) {
  const context = await browser.newContext({ colorScheme, viewport, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(120000);
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // What the policy forbids, for one, is an error here.
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) problems.push("asks for " + request.url());
  });
  await page.goto(url);
  return { context, page, problems };
}

/* axe's findings with everything unfolded, and with a figure enlarged and a number's note shown. */
async function audit(page) {
  await page.evaluate(AXE);
  const run = () =>
    page.evaluate(async () => {
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.map((one) => ({
        rule: one.id,
        help: one.help,
        nodes: one.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
        count: one.nodes.length,
      }));
    });
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
  await page.locator(".fact").first().focus();
  const found = await run();
  const button = page.locator("figure .rebuild button").first();
  await button.focus();
  await page.keyboard.press("Enter");
  found.push(...(await run()));
  await page.keyboard.press("Escape");
  return found;
}

async function keyboard(page) {
  const result = {};
  const focused = (selector) => page.evaluate((s) => document.activeElement.matches(s), selector);
  await page.locator(".fact").first().focus();
  result.tip = await page.locator("#tip").innerText();
  await page.keyboard.press("Escape");
  result.tipGone = await page.locator("#tip").isHidden();

  const figure = page.locator("figure:not(.table)").first();
  await figure.locator(".rebuild button").focus();
  await page.keyboard.press("Enter");
  result.zoomed = await page.locator("#zoom[open] .frame > *").count();
  await page.keyboard.press("Escape");
  result.back = await figure.locator("svg, img").count();
  result.focusBack = await focused("figure .rebuild button");

  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  result.colours = [await background()];
  for (let press = 0; press < 2; press += 1) {
    await page.locator("#theme").focus();
    await page.keyboard.press("Enter");
    result.colours.push(await background());
  }

  if (await page.locator("#explorer").count()) {
    const reading = () => page.locator("#explorer .reading").innerText();
    await page.locator("#explorer .plots").focus();
    await page.keyboard.press("Home");
    result.first = await reading();
    await page.keyboard.press("ArrowRight");
    result.second = await reading();
    await page.keyboard.press("End");
    result.last = await reading();
    const plot = page.locator("#explorer .u-over").first();
    await plot.scrollIntoViewIfNeeded();
    await plot.hover({ position: { x: 3, y: 20 } });
    result.hovered = await reading();
    await page.locator("#explorer [name=optimizer]").selectOption({ index: 1 });
    result.other = await reading();
    result.canvases = await page.locator("#explorer canvas").count();
    await page.locator("#explorer summary").click();
    result.rows = await page.locator("#explorer tbody tr").count();
  }
  if (await page.locator("#gallery").count()) {
    const shown = () => page.locator("#gallery li:visible").count();
    result.tiles = [await shown()];
    await page.locator("#gallery [name=label]").selectOption({ index: 1 });
    result.tiles.push(await shown());
    result.counted = await page.locator("#gallery output").innerText();
  }
  return result;
}

/* What a page does with code and addresses that somebody got into it: its policy must stop both. */
async function attack(browser, url) {
  const { page, problems } = await open(browser, url, "light", SIZES.wide);
  await page.evaluate(() => {
    const code = '<img src="https://example.org/x.png" onerror="window.ran = true">';
    document.body.insertAdjacentHTML("beforeend", code);
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    return fetch("https://example.org/").catch(() => {});
  });
  await page.waitForTimeout(500);
  return { ran: await page.evaluate(() => window.ran === true), problems };
}

(async () => {
  const [file, executablePath] = process.argv.slice(2);
  const url = pathToFileURL(file).href;
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const result = { axe: {}, sideways: {}, problems: [] };
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colours of ["light", "dark"]) {
      const { context, page, problems } = await open(browser, url, colours, viewport);
      result.sideways[`${size}, ${colours}`] = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
      result.axe[`${size}, ${colours}`] = await audit(page);
      if (size === "wide" && colours === "light") result.keyboard = await keyboard(page);
      result.problems.push(...problems);
      await context.close();
    }
  }
  const { page } = await open(browser, url, "light", SIZES.wide, { javaScriptEnabled: false });
  result.withoutScript = {
    tiles: await page.locator("#gallery li:visible").count(),
    controls: await page.locator("form:visible, #theme:visible").count(),
  };
  result.attack = await attack(browser, url);
  await browser.close();
  console.log(JSON.stringify(result, null, 1));
})();
