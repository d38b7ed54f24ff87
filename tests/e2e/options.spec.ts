import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Account, imageId } from "../support/account.js";
import { killedUp } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";

// Each of Pulumi's options on a task, on the real engine. What it costs is counted at the cloud.

const images = { web: imageId("web"), api: imageId("api") };

/** A task, and what it publishes as an output of its name. */
function task(name: string, args: string, options = "{}"): string {
  return `
const ${name} = new tencent.LocalScanTask("${name}", { scanVul: true, ${args} }, ${options});
exports.${name} = pulumi.all([${name}.taskId, ${name}.status]);`;
}

describe("Pulumi's options on a task, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  const open = async (program: string, scanSeconds = 0) => {
    account = await Account.open(scanSeconds, Date.now);
    stack = await Stack.create(account.emulator, program);
  };
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const started = () => account.submissions().length;
  /** A preview, which calls nothing. */
  const preview = async (...args: string[]) => {
    const calls = account.calls().length;
    const output = await stack.succeed("preview", ...args);
    assert.equal(account.calls().length, calls, "a preview calls the cloud");
    return output;
  };
  /** An update that changes nothing, and costs nothing. */
  const requireUnchanged = async () => {
    const before = [account.calls().length, await stack.outputs()];
    const output = await stack.up();
    assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    assert.match(output, /unchanged/);
    assert.deepEqual([account.calls().length, await stack.outputs()], before);
  };

  it("ignoreChanges, replacementTrigger and options that are added later decide as documented whether a scan starts", async () => {
    const program = (trigger: string, options: string) =>
      task("ignored", `images: ["${images.web}"], triggers: ["${trigger}"]`, '{ ignoreChanges: ["triggers"] }') +
      task(
        "star",
        `images: ["${images.api}"], triggers: ["${trigger}"]`,
        '{ ignoreChanges: ["*"], dependsOn: ignored }',
      ) +
      task("renewed", `images: ["${images.web}"], triggers: ["1"]`, `{ dependsOn: [star]${options} }`);
    await open(program("1", ""));
    await stack.up();
    assert.equal(started(), 3);

    // A changed trigger that is ignored; and a trigger of Pulumi's own, which replaces nothing when it is added.
    const added = [
      ', replacementTrigger: "a", hideDiffs: ["triggers"], additionalSecretOutputs: ["findings"]',
      "deleteBeforeReplace: false, transforms: [() => undefined], transformations: [() => undefined], replaceWith: [ignored]",
    ].join(", ");
    stack.program(program("2", added));
    assert.match(await preview(), /10 unchanged/);
    await requireUnchanged();
    await requireUnchanged();

    stack.program(program("2", added.replace('"a"', '"b"')));
    const replacing = await preview();
    assert.match(replacing, /3 to replace\n *7 unchanged/);
    assert.match(
      replacing,
      /This update starts 1 scan:\n *- replaced by an option: tencent:LocalScanTask "renewed", 1 image\n/,
    );
    await stack.up();
    assert.equal(started(), 4);
    assert.deepEqual((await stack.outputs())["renewed"], ["41036", "SUCCEEDED"]);
    await requireUnchanged();

    // The property that starts a scan is shown where it changes.
    stack.program(program("2", "").replace('["1"]', '["9"]'));
    const compact = await preview();
    assert.match(compact, /LocalRead renewed replace \[diff: ~triggers\]/);
    assert.match(compact, /LocalSend renewed replace/);
    assert.match(await preview("--diff"), /~ triggers: \[\n *~ \[0\]: "1" => "9"/);
    assert.equal(started(), 4);
  });

  it("ignoreChanges and customTimeouts hold after a kill between the baseline and the submission", async () => {
    const program = (trigger: string) =>
      task(
        "release",
        `images: ["${images.web}"], triggers: ["${trigger}"]`,
        '{ ignoreChanges: ["triggers"], customTimeouts: { create: "2s" } }',
      );
    await open(program("1"), 8);
    const create = "CreateAssetImageScanTask";
    account.emulator.faults.plan({ action: create, fault: "hang", executed: false });
    await killedUp(stack, account.emulator, ({ action }) => action === create);
    account.emulator.faults.clear();
    const tasks = account.emulator.tencent.local.tasks;
    assert.equal(tasks.size, 0);

    stack.program(program("2"));
    assert.match(await stack.upFails(), /task 41033 has not ended within 2 s .*\[IS-WAIT-TIMEOUT\]/);
    // Bounds the create alone: the next update waits on for the same task.
    await stack.up();
    assert.deepEqual([await stack.outputs(), tasks.size], [{ release: ["41033", "SUCCEEDED"] }, 1]);
    await requireUnchanged();
  });

  it("import is refused, with what works; a bad input by the field that the user wrote, without its value", async () => {
    await open(task("release", `images: ["${images.web}"]`, '{ import: "41033" }'));
    assert.match(await stack.upFails(), /"release": the option import does not work on a scan task; set adoptTaskId/);
    stack.program(task("release", `images: ["${images.web}", 5], thresholds: { critical: -1 }, triggers: [undefined]`));
    const refused = await stack.upFails();
    for (const why of [
      "images[1] is 5, not a string",
      "thresholds.critical is -1, not a whole number, 0 or more",
      "triggers[0] is undefined, not a string; is a variable not set?",
    ]) {
      assert(refused.includes(`resource 'release' has a problem: ${why}`), refused);
    }
    assert.equal(account.calls().length, 0);
  });

  it("parent, aliases, protect, retainOnDelete and deletedWith mean all steps of a task", async () => {
    const own = (name: string, options: string) =>
      task("first", `images: ["${images.web}"]`) + task(name, `images: ["${images.api}"]`, options);
    const prefix = "urn:pulumi:dev::app::pulumi-nodejs:dynamic:LocalScan$pulumi-nodejs:dynamic:";
    await open(own("second", "{ parent: first }"));
    await stack.up();
    const before = (await stack.outputs())["second"];
    assert.deepEqual(before, ["41034", "SUCCEEDED"]);
    await requireUnchanged();

    // The URN as text, of a task that has another name and no parent now.
    stack.program(own("third", `{ aliases: ["${prefix}LocalScan::second"], protect: true }`));
    await preview();
    await stack.up();
    assert.deepEqual((await stack.outputs())["third"], before);
    const changed = own("third", '{ protect: true, ignoreChanges: ["images"] }').replace(
      `${images.api}"]`,
      `sha256:x"], triggers: ["2"]`,
    );
    stack.program(changed);
    assert.match(await stack.upFails(), /is currently marked for protection/);
    assert.equal(started(), 2);

    // Nothing of the task is deleted, so its scan is not stopped.
    account.emulator.tencent.local.scanMs = 600_000;
    const kept = task("kept", `images: ["${images.web}"], wait: false`, "{ retainOnDelete: true }");
    const along = task("along", `images: ["${images.api}"], wait: false`, "{ deletedWith: first }");
    stack.program(own("third", "{ protect: false }") + kept + along);
    await stack.up();
    assert.equal(started(), 4);
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(account.calls("ModifyAssetImageScanStop"), []);
  });

  it("a secret part of a request stays secret in every step and in a gate; the status does not", async () => {
    // Too much is found in it, so that reasons name it.
    const tag = "2.0.1";
    const byNames = `{ instanceName: "demo", namespace: "shop", imageName: "api", imageTag: pulumi.secret("${tag}") }`;
    const byText = `pulumi.secret("demo.example/shop/api:${tag}")`;
    const registry = (name: string, image: string, options: string) => `
const ${name} = new tencent.RegistryScanTask("${name}", {
  images: [${image}], scanTypes: ["CVE"], thresholds: { critical: 0 }, wait: ${name === "waited"},
}, ${options});`;
    await open(
      registry("waited", byNames, "{}") +
        registry("gated", byText, "{ dependsOn: waited }") +
        `
const gate = new ScanGate("gate", { tasks: [gated] });
exports.status = waited.status;
exports.gate = gate.verdict;`,
    );
    const { registry: world } = account.emulator.tencent;
    assert(
      [...world.images.values()].some((one) => JSON.stringify(one).includes(tag)),
      "there is no such image",
    );
    await stack.up();
    const exported = await stack.exported();
    assert.doesNotMatch(exported, new RegExp(tag.replaceAll(".", "\\.")));
    const { resources } = await stack.deployment();
    for (const { outputs = {} } of resources.filter(({ type }) => type.endsWith(":RegistryRead")))
      assert("ciphertext" in (outputs["reading"] as object), "the reading, which has the ids, is in clear");
    assert.deepEqual(await stack.outputs(), { status: "SUCCEEDED", gate: "FAIL" });
    await requireUnchanged();
  });

  it("hooks run once for the whole task, and transforms see its three steps", async () => {
    const program = (tasks: string) => `
const { appendFileSync } = require("node:fs");
const step = (urn) => urn.split("::")[2].split(":").at(-1);
const hook = (name) =>
  new pulumi.ResourceHook(name, async ({ urn }) => appendFileSync("seen.log", name + " " + step(urn) + "\\n"));
const names = ["beforeCreate", "afterCreate", "beforeUpdate", "afterUpdate", "beforeDelete", "afterDelete"];
const hooks = Object.fromEntries(names.map((name) => [name, [hook(name)]]));
pulumi.runtime.registerResourceTransform(({ type }) => {
  if (!type.startsWith("pulumi:")) appendFileSync("seen.log", "transform " + type.split(":").at(-1) + "\\n");
  return undefined;
});
${tasks}`;
    const scan = (more: string) => task("release", `images: ["${images.web}"], ${more}`, "{ hooks }");
    await open(program(scan("")), 2);
    stack.useOwnHost();
    const seen = () => readFileSync(join(stack.folder, "seen.log"), "utf8").trim().split("\n");
    const since = async (work: () => Promise<unknown>) => {
      rmSync(join(stack.folder, "seen.log"), { force: true });
      await work();
      const [transformed, hooked] = [true, false].map((is) =>
        seen().filter((one) => one.startsWith("transform") === is),
      );
      assert.deepEqual(
        transformed,
        ["LocalRead", "LocalSend", "LocalScan"].map((one) => `transform ${one}`),
      );
      return hooked;
    };
    assert.deepEqual(await since(() => stack.up()), ["beforeCreate LocalRead", "afterCreate LocalScan"]);
    assert.deepEqual(await since(() => stack.up()), []);
    stack.program(program(scan("thresholds: { critical: 9 }")));
    assert.deepEqual(await since(() => stack.up()), ["beforeUpdate LocalScan", "afterUpdate LocalScan"]);
    assert.equal(started(), 1);
    const destroy = () => stack.succeed("destroy", "--yes", "--skip-preview", "--run-program");
    assert.deepEqual(await since(destroy), ["beforeDelete LocalScan", "afterDelete LocalRead"]);
  });
});
