import assert from "node:assert/strict";
import { AnswerShapes } from "../../../provider/cli/doctor/answer-shape.js";
import { noteCredentials } from "../../../provider/cli/doctor/caller.js";
import { type Check, Checks } from "../../../provider/cli/doctor/check.js";
import { examineHuawei } from "../../../provider/cli/doctor/huawei.js";
import { renderChecks } from "../../../provider/cli/doctor/render-checks.js";
import { huaweiRights, tencentRights } from "../../../provider/cli/doctor/rights.js";
import { examineTencent } from "../../../provider/cli/doctor/tencent.js";
import { Account } from "../../support/account.js";

const examiners = { tencent: examineTencent, huawei: examineHuawei } as const;
type Vendor = keyof typeof examiners;
type Settings = Readonly<Record<string, string | undefined>>;

const hour = 3_600_000;

/** An emulated account, and the settings with which the doctor finds it. */
class Patient {
  readonly #account: Account;
  env: Settings = {};
  config: Settings = {};
  shapes = new AnswerShapes();

  constructor(account: Account) {
    this.#account = account;
    const { tencent, huawei } = account.emulator.address;
    this.env = {
      TENCENTCLOUD_SECRET_ID: tencent.secretId,
      TENCENTCLOUD_SECRET_KEY: tencent.secretKey,
      HUAWEICLOUD_SDK_AK: huawei.accessKey,
      HUAWEICLOUD_SDK_SK: huawei.secretKey,
    };
    this.config = {
      "tencentcloud:endpoint": tencent.endpoint,
      "huaweicloud:endpoint": huawei.endpoint,
      "huaweicloud:region": huawei.region,
    };
  }

  async examine(vendor: Vendor): Promise<Check[]> {
    const checks = new Checks("cloud");
    const stack = { read: (key: string) => this.config[key], secrets: [] };
    const noted = noteCredentials(checks, this.env);
    await examiners[vendor](checks, { account: undefined, stack, env: this.env }, { shapes: this.shapes, noted });
    return checks.list;
  }

  /** The checks that are not ok, as "status name: detail | advice". */
  async complaints(vendor: Vendor): Promise<string[]> {
    const checks = await this.examine(vendor);
    return checks
      .filter(({ status, group }) => status !== "ok" && !/write/.test(group))
      .map(({ status, name, detail, advice }) => `${status} ${name}: ${detail}${advice ? ` | ${advice}` : ""}`)
      .concat(checks.some(({ group }) => group.includes("write")) ? [] : ["ended early"]);
  }

  calls(): string[] {
    return [...new Set(this.#account.calls())];
  }
}

describe("the doctor", () => {
  let account: Account;
  let patient: Patient;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
    account.emulator.tencent.registry.sync.lastSuccess = Date.now();
    patient = new Patient(account);
  });
  afterEach(() => account.close());

  it("shows a healthy account of Tencent Cloud as such, and names the rights that it does not try", async () => {
    const checks = await patient.examine("tencent");
    assert.deepEqual(
      checks.map(({ status, name }) => `${status} ${name}`),
      [
        ...["ok Endpoint", "ok Clock", "ok Credentials", "ok Account", "ok Guard", "ok Service", "ok Image scans left"],
        ...[
          "ok Schedule, local",
          "ok Schedule, registry",
          "ok Registry list",
          "ok Registry demo",
          "ok Registry harbor",
        ],
        // The account has had no scan, whose id these need.
        ...["not known LocalScanTask", "ok RegistryScanTask", "not known VulnerabilityScanTask"],
        ...["ok ScanSetting", "ok RegistryScanSetting", "ok this command"],
        ...Object.keys(tencentRights).map((resource) => `not known ${resource}`),
      ],
    );
    const detailOf = (name: string) => checks.find((check) => check.name === name)?.detail;
    assert.equal(detailOf("Credentials"), "found in the environment (TENCENTCLOUD_SECRET_ID)");
    assert.equal(detailOf("Account"), "100012345678 (RootAccount)");
    assert.equal(detailOf("Image scans left"), "30000 of 30000");
    assert.equal(
      detailOf("LocalScanTask"),
      "reads that work: 4 of 5; not tried, there is no scan yet: DescribeAssetImageScanStatus",
    );
    assert.equal(checks.at(-5)?.detail, "CreateAssetImageScanTask, ModifyAssetImageScanStop");
  });

  it("shows a healthy account of Huawei Cloud as such", async () => {
    const checks = await patient.examine("huawei");
    assert.deepEqual(
      checks.map(({ status, name }) => `${status} ${name}`),
      [
        ...[
          "ok Endpoint",
          "ok Clock",
          "ok Credentials",
          "ok Account",
          "ok Guard",
          "ok Project",
          "ok Enterprise project",
        ],
        ...["not known Service", "not known Image scans left", "ok Schedule, registry"],
        ...["ok Registry SWR", "ok Registry harbor", "ok ScanTask", "ok ScanSetting", "ok this command"],
        ...["not known ScanTask", "not known ScanSetting"],
      ],
    );
    assert.equal(checks.find(({ name }) => name === "Project")?.detail, account.emulator.huawei.projectId);
  });

  it("makes reads only, and each that the resources make", async () => {
    await account.client().call("CreateVulScanTask", "submit", { LocalImageScanType: "ALL" }, () => ({}));
    const before = account.submissions().length;
    for (const vendor of ["tencent", "huawei"] as const) await patient.examine(vendor);
    assert.equal(account.submissions().length, before);
    const writes = [...Object.values(tencentRights), ...Object.values(huaweiRights)].flatMap(({ write }) => write);
    const written = patient.calls().filter((action) => writes.includes(action));
    assert.deepEqual(written, ["CreateVulScanTask"]);
    const reads = [...Object.values(tencentRights), ...Object.values(huaweiRights)].flatMap(({ read }) => read);
    const missing = reads.filter((action) => !patient.calls().includes(action));
    assert.deepEqual([...new Set(missing)], ["DescribeAssetImageScanStatus"]);
  });

  it("says where it looked where there are no keys", async () => {
    patient.env = {};
    const [tencent = "", ...rest] = await patient.complaints("tencent");
    assert.match(tencent, /^failed Credentials: none found \| .*secretId is not set.*TENCENTCLOUD_SECRET_ID/);
    assert.deepEqual(rest, ["ended early"]);
    assert.match(
      (await patient.complaints("huawei"))[0] ?? "",
      /^failed Credentials: none found \| .*accessKey is not set.*HUAWEICLOUD_SDK_AK/,
    );
  });

  it("says which keys are wrong, without the secret", async () => {
    patient.env = { ...patient.env, TENCENTCLOUD_SECRET_KEY: "wrong-secret", HUAWEICLOUD_SDK_SK: "wrong-secret" };
    const tencent = (await patient.complaints("tencent")).join("\n");
    assert.match(
      tencent,
      /^failed Credentials: found in the environment \(TENCENTCLOUD_SECRET_ID\): refused \(AuthFailure\.SignatureFailure\) \| .*check the secret key \(tencentcloud:secretKey or TENCENTCLOUD_SECRET_KEY\)/,
    );
    const huawei = (await patient.complaints("huawei")).join("\n");
    assert.match(
      huawei,
      /^failed Credentials: found in the environment of the SDKs .*: refused \(APIGW\.0301\) \| .*or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK/,
    );
    assert.doesNotMatch(tencent + huawei, /wrong-secret/);
  });

  it("says what is wrong with a region, and with a project that it does not have", async () => {
    patient.config = { ...patient.config, "tencentcloud:endpoint": undefined, "tencentcloud:region": "cn-north-4" };
    assert.match((await patient.complaints("tencent"))[0] ?? "", /^failed Credentials: .*a region of Huawei Cloud/);
    patient.config = { ...patient.config, "huaweicloud:region": "ap-southeast-3" };
    assert.match(
      (await patient.complaints("huawei"))[0] ?? "",
      /^failed Project: fails \| .*IAM knows 0 projects named "ap-southeast-3"/,
    );
  });

  it("says that nothing listens, once, and tries nothing more", async () => {
    account.emulator.suspend();
    for (const vendor of ["tencent", "huawei"] as const)
      assert.match(
        (await patient.complaints(vendor)).join("\n"),
        /^failed Endpoint: .*not reached \| .*nothing listens.*\nended early$/,
      );
    await account.emulator.resume();
  });

  it("names the right that is missing, by its action, at each resource that needs it", async () => {
    const code = "UnauthorizedOperation";
    account.emulator.faults.plan({ fault: "error", action: "DescribeAssetImageRegistryList", code });
    const complaints = (await patient.complaints("tencent")).filter((line) => line.startsWith("failed"));
    assert.equal(complaints.length, 2);
    const [first = "", second = ""] = complaints;
    assert.match(
      first,
      /^failed RegistryScanTask: reads that work: 1 of 5; refused \(UnauthorizedOperation\): DescribeAssetImageRegistryList; not tried, no registry image is known: .* \| DescribeAssetImageRegistryList: .*grant it this action in CAM/,
    );
    assert.match(second, /^failed VulnerabilityScanTask: /);
    account.emulator.faults.plan({ fault: "error", action: "ListImageScanPolicy", code: "HSS.0013" });
    const huawei = (await patient.complaints("huawei")).filter((line) => line.startsWith("failed"));
    assert.match(
      huawei.join("\n"),
      /^failed ScanSetting: reads that work: 0 of 1; refused \(HSS\.0013\): ListImageScanPolicy \| .*the user lacks the right/,
    );
  });

  it("says that licences are used up, that the service is not bought, and that the trial is over", async () => {
    account.emulator.preset("quota-empty");
    assert.match(
      (await patient.complaints("tencent"))[0] ?? "",
      /^failed Image scans left: 0 of 30000 \| buy image scans/,
    );
    account.emulator.presets.clear();
    for (const [state, detail] of [
      [0, "TCSS is not bought"],
      [1, "the trial of TCSS is over"],
      [4, "the Pro edition has expired"],
    ] as const) {
      account.emulator.tencent.quota.state = state;
      const [complaint = ""] = await patient.complaints("tencent");
      assert.equal(complaint.split(" | ")[0], `failed Service: ${detail}`);
    }
    account.emulator.tencent.quota.state = 9;
    assert.match((await patient.complaints("tencent"))[0] ?? "", /^not known Service: State 9 is not documented/);
  });

  it("warns of a list of registry images that is old, and fails where it could not be synchronized", async () => {
    const { sync } = account.emulator.tencent.registry;
    sync.lastSuccess = Date.now() - 30 * 24 * hour;
    const old = (await patient.complaints("tencent")).filter((line) => line.startsWith("warning"));
    assert.match(
      old.join("\n"),
      /^warning Registry list: synchronized at .* \| synchronize .*\nwarning Registry demo: /,
    );
    Object.assign(sync, { status: "failed", error: "the registry refuses the password" });
    const failed = (await patient.complaints("tencent")).filter((line) => line.startsWith("failed Registry list"));
    assert.match(failed.join("\n"), /the last synchronization failed: the registry refuses the password/);
    account.emulator.huawei.world.syncedAt = Date.now() - 8 * 24 * hour;
    const huawei = (await patient.complaints("huawei")).filter((line) => line.startsWith("warning"));
    assert.match(huawei.join("\n"), /^warning Registry SWR: synchronized at .* UTC \| /);
  });

  it("says how far the clock is off, and goes on by the server's", async () => {
    for (const [skewMs, words] of [
      [3 * hour, "3 h behind the server's clock"],
      [-30 * 60_000, "30 min ahead of the server's clock"],
    ] as const) {
      account.emulator.skewMs = skewMs;
      for (const vendor of ["tencent", "huawei"] as const) {
        const complaints = await patient.complaints(vendor);
        assert.match(complaints[0] ?? "", new RegExp(`^warning Clock: ${words} \\| correct this machine's clock`));
        assert.deepEqual(
          complaints.filter((line) => /^failed|ended early/.test(line)),
          [],
        );
      }
    }
  });

  it("says that the guard does not name the account, and reads nothing of it", async () => {
    patient.config = {
      ...patient.config,
      "tencentcloud:allowedAccountIds": "100000000001",
      "huaweicloud:allowedDomainIds": "0123456789abcdef",
    };
    for (const [vendor, key] of [
      ["tencent", "allowedAccountIds"],
      ["huawei", "allowedDomainIds"],
    ] as const)
      assert.match(
        (await patient.complaints(vendor)).join("\n"),
        new RegExp(
          `^failed Guard: ${key} does not name this account \\| the credentials belong to account .*\nended early$`,
        ),
      );
    assert.deepEqual(
      patient.calls().filter((action) => !/^(GetCallerIdentity|KeystoneListAuthDomains)$/.test(action)),
      [],
    );
  });

  it("tells a schedule that exists, and how its last run ended", async () => {
    const { local } = account.emulator.tencent;
    Object.assign(local.setting, {
      values: { Enable: true, ScanTime: "03:00", ScanPeriod: 1 },
      lastScanTime: "2026-01-02 03:00:00",
      scanResult: "InsufficientLicense",
    });
    const complaints = (await patient.complaints("tencent")).filter((line) => line.includes("Schedule"));
    assert.deepEqual(complaints, [
      "warning Schedule, local: on at 03:00 (zone of the cloud), ScanPeriod 1; last run 2026-01-02 03:00:00 InsufficientLicense | the last run ended with InsufficientLicense; see the schedule in the console of TCSS",
    ]);
  });

  it("prints at most 80 columns, unless a word is longer, and tells each advice once", async () => {
    account.emulator.faults.plan({
      fault: "error",
      action: "DescribeAssetImageRegistryList",
      code: "UnauthorizedOperation",
    });
    const text = renderChecks(await patient.examine("tencent"));
    for (const line of text.split("\n")) assert(line.length <= 80 || !line.trim().includes(" "), line);
    assert.equal(text.split("grant it this").length, 2);
    assert.match(text, /\n {2}FAILED {5}RegistryScanTask {7}reads that work: 1 of 5; refused\n/);
    assert.match(text, /\n\d+ ok, 2 FAILED, \d+ not known\.\nNothing was changed, and no scan was started\.$/);
  });
});
