import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Account, imageId } from "../support/account.js";
import { npm, type Packed, packed, pnpm, writeFiles } from "../support/packed.js";
import { certificatePath, withProxiedCloud } from "../support/proxy.js";
import { credentialsOf, Stack } from "../support/stack.js";

const image = imageId("web");
const request = `{ images: ["${image}"], scanVul: true }`;
const setting = `{ enable: true, scanTime: "01:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true }`;
const required = 'const { tencent, huawei, ScanGate } = require("pulumi-image-scan");';
const imported = 'import { tencent, huawei, ScanGate } from "pulumi-image-scan";';
const declared = `
new tencent.ScanSetting("nightly", ${setting});
const scan = new tencent.LocalScanTask("release", ${request});
const later = new huawei.ScanTask("hss", {
  images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }],
  scanScope: ["vulnerabilities"],
  thresholds: { high: 5 },
  wait: false,
});
const gate = new ScanGate("gate", { tasks: [later] });
`;
const exported = "export const status = scan.status;\nexport const verdict = gate.verdict;\n";

interface App {
  readonly files: Readonly<Record<string, string>>;
  readonly package: object;
}

const javascript = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
const tsconfig = JSON.stringify({
  compilerOptions: { target: "es2022", module: "nodenext", strict: true, skipLibCheck: false, types: ["node"] },
});
const typed = { "index.ts": `${imported}${declared}${exported}`, "tsconfig.json": tsconfig };

const apps: Readonly<Record<string, App>> = {
  commonjs: {
    files: { "index.js": `${required}${declared}exports.status = scan.status;\nexports.verdict = gate.verdict;\n` },
    package: { main: "index.js" },
  },
  esm: {
    files: { "index.js": `${imported}${declared}${exported}` },
    package: { main: "index.js", type: "module" },
  },
  typescript: { files: typed, package: { main: "index.ts" } },
};

/** What a program needs beside the package. */
const dependencies = (tarball: string) => ({ "@pulumi/pulumi": "^3.270.0", "pulumi-image-scan": `file:${tarball}` });
const own = JSON.parse(readFileSync(resolve(__dirname, "../../../package.json"), "utf8")) as {
  devDependencies: Record<string, string>;
};
const tools = Object.fromEntries(
  ["typescript", "ts-node", "@types/node"].map((name) => [name, own.devDependencies[name]]),
);

function writeApp(folder: string, name: string, { files, package: more }: App, tarball: string): void {
  const runtime = "index.ts" in files ? "runtime: nodejs\n" : javascript;
  const json = {
    name,
    version: "1.0.0",
    private: true,
    ...more,
    dependencies: dependencies(tarball),
    devDependencies: tools,
  };
  writeFiles(folder, { ...files, "Pulumi.yaml": `name: ${name}\n${runtime}`, "package.json": json });
}

/** What `pulumi new` makes of the template, with the packed package in place of the published one. */
function writeFromTemplate(folder: string, tarball: string): void {
  const args = ["new", resolve(__dirname, "../../../template"), "--generate-only", "--yes"];
  const env = { ...process.env, PULUMI_HOME: join(folder, "..", "home"), PULUMI_SKIP_UPDATE_CHECK: "true" };
  execFileSync("pulumi", [...args, "--dir", folder, "--name", "fresh", "--description", "A try"], {
    env,
    stdio: "pipe",
  });
  const path = join(folder, "package.json");
  const json = JSON.parse(readFileSync(path, "utf8")) as { name: string; dependencies: object };
  assert.equal(json.name, "fresh");
  writeFiles(folder, { "package.json": { ...json, dependencies: { ...json.dependencies, ...dependencies(tarball) } } });
}

describe("the packed package, installed", () => {
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

  const lives = async (folder: string) => live(await Stack.inFolder(account.emulator, folder));

  async function live(stack: Stack): Promise<void> {
    await stack.up();
    assert.deepEqual(await stack.outputs(), { status: "SUCCEEDED", verdict: "PASS" });
    await stack.succeed("refresh", "--yes", "--skip-preview");
    const calls = account.submissions().length;
    assert.match(await stack.up(), /unchanged/);
    assert.deepEqual([calls, account.submissions().length], [2, 2]);
    await stack.remove();
  }

  describe("by npm, in a workspace", () => {
    before(function () {
      this.timeout(240_000);
      for (const [name, app] of Object.entries(apps)) writeApp(join(pack.folder, "npm", name), name, app, pack.tarball);
      writeFromTemplate(join(pack.folder, "npm", "fresh"), pack.tarball);
      writeFiles(join(pack.folder, "npm"), {
        "package.json": { private: true, workspaces: [...Object.keys(apps), "fresh"] },
      });
      npm(join(pack.folder, "npm"), "install", "--prefer-offline");
    });

    it("has types that a strict compiler accepts, its own files included", () => {
      const tsc = resolve(__dirname, "../../../node_modules/typescript/bin/tsc");
      for (const app of ["typescript", "fresh"])
        execFileSync(process.execPath, [tsc, "--noEmit", "-p", "."], {
          cwd: join(pack.folder, "npm", app),
          stdio: "pipe",
        });
    });

    for (const name of Object.keys(apps)) {
      it(`is used by a program in ${name}, by up, refresh and destroy`, () => lives(join(pack.folder, "npm", name)));
    }

    it("is used by a project made from the template", async () => {
      const stack = await Stack.inFolder(account.emulator, join(pack.folder, "npm", "fresh"));
      await stack.up();
      assert.equal(account.emulator.tencent.local.setting.values["Enable"], true);
      assert.deepEqual(await stack.outputs(), { verdicts: {} });
      await stack.remove();
    });
  });

  describe("by pnpm, whose packages see only what they name", () => {
    it("is used by a program in TypeScript behind a proxy, by up, refresh and destroy", async function () {
      this.timeout(240_000);
      const folder = join(pack.folder, "pnpm");
      writeApp(folder, "strict", { files: typed, package: { main: "index.ts" } }, pack.tarball);
      pnpm(folder, pack);
      const cloud = new URL(account.emulator.address.url);
      await withProxiedCloud({ cloud }, async ({ proxyPort, connects }) => {
        const stack = await Stack.inFolder(account.emulator, folder, {
          ...credentialsOf(account.emulator),
          HTTPS_PROXY: `http://localhost:${proxyPort}`,
          NO_PROXY: "127.0.0.1,localhost",
          NODE_EXTRA_CA_CERTS: certificatePath,
        });
        // The cloud's own host, which only the proxy leads to the emulator. The other cloud stays on this machine.
        await stack.succeed("config", "rm", "tencentcloud:endpoint");
        await live(stack);
        const targets = new Set(connects.map(({ target }) => target));
        assert.deepEqual([...targets], ["tcss.intl.tencentcloudapi.com:443"]);
      });
    });
  });
});
