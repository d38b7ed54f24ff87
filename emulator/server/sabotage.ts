import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Fault } from "./faults.js";
import { html, jsonReply, type Reply, sendReply } from "./http.js";
import { parseJson, writeJson } from "./json.js";
import { changesContent, spoil } from "./spoil.js";

/** A call that a fault affects. */
export interface Victim {
  run(): Reply;
  refuse(code: string, status: number | undefined): Reply;
  /** Stops listening for so many milliseconds. */
  refuseAll(ms: number): void;
  forget(): void;
}

const pieces = 20;

/** Answers a call with the fault. */
export async function sabotage(fault: Fault, victim: Victim, response: ServerResponse): Promise<void> {
  const { fault: kind, ms = 1_000 } = fault;
  if (kind === "forget") victim.forget();
  const isExecuted = fault.executed === true || kind === "delay" || kind === "slow" || kind === "forget";
  const done = isExecuted || changesContent(kind) ? victim.run() : jsonReply({ Response: {} });
  const body = done.body ?? "";
  switch (kind) {
    case "reset":
      return void response.socket?.resetAndDestroy();
    case "refuse":
      response.socket?.resetAndDestroy();
      return victim.refuseAll(ms);
    case "hang":
      return;
    case "delay":
      await setTimeout(ms);
      return sendReply(response, done);
    case "slow":
      return sendSlowly(response, done, ms);
    case "half":
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length + 10 });
      response.write(body.slice(0, body.length / 2), () => response.socket?.resetAndDestroy());
      return;
    case "status":
      return sendReply(response, html(fault.status ?? 502, "Bad Gateway"));
    case "error":
      return sendReply(response, victim.refuse(fault.code ?? "InternalError", fault.status));
    case "garbage":
      return sendReply(response, { ...jsonReply({}), body: body.slice(0, body.length / 2) });
    case "empty":
      return sendReply(response, { ...jsonReply({}), body: "[]" });
    case "huge":
      return sendReply(response, { ...jsonReply({}), body: `{"Response":{"x":"${"x".repeat(20 * 1024 * 1024)}"}}` });
    default:
      return sendReply(response, changesContent(kind) ? changeBody(done, (answer) => spoil(answer, kind)) : done);
  }
}

function changeBody(reply: Reply, change: (answer: unknown) => unknown): Reply {
  return reply.body?.startsWith("{") ? { ...reply, body: writeJson(change(parseJson(reply.body))) } : reply;
}

async function sendSlowly(response: ServerResponse, { status, headers, body = "" }: Reply, ms: number): Promise<void> {
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  const bytes = Buffer.from(body);
  const step = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    await setTimeout(ms / pieces);
    response.write(bytes.subarray(at, at + step));
  }
  response.end();
}
