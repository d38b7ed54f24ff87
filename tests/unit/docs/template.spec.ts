import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ownPackage from "../../../provider/index.js";
import { asCommonJs, root } from "../../support/documented-files.js";

const template = readFileSync(join(root, "template", "index.ts"), "utf8");

/** The resources that the template declares for these images, with the inputs on which their scans depend. */
async function declare(images: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const declared: Record<string, unknown> = {};
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => {
        if (type.endsWith(":LocalRead")) declared[name] = inputs["images"];
        return { id: name, state: inputs };
      },
    },
    "app",
    "dev",
  );
  const program = template.replace(/(const images: [^=]* = )\{[^}]*\}/, `$1${JSON.stringify(images)}`);
  assert.notEqual(program, template);
  const load = (name: string) => (name === "pulumi-image-scan" ? ownPackage : require(name));
  const run = new Function("exports", "require", asCommonJs(program));
  await pulumi.runtime.runInPulumiStack(async () => run({}, load));
  await pulumi.runtime.disconnect();
  return declared;
}

describe("the template", () => {
  const [web, api, job] = ["a", "b", "c"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];

  it("keeps the scans of the other images when the first image is removed", async () => {
    assert.deepEqual(await declare({ web, api, job }), { web: [web], api: [api], job: [job] });
    assert.deepEqual(await declare({ api, job }), { api: [api], job: [job] });
  });
});
