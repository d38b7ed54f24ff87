import type { Present, SettingDriver, SettingKind } from "../../lifecycle/setting-kind.js";
import { isCloudError } from "../../transport/errors.js";
import { canonical } from "../../validation/canonical.js";
import { defineRequest, field, type RequestOf, record } from "../../validation/fields.js";
import { namedOnce } from "../../validation/repeated.js";
import { anyListOf, boolean, headerText, integer, oneOf, text, textUpTo } from "../../validation/rules.js";
import type { HuaweiClient, Place } from "../api/client.js";
import * as api from "../api/image-scans.js";
import { readScope, scanScope, toMask } from "../images/scan-scope.js";

const registryTypes = oneOf("SwrPrivate", "SwrShared", "SwrEnterprise", "Harbor", "Jfrog", "Other");

const scannedRegistry = {
  /** Id of the registry in HSS. Sent as `registry_id`. */
  registryId: field("registry_id", text, { required: true }),
  /**
   * Name of the registry. Sent as `registry_name`.
   * @default the name that the cloud has
   */
  registryName: field("registry_name", text),
  /**
   * Kind of the registry. Sent as `registry_type`.
   * @default the kind that the cloud has
   */
  registryType: field("registry_type", registryTypes),
};

/** A registry that the recurring scan covers. The API calls this registry_info. */
export interface ScannedRegistry extends RequestOf<typeof scannedRegistry> {}

const fields = {
  /**
   * Id of the project, up to 256 characters. Sent as `project_id`.
   * @default the account's project, configured or looked up
   */
  projectId: field("project_id", headerText(256), { part: "path" }),
  /**
   * Id of the enterprise project, up to 256 characters. Sent as `enterprise_project_id`.
   * @default the account's setting, else the cloud's default enterprise project
   */
  enterpriseProjectId: field("enterprise_project_id", textUpTo(256), { part: "query" }),
  /** Whether the schedule runs. Sent as `enabled`. */
  enabled: field("enabled", boolean, { required: true }),
  /** Days between scans: 3, 7 or 14. Sent as `scan_cycle`. */
  scanCycle: field("scan_cycle", oneOf(3, 7, 14), { required: true }),
  /**
   * What to look for: names of kinds of risk, or the API's bit mask, 1 to 2147483647. Sent as `scan_scope`.
   *
   * @example
   * scanScope: ["vulnerabilities", "maliciousFiles"]
   */
  scanScope: field("scan_scope", scanScope, { required: true }),
  /**
   * Images per hour, 0 to 1000; 0 is no limit. Sent as `rate_limit`.
   * @default 0
   */
  rateLimit: field("rate_limit", integer(0, 1000), { default: 0 }),
  /**
   * Scans only images that were updated in the last 1, 3 or 7 days. 0 means all images. Sent as `time_scope`.
   * @default 0
   */
  timeScope: field("time_scope", oneOf(0, 1, 3, 7), { default: 0 }),
  /**
   * The registries to scan. Sent as `registry_info`.
   *
   * @example
   * registries: [{ registryId: "registry-1" }]
   */
  registries: field("registry_info", anyListOf<ScannedRegistry>(record(scannedRegistry)), { required: true }),
};

/** The recurring scan of registry images of a project in HSS: the fields of ModifyImageScanPolicy. */
export interface ScanSettingValues extends RequestOf<typeof fields> {}

const inputs = defineRequest("ModifyImageScanPolicy", fields, ({ enabled, registries }: ScanSettingValues) => [
  [enabled && registries.length === 0, "registries", "is empty, and an enabled schedule needs at least one registry"],
  namedOnce("registries", registries, "registryId"),
]);

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
    return policy === undefined ? undefined : { values: toValues(policy) };
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
    const registries = await this.#registries(values.registries);
    await api.modifyImageScanPolicy(this.#client, this.#place, inputs.toWire({ ...values, registries }));
  }

  /** The API also requires names and kinds, although it knows them. */
  async #registries(registries: readonly ScannedRegistry[]): Promise<ScannedRegistry[]> {
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
      return { registryId, registryName: name, registryType: type as ScannedRegistry["registryType"] & string };
    });
  }
}

/** The API takes registry_info, and returns registry_list, which also holds registries that are not scanned. */
function toValues({ registry_list, ...policy }: api.ImageScanPolicy): Partial<ScanSettingValues> {
  const registry_info = registry_list?.filter(({ is_selected }) => is_selected === true);
  return normal(inputs.fromWire({ ...policy, registry_info }));
}

/** Masks by their meaning, registries by their ids. */
function normal(values: Partial<ScanSettingValues>): Partial<ScanSettingValues> {
  const { scanScope: scope, registries, ...rest } = values;
  return canonical({
    ...rest,
    scanScope: scope === undefined ? undefined : readScope(toMask(scope)),
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
