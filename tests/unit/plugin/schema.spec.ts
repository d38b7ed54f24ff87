import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readSchema } from "../../../provider/plugin/schema.js";
import { buildSchema } from "../../support/plugin-schema.js";

const path = resolve(__dirname, "../../../../schemas/pulumi.schema.json");

describe("the schema of the plugin", () => {
  it("says what the public classes say", () => {
    const text = `${JSON.stringify(buildSchema(), undefined, 2)}\n`;
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, text);
    const { version: _, ...served } = JSON.parse(readSchema()) as Record<string, unknown>;
    assert.deepEqual(served, JSON.parse(text));
  });
});
