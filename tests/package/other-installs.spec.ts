import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Account, imageId } from "../support/account.js";
import { root } from "../support/documented-files.js";
import { npm, type Packed, packed, pnpm, writeFiles } from "../support/packed.js";
import { credentialsOf, Stack } from "../support/stack.js";

// Where a program has the package, and the provider's process does not find it, or finds another copy.

const scan = `new tencent.LocalScanTask("release", { images: ["${imageId("web")}"], scanVul: true })`;
const library = `const { tencent } = require("pulumi-image-scan");\nexports.scan = () => ${scan};\n`;
const program = `exports.status = require("scans").scan().status;\n`;
const project = "name: app\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
const sdk = { "@pulumi/pulumi": "^3.204.0" };

const manifest = (name: string, more: object) => ({ name, version: "1.0.0", private: true, main: "index.js", ...more });

/** Another release of the package, as a copy of this one. */
function copyAs(version: string, from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const path = join(to, "package.json");
  writeFileSync(path, readFileSync(path, "utf8").replace(/"version": "[^"]*"/, `"version": "${version}"`));
}

describe("the packed package, where the provider's process may not find it", () => {
  let pack: Packed;
  let account: Account;
  before(() => {
    pack = packed();
  });
  after(() => rmSync(pack.folder, { recursive: true, force: true }));
  beforeEach(async () => {
    account = await Account.open(0, Date.now);
  });
  afterEach(() => account.close());

  const diagnostics = (output: string) => output.slice(output.indexOf("Diagnostics:")).match(/^ +error: .*$/gm) ?? [];

  async function refused(stack: Stack, says: RegExp): Promise<void> {
    const output = await stack.upFails();
    const errors = diagnostics(output);
    assert.equal(errors.length, 1, output);
    assert.match(errors[0] ?? "", says);
    assert.doesNotMatch(output, /^ +at |Require stack/m);
    const { resources } = await stack.deployment();
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
  }

  async function works(stack: Stack): Promise<void> {
    await stack.up();
    assert.deepEqual(await stack.outputs(), { status: "SUCCEEDED" });
    await stack.succeed("destroy", "--yes", "--skip-preview");
  }

  describe("in a pnpm workspace", () => {
    let folder: string;
    before(function () {
      this.timeout(240_000);
      folder = join(pack.folder, "workspace");
      const dependencies = { ...sdk, "pulumi-image-scan": `file:${pack.tarball}` };
      writeFiles(folder, {
        "package.json": { private: true },
        "pnpm-workspace.yaml": "packages: [scans, app, bundled]\n",
      });
      writeFiles(join(folder, "scans"), { "index.js": library, "package.json": manifest("scans", { dependencies }) });
      writeFiles(join(folder, "app"), {
        "index.js": program,
        "Pulumi.yaml": project,
        "package.json": manifest("app", { dependencies: { ...sdk, scans: "workspace:*" } }),
      });
      writeFiles(join(folder, "bundled"), {
        "source.js": program,
        "Pulumi.yaml": project,
        "package.json": manifest("bundled", {
          dependencies: sdk,
          devDependencies: { esbuild: "^0.28.2", scans: "workspace:*" },
        }),
      });
      pnpm(folder, pack);
    });

    it("says in one line that a copy below a library is not enough; and works with what that line says", async function () {
      this.timeout(240_000);
      const app = join(folder, "app");
      const stack = await Stack.inFolder(account.emulator, app);
      await refused(stack, /Run "npm install pulumi-image-scan" in \S+app \(or "pnpm add", "yarn add"\)/);
      const own = join(app, "node_modules", "pulumi-image-scan");
      copyAs("0.0.9", pack.root, own);
      await refused(stack, /uses pulumi-image-scan \S+, but .* would use 0\.0\.9.*Run "npm install pulumi-image-scan@/);
      rmSync(own, { recursive: true });
      const dependencies = { ...sdk, scans: "workspace:*", "pulumi-image-scan": `file:${pack.tarball}` };
      writeFiles(app, { "package.json": manifest("app", { dependencies }) });
      pnpm(folder, pack);
      await works(stack);
    });

    it("says the same of a copy in a bundle, and works where esbuild leaves the package out", async () => {
      const bundled = join(folder, "bundled");
      const bundle = (...external: string[]) => {
        const kept = ["@pulumi/pulumi", ...external].map((name) => `--external:${name}`);
        const args = ["source.js", "--bundle", "--platform=node", "--outfile=index.js", "--log-level=error", ...kept];
        execFileSync(join(bundled, "node_modules", ".bin", "esbuild"), args, { cwd: bundled, stdio: "pipe" });
      };
      bundle();
      const stack = await Stack.inFolder(account.emulator, bundled);
      await refused(stack, /Run "npm install pulumi-image-scan" .* \(esbuild --external:pulumi-image-scan\)/);
      bundle("pulumi-image-scan");
      const installed = join(folder, "scans", "node_modules", "pulumi-image-scan");
      symlinkSync(installed, join(bundled, "node_modules", "pulumi-image-scan"));
      await works(stack);
    });

    it("is found by an inline program of the Automation API, in whatever folder its process and its workspace are", async () => {
      const home = join(pack.folder, "automation");
      writeFiles(home, {});
      const { endpoint } = account.emulator.address.tencent;
      const env = {
        ...process.env,
        ...credentialsOf(account.emulator),
        PULUMI_HOME: join(home, "home"),
        PULUMI_BACKEND_URL: `file://${home}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        TMPDIR: home,
      };
      writeFiles(join(folder, "scans"), {
        "main.js": `
          const { LocalWorkspace } = require("@pulumi/pulumi/automation");
          const { tencent } = require("pulumi-image-scan");
          const program = async () => ({ status: ${scan}.status });
          (async () => {
            const stack = await LocalWorkspace.createStack({ stackName: "dev", projectName: "app", program });
            await stack.setConfig("tencentcloud:endpoint", { value: "${endpoint}" });
            console.log((await stack.up()).outputs.status.value);
          })();`,
      });
      const main = join(folder, "scans", "main.js");
      const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: home, env });
      assert.equal(stdout, "SUCCEEDED\n");
    });
  });

  it("is found through yarn's Plug'n'Play, which has no node_modules", async function () {
    this.timeout(240_000);
    const tools = join(pack.folder, "yarn");
    writeFiles(tools, { "package.json": manifest("tools", { dependencies: { "@yarnpkg/cli-dist": "^4.18.1" } }) });
    npm(tools, "install", "--prefer-offline");
    const folder = join(pack.folder, "pnp");
    const dependencies = { ...sdk, "pulumi-image-scan": `file:${pack.tarball}` };
    const registry = npm(tools, "config", "get", "registry").trim();
    writeFiles(folder, {
      "index.js": `const { tencent } = require("pulumi-image-scan");\nexports.status = ${scan}.status;\n`,
      "Pulumi.yaml": project,
      "package.json": manifest("pnp", { dependencies }),
      ".yarnrc.yml":
        "nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\nenableScripts: false\nhttpRetry: 10\n",
      "yarn.lock": "",
    });
    const yarn = join(tools, "node_modules", "@yarnpkg", "cli-dist", "bin", "yarn.js");
    const env = { ...process.env, CI: "", YARN_NPM_REGISTRY_SERVER: registry };
    const install = spawnSync(process.execPath, [yarn, "install", "--no-immutable"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    assert.equal(install.status, 0, `${install.stdout}${install.stderr}`);
    // As `yarn pulumi up` sets it.
    const withPnp = { ...credentialsOf(account.emulator), NODE_OPTIONS: `--require=${join(folder, ".pnp.cjs")}` };
    const stack = await Stack.inFolder(account.emulator, folder, withPnp);
    await works(stack);
  });

  it("gives a gate a task of another copy; of another version, the gate refuses it and names both", () => {
    const folder = join(pack.folder, "copies");
    writeFiles(folder, {});
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const { version } = JSON.parse(readFileSync(join(pack.root, "package.json"), "utf8")) as { version: string };
    for (const [name, copied] of Object.entries({ first: version, second: version, other: "0.0.9" }))
      copyAs(copied, pack.root, join(folder, name));
    const declare = (task: string) => `
      const pulumi = require("@pulumi/pulumi");
      pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
      const { ScanGate } = require("./first");
      const { tencent } = require("./${task}");
      const args = { images: ["sha256:a"], scanVul: true, thresholds: { critical: 0 }, wait: false };
      const task = new tencent.LocalScanTask("later", args);
      try { new ScanGate("gate", { tasks: [task] }); } catch (error) { console.log(error.message); }`;
    const run = (task: string) =>
      execFileSync(process.execPath, ["-e", declare(task)], { cwd: folder, encoding: "utf8" });
    assert.equal(run("second"), "");
    assert.match(
      run("other"),
      new RegExp(`^ScanGate "gate": tasks holds a task of pulumi-image-scan 0\\.0\\.9, and the gate is of ${version};`),
    );
  });

  it("says in one line that Node is too old", async () => {
    const older = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" });\n';
    const stack = await Stack.create(account.emulator, "");
    writeFileSync(join(stack.folder, "index.js"), `${older}require("pulumi-image-scan");\n`);
    await refused(
      stack,
      /: pulumi-image-scan needs Node 22\.19 or later, and this is Node 20\.20\.2 \(.*\)\. Put a newer one/,
    );
    await stack.remove();
  });
});
