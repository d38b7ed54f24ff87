/** What an API answered. Every field of a response may be missing or null, whatever the API's schema says. */
export interface Answer<Response> {
  readonly response: Response;
  readonly requestId: string;
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
}

/** A field of an answer. */
export type Maybe<T> = T | null | undefined;
