import { isIP } from "node:net";
import type { ReceivedRequest } from "./http.js";

/**
 * Whether a request may administer the emulator. Another web page can send requests to this machine, but neither
 * without its own Origin nor with our header. A page whose host name resolves to this machine (DNS rebinding) still
 * sends that name. The emulator's own page has the emulator's origin.
 */
export function mayAdminister({ headers }: ReceivedRequest, ownName: string | undefined): boolean {
  const { origin, host = "", "x-emulator-admin": asked } = headers;
  return asked !== undefined && isOwnName(host, ownName) && (origin === undefined || origin === `http://${host}`);
}

/**
 * Whether a Host header is an address, a name without a dot (of this machine, or of a container network), or the name
 * that the user chose to listen on. Nobody else can make these resolve to this machine.
 */
function isOwnName(host: string, own: string | undefined): boolean {
  const { hostname = "" } = URL.parse(`http://${host}`) ?? {};
  const name = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(name) !== 0 || (name !== "" && !name.includes(".")) || name === own;
}
