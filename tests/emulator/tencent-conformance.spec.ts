import assert from "node:assert/strict";
import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { TencentAuth } from "../../emulator/tencent/auth.js";
import { tencentActions } from "../../emulator/tencent/tencent.js";
import { TencentClient } from "../../provider/tencent/api/client.js";
import * as licences from "../../provider/tencent/api/licences.js";
import * as local from "../../provider/tencent/api/local-images.js";
import * as registry from "../../provider/tencent/api/registry-images.js";
import * as vulnerabilities from "../../provider/tencent/api/vulnerabilities.js";
import * as vulnerability from "../../provider/tencent/api/vulnerability-scans.js";
import { Limiter } from "../../provider/transport/limiter.js";
import { Account, imageId } from "../support/account.js";
import { recorded } from "../support/recorder.js";

// Every action, by the vendor's own client, unchanged: against the emulator, and beside our client.

interface Sample {
  readonly request: object;
  readonly ours?: (client: TencentClient) => Promise<unknown>;
  /** The code with which a fresh account refuses it. */
  readonly refused?: string;
  readonly fields?: readonly string[];
}

const page = { Limit: 10, Offset: 0 };
const schedule = { Enable: true, ScanTime: "01:00", ScanPeriod: 1, ScanVirus: true, ScanRisk: true, ScanVul: true };
const registrySchedule = { Enable: true, ScanTime: "18:10", ScanPeriod: 1, ScanType: ["CVE"], Id: [8_741_110] };
const image = { InstanceName: "demo", Namespace: "shop", ImageName: "web", ImageTag: "1.4.2", Force: "false" };
const localScan = { Images: [imageId("web")], ScanVul: true, ScanVirus: false, ScanRisk: false };
const registryScan = { Id: [8_741_110], ScanType: ["CVE", "VIRUS", "RISK"] };
const oneKey = { ScanScope: 1, Images: [image], ScanType: ["CVE"], IsLatest: false };
const vulnerabilityScan = { LocalImageScanType: "ALL", RegistryImageIDs: [8_741_110] };

const samples: Readonly<Record<string, Sample>> = {
  CreateAssetImageScanSetting: {
    request: schedule,
    ours: (client) => local.createAssetImageScanSetting(client, schedule),
  },
  DescribeAssetImageScanSetting: {
    request: {},
    ours: (client) => local.describeAssetImageScanSetting(client),
    fields: ["Enable", "ScanTime", "ScanPeriod"],
  },
  CreateAssetImageScanTask: {
    request: localScan,
    ours: (client) => local.createAssetImageScanTask(client, localScan),
    fields: ["TaskID"],
  },
  DescribeAssetImageScanTask: {
    request: {},
    ours: (client) => local.describeAssetImageScanTask(client),
    fields: ["TaskID"],
  },
  DescribeAssetImageScanStatus: {
    request: { TaskID: "41033" },
    ours: (client) => local.describeAssetImageScanStatus(client, "41033"),
    refused: "ResourceNotFound",
  },
  ModifyAssetImageScanStop: {
    request: { TaskID: "41033" },
    ours: (client) => local.modifyAssetImageScanStop(client, "41033"),
    refused: "ResourceNotFound",
  },
  DescribeAssetImageList: {
    request: page,
    ours: (client) => local.describeAssetImageList(client, page),
    fields: ["TotalCount", "List"],
  },
  DescribeAssetImageDetail: {
    request: { ImageID: imageId("web") },
    ours: (client) => local.describeAssetImageDetail(client, imageId("web")),
    fields: ["ImageName", "ScanStatus"],
  },
  CreateAssetImageRegistryScanTask: {
    request: registryScan,
    ours: (client) => registry.createAssetImageRegistryScanTask(client, registryScan),
    fields: ["TaskID"],
  },
  CreateAssetImageRegistryScanTaskOneKey: {
    request: oneKey,
    ours: (client) => registry.createAssetImageRegistryScanTaskOneKey(client, oneKey),
    fields: ["TaskID"],
  },
  DescribeAssetImageRegistryScanStatusOneKey: {
    request: { Id: [8_741_110] },
    ours: (client) => registry.describeAssetImageRegistryScanStatusOneKey(client, { Id: [8_741_110] }),
    fields: ["ImageTotal", "Schedule", "Status", "ScanRemainTime", "ImageStatus"],
  },
  ModifyAssetImageRegistryScanStop: {
    request: { Id: [8_741_110] },
    ours: (client) => registry.modifyAssetImageRegistryScanStop(client, { Id: [8_741_110] }),
  },
  ModifyAssetImageRegistryScanStopOneKey: {
    request: { All: true },
    ours: (client) => registry.modifyAssetImageRegistryScanStopOneKey(client, { All: true }),
  },
  UpdateImageRegistryTimingScanTask: {
    request: registrySchedule,
    ours: (client) => registry.updateImageRegistryTimingScanTask(client, registrySchedule),
  },
  DescribeImageRegistryTimingScanTask: {
    request: {},
    ours: (client) => registry.describeImageRegistryTimingScanTask(client),
    fields: ["Enable", "ScanTime", "ScanType"],
  },
  DescribeAssetImageRegistryList: {
    request: page,
    ours: (client) => registry.describeAssetImageRegistryList(client, page),
    fields: ["TotalCount", "List"],
  },
  DescribeAssetImageRegistryDetail: {
    request: { Id: 8_741_110 },
    ours: (client) => registry.describeAssetImageRegistryDetail(client, 8_741_110),
    fields: ["ImageName", "CveStatus", "VirusStatus", "RiskStatus"],
  },
  SyncAssetImageRegistryAsset: {
    request: { All: true },
    ours: (client) => registry.syncAssetImageRegistryAsset(client, { All: true }),
  },
  DescribeAssetImageRegistryAssetStatus: {
    request: {},
    ours: (client) => registry.describeAssetImageRegistryAssetStatus(client),
    fields: ["Status", "LatestSyncSuccessTime"],
  },
  DescribeAssetImageRegistryRegistryList: {
    request: page,
    ours: (client) => registry.describeAssetImageRegistryRegistryList(client, page),
    fields: ["TotalCount", "List"],
  },
  DescribePurchaseStateInfo: {
    request: {},
    ours: (client) => licences.describePurchaseStateInfo(client),
    fields: ["State"],
  },
  DescribeImageAuthorizedInfo: {
    request: {},
    ours: (client) => licences.describeImageAuthorizedInfo(client),
    fields: ["ImageScanInquireInfo"],
  },
  CreateVulScanTask: {
    request: vulnerabilityScan,
    ours: (client) => vulnerability.createVulScanTask(client, vulnerabilityScan),
    fields: ["LocalTaskID", "RegistryTaskID"],
  },
  DescribeVulScanInfo: {
    request: { LocalTaskID: 36_002 },
    ours: (client) => vulnerability.describeVulScanInfo(client, { LocalTaskID: 36_002 }),
    fields: ["LocalTaskID", "RegistryTaskID", "Status", "ScanProgress", "RemainingTime"],
  },
  DescribeVulScanLocalImageList: {
    request: { TaskID: 36_002, ...page },
    ours: (client) => vulnerability.describeVulScanLocalImageList(client, { TaskID: 36_002, ...page }),
    refused: "ResourceNotFound",
  },
  StopVulScanTask: {
    request: { LocalTaskID: 36_002 },
    ours: (client) => vulnerability.stopVulScanTask(client, { LocalTaskID: 36_002 }),
    refused: "FailedOperation",
  },
  DescribeVulScanAuthorizedImageSummary: {
    request: {},
    ours: (client) => vulnerability.describeVulScanAuthorizedImageSummary(client),
    fields: ["AllAuthorizedImageCount", "UnScanAuthorizedImageCount"],
  },
  DescribeAssetImageVulList: {
    request: { ImageID: imageId("web"), ...page },
    ours: (client) => vulnerabilities.describeAssetImageVulList(client, imageId("web"), page),
    fields: ["TotalCount", "List"],
  },
  DescribeAssetImageRegistryVulList: {
    request: { Id: 8_741_110, ...page },
    ours: (client) => vulnerabilities.describeAssetImageRegistryVulList(client, 8_741_110, page),
    fields: ["TotalCount", "List"],
  },
};

const version = "2020-11-01";
const keys = { secretId: "AKIDEXAMPLE", secretKey: "SECRETEXAMPLE" };

function official(endpoint: string, credential: { secretId: string; secretKey: string }): CommonClient {
  const profile = { httpProfile: { protocol: "http://" as const } };
  return new CommonClient(new URL(endpoint).host, version, { credential, profile });
}

describe("each action of TCSS", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
  });
  afterEach(() => account.close());

  it("has a test here", () => {
    assert.deepEqual(Object.keys(samples).sort(), Object.keys(tencentActions).sort());
  });

  for (const [action, { request, ours, refused, fields = [] }] of Object.entries(samples)) {
    it(`${action}: the emulator understands the vendor's client`, async () => {
      const { endpoint, secretId, secretKey } = account.emulator.address.tencent;
      const call = official(endpoint, { secretId, secretKey }).request(action, request);
      if (refused !== undefined) return assert.rejects(call, { code: refused });
      const answer = (await call) as Record<string, unknown>;
      for (const field of ["RequestId", ...fields]) assert(field in answer, `${action} answers without ${field}`);
    });

    if (ours === undefined) continue;
    it(`${action}: our client sends the same request as the vendor's client`, async () => {
      const answer = '{"Response":{"RequestId":"r","Status":"END","TotalCount":0}}';
      const theirs = await recorded(answer, (url) => official(url.href, keys).request(action, request));
      const mine = await recorded(answer, (endpoint) =>
        ours(new TencentClient({ endpoint, site: "intl", credentials: keys }, new Limiter())),
      );
      for (const one of [theirs, mine]) {
        const call = new TencentAuth([keys]).verify(one, Date.now());
        assert.deepEqual([call.action, call.version], [action, version]);
      }
      assert.deepEqual([mine.method, mine.path, mine.query], [theirs.method, theirs.path, theirs.query]);
      assert.deepEqual(JSON.parse(mine.body.toString()), JSON.parse(theirs.body.toString()));
      assert.equal(mine.headers["content-type"], theirs.headers["content-type"]);
    });
  }

  it("only the domestic site knows the TaskID of a registry scan", async () => {
    for (const site of ["cn", "intl"] as const) {
      const other = await Account.open(1, Date.now, site);
      const { endpoint, secretId, secretKey } = other.emulator.address.tencent;
      const client = official(endpoint, { secretId, secretKey });
      const { TaskID } = await client.request("CreateAssetImageRegistryScanTask", registryScan);
      assert.equal(typeof TaskID, "number");
      const status = client.request("DescribeAssetImageRegistryScanStatusOneKey", { TaskID });
      if (site === "cn") assert.equal((await status).ImageTotal, 1);
      else await assert.rejects(status, { code: "UnknownParameter" });
      await other.close();
    }
  });
});
