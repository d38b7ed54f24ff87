import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { renderImages } from "../../provider/cli/images-table.js";
import { Account, imageId } from "../support/account.js";
import { credentialsOf } from "../support/stack.js";

const main = resolve(__dirname, "../../provider/cli/main.js");

describe("pulumi-image-scan images", () => {
  let account: Account;
  before(async () => {
    account = await Account.open(1, Date.now);
  });
  after(() => account.close());

  async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { url, huawei } = account.emulator.address;
    const project = args[0]?.startsWith("huawei") ? ["--project", huawei.projectId] : [];
    const child = spawn(process.execPath, [main, "images", ...args, ...project, "--endpoint", url], {
      env: { PATH: process.env["PATH"], ...credentialsOf(account.emulator), ...env },
      timeout: 30_000,
    });
    const texts = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].on("data", (chunk: Buffer) => {
        texts[stream] += chunk.toString();
      });
    const [status] = (await once(child, "close")) as [number];
    return { status, ...texts };
  }

  it("shows the images of each list with the ids that a scan takes, in 80 columns", async () => {
    for (const [where, line] of [
      ["tencent-local", `  ${imageId("web")}`],
      ["tencent-registry", "  id 8741110, tcr demo"],
      ["huawei", "  id 45, Harbor harbor"],
      ["huawei-local", `  sha256:${"46".padStart(64, "0")}`],
    ] as const) {
      const { status, stdout, stderr } = await run([where]);
      assert.deepEqual([status, stderr], [0, ""], where);
      const lines = stdout.split("\n");
      assert(lines.includes(line), stdout);
      assert.deepEqual(
        lines.filter((one) => one.length > 80),
        [],
      );
    }
  });

  it("prints as JSON what the lookup gives in a program", async () => {
    const { status, stdout } = await run(["tencent-local", "shop/web:1.4.2", "--json"]);
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), {
      images: [{ id: imageId("web"), imageName: "shop/web:1.4.2", scanStatus: "NOT_SCAN", isLicensed: true }],
      ids: [imageId("web")],
      total: 1,
      isComplete: true,
    });
  });

  it("ends with 1 where nothing matches, and names what comes close", async () => {
    assert.deepEqual(await run(["tencent-registry", "--name", "shop/api", "--tag", "2.0.2"]), {
      status: 1,
      stdout: "",
      stderr: "no image shop/api:2.0.2; there is shop/api:2.0.1 (another tag)\n",
    });
  });

  for (const [args, reason] of [
    [["somewhere"], /say where to look: tencent-local, tencent-registry, huawei, huawei-local\n$/],
    [["tencent-local", "--nmae", "web"], /Unknown option '--nmae'/],
    [["tencent-local", "one", "two"], /give one image, not 2\n$/],
    [["huawei-local", "--registry-type", "Harbor"], /--registry-type is not used with huawei-local\n$/],
    [["huawei", "--site", "cn"], /--site is not an option for this cloud\n$/],
    [["huawei", "shop/api", "--tag", "1"], /image and tag are alternatives; give one of them\n$/],
  ] as const) {
    it(`ends with 2 for bad usage: ${args.join(" ")}`, async () => {
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /^pulumi-image-scan images: [^\n]*\n$/);
      assert.match(stderr, reason);
    });
  }

  it("ends with 2 where a call fails, with the code and without the secret", async () => {
    const wrong = "sk-that-nobody-may-see-0123456789";
    const { status, stderr } = await run(["tencent-local"], { TENCENTCLOUD_SECRET_KEY: wrong });
    assert.equal(status, 2);
    assert.match(stderr, /^pulumi-image-scan images: DescribeAssetImageList: [^\n]* \[IS-AUTH\]\n$/);
    assert(!stderr.includes(wrong));
    const missing = await run(["tencent-local"], { TENCENTCLOUD_SECRET_KEY: "" });
    assert.deepEqual([missing.status, /\[IS-CONFIG\]\n$/.test(missing.stderr)], [2, true]);
  });

  it("explains itself", async () => {
    const { status, stdout } = await run(["--help"]);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: pulumi-image-scan images WHERE/);
  });

  it("gives a name that is too long for its column a line of its own, whole", () => {
    const name = `${"long".repeat(20)}:1`;
    const [, ...lines] = renderImages([
      { name, scanStatus: "SCANNED", scanTime: "2026-01-02T03:04:05+08:00", facts: ["id 1"] },
    ]).split("\n");
    assert.deepEqual(lines, [name, `${"".padEnd(43)}SCANNED          2026-01-02 03:04:05`, "  id 1", ""]);
  });
});
