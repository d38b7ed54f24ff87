import { existsSync, readFileSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import { type Browser, launch, type Page } from "puppeteer-core";

/** Chromium as distributions install it. */
const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Nothing of its own goes to the network. */
const quiet = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const moreQuiet = ["--disable-component-update", "--disable-sync"];

/** For the tests of a suite a real headless browser; they are skipped, with the reason, where there is none. */
export function aBrowser(): () => Browser {
  let browser: Browser;
  before(async function () {
    this.timeout(60_000);
    const opened = await openBrowser();
    if (typeof opened === "string") {
      process.stdout.write(`    no browser, so not tried: ${opened}\n`);
      return this.skip();
    }
    browser = opened;
  });
  after(() => browser?.close());
  return () => browser;
}

/** What axe finds in the way of who reads a page, in light and in dark. */
export async function barriersIn(page: Page): Promise<string[]> {
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  const found: string[] = [];
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.evaluate(axe);
    const { violations, passes } = (await page.evaluate("axe.run()")) as {
      violations: { id: string; nodes: { html: string }[] }[];
      passes: object[];
    };
    if (passes.length < 10) found.push(`${scheme}: axe looked at nothing`);
    found.push(...violations.map(({ id, nodes }) => `${scheme}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`));
  }
  return found;
}

/** What does not fit the width of a page: a page that scrolls sideways, and words on two lines. Ids may be on two lines. */
export async function findMisfits(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? ["the page scrolls from " + clientWidth + " to " + scrollWidth] : [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (node.parentElement.closest(".id, script, style, noscript")) continue;
      for (const { 0: word, index } of node.data.matchAll(/[A-Za-z0-9_]+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(word);
      }
    }
    return found;
  })()`)) as string[];
}

/** The system's browser, or the one from npm (Linux on x64); the reason where there is none. */
async function openBrowser(): Promise<Browser | string> {
  const own = installed.find((path) => existsSync(path));
  if (own === undefined && (process.platform !== "linux" || process.arch !== "x64"))
    return `none of ${installed.join(", ")} is there, and the browser from npm is for Linux on x64`;
  return launch(
    own === undefined
      ? { executablePath: await chromium.executablePath(), args: [...chromium.args, ...moreQuiet], headless: "shell" }
      : { executablePath: own, args: [...quiet, ...moreQuiet] },
  );
}
