/** What an API answered. */
export interface Answer<Response> {
  readonly response: Response;
  readonly requestId: string;
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
}
