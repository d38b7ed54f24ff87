import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Account, imageId } from "../support/account.js";
import { blocksOf, root } from "../support/documented-files.js";
import { npm, type Packed, packed, writeFiles } from "../support/packed.js";
import { Stack } from "../support/stack.js";

const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: Record<string, string> };
/** The smallest version that the package accepts. */
const smallest = own.dependencies["@pulumi/pulumi"]?.replace(/^\^/, "");

const program = `
import * as pulumi from "@pulumi/pulumi";
import { requireScanGate, tencent } from "pulumi-image-scan";

const parent = new pulumi.ComponentResource("test:index:Group", "group");
const images = [pulumi.output("${imageId("web")}")];
const scan = new tencent.LocalScanTask("release", { images, scanVul: true, thresholds: { high: 5 } }, { parent });
export const text = pulumi.interpolate\`\${scan.status} \${scan.verdict}\`;
export const release = (stack: string) => requireScanGate(new pulumi.StackReference(stack), { waive: ["digest", "maxAge"] });
`;
const options = { target: "es2022", module: "nodenext", strict: true, skipLibCheck: false, types: ["node"] };

describe(`the packed package beside @pulumi/pulumi ${smallest}, the smallest version that it accepts`, () => {
  let pack: Packed;
  let folder: string;
  before(function () {
    this.timeout(240_000);
    pack = packed();
    folder = join(pack.folder, "pinned");
    writeFiles(folder, {
      "index.ts": program,
      "test.mts": blocksOf("docs/testing.md", "ts")[0] ?? "",
      "tsconfig.json": { compilerOptions: options },
      "Pulumi.yaml": "name: pinned\nruntime: nodejs\n",
      "package.json": {
        name: "pinned",
        private: true,
        main: "index.ts",
        dependencies: { "@pulumi/pulumi": smallest, "pulumi-image-scan": `file:${pack.tarball}` },
        // The newest that this SDK accepts.
        devDependencies: { typescript: "~5.9.3", "ts-node": "^10.9.2", "@types/node": "^22.19.0" },
      },
    });
    npm(folder, "install", "--prefer-offline");
  });
  after(() => rmSync(pack.folder, { recursive: true, force: true }));

  function node(...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return { status, output: `${stdout}${stderr}` };
  }
  const compile = () => node(join(folder, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", ".");
  const ownCopy = () => join(folder, "node_modules", "pulumi-image-scan", "node_modules", "@pulumi", "pulumi");

  it("shares the program's copy", () => assert.equal(existsSync(ownCopy()), false));

  it("compiles with it, declarations included", () => assert.deepEqual(compile(), { status: 0, output: "" }));

  it("is tested with mocks as docs/testing.md shows", () => {
    const ran = node("--experimental-strip-types", "--no-warnings", "test.mts");
    assert.deepEqual(ran, { status: 0, output: "" });
  });

  it("is used by a program, by up, refresh and destroy; also with a second copy, which compiles", async () => {
    const account = await Account.open(0, Date.now);
    try {
      const stack = await Stack.inFolder(account.emulator, folder);
      await stack.up();
      assert.equal((await stack.outputs())["text"], "SUCCEEDED PASS");
      await stack.succeed("refresh", "--yes", "--skip-preview");
      mkdirSync(join(ownCopy(), ".."), { recursive: true });
      symlinkSync(join(root, "node_modules", "@pulumi", "pulumi"), ownCopy());
      assert.deepEqual(compile(), { status: 0, output: "" });
      assert.match(await stack.up(), /unchanged/);
      assert.equal(account.submissions().length, 1);
      await stack.remove();
    } finally {
      await account.close();
    }
  });
});
