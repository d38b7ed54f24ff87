import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Check } from "../../../provider/cli/doctor/check.js";
import { Account } from "../../support/account.js";

const main = resolve(__dirname, "../../../provider/cli/main.js");

interface Report {
  readonly status: string;
  readonly checks: readonly Check[];
}

describe("pulumi-image-scan doctor", () => {
  let account: Account;
  let folder: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
    folder = mkdtempSync(join(tmpdir(), "pulumi-image-scan-doctor-"));
    const { tencent } = account.emulator.address;
    mkdirSync(join(folder, "bin"));
    env = {
      HOME: folder,
      PATH: [join(folder, "bin"), dirname(process.execPath)].join(delimiter),
      TENCENTCLOUD_SECRET_ID: tencent.secretId,
      TENCENTCLOUD_SECRET_KEY: tencent.secretKey,
    };
  });
  afterEach(async () => {
    await account.close();
    rmSync(folder, { recursive: true });
  });

  /** Stands in for the CLI: its version, and the config of a stack. */
  function installPulumi(config: object | string): void {
    const listed = typeof config === "string" ? `echo "${config}" >&2; exit 255` : `echo '${JSON.stringify(config)}'`;
    const file = join(folder, "bin", "pulumi");
    writeFileSync(file, `#!/bin/sh\nif [ "$1" = version ]; then echo v3.270.0; exit; fi\n${listed}\n`);
    chmodSync(file, 0o755);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  }

  const endpoint = () => ({ "tencentcloud:endpoint": { value: account.emulator.address.tencent.endpoint } });

  async function run(...args: string[]) {
    const child = spawn(process.execPath, [main, "doctor", ...args], { cwd: folder, env });
    const [stdout, stderr, status] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((done) => child.on("close", done)),
    ]);
    assert.doesNotMatch(stdout + stderr, /\n +at |AKIDEMULATOR.*SecretKey/);
    return { status, stdout, stderr };
  }

  async function report(...args: string[]): Promise<Report & { exit: number | null; find(name: string): string }> {
    const { status: exit, stdout } = await run("--json", ...args);
    const answer = JSON.parse(stdout) as Report;
    const find = (name: string) => {
      const { status, detail = "", advice } = answer.checks.find((check) => check.name === name) ?? {};
      return `${status} ${detail}${advice === undefined ? "" : ` | ${advice}`}`;
    };
    return { ...answer, exit, find };
  }

  it("reads the settings of the current stack, and leaves out the cloud that has none", async () => {
    installPulumi(endpoint());
    const { exit, status, find, checks } = await report();
    assert.deepEqual([exit, status], [0, "ok"], JSON.stringify(checks));
    assert.equal(find("Pulumi CLI"), "ok 3.270.0");
    assert.match(find("@pulumi/pulumi"), /^ok 3\.\d+/);
    assert.equal(find("Stack's config"), "ok keys: 1; secret, and so not read: 0");
    assert.equal(find("Account"), "ok 100012345678 (RootAccount)");
    const huawei = checks.filter(({ group }) => group === "Huawei Cloud (huaweicloud)");
    assert.deepEqual(
      huawei.map(({ status, name, detail }) => [status, name, detail]),
      [["not known", "Credentials", 'none found; "doctor huawei" shows where it looks']],
    );
  });

  it("ends with 1 where there is no CLI", async () => {
    const { endpoint: url, accessKey, secretKey } = account.emulator.address.huawei;
    env = {
      ...{ HOME: folder, PATH: env["PATH"] ?? "", HW_REGION_NAME: "cn-north-4" },
      ...{ HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: secretKey, HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4: url },
    };
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    const { exit, status, find, checks } = await report("huawei");
    assert.deepEqual([exit, status], [1, "failed"]);
    assert.match(find("Pulumi CLI"), /^failed there is none on PATH \| install it/);
    assert.match(find("Stack's config"), /^failed pulumi config fails: .*ENOENT/);
    assert.equal(checks.filter((check) => check.status === "failed").length, 2);
  });

  it("fails where neither cloud has credentials", async () => {
    env = { HOME: folder, PATH: env["PATH"] ?? "" };
    installPulumi({ ...endpoint(), "huaweicloud:endpoint": { value: account.emulator.address.url } });
    const { exit, checks } = await report();
    assert.equal(exit, 1);
    assert.deepEqual(
      checks.filter(({ status }) => status === "failed").map(({ name, detail }) => `${name}: ${detail}`),
      ["Credentials: none found", "Credentials: none found"],
    );
  });

  it("says why the stack's config cannot be read", async () => {
    installPulumi("error: no stack selected; please use pulumi stack select");
    const { exit, find } = await report("tencent");
    assert.equal(exit, 1);
    assert.match(find("Stack's config"), /^failed pulumi config fails: no stack selected; .* \| select a stack/);
  });

  it("does not read secrets of the stack, and says that it uses the environment instead", async () => {
    installPulumi({
      ...endpoint(),
      "tencentcloud:secretId": { value: "AKIDofTheStack" },
      "tencentcloud:secretKey": { secret: true },
    });
    const { exit, find } = await report("tencent");
    assert.equal(exit, 0);
    assert.equal(find("Stack's config"), "ok keys: 3; secret, and so not read: 1");
    assert.match(find("Secrets"), /^warning secret in the stack, and so not read: tencentcloud:secretKey\. .* \| /);
    assert.equal(find("Credentials"), "ok found in the environment (TENCENTCLOUD_SECRET_ID)");
  });

  it("says that another secret setting is not read, and keeps the keys that are not secret", async () => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    installPulumi({
      ...endpoint(),
      "tencentcloud:secretId": { value: secretId },
      "tencentcloud:secretKey": { value: secretKey },
      "tencentcloud:allowedAccountIds": { secret: true },
      "tencentcloud-prod:secretKey": { secret: true },
    });
    const { find, checks } = await report("tencent");
    assert.match(find("Secrets"), /not read: tencentcloud:allowedAccountIds\. /);
    assert.equal(checks.filter(({ name }) => name === "Secrets").length, 1);
    assert.equal(find("Credentials"), "ok found in the stack's config");
    assert.equal(find("Guard"), "not known allowedAccountIds is secret in the stack, and so not read");
  });

  it("checks a named account with its own settings, and the environment's keys where its own are secret", async () => {
    const { endpoint: url } = account.emulator.address.tencent;
    installPulumi({
      "tencentcloud-prod:endpoint": { value: url },
      "tencentcloud-prod:secretId": { secret: true },
      "tencentcloud-prod:secretKey": { secret: true },
      "tencentcloud-prod:allowedAccountIds": { value: "100000000001" },
    });
    const { exit, find, checks } = await report("tencent", "--account", "prod");
    assert.equal(exit, 1);
    assert.equal(checks.at(-1)?.group, "Tencent Cloud (tencentcloud-prod)");
    assert.match(find("Secrets"), /tencentcloud-prod:secretId, tencentcloud-prod:secretKey/);
    assert.match(find("Guard"), /^failed allowedAccountIds does not name this account/);
    assert.equal(find("Account"), "ok 100012345678 (RootAccount)");
    const other = await report("tencent", "--account", "test");
    assert.match(other.find("Credentials"), /^failed none found \| .*tencentcloud-test:secretId is not set/);
  });

  it("writes a record without values, and lists what the answers settle", async () => {
    installPulumi(endpoint());
    const { status, stdout } = await run("tencent", "--record", "record.json");
    assert.equal(status, 0);
    assert.match(stdout, /\nAnswers, compared with the documents\n/);
    assert.match(stdout, /\n {2}not known {2}time of a sync {9}the account has no example\n/);
    assert.match(stdout, /\n {2}ok {9}numbers by level {7}number\n/);
    const written = readFileSync(join(folder, "record.json"), "utf8");
    const { schema, clouds, questions } = JSON.parse(written) as {
      schema: number;
      clouds: Record<string, Record<string, { outcome: string }>>;
      questions: { title: string; answer?: string }[];
    };
    assert.equal(schema, 1);
    assert.deepEqual(Object.keys(clouds), ["tencent"]);
    assert.equal(clouds["tencent"]?.["DescribePurchaseStateInfo"]?.outcome, "answered");
    assert.equal(questions.find(({ title }) => title === "numbers by level")?.answer, "number");
    const { images } = account.emulator.tencent.registry;
    const values = [...images.values()].flatMap(({ id, name, tag, digest, namespace }) => [
      ...[String(id), digest, `"${name}"`, `"${tag}"`, `"${namespace}"`],
    ]);
    for (const value of [...values, "100012345678", "AKID", "127.0.0.1"]) assert(!written.includes(value), value);
  });

  it("fails, and names the field, where an answer has another form than documented", async () => {
    installPulumi(endpoint());
    account.emulator.faults.plan({ fault: "types", action: "DescribeImageAuthorizedInfo", times: 2 });
    const { exit, find } = await report("tencent", "--record", "record.json");
    assert.equal(exit, 1);
    assert.match(
      find("DescribeImageAuthorizedInfo"),
      /^failed of another kind: TotalAuthorizedCnt.* \| .*report it with record\.json, which has no values/,
    );
    assert.match(find("Image scans left"), /^not known DescribeImageAuthorizedInfo: answers in an undocumented form/);
    assert.match(find("this command"), /^failed reads that work: 2 of 3; /);
  });

  it("ends with 2 and its usage where it is called in a wrong way", () => {
    for (const [args, cause] of [
      [["aws"], /^aws: neither tencent nor huawei\n/],
      [["tencent", "huawei"], /^huawei: give one cloud/],
      [["--acount", "prod"], /^Unknown option '--acount'/],
    ] as const) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, "doctor", ...args], { encoding: "utf8" });
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, cause);
      assert.match(stderr, /\n\nUsage: pulumi-image-scan doctor/);
    }
  });
});
