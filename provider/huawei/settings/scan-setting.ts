import type { Present, SettingDriver, SettingKind } from "../../lifecycle/setting-kind.js";
import { isCloudError } from "../../transport/errors.js";
import { canonical } from "../../validation/canonical.js";
import type { InputRules } from "../../validation/inputs.js";
import { anyListOf, boolean, type Check, headerText, integer, record, text } from "../../validation/rules.js";
import type { HuaweiClient, Place } from "../api/client.js";
import * as api from "../api/image-scans.js";
import { maskOf, type ScanScopeName, scanScope, scopeOf } from "../images/scan-scope.js";

/** A registry that the periodic scan covers. The API calls this registry_info. */
export interface ScannedRegistry {
  /** Id of the registry in HSS. */
  readonly registryId: string;
  /** Default: as the cloud knows the registry. */
  readonly registryName?: string;
  /** Default: as the cloud knows the registry. */
  readonly registryType?: "SwrPrivate" | "SwrShared" | "SwrEnterprise" | "Harbor" | "Jfrog" | "Other";
}

/** The recurring scan of registry images of a project in HSS: the fields of ModifyImageScanPolicy. */
export interface ScanSettingValues {
  /** Project. Default: the account's, by setting or looked up. */
  readonly projectId?: string;
  /** Enterprise project. Default: the account's setting, else the cloud's default one. Sent as enterprise_project_id. */
  readonly enterpriseProjectId?: string;
  /** Whether the policy is in force. Sent as enabled. */
  readonly enabled: boolean;
  /** Days between scans: 3, 7 or 14. Sent as scan_cycle. */
  readonly scanCycle: number;
  /** What to look for: names of kinds of risk, or the API's bit mask. Sent as scan_scope. */
  readonly scanScope: number | readonly ScanScopeName[];
  /** Images per hour, 0 (no limit, the default) to 1000. Sent as rate_limit. */
  readonly rateLimit?: number;
  /** Only images updated within so many days: 1, 3 or 7; 0 (default) takes all. Sent as time_scope. */
  readonly timeScope?: number;
  /** The registries to scan. Sent as registry_info. */
  readonly registries: readonly ScannedRegistry[];
}

const oneOfNumbers =
  (...allowed: readonly number[]): Check =>
  (value) =>
    allowed.includes(value as number) ? undefined : `is ${JSON.stringify(value)}, not one of ${allowed.join(", ")}`;

const inputs: InputRules = {
  properties: {
    projectId: headerText,
    enterpriseProjectId: text,
    enabled: boolean,
    scanCycle: oneOfNumbers(3, 7, 14),
    scanScope,
    rateLimit: integer(0, 1000),
    timeScope: oneOfNumbers(0, 1, 3, 7),
    registries: anyListOf(record({ registryId: text, registryName: text, registryType: text }, ["registryId"])),
  },
  required: ["enabled", "scanCycle", "scanScope", "registries"],
  together: ({ enabled, registries }) =>
    enabled === true && Array.isArray(registries) && registries.length === 0
      ? [{ property: "registries", reason: "is empty, and an enabled schedule needs something to scan" }]
      : [],
};

class ScanSettingDriver implements SettingDriver<ScanSettingValues> {
  readonly #client: HuaweiClient;
  readonly #place: Place;

  constructor(client: HuaweiClient, { projectId, enterpriseProjectId }: Partial<ScanSettingValues>) {
    this.#client = client;
    this.#place = { projectId, enterpriseProjectId };
  }

  async where(): Promise<string> {
    const { projectId, enterpriseProjectId } = await this.#client.resolvePlace(this.#place);
    return [this.#client.host, projectId, enterpriseProjectId || "0"].join(" ");
  }

  async read(): Promise<Present<ScanSettingValues> | undefined> {
    const policy = await this.#policy();
    return policy === undefined ? undefined : { values: presentOf(policy) };
  }

  async #policy(): Promise<api.ImageScanPolicy | undefined> {
    try {
      return (await api.listImageScanPolicy(this.#client, this.#place)).response;
    } catch (error) {
      if (isCloudError(error, "missing")) return undefined;
      throw error;
    }
  }

  async write(values: ScanSettingValues): Promise<void> {
    await api.modifyImageScanPolicy(this.#client, this.#place, {
      enabled: values.enabled,
      scan_cycle: values.scanCycle,
      scan_scope: maskOf(values.scanScope),
      rate_limit: values.rateLimit ?? 0,
      time_scope: values.timeScope ?? 0,
      registry_info: await this.#registries(values.registries),
    });
  }

  /** The API wants names and kinds as well, which it has told itself. */
  async #registries(registries: readonly ScannedRegistry[]) {
    const isWhole = ({ registryName, registryType }: ScannedRegistry) => registryName && registryType;
    const known = registries.every(isWhole) ? [] : ((await this.#policy())?.registry_list ?? []);
    return registries.map(({ registryId, registryName, registryType }) => {
      const told = known.find((registry) => registry.registry_id === registryId);
      const name = registryName ?? told?.registry_name;
      const type = registryType ?? told?.registry_type;
      if (!name || !type) {
        throw new Error(
          `registries: HSS lists no registry "${registryId}", so its name and type must be given; nothing was written`,
        );
      }
      return { registry_id: registryId, registry_name: name, registry_type: type };
    });
  }
}

/** What is written as registry_info is read as registry_list, which holds the registries that are not scanned too. */
function presentOf(policy: api.ImageScanPolicy): Partial<ScanSettingValues> {
  return normal({
    enabled: policy.enabled,
    scanCycle: policy.scan_cycle,
    scanScope: policy.scan_scope === undefined || policy.scan_scope === null ? undefined : scopeOf(policy.scan_scope),
    rateLimit: policy.rate_limit,
    timeScope: policy.time_scope,
    registries: policy.registry_list
      ?.filter(({ is_selected }) => is_selected === true)
      .map(({ registry_id }) => ({ registryId: registry_id ?? "" })),
  } as Partial<ScanSettingValues>);
}

/** Masks by their meaning, registries by their ids. */
function normal(values: Partial<ScanSettingValues>): Partial<ScanSettingValues> {
  const { scanScope: scope, registries, ...rest } = values;
  return canonical({
    ...rest,
    scanScope: scope === undefined ? undefined : scopeOf(maskOf(scope)),
    registries: registries?.map(({ registryId }) => ({ registryId })),
  }) as Partial<ScanSettingValues>;
}

/** The one recurring scan of registry images that a project, or an enterprise project, has in HSS. */
export const scanSetting: SettingKind<HuaweiClient, ScanSettingValues> = {
  token: "huawei:ScanSetting",
  inputs,
  enabledBy: "enabled",
  place: ["projectId", "enterpriseProjectId"],
  normal,
  driver: (client, place) => new ScanSettingDriver(client, place),
};
