import { existsSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import { type Browser, launch } from "puppeteer-core";

/** Chromium as distributions install it. */
const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Nothing of its own goes to the network. */
const quiet = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const moreQuiet = ["--disable-component-update", "--disable-sync"];

/** A real headless browser, the system's or the one from npm (Linux on x64); the reason where there is none. */
export async function openBrowser(): Promise<Browser | string> {
  const own = installed.find((path) => existsSync(path));
  if (own === undefined && (process.platform !== "linux" || process.arch !== "x64"))
    return `none of ${installed.join(", ")} is there, and the browser from npm is for Linux on x64`;
  return launch(
    own === undefined
      ? { executablePath: await chromium.executablePath(), args: [...chromium.args, ...moreQuiet], headless: "shell" }
      : { executablePath: own, args: [...quiet, ...moreQuiet] },
  );
}
