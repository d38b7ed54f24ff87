import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openQuestions } from "../../../provider/cli/doctor/open-questions.js";
import {
  huaweiDoctorReads,
  huaweiRights,
  type Rights,
  tencentDoctorReads,
  tencentRights,
} from "../../../provider/cli/doctor/rights.js";
import { blocksOf, root } from "../../support/documented-files.js";

// That the rights are those of the calls that the resources make is tested in doctor-rights.spec.ts.

const pageText = (page: string) => readFileSync(join(root, page), "utf8");
const sorted = (names: readonly string[]) => [...new Set(names)].sort();

interface CamPolicy {
  readonly version: string;
  readonly statement: readonly { effect: string; action: readonly string[]; resource: readonly string[] }[];
}
interface IamPolicy {
  readonly Version: string;
  readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[] }[];
}

const isTask = (resource: string) => resource.endsWith("Task");
const rightsOf = (is: (resource: string) => boolean, ...kinds: readonly (keyof Rights)[]) =>
  Object.entries(tencentRights).flatMap(([resource, rights]) =>
    is(resource) ? kinds.flatMap((kind) => rights[kind]) : [],
  );

describe("docs/rights.md", () => {
  const policies = blocksOf("docs/rights.md", "json").map((block) => JSON.parse(block) as CamPolicy | IamPolicy);
  const cam = policies.filter((one): one is CamPolicy => "statement" in one);
  const iam = policies.filter((one): one is IamPolicy => "Statement" in one);

  it("has a policy of CAM for reads, for scans and for schedules: each action, and no other", () => {
    const wanted = [
      [...rightsOf(() => true, "read"), ...tencentDoctorReads],
      rightsOf(isTask, "read", "write"),
      rightsOf((resource) => !isTask(resource), "read", "write"),
    ];
    assert.deepEqual(
      cam,
      wanted.map((actions) => ({
        version: "2.0",
        statement: [{ effect: "allow", action: sorted(actions).map((name) => `tcss:${name}`), resource: ["*"] }],
      })),
    );
  });

  it("has policies of IAM: one that cannot write, and one for all", () => {
    assert.deepEqual(
      iam.map(({ Version, Statement }) => [Version, Statement]),
      [
        ["1.1", [{ Effect: "Allow", Action: ["hss:*:get*", "hss:*:list*"] }]],
        ["1.1", [{ Effect: "Allow", Action: ["hss:*:*"] }]],
      ],
    );
  });

  it("lists the reads and writes of each resource", () => {
    const page = pageText("docs/rights.md");
    for (const all of [tencentRights, huaweiRights]) {
      for (const [resource, { read, write }] of Object.entries(all))
        assert(page.includes(`| \`${resource}\` | ${read.join(", ")} | ${write.join(", ")} |`), resource);
    }
    for (const own of [tencentDoctorReads, huaweiDoctorReads])
      assert(page.includes(`\`doctor\` also calls ${own.join(", ")}.`), own.join());
  });
});

describe("docs/doctor.md", () => {
  it("explains each question that the answers settle", () => {
    const rows = pageText("docs/doctor.md")
      .split("\n")
      .filter((line) => /\| `[\w[\].]+` \|$/.test(line))
      .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| |[`|]| \|$/g, "").trim()));
    assert.deepEqual(
      rows.map(([title, , action, field]) => ({ title, action, field })),
      openQuestions,
    );
    for (const [, question = ""] of rows) assert.match(question, /^[a-z].{8,}\?$/);
  });
});
