import type { Answer } from "./answer.js";
import { type Clock, systemClock } from "./clock.js";
import { asPreparation, isCloudError } from "./errors.js";
import type { ExchangeLimits } from "./exchange.js";
import { type HttpAnswer, type HttpRequest, send } from "./http.js";
import type { Limit, Limiter } from "./limiter.js";
import { once } from "./once.js";
import { type Effect, retry } from "./retry.js";
import { ServerClock } from "./server-clock.js";
import { SharedReads } from "./shared-reads.js";

// The steps of each call, the same for every cloud. A step can repeat all the steps to its right.
//
//   retry ── clock ── check ── keys ── limiter ── sign ── send ── read
//     │        │        │        │        └ waits for its turn; equal reads that wait share one answer
//     │        │        │        └ gets new keys once, if the cloud refuses the present ones
//     │        │        └ fails if the keys are of the wrong account; passed once
//     │        └ corrects the time once, if the cloud refuses the time stamp
//     └ repeats what may be repeated, after a pause

/** Fails if nothing may be asked or changed, at a moment in milliseconds since 1970. */
export type AccountCheck = (now: number) => Promise<void>;

/** Where the keys, or the token, of calls come from. */
export interface KeySource<Keys> {
  /** Who they are for, without a secret. */
  readonly identity: string;
  get(now: number): Promise<Keys>;
  /** Forgets keys that the cloud refused. False if there is no way to others. */
  invalidate(refused: Keys): Promise<boolean>;
}

/** Keys that stay the same. */
export function createFixedKeys<Keys>(identity: string, keys: Keys): KeySource<Keys> {
  return { identity, get: async () => keys, invalidate: async () => false };
}

export interface Call<Keys, Response> {
  readonly action: string;
  readonly effect: Effect;
  readonly host: string;
  /** The same text for reads that ask the same. */
  readonly question: string;
  sign(keys: Keys, now: number): HttpRequest;
  /** Throws the typed error for an answer that is none of success. */
  read(answer: HttpAnswer, now: number): Omit<Answer<Response>, "serverTime">;
}

export interface PipelineParts<Keys> {
  readonly keys: KeySource<Keys>;
  /** Whether a code of kind `auth` says that these keys are no longer good. Then nothing was executed. */
  readonly refusesKeys: (code: string) => boolean;
  readonly check?: AccountCheck | undefined;
  readonly limit: Limit;
  readonly limiter: Limiter;
  readonly clock?: Clock | undefined;
  readonly http?: ExchangeLimits | undefined;
}

export class Pipeline<Keys> {
  readonly #parts: PipelineParts<Keys>;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;
  readonly #reads = new SharedReads();
  readonly #check: () => Promise<void>;

  constructor(parts: PipelineParts<Keys>) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#serverClock = new ServerClock(this.#clock);
    this.#check = once(async () => parts.check?.(this.#serverClock.now()));
  }

  getKeys(): Promise<Keys> {
    return this.#parts.keys.get(this.#serverClock.now());
  }

  /** Makes one call, and repeats it where its effect and the failure allow that. */
  call<Response>(call: Call<Keys, Response>): Promise<Answer<Response>> {
    const attempt = () => this.#serverClock.retryCorrected(() => this.#attempt(call));
    return retry(call.effect, attempt, { clock: this.#clock });
  }

  async #attempt<Response>(call: Call<Keys, Response>): Promise<Answer<Response>> {
    const { keys, refusesKeys } = this.#parts;
    // Reads are checked too: a task that another account does not show may still run.
    await asPreparation(call, this.#check);
    const present = await asPreparation(call, () => this.getKeys());
    try {
      return await this.#waitAndSend(call, present);
    } catch (error) {
      const isRefusal = isCloudError(error, "auth") && refusesKeys(error.code ?? "");
      if (!isRefusal || !(await keys.invalidate(present))) throw error;
      return this.#waitAndSend(call, await asPreparation(call, () => this.getKeys()));
    }
  }

  async #waitAndSend<Response>(call: Call<Keys, Response>, keys: Keys): Promise<Answer<Response>> {
    const { limiter, limit, keys: source } = this.#parts;
    const wait = () => limiter.waitForTurn(`${call.host} ${source.identity} ${call.action}`, limit);
    const ask = () => this.#send(call, keys);
    if (call.effect === "read") return this.#reads.read(call.question, wait, ask);
    await wait();
    return ask();
  }

  async #send<Response>(call: Call<Keys, Response>, keys: Keys): Promise<Answer<Response>> {
    const request = call.sign(keys, this.#serverClock.now());
    const answer = await send({ ...request, freshConnection: call.effect === "submit" }, this.#parts.http);
    const now = this.#serverClock.now();
    return { ...call.read(answer, now), serverTime: answer.serverTime ?? now };
  }
}
