import { describeError } from "../../transport/errors.js";
import { send } from "../../transport/http.js";
import { findProxy } from "../../transport/proxy.js";
import { type Checks, failed, type Judged, notKnown, ok, warning } from "./check.js";

const limits = { deadlineMs: 20_000, maxBytes: 1024 * 1024 };
/** A machine with a synchronized clock is never so far off. */
const toleranceMs = 60_000;

/**
 * Asks for nothing in particular: any answer shows the way to the server, and its clock.
 * Gives the milliseconds that the server is ahead; undefined if there was no answer.
 */
export async function checkEndpoint(checks: Checks, url: URL, more: string): Promise<number | undefined> {
  try {
    const proxy = findProxy(url);
    const through = proxy === undefined ? "no proxy" : `through the proxy ${proxy.host}`;
    const before = Date.now();
    const { serverTime } = await send({ method: "GET", url, headers: {} }, limits);
    const aheadMs = serverTime === undefined ? undefined : serverTime - (before + Date.now()) / 2;
    checks.add("Endpoint", ok(`${url.host}, ${more}, ${through}`));
    checks.add("Clock", judgeClock(aheadMs));
    return aheadMs ?? 0;
  } catch (error) {
    checks.add("Endpoint", failed(`${url.host}, ${more}: not reached`, describeError(error)));
    return undefined;
  }
}

function judgeClock(aheadMs: number | undefined): Judged {
  if (aheadMs === undefined) return notKnown("the answer has no date");
  if (Math.abs(aheadMs) <= toleranceMs) return ok("within a minute of the server's clock");
  const off = `${describeMinutes(Math.abs(aheadMs) / 60_000)} ${aheadMs > 0 ? "behind" : "ahead of"} the server's clock`;
  return warning(
    off,
    "correct this machine's clock (NTP); this package corrects the time of its calls, other tools do not",
  );
}

function describeMinutes(minutes: number): string {
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
