import { randomUUID } from "node:crypto";
import { ApiError } from "../server/api-error.js";
import { keep } from "../server/calls.js";
import type { ReceivedRequest } from "../server/http.js";
import { parseJson } from "../server/json.js";
import { nullFields } from "../server/null-fields.js";
import { checkParams, type Params, type Rules, readPairs } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import { Quota } from "../server/quota.js";
import { dueBetween, runSchedule } from "../server/schedule.js";
import type { Action, TencentAccount } from "./action.js";
import { type Authentic, type EmulatedCredentials, TencentAuth } from "./auth.js";
import { findingActions } from "./findings.js";
import { licenceActions } from "./licences.js";
import { localActions, readParts } from "./local.js";
import { scheduledImages } from "./local-images.js";
import { type EmulatedImage, LocalWorld } from "./local-world.js";
import { refuseParameter } from "./refusal.js";
import { parseTypes, registryActions } from "./registry.js";
import { scheduledImages as scheduledRegistryImages } from "./registry-images.js";
import { type RegistryImage, RegistryWorld, scanTypes } from "./registry-world.js";
import { stsActions, stsVersion, type TemporaryKeys, temporaryKeys } from "./sts.js";
import { vulnerabilityActions } from "./vulnerability.js";
import { VulnerabilityWorld } from "./vulnerability-world.js";

const callsPerSecond = 20;
const version = "2020-11-01";

/** One call as it was answered, without anything secret. */
export interface CallRecord {
  readonly at: number;
  readonly action: string;
  /** The error code, "" for success. */
  readonly code: string;
  readonly requestId: string;
  readonly request: Params;
}

/** The actions of TCSS that are emulated, by their names. */
export const tencentActions: Readonly<Record<string, Action>> = {
  ...localActions,
  ...registryActions,
  ...vulnerabilityActions,
  ...findingActions,
  ...licenceActions,
};

/** By the version of the API. STS is served at the same address. */
const servedActions: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  [version]: tencentActions,
  [stsVersion]: stsActions,
};

export interface TencentOptions {
  readonly scanMs: number;
  readonly site: "intl" | "cn";
  readonly presets: Presets;
  readonly credentials: readonly EmulatedCredentials[];
}

/** The image actions of TCSS, and the STS that issues keys for them. */
export class TencentCloud implements TencentAccount {
  readonly site: "intl" | "cn";
  readonly presets: Presets;
  readonly quota: Quota;
  readonly local: LocalWorld;
  readonly registry: RegistryWorld;
  readonly vulnerability: VulnerabilityWorld;
  readonly absentRoles = new Set<string>();
  readonly calls: CallRecord[] = [];
  readonly #auth: TencentAuth;
  readonly #recent = new Map<string, number[]>();
  #advanced: number | undefined;

  constructor({ scanMs, site, presets, credentials }: TencentOptions) {
    this.site = site;
    this.presets = presets;
    this.quota = new Quota(site, presets);
    this.local = new LocalWorld(scanMs, presets, this.quota);
    this.registry = new RegistryWorld(scanMs, presets, this.quota);
    this.vulnerability = new VulnerabilityWorld(scanMs, this.registry, presets, this.quota);
    this.#auth = new TencentAuth(credentials);
  }

  /** Checks the signature. `run` executes the returned call. */
  authenticate(request: ReceivedRequest, now: number): Authentic {
    return this.#auth.verify(request, now);
  }

  issue(seconds: number, now: number, roleArn?: string): TemporaryKeys {
    const keys = temporaryKeys(seconds, now);
    this.#auth.add({ ...keys, roleArn });
    return keys;
  }

  findRole(secretId: string): string | undefined {
    return this.#auth.findRole(secretId);
  }

  /** Makes all temporary keys invalid, as a change of the role does. */
  revoke(): void {
    this.#auth.revoke();
  }

  /** Executes one call and returns the content of its `Response`. */
  run(call: Authentic, now: number): object {
    const requestId = randomUUID();
    let params: Params = {};
    let code = "";
    try {
      const action = this.#findAction(call);
      this.#limit(`${call.secretId} ${call.action}`, now);
      const fields = this.site === "cn" ? { ...action.fields, ...action.domestic } : action.fields;
      params = checkParams(readParams(call, fields), fields, refuseParameter);
      this.advance(now);
      const answer = action.run(this, params, now, call.secretId);
      return { ...(this.presets.has("null-fields") ? nullFields(answer) : answer), RequestId: requestId };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      code = error.code;
      return { Error: { Code: error.code, Message: error.message }, RequestId: requestId };
    } finally {
      keep(this.calls, { at: now, action: call.action, code, requestId, request: params });
    }
  }

  /** Forgets all tasks; their scans go on. */
  forget(): void {
    for (const world of [this.local, this.registry, this.vulnerability]) world.forget();
  }

  /** Updates everything to the present moment. Schedules that are due run. */
  advance(now: number): void {
    const { local, registry, vulnerability, quota } = this;
    for (const world of [local, registry, vulnerability]) world.advance(now);
    const before = this.#advanced ?? now;
    this.#advanced = now;
    const localDue = dueBetween(local.setting, before, now);
    if (localDue !== undefined) {
      const { values } = local.setting;
      const parts = readParts(values);
      const scan = (image: EmulatedImage) => local.finish(image, localDue, parts);
      runSchedule(local.setting, localDue, { images: scheduledImages(local, values), quota, scan });
    }
    const due = dueBetween(registry.setting, before, now);
    if (due === undefined) return;
    const { values } = registry.setting;
    const types = parseTypes(values["ScanType"]) ?? scanTypes;
    const scan = (image: RegistryImage) => registry.finish(image, types, due);
    runSchedule(registry.setting, due, { images: scheduledRegistryImages(registry, values), quota, scan });
  }

  #findAction(call: Authentic): Action {
    const actions = servedActions[call.version];
    if (actions === undefined) throw new ApiError("NoSuchVersion", `The version \`${call.version}\` does not exist.`);
    const action = Object.hasOwn(actions, call.action) ? actions[call.action] : undefined;
    if (action === undefined) throw new ApiError("InvalidAction", `The action \`${call.action}\` does not exist.`);
    return action;
  }

  #limit(key: string, now: number): void {
    const recent = (this.#recent.get(key) ?? []).filter((at) => at > now - 1000);
    this.#recent.set(key, recent);
    if (recent.length >= callsPerSecond) {
      throw new ApiError(
        "RequestLimitExceeded",
        `Your current request times equals to \`${recent.length + 1}\` in a second, which exceeds the frequency limit \`${callsPerSecond}\` for a second. Please reduce the frequency of calls.`,
      );
    }
    recent.push(now);
  }
}

function readParams(call: Authentic, fields: Rules): Params {
  if (call.parameters.form === "flat") return readPairs(call.parameters.pairs, fields, refuseParameter);
  try {
    const parsed = parseJson(call.parameters.text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Params;
  } catch {
    // Continues to the refusal of anything that is not an object.
  }
  throw new ApiError("InvalidRequest", "The body of the request is not a JSON object.");
}
