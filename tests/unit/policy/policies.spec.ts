import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { huawei, ScanGate, ScanGatePass, tencent } from "../../../provider/index.js";
import { gateType, passType } from "../../../provider/model/resource-types.js";
import { policies } from "../../../provider/policy/policies.js";
import { settingTypes } from "../../../provider/policy/types.js";
import { type Fabricated, remediated, stackViolationsOf, unknown, violationsOf } from "../../support/policy-args.js";

const { local, registry } = settingTypes;
const request = "pulumi-nodejs:dynamic:LocalRead";
const digest = `sha256:${"a".repeat(64)}`;

describe("the policy pack", () => {
  it("uses the real types of the resources", () => {
    assert.deepEqual(
      [tencent.ScanSetting, tencent.RegistryScanSetting, huawei.ScanSetting, ScanGate, ScanGatePass].map(
        ({ __pulumiType }) => __pulumiType,
      ),
      [settingTypes.local, settingTypes.registry, settingTypes.huawei, gateType, passType],
    );
  });

  it("checks the resources of the plugin like those of a program", async () => {
    const off: Fabricated = { type: "image-scan:tencent:ScanSetting", props: { enable: false } };
    assert.deepEqual(
      await violationsOf("setting-enabled", off),
      await violationsOf("setting-enabled", { ...off, type: local }),
    );
    assert.equal((await violationsOf("setting-enabled", off)).length, 1);
    const gate: Fabricated = { type: "image-scan:index:ScanGate", props: { verdict: "FAIL", reason: "too much" } };
    assert.equal((await stackViolationsOf("scan-verdict", [gate])).length, 1);
    const task: Fabricated = { type: "image-scan:tencent:LocalScanTask", name: "task" };
    const sent: Fabricated = { type: "image-scan:tencent:LocalSend", name: "sent", parent: "task" };
    assert.equal((await stackViolationsOf("task-awaited", [task, sent, gate])).length, 1);
    assert.deepEqual(await stackViolationsOf("task-awaited", [task, sent, { ...gate, needs: ["task"] }]), []);
  });

  it("has the version of the package", () => {
    const versionOf = (folder: string) =>
      (
        JSON.parse(readFileSync(resolve(__dirname, "../../../..", folder, "package.json"), "utf8")) as {
          version: string;
        }
      ).version;
    assert.equal(versionOf("policy"), versionOf("."));
  });

  it("has a description and names for each policy, and defaults for each setting of it", () => {
    assert.equal(new Set(policies.map(({ name }) => name)).size, policies.length);
    for (const { name, description, configSchema } of policies) {
      assert.match(name, /^[a-z-]+$/);
      assert.match(description, /\.$/);
      for (const schema of Object.values(configSchema?.properties ?? {})) assert.notEqual(schema.default, undefined);
    }
  });

  it("reports nothing for other resources, and for absent or unknown properties", async () => {
    const types = [...Object.values(settingTypes), request, "aws:s3:Bucket", "kubernetes:apps/v1:Deployment"];
    const names = ["enable", "enabled", "scanVul", "scanVirus", "scanRisk", "scanTypes", "scanScope", "scanPeriod"];
    const props = Object.fromEntries(
      [...names, "scanCycle", "scanTime", "scanEndTime", "spec"].map((name) => [name, unknown]),
    );
    for (const { name } of policies.filter((policy) => "validateResource" in policy)) {
      for (const type of types)
        assert.deepEqual(await violationsOf(name, { type, props, stack: "prod" }), [], `${name} ${type}`);
      assert.deepEqual(await violationsOf(name, { type: "aws:s3:Bucket", props: { enable: false } }), []);
    }
    for (const { name } of policies.filter((policy) => "validateStack" in policy)) {
      assert.deepEqual(await stackViolationsOf(name, [{ type: "aws:s3:Bucket", props: { spec: unknown } }]), []);
    }
  });
});

interface Case {
  readonly policy: string;
  readonly resource: Fabricated;
  readonly config?: object;
  readonly says?: RegExp;
  readonly becomes?: object;
}

const cases: readonly Case[] = [
  { policy: "setting-enabled", resource: { type: local, props: { enable: true } } },
  {
    policy: "setting-enabled",
    resource: { type: registry, props: { enable: false, scanPeriod: 1 } },
    says: /enable is false/,
    becomes: { enable: true, scanPeriod: 1 },
  },
  {
    policy: "setting-enabled",
    resource: { type: settingTypes.huawei, props: { enabled: false } },
    says: /enabled is false/,
    becomes: { enabled: true },
  },
  // Switched on, they would be refused: there is nothing to scan, or nothing to look for.
  {
    policy: "setting-enabled",
    resource: { type: settingTypes.huawei, props: { enabled: false, registries: [] } },
    says: /false/,
  },
  {
    policy: "setting-enabled",
    resource: { type: local, props: { enable: false, scanVul: false, scanVirus: false, scanRisk: false } },
    says: /false/,
  },
  {
    policy: "setting-enabled",
    resource: { type: local, props: { enable: false, scanVul: true, excludeImages: unknown } },
    says: /false/,
    becomes: { enable: true, scanVul: true, excludeImages: unknown },
  },
  { policy: "setting-parts", resource: { type: local, props: { scanVul: true, scanVirus: true, scanRisk: true } } },
  {
    policy: "setting-parts",
    resource: { type: local, props: { scanVul: true, scanVirus: false, scanRisk: true } },
    says: /scanVirus does not cover all required scan types/,
    becomes: { scanVul: true, scanVirus: true, scanRisk: true },
  },
  {
    policy: "setting-parts",
    resource: { type: local, props: { scanVul: true, scanVirus: false, scanRisk: false } },
    config: { parts: ["vulnerabilities"] },
  },
  {
    policy: "setting-parts",
    resource: { type: registry, props: { scanTypes: ["CVE"] } },
    says: /set it to \["CVE","VIRUS","RISK"\]/,
    becomes: { scanTypes: ["CVE", "VIRUS", "RISK"] },
  },
  // Without the list the cloud decides, and nobody has.
  {
    policy: "setting-parts",
    resource: { type: registry, props: {} },
    says: /scanTypes/,
    becomes: { scanTypes: ["CVE", "VIRUS", "RISK"] },
  },
  {
    policy: "setting-parts",
    resource: { type: settingTypes.huawei, props: { scanScope: 0xf0000 } },
    says: /scanScope/,
    becomes: { scanScope: 0xf0ff0 },
  },
  { policy: "setting-parts", resource: { type: settingTypes.huawei, props: { scanScope: ["all"] } } },
  {
    policy: "setting-parts",
    resource: { type: settingTypes.huawei, props: { scanScope: ["vulnerabilities", "baseline"] } },
    says: /scanScope/,
    becomes: { scanScope: ["vulnerabilities", "baseline", "maliciousFiles", "sensitiveInformation"] },
  },
  { policy: "setting-period", resource: { type: local, props: { scanPeriod: 7 } } },
  {
    policy: "setting-period",
    resource: { type: local, props: { scanPeriod: 30 } },
    says: /scanPeriod is 30 days, and at most 7/,
    becomes: { scanPeriod: 7 },
  },
  {
    policy: "setting-period",
    resource: { type: settingTypes.huawei, props: { scanCycle: 14 } },
    config: { maxDays: 10 },
    says: /scanCycle is 14 days, and at most 10/,
    becomes: { scanCycle: 7 },
  },
  // There is no shorter cycle than three days to mend it with.
  {
    policy: "setting-period",
    resource: { type: settingTypes.huawei, props: { scanCycle: 3 } },
    config: { maxDays: 1 },
    says: /3/,
  },
  { policy: "setting-window", resource: { type: local, props: { scanTime: "23:00", scanEndTime: "02:00" } } },
  { policy: "setting-window", resource: { type: local, props: { scanTime: "23:00" } } },
  {
    policy: "setting-window",
    resource: { type: registry, props: { scanTime: "01:00", scanEndTime: "01:30:00" } },
    says: /is 30 minutes, and at least 120/,
  },
  {
    policy: "setting-window",
    resource: { type: registry, props: { scanTime: "01:00", scanEndTime: "01:30" } },
    config: { minMinutes: 30 },
  },
  { policy: "setting-exclusions", resource: { type: local, props: { excludeImages: [] } } },
  {
    policy: "setting-exclusions",
    resource: { type: local, props: { excludeImages: ["a", "b"] } },
    config: { allowed: ["a"] },
    says: /leaves out b,/,
  },
  {
    policy: "setting-exclusions",
    resource: { type: registry, props: { excludeImageAssetIds: ["7"] } },
    says: /leaves out 7/,
  },
  { policy: "task-bounded", resource: { type: request, props: { scanScope: 0 } } },
  { policy: "task-bounded", resource: { type: request, stack: "prod", props: { images: ["sha256:a"] } } },
  {
    policy: "task-bounded",
    resource: { type: request, stack: "prod", props: { scanScope: 0 } },
    says: /scanScope: 0 scans everything/,
  },
  {
    policy: "task-bounded",
    resource: { type: "pulumi-nodejs:dynamic:HssRead", stack: "eu-prod", props: { isAll: true } },
    config: { stacks: ["*-prod"] },
    says: /isAll: true/,
  },
  {
    policy: "task-bounded",
    resource: {
      type: "pulumi-nodejs:dynamic:VulnRead",
      stack: "prod",
      props: { registryImageScanType: "ALL" },
    },
    says: /registryImageScanType: "ALL"/,
  },
  {
    policy: "images-pinned",
    resource: {
      type: "pulumi-nodejs:dynamic:RegistryRead",
      props: {
        images: [
          { namespace: "shop", imageName: "web", imageTag: "1" },
          { imageName: "api", imageDigest: digest },
        ],
      },
    },
    says: /^shop\/web:1 can mean another image later/,
  },
  {
    policy: "images-pinned",
    resource: {
      type: "pulumi-nodejs:dynamic:LocalRead",
      props: { images: ["shop/web:1", `shop/api@${digest}`, digest] },
    },
    says: /^shop\/web:1 can mean another image later/,
  },
  {
    policy: "images-pinned",
    resource: {
      type: "pulumi-nodejs:dynamic:HssRead",
      props: { images: [{ imageName: "web", imageDigest: unknown }] },
    },
  },
];

describe("each policy of a resource", () => {
  for (const { policy, resource, config = {}, says, becomes } of cases) {
    it(`${policy} reports ${says ?? "nothing"} for ${JSON.stringify({ ...resource.props, ...config })}`, async () => {
      const said = await violationsOf(policy, resource, config);
      if (says === undefined) assert.deepEqual(said, []);
      else assert.match(said.join("\n"), says);
      assert.deepEqual(await remediated(policy, resource, config), becomes);
    });
  }

  const pod = (image: unknown) => ({ containers: [{ image }], initContainers: [{ image: `init@${digest}` }] });
  const specs: Readonly<Record<string, (image: unknown) => object>> = {
    "core/v1:Pod": pod,
    "apps/v1:Deployment": (image) => ({ template: { spec: pod(image) } }),
    "apps/v1:StatefulSet": (image) => ({ template: { spec: pod(image) } }),
    "apps/v1:DaemonSet": (image) => ({ template: { spec: pod(image) } }),
    "batch/v1:CronJob": (image) => ({ jobTemplate: { spec: { template: { spec: pod(image) } } } }),
  };
  for (const [kind, specOf] of Object.entries(specs)) {
    it(`images-pinned and workload-scanned check the images in a ${kind}`, async () => {
      const type = `kubernetes:${kind}`;
      const run = (image: unknown): Fabricated => ({ type, props: { spec: specOf(image) } });
      assert.match((await violationsOf("images-pinned", run("web:1"))).join(), /^web:1 can mean another/);
      assert.deepEqual(await violationsOf("images-pinned", run(`web@${digest}`)), []);
      assert.deepEqual(await violationsOf("images-pinned", run(unknown)), []);
      const init = `it: "it" runs init@${digest}: no recent enough scan covers it`;
      assert.deepEqual(await stackViolationsOf("workload-scanned", [run(unknown)]), [init]);
      assert.equal((await stackViolationsOf("workload-scanned", [run("web:1")])).length, 2);
    });
  }

  const deployment = (image: unknown) => ({ kind: "Deployment", spec: { template: { spec: pod(image) } } });
  const inOtherKinds: Readonly<Record<string, (image: unknown) => object>> = {
    "argoproj.io/v1alpha1:Rollout": (image) => ({ spec: { template: { spec: pod(image) } } }),
    "serving.knative.dev/v1:Service": (image) => ({ spec: { template: { spec: pod(image) } } }),
    "apps.kruise.io/v1alpha1:CloneSet": (image) => ({ spec: { template: { spec: pod(image) } } }),
    "core/v1:PodTemplate": (image) => ({ template: { spec: pod(image) } }),
    "core/v1:PodTemplateList": (image) => ({ items: [{ template: { spec: pod(image) } }] }),
    "core/v1:List": (image) => ({ items: [deployment(image)] }),
    "apps/v1:DeploymentPatch": (image) => ({ spec: { template: { spec: pod(image) } } }),
    "example.com/v1:Operator": (image) => ({ spec: { roles: { worker: { template: { spec: pod(image) } } } } }),
  };
  for (const [kind, propsOf] of Object.entries(inOtherKinds)) {
    it(`images-pinned and workload-scanned check the images in a ${kind}`, async () => {
      const run = (image: unknown): Fabricated => ({ type: `kubernetes:${kind}`, props: propsOf(image) });
      assert.deepEqual(await violationsOf("images-pinned", run("evil/app:latest")), [
        "evil/app:latest can mean another image later; add its digest",
      ]);
      assert.deepEqual(await violationsOf("images-pinned", run(unknown)), []);
      const said = await stackViolationsOf("workload-scanned", [run("evil/app:latest")]);
      assert.deepEqual(
        [said.length, said.some((one) => /runs evil\/app:latest: it has no digest/.test(one))],
        [2, true],
      );
    });
  }

  it("images-pinned checks each image of containers and image volumes once", async () => {
    const spec = {
      containers: [{ image: "a:1" }, { image: "a:1" }],
      initContainers: [{ image: "b:1" }],
      ephemeralContainers: [{ image: "c:1" }],
      volumes: [
        { name: "v", image: { reference: "d:1" } },
        { name: "w", emptyDir: {} },
      ],
    };
    const props = {
      spec: { jobTemplate: { spec: { template: { spec } } } },
      __inputs: { spec: { containers: [{ image: "e:1" }] } },
    };
    const said = await violationsOf("images-pinned", { type: "kubernetes:batch/v1:CronJob", props });
    assert.deepEqual(
      said.map((one) => one.split(" ")[0]),
      ["a:1", "b:1", "c:1", "d:1"],
    );
  });

  it("other resources, and components with their own child resources, are not checked", async () => {
    const props = { spec: pod("web:1") };
    for (const type of ["aws:ecs:TaskDefinition", "kubernetes:yaml/v2:ConfigGroup", "kubernetes:helm.sh/v4:Chart"])
      assert.deepEqual(await violationsOf("images-pinned", { type, props }), []);
    const config = { type: "kubernetes:core/v1:ConfigMap", props: { data: { containers: "image: web:1" } } };
    assert.deepEqual(await violationsOf("images-pinned", config), []);
  });

  it("a Helm release is checked by its values, and reported for its chart", async () => {
    const values = {
      image: { registry: "r.example", repository: "shop/web", tag: "1" },
      worker: { image: "shop/worker:2", sidecars: [{ containers: [{ image: "evil/app:latest" }] }] },
      pinned: { proxyImage: { repository: "shop/proxy", tag: "3", digest } },
      unset: { image: { repository: "", tag: "" } },
    };
    const release: Fabricated = { type: "kubernetes:helm.sh/v3:Release", name: "shop", props: { values } };
    const said = await violationsOf("images-pinned", release);
    assert.deepEqual(said.map((one) => one.split(" ")[0]).sort(), [
      "evil/app:latest",
      "r.example/shop/web:1",
      "shop/worker:2",
    ]);
    const opaque: Fabricated = { ...release, props: { values: {} } };
    assert.match(
      (await stackViolationsOf("workload-scanned", [opaque])).join(),
      /the images of "shop" are not visible here: .*helm.v4.Chart/,
    );
    assert.deepEqual(await stackViolationsOf("workload-scanned", [opaque], { allowedUnseen: ["shop"] }), []);
    for (const kind of [
      "helm.toolkit.fluxcd.io/v2:HelmRelease",
      "helm.cattle.io/v1:HelmChart",
      "kustomize.toolkit.fluxcd.io/v1:Kustomization",
      "argoproj.io/v1alpha1:Application",
      "argoproj.io/v1alpha1:ApplicationSet",
    ]) {
      const other = { type: `kubernetes:${kind}`, props: { spec: { values } } };
      assert.equal((await violationsOf("images-pinned", other)).length, 3, kind);
      assert.match((await stackViolationsOf("workload-scanned", [other])).join(), /not visible here/, kind);
    }
  });
});

describe("the config of a policy", () => {
  const stack = { type: "pulumi:pulumi:Stack", name: "app-dev" };

  it("is refused for an unknown name, once for a stack", async () => {
    assert.deepEqual(await violationsOf("setting-period", stack, { maxDay: 3 }), [
      'the config of setting-period sets maxDay, which is unknown: it takes maxDays; did you mean "maxDays"?',
    ]);
    assert.deepEqual(await violationsOf("setting-period", { type: local }, { maxDay: 3 }), []);
    assert.deepEqual(await violationsOf("setting-enabled", stack, { on: true }), [
      "the config of setting-enabled sets on, which is unknown: it takes only enforcementLevel",
    ]);
    assert.match(
      (await stackViolationsOf("scan-verdict", [], { maxAge: "24h" })).join(),
      /the config of scan-verdict sets maxAge, which is unknown: it takes maxAgeHours/,
    );
  });

  it("is accepted if it has only known names", async () => {
    for (const { name, configSchema, ...policy } of policies) {
      const defaults = Object.entries(configSchema?.properties ?? {}).map(([key, { default: value }]) => [key, value]);
      const config = Object.fromEntries(defaults);
      const said = "validateStack" in policy ? stackViolationsOf(name, [], config) : violationsOf(name, stack, config);
      assert.deepEqual(await said, [], name);
    }
  });
});
