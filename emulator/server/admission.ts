import { isIP } from "node:net";
import type { ReceivedRequest } from "./http.js";

/**
 * Whether a request may administer the emulator. Another web page may send requests to this machine, but neither
 * without an Origin of its own nor with our header; and one whose own name was made to lead here (DNS rebinding) still
 * asks for that name. The emulator's own page has the emulator's origin.
 */
export function mayAdminister({ headers }: ReceivedRequest, ownName: string | undefined): boolean {
  const { origin, host = "", "x-emulator-admin": asked } = headers;
  return asked !== undefined && isOwnName(host, ownName) && (origin === undefined || origin === `http://${host}`);
}

/**
 * Whether a Host header is an address, a name without a dot (of this machine, or of a container's network), or the name
 * that was told to listen on: nobody else can make those lead here.
 */
function isOwnName(host: string, own: string | undefined): boolean {
  const { hostname = "" } = URL.parse(`http://${host}`) ?? {};
  const name = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(name) !== 0 || (name !== "" && !name.includes(".")) || name === own;
}
