import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { policies } from "../../provider/policy/policies.js";

const page = readFileSync(resolve(__dirname, "../../../docs/policies.md"), "utf8");

describe("docs/policies.md", () => {
  for (const { name, configSchema, ...policy } of policies) {
    it(`tells of ${name}: what it goes by, and whether it mends`, () => {
      const [, , config = "", mends = ""] =
        page
          .split("\n")
          .find((line) => line.startsWith(`| \`${name}\` |`))
          ?.split("|")
          .slice(1) ?? [];
      for (const property of Object.keys(configSchema?.properties ?? {}))
        assert(config.includes(`\`${property}\``), config);
      assert.equal(config.trim() === "", configSchema === undefined);
      assert.equal(mends.trim() === "yes", "remediateResource" in policy);
    });
  }
});
