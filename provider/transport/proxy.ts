import { CloudError } from "./errors.js";
import { isLoopback, isMetadataService } from "./nearby.js";

type Environment = Readonly<Record<string, string | undefined>>;

// The names and their order are undici's: lower case first, and HTTP_PROXY serves https too where HTTPS_PROXY is not set.
const variables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] as const;

/** The proxy that the environment names for an https URL; none for hosts nearby. Throws a `config` error that does not repeat the variable's value. */
export function findProxy(url: URL, env: Environment = process.env): URL | undefined {
  if (isLoopback(url) || isMetadataService(url)) return undefined;
  const variable = variables.find((name) => env[name]);
  if (variable === undefined || isExempt(url, env["no_proxy"] || env["NO_PROXY"] || "")) return undefined;
  return parseProxy(variable, env[variable] ?? "");
}

function parseProxy(variable: string, text: string): URL {
  const proxy = URL.parse(text.includes("://") ? text : `http://${text}`);
  const isWhole = proxy !== null && proxy.pathname + proxy.search + proxy.hash === "/" && isDecodable(proxy);
  if (isWhole && /^https?:$/.test(proxy.protocol)) return proxy;
  const example = "write it as http://user:password@host:port, with special characters of the password as %XX";
  const message = `the environment variable ${variable} is not the URL of an http or https proxy; ${example}`;
  throw new CloudError({ kind: "config", message });
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Whether NO_PROXY names a host: by itself, by a domain above it, or by `*`; with a port, or for all ports. */
function isExempt({ hostname, port }: URL, noProxy: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = "", itsPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === "" || (itsPort !== undefined && itsPort !== (port || "443"))) return false;
    const domain = name.replace(/^\*?\.|\.$/g, "");
    return name === "*" || (host === domain && !name.startsWith("*")) || host.endsWith(`.${domain}`);
  });
}
