import assert from "node:assert/strict";
import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { type PresetName, presetNames } from "../../emulator/index.js";
import type { End } from "../../emulator/server/scan.js";
import { stsActions } from "../../emulator/tencent/sts.js";
import { tencentActions } from "../../emulator/tencent/tencent.js";
import { imageId } from "../support/account.js";
import { type Answer, EmulatedCalls, type HssRequest, type Request } from "../support/emulated-calls.js";
import { differences, type Members, type Model, readModels } from "../support/vendor-models.js";

// Every answer of the emulator, in many situations, against the models that the vendors publish.

/** Situations in which an answer is meant to be unlike the model, as some answers are. */
const unlike: readonly PresetName[] = ["schedule-legacy", "null-fields", "hss-create-text"];

interface World {
  readonly name: string;
  readonly preset?: PresetName;
  readonly end?: End;
  /** How long the scans have been running when they are looked at. */
  readonly seconds: number;
}

const presets = (Object.keys(presetNames) as PresetName[]).filter((name) => !unlike.includes(name));
const worlds: readonly World[] = [
  { name: "while scans begin", seconds: 0 },
  { name: "while scans run", seconds: 25 },
  { name: "after scans", seconds: 90 },
  ...(["Cancel", "Timeout", "Error"] as const).map((end) => ({
    name: `after scans that ended with ${end}`,
    end,
    seconds: 90,
  })),
  ...presets.map((preset) => ({ name: `with the preset ${preset}`, preset, seconds: 90 })),
];

const broken = imageId("broken");
const found = { critical: 1, high: 2, medium: 3, low: 4, viruses: 5, sensitive: 6 };

function open({ preset, end }: World, site: "cn" | "intl"): EmulatedCalls {
  const calls = new EmulatedCalls({ site });
  const { emulator } = calls;
  emulator.tencent.local.add({ id: broken, name: "broken:1", outcome: "error" });
  emulator.tencent.local.add({ id: imageId("found"), name: "found:1", running: true, findings: found });
  emulator.tencent.registry.add({ id: 7, name: "found", findings: found });
  emulator.huawei.world.add({ id: 47, image_name: "found", image_version: "1", findings: found });
  emulator.huawei.world.add({ id: 48, image_name: "broken", outcome: "failed" });
  if (preset !== undefined) emulator.preset(preset);
  for (const world of [
    emulator.tencent.local,
    emulator.tencent.registry,
    emulator.tencent.vulnerability,
    emulator.huawei.world,
  ])
    world.nextEnd = end;
  return calls;
}

/** The paths of all members that an answer has, without the numbers of rows. */
function pathsIn(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, at));
  if (typeof value !== "object" || value === null) return value === null ? [] : [at];
  return [at, ...Object.entries(value).flatMap(([name, member]) => pathsIn(member, `${at}.${name}`))];
}

function pathsOf(model: Model, at: string): string[] {
  if (typeof model === "string") return [at];
  if (Array.isArray(model)) return pathsOf(model[0] as Model, at);
  return [
    at,
    ...Object.entries(model).flatMap(([name, member]) => pathsOf(member as Model, `${at}.${name.replace("!", "")}`)),
  ];
}

/** Checks answers, and keeps which members of the models have been seen. */
class Judge {
  readonly #models: Readonly<Record<string, { readonly answer: Members }>>;
  readonly #seen = new Set<string>();

  constructor(models: Readonly<Record<string, { readonly answer: Members }>>) {
    this.#models = models;
  }

  check(call: string, answer: Answer): void {
    const model = this.#models[call]?.answer;
    assert(model !== undefined, `there is no model of ${call}`);
    assert.deepEqual(differences(answer, model, call), []);
    for (const path of pathsIn(answer, call)) this.#seen.add(path);
  }

  /** Members that no answer had. */
  get unseen(): string[] {
    const paths = Object.entries(this.#models).flatMap(([call, { answer }]) => pathsOf(answer, call));
    return paths.filter((path) => !this.#seen.has(path));
  }
}

const [web, api, worker] = [imageId("web"), imageId("api"), imageId("found")];
const named = { InstanceName: "harbor", Namespace: "tools", ImageName: "backup", ImageTag: "0.9", Force: "true" };

const chosen = { Images: [web], ExcludeImages: [api], ClusterIDs: ["cls-demo"] };

const schedules: readonly (readonly [string, Request])[] = [
  [
    "CreateAssetImageScanSetting",
    { Enable: true, ScanTime: "01:00", ScanPeriod: 1, ScanVul: true, ScanVirus: true, ScanRisk: true, ...chosen },
  ],
  [
    "UpdateImageRegistryTimingScanTask",
    {
      Enable: true,
      ScanTime: "01:00",
      ScanPeriod: 1,
      ScanType: ["CVE"],
      ScanScope: 1,
      Images: [{ ...named, ImageDigest: "d", RegistryType: "tcr", ImageRepoAddress: "a", InstanceId: "i" }],
      Id: [7],
      RegistryType: ["tcr"],
      Namespace: ["shop"],
      ExcludeImageAssetIds: [9],
    },
  ],
];
const starts: readonly (readonly [string, Request])[] = [
  ["SyncAssetImageRegistryAsset", { All: true }],
  ["CreateVulScanTask", { LocalImageIDs: [api, broken], RegistryImageIDs: [8_741_112] }],
  [
    "CreateAssetImageScanTask",
    { Images: [web, worker, broken], ScanVul: true, ScanVirus: true, ScanRisk: true, IsOneClickScanningTask: true },
  ],
  ["CreateAssetImageRegistryScanTask", { Id: [8_741_110, 7] }],
  ["CreateAssetImageRegistryScanTaskOneKey", { ScanScope: 1, Images: [named] }],
];
const role = { RoleArn: "qcs::cam::uin/1:roleName/r", RoleSessionName: "s" };

function looks(ids: Readonly<Record<string, unknown>>): readonly (readonly [string, Request])[] {
  const { local, LocalTaskID, RegistryTaskID } = ids;
  const task = local === undefined ? {} : { TaskID: local };
  return [
    ["DescribeAssetImageScanSetting", {}],
    ["DescribeImageRegistryTimingScanTask", {}],
    ["DescribeAssetImageScanTask", {}],
    ["DescribeAssetImageScanStatus", task],
    ["DescribeAssetImageList", { Limit: 100 }],
    ["DescribeAssetImageDetail", { ImageID: worker }],
    ["DescribeAssetImageDetail", { ImageID: broken }],
    ["DescribeAssetImageVulList", { ImageID: worker }],
    ["DescribeAssetImageRegistryList", { Limit: 100 }],
    ["DescribeAssetImageRegistryDetail", { Id: 7 }],
    ["DescribeAssetImageRegistryVulList", { Id: 7 }],
    ["DescribeAssetImageRegistryScanStatusOneKey", { Id: [8_741_110, 7] }],
    ["DescribeAssetImageRegistryAssetStatus", {}],
    ["DescribeAssetImageRegistryRegistryList", {}],
    ["DescribeImageAuthorizedInfo", {}],
    ["DescribePurchaseStateInfo", {}],
    ["DescribeVulScanInfo", { LocalTaskID, RegistryTaskID }],
    ["DescribeVulScanLocalImageList", { TaskID: LocalTaskID }],
    ["DescribeVulScanAuthorizedImageSummary", {}],
    ["AssumeRole", { ...role, Tags: [{ Key: "k", Value: "v" }] }],
    ["AssumeRoleWithWebIdentity", { ...role, ProviderId: "p", WebIdentityToken: "t" }],
    ["GetCallerIdentity", {}],
  ];
}

const stops: readonly (readonly [string, Request])[] = [
  ["ModifyAssetImageScanStop", { Images: [web] }],
  ["ModifyAssetImageRegistryScanStop", { Id: [7] }],
  ["ModifyAssetImageRegistryScanStopOneKey", { All: true }],
];

for (const site of ["cn", "intl"] as const) {
  describe(`the answers of TCSS on the ${site} site`, () => {
    const judge = new Judge(readModels(`tencent-${site}`));

    for (const world of worlds) {
      it(`match the vendor's model ${world.name}`, () => {
        const calls = open(world, site);
        // A preset may refuse one call or another: its answer is no business of the model.
        const call = (action: string, request: Request): Answer => {
          const { RequestId, Error: refused, ...answer } = calls.tencent(action, request);
          assert.equal(typeof RequestId, "string");
          assert(refused === undefined || world.preset !== undefined, `${action}: ${JSON.stringify(refused)}`);
          if (refused === undefined) judge.check(action, answer);
          return answer;
        };
        for (const [action, request] of looks({ LocalTaskID: 1 }).slice(0, 3)) call(action, request);
        for (const [action, request] of schedules) call(action, request);
        const answers = Object.fromEntries(starts.map(([action, request]) => [action, call(action, request)]));
        const ids = { local: answers["CreateAssetImageScanTask"]?.["TaskID"], ...answers["CreateVulScanTask"] };
        calls.clock.pass(world.seconds * 1000);
        for (const [action, request] of looks(ids)) call(action, request);
        for (const [action, request] of stops) call(action, request);
        call("StopVulScanTask", { ...answers["CreateVulScanTask"], LocalImageIDs: [api] });
        calls.clock.pass(86_400_000);
        for (const [action, request] of looks(ids)) call(action, request);
      });
    }

    it("contain every member of the models in at least one situation", () => {
      assert.deepEqual(judge.unseen, []);
      const served = { ...tencentActions, ...stsActions };
      assert.deepEqual(Object.keys(readModels(`tencent-${site}`)).sort(), Object.keys(served).sort());
    });
  });
}

/** Of synchronizations, which the emulator has none of, and of images of several architectures, which it has none of. */
const unseen = /sync_task_type$|association_images/;

it("numbers that a client could confuse differ in the answers of TCSS", () => {
  const calls = open({ name: "", seconds: 0 }, "intl");
  calls.tencent("CreateAssetImageScanTask", { Images: [worker], ScanVul: true, ScanVirus: true, ScanRisk: true });
  calls.tencent("CreateAssetImageRegistryScanTask", { Id: [7] });
  calls.clock.pass(60_000);
  const byName = [{ Name: "ImageID", Values: [worker] }];
  const [listed] = calls.tencent("DescribeAssetImageList", { Filters: byName })["List"] as Answer[];
  const detail = calls.tencent("DescribeAssetImageDetail", { ImageID: worker });
  const registry = calls.tencent("DescribeAssetImageRegistryDetail", { Id: 7 });
  // Sensitive information in the list; risk behaviours in the details.
  assert.deepEqual([listed?.["RiskCnt"], detail["SensitiveInfoCnt"], registry["SensitiveInfoCnt"]], [6, 6, 6]);
  const groups = [
    ["VulCnt", "VirusCnt", "RiskCnt", "SensitiveInfoCnt"],
    ["HostCnt", "SuperNodeCnt", "ContainerCnt", "ComponentCnt"],
  ];
  for (const answer of [listed ?? {}, detail, registry]) {
    for (const names of groups) {
      const counts = names.flatMap((name) => answer[name] ?? []);
      assert.equal(new Set(counts).size, counts.length, `${names.join(", ")}: ${counts.join(", ")}`);
    }
  }
});

describe("the answers of HSS", () => {
  const judge = new Judge(readModels("huawei"));
  const row = { image_type: "private_image", namespace: "shop", image_name: "found" };
  const image = { path: `sha256:${"47".padStart(64, "0")}` };
  const looks: readonly (readonly [string, HssRequest])[] = [
    ["ListImageScanTask", { query: { type: "image_scan" } }],
    ["ListImageScanPolicy", { query: { type: "cycle" } }],
    ["ListRegistryImages", { query: { limit: 200 } }],
    ["ListImageLocal", { query: { limit: 200 } }],
    ["ListImageVulnerabilities", { ...image, query: { ...row, tag_name: "1" } }],
    ["ListImageSensitive", { ...image, query: { ...row, image_version: "1" } }],
    ["ListRegistry", {}],
    ["ShowImagePayPerScanStatistics", {}],
  ];

  for (const world of worlds) {
    it(`match the vendor's model ${world.name}`, () => {
      const calls = open(world, "intl");
      const call = (operation: string, request: HssRequest): Answer => {
        const answer = calls.huawei(operation, request);
        const isRefused = "error_code" in answer || "error_description" in answer;
        assert(!isRefused || world.preset !== undefined, `${operation}: ${JSON.stringify(answer)}`);
        if (!isRefused) judge.check(operation, answer);
        return answer;
      };
      for (const global_image_type of ["registry", "local"])
        call("CreateManualImageScanTask", {
          query: { global_image_type },
          body: { is_all: true, scan_scope: 0x7fff_ffff, rate_limit: 100 },
        });
      const registry_info = [{ registry_id: "registry-1", registry_name: "SWR", registry_type: "SwrPrivate" }];
      const policy = { enabled: true, scan_cycle: 7, scan_scope: 15, rate_limit: 0, time_scope: 0, registry_info };
      call("ModifyImageScanPolicy", { body: policy });
      calls.clock.pass(world.seconds * 1000);
      for (const [operation, request] of looks) call(operation, request);
      const { data_list = [] } = call("ListImageScanTask", { query: { type: "image_scan" } });
      for (const { task_id } of data_list as { task_id: string }[]) call("StopImageScanTask", { path: task_id });
      calls.clock.pass(1_000);
      for (const [operation, request] of looks) call(operation, request);
    });
  }

  it("contain every member of the models in at least one situation", () => {
    assert.deepEqual(
      judge.unseen.filter((path) => !unseen.test(path)),
      [],
    );
    assert.deepEqual(Object.keys(readModels("huawei")).sort(), Object.keys(huaweiOperations).sort());
  });
});
