import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { Account, imageId } from "../support/account.js";
import { blocksOf } from "../support/documented-files.js";
import { killedUp } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";
import { cannotRunYaml } from "../support/yaml.js";

const web = imageId("web");
const foreign = `sha256:${"0".repeat(64)}`;

/** A stack that scans and never fails. */
const scans = (more = "", gate = "") => `
const scan = new tencent.LocalScanTask("web", {
  images: ["${web}"], scanVul: true, wait: false, thresholds: { critical: 0 }, ${more}
});
const gate = new ScanGate("release", { tasks: [scan], ${gate} });
exports.scanGate = gate.scanGate;`;

/** A stack that deploys. The deployment stands for what must not be touched where the gate refuses. */
const deployment = (options: string, output = "") => `
const pass = requireScanGate(new pulumi.StackReference("organization/app/dev"), { ${options} ${output} });
new Deployment("web", pass.require("shop/web@${web}"));
exports.taskIds = pass.taskIds;`;

const terms = `digest: "${web}", maxAge: "1h",`;

describe("gates, on the real engine", () => {
  let account: Account;
  let upstream: Stack;
  let downstream: Stack | undefined;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
    downstream = undefined;
  });
  afterEach(async () => {
    await downstream?.remove();
    await upstream.remove();
    await account.close();
  });

  const open = async (program: string) => {
    downstream = await Stack.create(account.emulator, program, { project: "down", beside: upstream });
    return downstream;
  };
  const makeCritical = () =>
    account.emulator.tencent.local.add({
      id: web,
      findings: { critical: 1, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 },
    });

  it("allows or stops another stack's deployment, with a reason for each refusal", async () => {
    upstream = await Stack.create(account.emulator, scans());
    await upstream.up();
    const stack = await open(deployment(terms));
    assert.match(await stack.up(), /2 created|3 created/);
    assert.deepEqual([await stack.deployments(), (await stack.outputs())["taskIds"]], [1, ["41033"]]);
    assert.match(await stack.up(), /unchanged/);

    const refusedBy = async (options: string, output = "") => {
      stack.program(deployment(options, output));
      const refused = await stack.upFails();
      assert.doesNotMatch(refused, /\n\s+at .*\.js:\d+/);
      return (
        /resource 'scan-gate' has a problem: refused: the output \w+ of organization\/app\/dev: (.*)/.exec(
          refused,
        )?.[1] ?? refused
      );
    };
    assert.match(
      await refusedBy(`digest: "${foreign}", maxAge: "1h",`),
      /about other images: sha256:0+ is not one of the 1 digests that it names/,
    );
    assert.match(
      await refusedBy(`digest: "${web}", maxAge: "1s",`),
      /finished at .*, more than 1 s ago; set new triggers to scan again/,
    );
    const later = new Date(Date.now() + 60_000).toISOString();
    assert.match(await refusedBy(`${terms} notBefore: "${later}",`), /finished at .*, before/);
    assert.match(await refusedBy(terms, 'output: "nothing"'), /there is no scanGate/);
    makeCritical();
    upstream.program(scans('triggers: ["2"],'));
    await upstream.up();
    assert.match(await refusedBy(terms), /its verdict is FAIL: web: 1 critical, and 0 allowed/);
    // A preview does not fail: the other stack may be about to change.
    assert.match(await stack.succeed("preview"), /it would refuse now: .*its verdict is FAIL/);
    stack.program(deployment('waive: ["maxAge"],'));
    assert.match(await stack.upFails(), /requireScanGate "scan-gate": digest is missing; give it, or write waive/);
    assert.equal(await stack.deployments(), 1);
  });

  it("stops a deployment in its own stack; notBefore refuses an old PASS", async () => {
    const own = (more = "") => `${scans(more)}
exports.image = gate.require("shop/web@${web}");`;
    upstream = await Stack.create(account.emulator, own());
    await upstream.up();
    assert.equal((await upstream.outputs())["image"], `shop/web@${web}`);
    const begun = new Date().toISOString();
    makeCritical();
    upstream.program(own('triggers: ["2"],'));
    const failed = await upstream.upFails();
    assert.match(failed, /resource 'release' has a problem: refused: its verdict is FAIL/);
    const left = (await upstream.outputs())["scanGate"] as { verdict: string };
    assert.equal(left.verdict, "PASS");
    const stack = await open(deployment(`${terms} notBefore: "${begun}",`));
    assert.match(await stack.upFails(), /finished at .*, before/);
    assert.equal(await stack.deployments(), 0);
  });

  it("cannot be bypassed by an update without the pass", async () => {
    const own = (image: string) => `${scans()}
new Deployment("web", gate.require("${image}"));`;
    upstream = await Stack.create(account.emulator, own("shop/web:1"));
    await upstream.up();
    makeCritical();
    upstream.program(`${scans('triggers: ["2"],')}
new Deployment("web", gate.require("shop/web:2"));`);
    await upstream.upFails();
    const gone = await upstream.upFails("--target", "**::web");
    assert.match(gone, /ScanGatePass "release": its verdict is FAIL/);
    assert.doesNotMatch(gone, /\n\s+at .*\.js:\d+/);
    assert.match(JSON.stringify((await upstream.deployment()).resources), /shop\/web:1/);
    const digestless = await open(deployment('digest: pulumi.output(undefined), maxAge: "1h",'));
    assert.match(await digestless.upFails(), /the required digest turned out to be undefined/);
  });

  it("waits for fifty scans at once, with any parallelism of the engine", async () => {
    account.emulator.tencent.local.scanMs = 10_000;
    for (let at = 0; at < 50; at++) account.emulator.tencent.local.add({ id: imageId(`image-${at}`) });
    upstream = await Stack.create(
      account.emulator,
      `const tasks = Array.from({ length: 50 }, (_, at) => new tencent.LocalScanTask("scan-" + at, {
        images: ["sha256:image-" + at], scanVul: true, wait: false, thresholds: { critical: 0 },
      }));
      const gate = new ScanGate("all", { tasks });
      exports.verdict = gate.verdict;
      exports.scanned = gate.results.apply((results) => results.map(({ ids, status }) => ids.taskId + " " + status));`,
    );
    const output = await upstream.up();
    assert.match(output, /all .*\d+\/50 scans ended/);
    const { verdict, scanned } = (await upstream.outputs()) as { verdict: string; scanned: string[] };
    assert.equal(verdict, "PASS");
    assert.deepEqual(
      [...scanned].sort(),
      Array.from({ length: 50 }, (_, at) => `${41_033 + at} SUCCEEDED`),
    );
    const tasks = [...account.emulator.tencent.local.tasks.values()];
    const atOnce = tasks.map(({ begun }) => tasks.filter((task) => task.begun <= begun && begun < task.ends).length);
    // With one place of the engine for each wait, of which there are four for each core, there would be few.
    assert(Math.max(...atOnce) >= 25, `${Math.max(...atOnce)} scans at once`);
    const calls = account.calls().length;
    assert.match(await upstream.up(), /unchanged/);
    assert.equal(account.calls().length, calls);
  });

  it("resumes from the state after a killed CLI, and submits nothing again", async () => {
    account.emulator.tencent.local.scanMs = 6_000;
    upstream = await Stack.create(account.emulator, scans());
    await killedUp(upstream, account.emulator, ({ action }) => action === "DescribeAssetImageScanStatus");
    await upstream.up();
    const { scanGate } = (await upstream.outputs()) as { scanGate: { verdict: string; taskIds: string[] } };
    assert.deepEqual([scanGate.verdict, scanGate.taskIds], ["PASS", ["41033"]]);
    assert.equal(account.calls("CreateAssetImageScanTask").length, 1);
  });

  it("works in a shell", async () => {
    upstream = await Stack.create(account.emulator, scans());
    await upstream.up();
    const exported = await upstream.succeed("stack", "output", "scanGate", "--json");
    const gate = (...args: string[]) =>
      spawnSync(process.execPath, [resolve(__dirname, "../../provider/cli/main.js"), "gate", ...args], {
        input: exported,
        encoding: "utf8",
      });
    const { status, stdout } = gate("--digest", web, "--max-age", "1h");
    assert.deepEqual([status, stdout], [0, "PASS\n"]);
    const refused = gate("--digest", foreign, "--max-age", "1h");
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^refused: it is about other images/);
    assert.match(gate("--digest", web).stderr, /^give --max-age, or --any-age/);
    const empty = spawnSync(
      process.execPath,
      [resolve(__dirname, "../../provider/cli/main.js"), "gate", "--any-digest", "--any-age"],
      {
        input: "",
        encoding: "utf8",
      },
    );
    assert.deepEqual([empty.status, /there is no scanGate/.test(empty.stderr)], [1, true]);
    const report = spawnSync(
      process.execPath,
      [resolve(__dirname, "../../provider/cli/main.js"), "report", "--markdown", "-"],
      { input: await upstream.succeed("stack", "output", "--json"), encoding: "utf8" },
    );
    assert.match(report.stderr, /gate scanGate: PASS/);
    assert.match(report.stdout, /^\*\*Gate scanGate: PASS\*\*/m);
  });

  it("stops a YAML stack that reads the approved digest, and its outputs say why", async function () {
    if (cannotRunYaml !== undefined) {
      process.stdout.write(`      skipped: ${cannotRunYaml}\n`);
      upstream = await Stack.create(account.emulator, "");
      this.skip();
    }
    upstream = await Stack.create(account.emulator, scans());
    await upstream.up();
    const stack = await open("");
    // As in the docs.
    const [program = ""] = blocksOf("docs/gates.md", "yaml");
    const yaml = (digest: string) =>
      stack.yaml(program.replace("acme/scans/prod", "organization/app/dev").replace("sha256:…", digest));
    const refused = async () => {
      const output = await stack.upFails();
      assert.match(output, /receiver must be a list or object, not nil\n.*\n.*\n.*# refused: see the output "gate"/);
      return output.slice(output.indexOf("Outputs:"));
    };
    yaml(foreign);
    const named = await refused();
    assert.match(named, /verdict: "PASS"/);
    assert.ok(named.includes(web) && !named.includes(foreign), named);
    assert.equal(await stack.deployments(), 0);
    yaml(web);
    await stack.up();
    assert.match(JSON.stringify((await stack.deployment()).resources), new RegExp(`"image":"shop/web@${web}"`));
    makeCritical();
    upstream.program(scans('triggers: ["2"],'));
    await upstream.up();
    const judged = await refused();
    assert.match(judged, /verdict: .*"FAIL"/);
    assert.match(judged, /reason *: .*"web: 1 critical, and 0 allowed/);
  });
});
