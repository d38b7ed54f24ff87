import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const provider = resolve(__dirname, "../../provider");
// The module sees another version than that of the Node which runs it.
const pretend = (version: string, file: string) =>
  spawnSync(process.execPath, [
    "-e",
    `Object.defineProperty(process.versions, "node", { value: "${version}" }); require(${JSON.stringify(`${provider}/${file}`)});`,
  ]).stderr.toString();

describe("the package on an old Node", () => {
  for (const file of ["run.js", "index.js"]) {
    it(`names the required version when ${file} is loaded`, () => {
      assert.match(pretend("22.18.0", file), /needs Node 22\.19 or later, and this is Node 22\.18\.0/);
      assert.equal(pretend("22.19.0", file), "");
    });

    it(`shows no stack of that, in a program or anywhere else, for ${file}`, () => {
      const error = pretend("22.18.0", file);
      assert.match(error, /__pulumiRunError: true/);
      assert.doesNotMatch(error, /^ +at /m);
    });
  }
});
