import { randomUUID } from "node:crypto";
import type { Reply } from "../server/http.js";
import type { Problem } from "../server/parameters.js";

type Origin = "hss" | "hss-old" | "gateway" | "iam";

/** A refusal, with the status and the envelope of the part of the cloud that refuses. */
export class HssError extends Error {
  override readonly name = "HssError";
  readonly status: number;
  readonly code: string;
  readonly origin: Origin;

  constructor(status: number, code: string, message: string, origin: Origin = "hss") {
    super(message);
    this.status = status;
    this.code = code;
    this.origin = origin;
  }

  reply(): Reply {
    const { code, message } = this;
    const envelopes: Record<Origin, object> = {
      hss: { error_code: code, error_msg: message, error_description: message },
      "hss-old": { error_code: code, error_description: message },
      gateway: { error_code: code, error_msg: message, request_id: randomUUID().replaceAll("-", "") },
      iam: { error: { code, message, title: "Unauthorized" } },
    };
    return {
      status: this.status,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(envelopes[this.origin]),
      code,
    };
  }
}

/** HSS's refusal of a parameter. Missing objects and missing rights also have status 400. */
export function invalid(message: string): HssError {
  return new HssError(400, "HSS.0001", `Invalid parameter: ${message}`);
}

export function refuseParameter({ name, problem, wanted }: Problem): HssError {
  if (problem === "unknown") return invalid(`unknown parameter ${name}`);
  return invalid(problem === "missing" ? `${name} is missing` : `${name} is not ${wanted}`);
}

export function notFound(what: string): HssError {
  return new HssError(400, "HSS.0011", `${what} does not exist.`);
}

/** A decoded part of a path or a query. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HssError(400, "APIGW.0201", "The request format is invalid.", "gateway");
  }
}
