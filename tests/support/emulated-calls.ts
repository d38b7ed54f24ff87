import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { Emulator, huaweiUser } from "../../emulator/index.js";
import type { EmulatorOptions } from "../../emulator/server/emulator.js";
import { parseJson, writeJson } from "../../emulator/server/json.js";
import { stsActions, stsVersion } from "../../emulator/tencent/sts.js";
import { FakeClock } from "./fake-clock.js";

export type Answer = Readonly<Record<string, unknown>>;
export type Request = Readonly<Record<string, unknown>>;

/** A request to HSS, by where its parameters stand. */
export interface HssRequest {
  readonly path?: string;
  readonly query?: Request;
  readonly body?: Request;
}

/** An emulator that is called without a network, on a clock of its own, with the answers as they would go out. */
export class EmulatedCalls {
  readonly clock = new FakeClock();
  readonly emulator: Emulator;
  readonly #token: string;

  constructor(options: EmulatorOptions = {}) {
    this.emulator = new Emulator({ scanSeconds: 60, ...options, now: this.clock.now });
    const { userName: name, password, domainName } = huaweiUser;
    const user = { name, password, domain: { name: domainName } };
    [this.#token] = this.emulator.huawei.auth.issue(user, this.clock.now() + 365 * 86_400_000);
  }

  /** The content of `Response`, a refusal included. */
  tencent(action: string, request: Request): Answer {
    const version = Object.hasOwn(stsActions, action) ? stsVersion : "2020-11-01";
    const call = { secretId: "", action, version, parameters: { form: "json", text: writeJson(request) } } as const;
    // The service takes so many calls of an action in a second.
    this.clock.pass(100);
    return sent(this.emulator.tencent.run(call, this.clock.now()));
  }

  /** The answer, a refusal included; `*` stands in the path of an operation for what `path` is put for. */
  huawei(operation: string, { path = "", query = {}, body }: HssRequest): Answer {
    const { method, path: pattern } = huaweiOperations[operation] as { method: string; path: string };
    const { huawei } = this.emulator;
    const request = {
      method,
      path: `/v5/${huawei.projectId}${pattern.replace("*", encodeURIComponent(path))}`,
      query: new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString(),
      headers: { "x-auth-token": this.#token },
      body: Buffer.from(body === undefined ? "" : writeJson(body)),
    };
    this.clock.pass(100);
    return sent(parseJson(huawei.run(huawei.route(request), request, this.clock.now()).body ?? "{}") as object);
  }
}

function sent(answer: object): Answer {
  return parseJson(writeJson(answer)) as Answer;
}
