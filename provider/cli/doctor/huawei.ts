import type { HuaweiConnection, Place } from "../../huawei/api/client.js";
import { fetchAccount } from "../../huawei/api/iam.js";
import * as scans from "../../huawei/api/image-scans.js";
import * as images from "../../huawei/api/images.js";
import { listRegistry, type Registry, showImagePayPerScanStatistics } from "../../huawei/api/registries.js";
import { resolveHuaweiConnection } from "../../huawei/credentials/connection.js";
import { checkCaller, judgeSync, type Notes, resolveConnection } from "./caller.js";
import { type Checks, failed, type Judged, notKnown, ok } from "./check.js";
import { ReadingHuaweiClient } from "./clients.js";
import { checkEndpoint } from "./endpoint.js";
import { explainFailure, explainNone, Reads } from "./reads.js";
import { huaweiDoctorReads, huaweiRights } from "./rights.js";
import { type Given, isSecret, readSettings } from "./settings.js";

/** The config keys of credentials, by the environment variables that hold the same. */
const variables = {
  accessKey: ["HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"],
  secretKey: ["HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"],
  securityToken: ["HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"],
  authToken: ["HW_AUTH_TOKEN"],
  userName: ["HW_USER_NAME"],
  userPassword: ["HW_USER_PASSWORD"],
  domainName: ["HW_DOMAIN_NAME"],
};

/** What the lists of findings call the kinds of registries. */
const imageTypes: Readonly<Record<string, string>> = {
  SwrPrivate: "private_image",
  SwrShared: "shared_image",
  SwrEnterprise: "instance_image",
  Harbor: "harbor",
  Jfrog: "jfrog",
};

/** What the reading of one part of an account needs. */
interface Reading {
  readonly checks: Checks;
  readonly client: ReadingHuaweiClient;
  readonly reads: Reads;
  readonly place: Place;
}

/** Everything that reads can tell about one account of Huawei Cloud. */
export async function examineHuawei(checks: Checks, given: Given, { shapes, noted }: Notes): Promise<void> {
  const config = readSettings(checks, "huawei", given, variables);
  const connection = resolveConnection(checks, noted, () => resolveHuaweiConnection(given.account, config, noted));
  if (connection === undefined) return;
  const { endpoint, region, checkAccount } = connection;
  const aheadMs = await checkEndpoint(checks, endpoint, region === undefined ? "no region" : `region ${region}`);
  if (aheadMs === undefined) return;
  const now = () => Date.now() + aheadMs;
  const check = checkAccount && (() => checkAccount(now()));
  const name = "allowedDomainIds";
  const guard = { name, check, isSecret: isSecret(given, "huawei", name) };
  const identify = () => identifyCaller(connection, now());
  if (!(await checkCaller(checks, { noted, identify, guard }))) return;
  const client = new ReadingHuaweiClient(connection, shapes);
  const place = await checkProject(checks, client);
  if (place === undefined) return;
  checks.add("Enterprise project", ok(place.enterpriseProjectId || "not set: only the default one is seen"));
  const reading = { checks, client, reads: new Reads(), place };
  await readPurchases(reading);
  await readScans(reading);
  await readImages(reading);
  await readRegistries(reading);
  reading.reads.addRights(checks, "Huawei Cloud", { rights: huaweiRights, own: huaweiDoctorReads });
}

async function identifyCaller({ auth, iamEndpoint: iam }: HuaweiConnection, now: number): Promise<string> {
  const account = await fetchAccount({ auth, iam, now });
  return auth.by === "password" ? `${account} (user ${auth.userName})` : account;
}

async function checkProject(checks: Checks, client: ReadingHuaweiClient): Promise<Place | undefined> {
  try {
    const place = await client.resolvePlace({});
    checks.add("Project", ok(place.projectId ?? ""));
    return place;
  } catch (error) {
    checks.add("Project", explainFailure(error));
    return undefined;
  }
}

async function readPurchases({ checks, client, reads, place }: Reading): Promise<void> {
  checks.add("Service", notKnown("HSS documents no call that shows whether it is activated"));
  const action = "ShowImagePayPerScanStatistics";
  const paid = await reads.try(action, () => showImagePayPerScanStatistics(client, place));
  const { repository_scan_num: used, free_quota_num: free } = paid ?? {};
  const known = notKnown(
    `${used ?? "?"} paid scans of registry images so far, free quota ${free ?? "?"}; HSS shows no limit`,
  );
  checks.add("Image scans left", paid ? known : reads.explainUnread(action));
}

async function readScans({ checks, client, reads, place }: Reading): Promise<void> {
  await reads.try("ListImageScanTask", () => scans.listImageScanTask(client, place, { type: "registry" }));
  const policy = await reads.try("ListImageScanPolicy", () => scans.listImageScanPolicy(client, place));
  checks.add("Schedule, registry", policy ? judgeSchedule(policy) : reads.explainUnread("ListImageScanPolicy"));
}

function judgeSchedule({ enabled, scan_cycle: days, is_all }: scans.ImageScanPolicy): Judged {
  if (enabled === undefined) return notKnown("the answer does not show it");
  return ok(enabled ? `every ${days} days, ${is_all === true ? "all" : "some"} registries` : "off");
}

async function readImages({ client, reads, place }: Reading): Promise<void> {
  await reads.try("ListImageLocal", () => images.listImageLocal(client, place, {}));
  const listed = await reads.try("ListRegistryImages", () => images.listRegistryImages(client, place, {}));
  const image = listed?.data_list?.map(nameImage).find((one) => one !== undefined);
  if (image === undefined) {
    for (const action of ["ListImageVulnerabilities", "ListImageSensitive"])
      reads.skip(action, explainNone(listed, "registry image"));
    return;
  }
  await reads.try("ListImageVulnerabilities", () =>
    images.listImageVulnerabilities(client, place, { image, offset: 0 }),
  );
  await reads.try("ListImageSensitive", () => images.listImageSensitive(client, place, image));
}

/** How the lists of findings want an image named. Undefined if they do not know its kind of registry. */
function nameImage(row: images.ScannedImage): images.FoundIn | undefined {
  const { image_id: imageId, instance_id: instanceId, image_name: imageName = "", image_version = "" } = row;
  const imageType = imageTypes[row.registry_type ?? ""];
  if (imageId === undefined || imageType === undefined) return undefined;
  return { imageId, imageType, instanceId, namespace: row.namespace ?? "", imageName, imageVersion: image_version };
}

async function readRegistries({ checks, client, reads, place }: Reading): Promise<void> {
  const listed = await reads.try("ListRegistry", () => listRegistry(client, place));
  const rows = listed?.data_list ?? [];
  const none = notKnown("HSS knows none: only local images can be scanned");
  if (listed === undefined) checks.add("Registries", reads.explainUnread("ListRegistry"));
  else if (rows.length === 0) checks.add("Registries", none);
  for (const row of rows) checks.add(`Registry ${row.registry_name ?? "without a name"}`, judgeRegistry(row));
}

function judgeRegistry({ status, latest_sync_time: at, fail_reason = "" }: Registry): Judged {
  const advice = "synchronize the registry in the console of HSS";
  if (status === "fail") return failed(`not connected: ${fail_reason}`, advice);
  const shown = `${new Date(at ?? 0).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return judgeSync(at === 0 ? undefined : at, shown, { slackMs: 0, advice });
}
