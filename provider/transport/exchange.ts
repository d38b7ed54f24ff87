import type { Dispatcher } from "undici";

/** What a server has answered, byte for byte. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Why an exchange was broken off by this side. */
export class BrokenOff extends Error {
  readonly limit: "deadline" | "size";
  /** Whether there was a connection, and the request may have gone out. */
  readonly wasSent: boolean;

  constructor(limit: "deadline" | "size", wasSent: boolean) {
    super(`broken off by its ${limit}`);
    this.limit = limit;
    this.wasSent = wasSent;
  }
}

interface Ends {
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects one answer within limits. Undici's own way to do so costs a stream and a signal for each call. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #ends: Ends;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #brokenOff: BrokenOff | undefined;
  #status = 0;
  #headers: RawAnswer["headers"] = {};
  #bytes = 0;

  constructor(limits: { readonly deadlineMs: number; readonly maxBytes: number }, ends: Ends) {
    this.#ends = ends;
    this.#maxBytes = limits.maxBytes;
    this.#timer = setTimeout(() => this.#breakOff("deadline"), limits.deadlineMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // One that waited too long for a connection is not sent any more.
    if (this.#brokenOff !== undefined) controller.abort(this.#brokenOff);
  }

  onResponseStart(_controller: unknown, status: number, headers: RawAnswer["headers"]): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#breakOff("size");
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    const [first] = this.#chunks;
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#ends.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: unknown, error: Error): void {
    clearTimeout(this.#timer);
    this.#ends.reject(this.#brokenOff ?? error);
  }

  #breakOff(limit: "deadline" | "size"): void {
    const error = new BrokenOff(limit, this.#controller !== undefined);
    this.#brokenOff = error;
    this.#controller?.abort(error);
    this.onResponseError(undefined, error);
  }
}

/** Sends one request and collects its whole answer. Fails with `BrokenOff`, or with the error of the connection. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: { readonly deadlineMs: number; readonly maxBytes: number },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(limits, { resolve, reject }));
  });
}
