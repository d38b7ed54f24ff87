import type { Dispatcher } from "undici";

/** A server's answer, byte for byte. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  /** Milliseconds from the start of a call to the last byte of its answer. */
  readonly deadlineMs: number;
  /** Bytes of an answer's body that are accepted at most. */
  readonly maxBytes: number;
}

/** A request that got no whole answer. */
export class ExchangeError extends Error {
  /** Whether undici had a connection for the request and began to write it. False proves that the server never saw it. */
  readonly wasSent: boolean;
  /** The limit that was exceeded, if that ended the exchange. */
  readonly limit: keyof ExchangeLimits | undefined;

  constructor(cause: unknown, wasSent: boolean, limit?: keyof ExchangeLimits) {
    super("the exchange failed", { cause });
    this.wasSent = wasSent;
    this.limit = limit;
  }
}

/**
 * Sends one request and collects its whole answer. Fails with `ExchangeError`.
 * This is a dispatch handler because only `onRequestStart` tells whether the request was written: undici's `request`
 * hides that, and does not end at a deadline while it waits for a connection.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { deadlineMs, maxBytes }: ExchangeLimits,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let head: Omit<RawAnswer, "body"> = { status: 0, headers: {} };
    let started: Dispatcher.DispatchController | undefined;
    let failure: ExchangeError | undefined;
    const fail = (cause: unknown, limit?: keyof ExchangeLimits) => {
      clearTimeout(timer);
      failure ??= new ExchangeError(cause, started !== undefined, limit);
      reject(failure);
      started?.abort(failure);
    };
    const timer = setTimeout(fail, deadlineMs, undefined, "deadlineMs");
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        // A request that waited too long for a connection is not sent any more.
        if (failure === undefined) started = controller;
        else controller.abort(failure);
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers };
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > maxBytes) fail(undefined, "maxBytes");
        else chunks.push(chunk);
      },
      onResponseEnd() {
        clearTimeout(timer);
        resolve({ ...head, body: Buffer.concat(chunks) });
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });
}
