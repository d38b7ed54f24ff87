import type { TencentConnection } from "../../tencent/api/client.js";
import { describeImageAuthorizedInfo, describePurchaseStateInfo } from "../../tencent/api/licences.js";
import * as local from "../../tencent/api/local-images.js";
import * as registry from "../../tencent/api/registry-images.js";
import { describeAssetImageRegistryVulList, describeAssetImageVulList } from "../../tencent/api/vulnerabilities.js";
import * as vulnerability from "../../tencent/api/vulnerability-scans.js";
import { resolveTencentConnection } from "../../tencent/credentials/connection.js";
import { Sts } from "../../tencent/credentials/sts.js";
import { checkCaller, type Notes, resolveConnection } from "./caller.js";
import type { Checks } from "./check.js";
import { ReadingTencentClient } from "./clients.js";
import { checkEndpoint } from "./endpoint.js";
import { explainNone, Reads } from "./reads.js";
import { tencentDoctorReads, tencentRights } from "./rights.js";
import { type Given, isSecret, readSettings } from "./settings.js";
import { judgeLicences, judgeRegistryList, judgeSchedule, judgeService, listRegistries } from "./tencent-state.js";

/** The config keys of credentials, by the environment variables that hold the same. */
const variables = {
  secretId: ["TENCENTCLOUD_SECRET_ID"],
  secretKey: ["TENCENTCLOUD_SECRET_KEY"],
  securityToken: ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"],
};

const page = { Limit: 10, Offset: 0 };

/** What the reading of one part of an account needs. */
interface Reading {
  readonly checks: Checks;
  readonly client: ReadingTencentClient;
  readonly reads: Reads;
}

/** Everything that reads can tell about one account of Tencent Cloud. */
export async function examineTencent(checks: Checks, given: Given, { shapes, noted }: Notes): Promise<void> {
  const config = readSettings(checks, "tencent", given, variables);
  const connection = resolveConnection(checks, noted, () => resolveTencentConnection(given.account, config, noted));
  if (connection === undefined) return;
  const { endpoint, site, region, checkAccount } = connection;
  const where = `site ${site}${region === undefined ? "" : `, region ${region}`}`;
  if ((await checkEndpoint(checks, endpoint, where)) === undefined) return;
  const check = checkAccount && (() => checkAccount(Date.now()));
  const name = "allowedAccountIds";
  const guard = { name, check, isSecret: isSecret(given, "tencent", name) };
  const identify = () => identifyCaller(connection);
  if (!(await checkCaller(checks, { noted, identify, guard }))) return;
  const reading = { checks, client: new ReadingTencentClient(connection, shapes), reads: new Reads() };
  await readPurchases(reading);
  await readLocal(reading);
  await readRegistryImages(reading);
  await readRegistries(reading);
  await readVulnerabilityScans(reading);
  reading.reads.addRights(checks, "Tencent Cloud", { rights: tencentRights, own: tencentDoctorReads });
}

async function identifyCaller({ sts, endpoint, site, credentials }: TencentConnection): Promise<string> {
  const { account, user, type } = await new Sts(sts ?? endpoint, site).fetchCaller(credentials);
  const who = [type, user === account ? undefined : user].filter((one) => one !== undefined).join(" ");
  return who === "" ? account : `${account} (${who})`;
}

async function readPurchases({ checks, client, reads }: Reading): Promise<void> {
  const bought = await reads.try("DescribePurchaseStateInfo", () => describePurchaseStateInfo(client));
  checks.add("Service", bought ? judgeService(bought) : reads.explainUnread("DescribePurchaseStateInfo"));
  const licences = await reads.try("DescribeImageAuthorizedInfo", () => describeImageAuthorizedInfo(client));
  const judged = licences ? judgeLicences(licences) : reads.explainUnread("DescribeImageAuthorizedInfo");
  checks.add("Image scans left", judged);
}

/** One that was scanned, if there is one: it has more to show. */
function chooseImage<T extends { ScanStatus?: string }>(images: { List?: T[] } | undefined): T | undefined {
  return images?.List?.find(({ ScanStatus }) => ScanStatus === "SCANNED") ?? images?.List?.[0];
}

async function readLocal({ checks, client, reads }: Reading): Promise<void> {
  const images = await reads.try("DescribeAssetImageList", () => local.describeAssetImageList(client, page));
  const { ImageID: id } = chooseImage(images) ?? {};
  if (id === undefined) {
    for (const rest of ["Detail", "VulList"])
      reads.skip(`DescribeAssetImage${rest}`, explainNone(images, "local image"));
  } else {
    await reads.try("DescribeAssetImageDetail", () => local.describeAssetImageDetail(client, id));
    await reads.try("DescribeAssetImageVulList", () => describeAssetImageVulList(client, id, page));
  }
  const task = await reads.try("DescribeAssetImageScanTask", () => local.describeAssetImageScanTask(client));
  const { TaskID: taskId } = task ?? {};
  if (!taskId) reads.skip("DescribeAssetImageScanStatus", explainNone(task, "scan yet"));
  else await reads.try("DescribeAssetImageScanStatus", () => local.describeAssetImageScanStatus(client, taskId));
  const action = "DescribeAssetImageScanSetting";
  const setting = await reads.try(action, () => local.describeAssetImageScanSetting(client));
  checks.add("Schedule, local", setting ? judgeSchedule(setting) : reads.explainUnread(action));
}

async function readRegistryImages({ checks, client, reads }: Reading): Promise<void> {
  const images = await reads.try("DescribeAssetImageRegistryList", () =>
    registry.describeAssetImageRegistryList(client, page),
  );
  const { Id: id } = chooseImage(images) ?? {};
  if (id === undefined) {
    for (const rest of ["Detail", "VulList", "ScanStatusOneKey"])
      reads.skip(`DescribeAssetImageRegistry${rest}`, explainNone(images, "registry image"));
  } else {
    await reads.try("DescribeAssetImageRegistryDetail", () => registry.describeAssetImageRegistryDetail(client, id));
    await reads.try("DescribeAssetImageRegistryVulList", () => describeAssetImageRegistryVulList(client, id, page));
    await reads.try("DescribeAssetImageRegistryScanStatusOneKey", () =>
      registry.describeAssetImageRegistryScanStatusOneKey(client, { Id: [id] }),
    );
  }
  const action = "DescribeImageRegistryTimingScanTask";
  const setting = await reads.try(action, () => registry.describeImageRegistryTimingScanTask(client));
  checks.add("Schedule, registry", setting ? judgeSchedule(setting) : reads.explainUnread(action));
}

async function readRegistries({ checks, client, reads }: Reading): Promise<void> {
  const statusAction = "DescribeAssetImageRegistryAssetStatus";
  const status = await reads.try(statusAction, () => registry.describeAssetImageRegistryAssetStatus(client));
  checks.add("Registry list", status ? judgeRegistryList(status) : reads.explainUnread(statusAction));
  const action = "DescribeAssetImageRegistryRegistryList";
  const list = await reads.try(action, () =>
    registry.describeAssetImageRegistryRegistryList(client, { Limit: 100, Offset: 0 }),
  );
  if (list === undefined) checks.add("Registries", reads.explainUnread(action));
  else for (const { name, judged } of listRegistries(list)) checks.add(name, judged);
}

async function readVulnerabilityScans({ client, reads }: Reading): Promise<void> {
  const action = "DescribeVulScanAuthorizedImageSummary";
  await reads.try(action, () => vulnerability.describeVulScanAuthorizedImageSummary(client));
  const scan = await reads.try("DescribeVulScanInfo", () => vulnerability.describeVulScanInfo(client, {}));
  const { LocalTaskID: id } = scan ?? {};
  if (!id) reads.skip("DescribeVulScanLocalImageList", explainNone(scan, "vulnerability scan of local images yet"));
  else {
    const request = { TaskID: id, ...page };
    await reads.try("DescribeVulScanLocalImageList", () =>
      vulnerability.describeVulScanLocalImageList(client, request),
    );
  }
}
