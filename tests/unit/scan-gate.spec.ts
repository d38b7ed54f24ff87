import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { requireScanGate, ScanGate, type ScanTask, tencent } from "../../provider/index.js";

const thresholds = { critical: 0 };
const request = { images: ["sha256:a"], scanVul: true } as const;
const digest = `sha256:${"a".repeat(64)}`;

describe("a gate in a program", () => {
  beforeEach(() =>
    pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
      },
      "app",
      "dev",
    ),
  );

  const task = (name: string, more: object = {}) =>
    new tencent.LocalScanTask(name, { ...request, wait: false, thresholds, ...more });
  const stack = () => new pulumi.StackReference("acme/scans/prod");

  const wrong: readonly (readonly [what: string, declare: () => unknown, says: RegExp])[] = [
    ["no tasks", () => new ScanGate("g", { tasks: [] }), /^ScanGate "g": tasks is empty$/],
    ["one task", () => new ScanGate("g", { tasks: task("a") as never }), /tasks is not a list of scan tasks/],
    [
      "something else",
      () => new ScanGate("g", { tasks: [{} as ScanTask] }),
      /tasks holds something that is not a scan task/,
    ],
    [
      "a task twice, which would count twice what it has found",
      () => {
        const a = task("a");
        return new ScanGate("g", { tasks: [a, task("b"), a] });
      },
      /^ScanGate "g": tasks holds a twice; give each scan once$/,
    ],
    [
      "a task that waits",
      () => new ScanGate("g", { tasks: [task("a", { wait: true })] }),
      /a waits for its scan by itself; declare it with wait: false/,
    ],
    [
      "no thresholds",
      () => new ScanGate("g", { tasks: [task("a", { thresholds: undefined })] }),
      /a has no thresholds; give it some, or the gate/,
    ],
    [
      "misspelt thresholds",
      () => new ScanGate("g", { tasks: [task("a", { thresholds: undefined })], thresholds: { critcal: 0 } as never }),
      /thresholds\.critcal is not a known field; did you mean "critical"/,
    ],
    [
      "thresholds that its scans could never meet",
      () => new ScanGate("g", { tasks: [task("a", { thresholds: undefined })], thresholds: { viruses: 0 } }),
      /a: thresholds judges viruses, but this scan does not look for that/,
    ],
    ["no arguments", () => new ScanGate("g", undefined as never), /tasks is not a list/],
    [
      "a misspelt option",
      () => new ScanGate("g", { tasks: [task("a")], maxage: "1h" } as never),
      /maxage is no option; there are tasks/,
    ],
    [
      "no age",
      () => new ScanGate("g", { tasks: [task("a")], maxAge: "soon" }),
      /maxAge is "soon", not a time such as 24h/,
    ],
    [
      "no digest",
      () => requireScanGate(stack(), { maxAge: "1h" }),
      /digest is missing; give it, or write waive: \["digest"\]/,
    ],
    [
      "no maxAge",
      () => requireScanGate(stack(), { digest }),
      /maxAge is missing; give it, or write waive: \["maxAge"\]/,
    ],
    [
      "an undefined digest",
      () => requireScanGate(stack(), { digest: undefined as never, maxAge: "1h" }),
      /digest is missing/,
    ],
    [
      "an undefined notBefore",
      () => requireScanGate(stack(), { digest, maxAge: "1h", notBefore: undefined as never }),
      /notBefore is undefined; is a variable not set\?/,
    ],
    [
      "no stack reference",
      () => requireScanGate("acme/scans/prod" as never, { digest, maxAge: "1h" }),
      /the first argument is no StackReference/,
    ],
    [
      "an undefined digest in the same stack",
      () => new ScanGate("g", { tasks: [task("a")] }).require("x", { digest: undefined as never }),
      /digest is undefined; is a variable not set\?/,
    ],
  ];
  for (const [what, declare, says] of wrong) {
    it(`is refused with ${what}, in one line`, () => {
      assert.throws(declare, (error: Error) => {
        assert(pulumi.RunError.isInstance(error), String(error));
        assert.match(error.message, says);
        return true;
      });
    });
  }

  it("needs another name for another digest", () => {
    const gate = new ScanGate("gate", { tasks: [task("b")] });
    gate.require("x", { digest: [digest] });
    gate.require("y", { digest: [digest] });
    assert.throws(() => gate.require("z", { digest }), /require with another digest needs a name of its own/);
    gate.require("z", { digest, name: "z" });
  });
});
