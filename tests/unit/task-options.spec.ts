import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { huawei, tencent } from "../../provider/index.js";
import { type DeclaredTask, routeOptions, type StepName } from "../../provider/resources/task-options.js";

type Options = pulumi.CustomResourceOptions;

const declared: DeclaredTask = {
  title: 'tencent:LocalScanTask "release"',
  requestFields: ["images", "scanVul"],
  ids: ["taskId"],
  isAwaited: true,
  hasWaitTimeout: false,
};
const steps = ["Baseline", "Submission", ""] as const;

/** One option as each step gets it: of the baseline, the submission and the wait. */
function routed<Name extends keyof Options>(name: Name, given: Options, task: Partial<DeclaredTask> = {}) {
  const { steps: all } = routeOptions({ ...declared, ...task }, given);
  return steps.map((step: StepName) => all[step][name]);
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

describe("Pulumi's options on a task", () => {
  const task = { urn: "urn" } as unknown as pulumi.Resource;

  it("go to all steps where they are about the life of a resource", () => {
    const whole: Options = {
      parent: task,
      protect: true,
      retainOnDelete: true,
      deletedWith: task,
      deleteBeforeReplace: true,
      transforms: [() => undefined],
      transformations: [() => undefined],
    };
    for (const name of Object.keys(whole) as (keyof Options)[]) {
      assert.deepEqual(routed(name, whole), Array(3).fill(whole[name]), name);
    }
  });

  it("go to the baseline alone where they decide when a scan starts", () => {
    const first: Options = { dependsOn: [task], replacementTrigger: "1", replaceWith: [task] };
    for (const name of Object.keys(first) as (keyof Options)[]) {
      assert.deepEqual(routed(name, first), [first[name], undefined, undefined], name);
    }
  });

  it("refuse a dependency on a component that contains the task", () => {
    const outer = { urn: "outer" } as unknown as pulumi.Resource;
    const inner = { urn: "inner", __parentResource: outer } as unknown as pulumi.Resource;
    for (const dependsOn of [inner, [inner], [task, outer]]) {
      assert.throws(
        () => routed("dependsOn", { parent: inner, dependsOn }),
        /"release": dependsOn names a component that/,
      );
    }
    assert.deepEqual(routed("dependsOn", { parent: inner, dependsOn: [task] })[0], [task]);
  });

  const paths = ["images[0].tag", '["triggers"]', "onDelete", "thresholds.critical", "waitTimeoutSeconds"];
  for (const name of ["ignoreChanges", "replaceOnChanges", "hideDiffs"] as const) {
    it(`go to the step whose fields they name: ${name}`, () => {
      assert.deepEqual(routed(name, { [name]: paths }), [
        ["images[0].tag", '["triggers"]'],
        ["onDelete", "waitTimeoutSeconds"],
        ["thresholds.critical", "waitTimeoutSeconds"],
      ]);
      assert.deepEqual(routed(name, { [name]: ["failOn"] }), [undefined, undefined, ["failOn"]]);
    });

    it(`mean the fields that the user gives, and none of the steps' own, by ${name}: ["*"]`, () => {
      assert.deepEqual(routed(name, { [name]: ["*"] }), [
        ["account", "triggers", "images", "scanVul"],
        ["adoptTaskId", "onDelete", "waitTimeoutSeconds"],
        ["failOn", "thresholds", "waitTimeoutSeconds"],
      ]);
    });
  }

  it("keep secret what a step publishes under another name", () => {
    const additionalSecretOutputs = ["images", "taskId", "submittedAt", "findings"];
    const byStep = [["images"], ["submitted"], ["findings"]];
    assert.deepEqual(routed("additionalSecretOutputs", { additionalSecretOutputs }), byStep);
  });

  it("map an alias to each step's own type: as an object, as text, and as an output", async () => {
    const prefix = "urn:pulumi:dev::app::app:index:Group$pulumi-nodejs:dynamic:";
    const urn = `${prefix}LocalScan::old`;
    const urns = ["LocalRead", "LocalSend", "LocalScan"].map((type) => `${prefix}${type}::old`);
    // With wait: false a task has the URN of a submission.
    for (const alias of [urn, `${prefix}LocalSend::old`]) {
      assert.deepEqual(
        routed("aliases", { aliases: [alias] }),
        urns.map((one) => [one]),
      );
    }
    const later = routed("aliases", { aliases: [pulumi.output(urn)] }).map((all) => (all as pulumi.Input<string>[])[0]);
    assert.deepEqual(await Promise.all(later.map((one) => value(pulumi.output(one)))), urns);
    const named = { name: "old", parent: task };
    assert.deepEqual(routed("aliases", { aliases: [named] }), Array(3).fill([named]));
    const typed = routed("aliases", { aliases: [{ type: "old:index:Scan" }] });
    const types = typed.map((all) => value(pulumi.output((all as pulumi.Alias[])[0]?.type)));
    assert.deepEqual(await Promise.all(types), ["old:index:Read", "old:index:Send", "old:index:Scan"]);
  });

  it("run hooks before the first step and after the last one, and the other way round on a delete", () => {
    const hook = {} as pulumi.ResourceHook;
    const error = {} as pulumi.ErrorHook;
    const hooks = { beforeCreate: [hook], afterCreate: [hook], beforeUpdate: [hook], afterUpdate: [hook] };
    const all = { ...hooks, beforeDelete: [hook], afterDelete: [hook], onError: [error] };
    const namesOf = (isAwaited: boolean) =>
      routed("hooks", { hooks: all }, { isAwaited }).map((one) => Object.keys(one ?? {}).sort());
    const last = ["afterCreate", "afterUpdate", "beforeDelete", "beforeUpdate", "onError"];
    const first = ["afterDelete", "beforeCreate", "onError"];
    assert.deepEqual(namesOf(true), [first, ["onError"], last]);
    assert.deepEqual(namesOf(false).slice(0, 2), [first, last]);
  });

  it("bound the wait and the stop by customTimeouts", () => {
    const timeouts = (customTimeouts: pulumi.CustomTimeouts) => {
      const { waitTimeout, stopTimeoutSeconds } = routeOptions(declared, { customTimeouts });
      return { waitTimeout, stopTimeoutSeconds };
    };
    assert.deepEqual(timeouts({ create: "1h30m", update: "90s", delete: "500ms" }), {
      waitTimeout: { create: 5400, update: 90 },
      stopTimeoutSeconds: 0.5,
    });
    assert.deepEqual(timeouts({ delete: "2m" }), { waitTimeout: undefined, stopTimeoutSeconds: 120 });
    assert.deepEqual(routed("customTimeouts", { customTimeouts: { create: "1h" } }), Array(3).fill(undefined));
  });

  const given = "set adoptTaskId to take over a scan that exists";
  const account = "name the account in the argument account";
  const refusals: readonly (readonly [option: string, given: unknown, says: string])[] = [
    ["import", "41033", `the option import does not work on a scan task; ${given}`],
    ["id", "41033", `the option id does not work on a scan task; ${given}`],
    [
      "urn",
      "urn:pulumi:x",
      `the option urn does not work on a scan task; ${given}, or read the outputs of the other stack by a StackReference`,
    ],
    ["provider", {}, `the option provider does not work on a scan task; ${account}`],
    ["providers", [], `the option providers does not work on a scan task; ${account}`],
    [
      "version",
      "1.0.0",
      "the option version does not work on a scan task; the version is that of the installed package",
    ],
    [
      "pluginDownloadURL",
      "https://plugins.example",
      "the option pluginDownloadURL does not work on a scan task; the package needs no plugin",
    ],
    [
      "envVarMappings",
      {},
      "the option envVarMappings does not work on a scan task; set the environment variable where pulumi runs",
    ],
    ["stateMigrations", [], "the option stateMigrations does not work on a scan task; give aliases instead"],
    [
      "ignoreChanges",
      ["wait"],
      "ignoreChanges cannot name wait, because wait decides which resources the task has; leave it out",
    ],
    [
      "ignoreChanges",
      ["image[0]"],
      'ignoreChanges names "image", which is not a field of this task; did you mean "images"?',
    ],
    [
      "replaceOnChanges",
      ["trigers"],
      'replaceOnChanges names "trigers", which is not a field of this task; did you mean "triggers"?',
    ],
    ["hideDiffs", ["reading"], 'hideDiffs names "reading", which is not a field of this task'],
    [
      "additionalSecretOutputs",
      ["finding"],
      'additionalSecretOutputs names "finding", which is not an output of this task; did you mean "findings"?',
    ],
    ["customTimeouts", { create: "soon" }, 'customTimeouts.create is "soon", not a duration such as "30m" or "1h30m"'],
    [
      "customTimeouts",
      { read: "1m" },
      "customTimeouts.read has no effect on a scan task; use create and update (for the wait) and delete (for the stop)",
    ],
  ];
  for (const [option, wrong, says] of refusals) {
    it(`are refused by name, with what works instead: ${option} ${JSON.stringify(wrong)}`, () => {
      const message = `tencent:LocalScanTask "release": ${says}`;
      assert.throws(
        () => new tencent.LocalScanTask("release", { images: ["a"], scanVul: true }, { [option]: wrong }),
        (error: Error) => error instanceof pulumi.RunError && error.message === message,
      );
    });
  }

  it("are refused where two of them bound the wait", () => {
    assert.throws(
      () =>
        new huawei.ScanTask("release", { imageType: "local_image", waitTimeoutSeconds: 5 } as never, {
          customTimeouts: { create: "5m" },
        }),
      /^Error: huawei:ScanTask "release": customTimeouts and waitTimeoutSeconds both limit the wait; give one of them$/,
    );
  });
});
