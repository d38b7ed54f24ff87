import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { blocksOf, root } from "../../support/documented-files.js";

/** Runs a program where the package is found by its name. */
function run(program: string): { status: number | null; output: string } {
  const args = ["--experimental-strip-types", "--no-warnings", "--input-type=module-typescript", "--eval", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(root, "examples", "quickstart"),
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

describe("docs/testing.md", () => {
  const [test = ""] = blocksOf("docs/testing.md", "ts");

  it("has a test that passes", () => assert.deepEqual(run(test), { status: 0, output: "" }));

  it("has a test that fails when the scan, or the gate, ends otherwise", () => {
    const fails = (from: string, to: string, says: RegExp) => {
      assert(test.includes(from), from);
      const { status, output } = run(test.replace(from, to));
      assert.notEqual(status, 0);
      assert.match(output, says);
    };
    fails('verdict: "FAIL"', 'verdict: "PASS"', /'PASS' !== 'FAIL'/);
    fails('taskId: "41033"', 'taskId: "41034"', /'41034' !== '41033'/);
    fails('waitedFor: "1", ', "", /AssertionError/);
    fails('verdict: "PASS",\n', 'verdict: "FAIL",\n', /its verdict is FAIL/);
  });

  it("is right that a mock may leave the submission out", () => {
    const { status, output } = run(
      test
        .replace('{ submitted: { submission: "1", task: { taskId: "41033" } } }', "{}")
        .replace('waitedFor: "1", ', "")
        .replace(
          'assert.equal(await valueOf(release.taskId), "41033");',
          "assert.equal(await valueOf(release.taskId), undefined);",
        ),
    );
    assert.deepEqual([status, output], [0, ""]);
  });
});
