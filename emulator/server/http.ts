import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { writeJson } from "./json.js";

/** A request as it was received, byte for byte. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark, as received. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer, ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The error code of a refusal, for the record of calls. */
  readonly code?: string | undefined;
}

const maxBody = 12 * 1024 * 1024;

/** Undefined if the body is larger than either cloud accepts. */
export async function received(message: IncomingMessage): Promise<ReceivedRequest | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBody) return undefined;
    chunks.push(chunk);
  }
  const [path = "", query = ""] = (message.url ?? "").split(/\?(.*)/s);
  return { method: message.method ?? "", path, query, headers: message.headers, body: Buffer.concat(chunks) };
}

export function readHeader({ headers }: ReceivedRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : (value?.join(",") ?? "");
}

export function html(status: number, text: string): Reply {
  return { status, headers: { "Content-Type": "text/html" }, body: `<html><body>${status} ${text}</body></html>` };
}

export function jsonReply(content: object): Reply {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: writeJson(content) };
}

export function sendReply(response: ServerResponse, { status, headers, body = "" }: Reply): void {
  response
    .writeHead(status, { "X-Request-Id": randomUUID(), ...headers, "Content-Length": Buffer.byteLength(body) })
    .end(body);
}
