import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const main = resolve(__dirname, "../../../provider/cli/main.js");
const { version } = JSON.parse(readFileSync(resolve(__dirname, "../../../../package.json"), "utf8")) as {
  version: string;
};

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

describe("pulumi-image-scan", () => {
  it("shows its version", () => {
    for (const option of ["--version", "-v"])
      assert.deepEqual(run(option), { status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("shows its commands, and the options of each", () => {
    const { status, stdout } = run("help");
    assert.equal(status, 0);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) +\S/gm)].map(([, name = ""]) => name);
    assert(commands.includes("doctor") && commands.includes("gate"), stdout);
    for (const line of stdout.split("\n")) assert(line.length <= 80, line);
    for (const option of ["--help", "-h"]) assert.equal(run(option).stdout, stdout);
    for (const command of commands.filter((name) => name !== "help")) {
      const help = run("help", command);
      assert.equal(help.status, 0);
      assert.match(help.stdout, new RegExp(`^Usage: .*pulumi-image-scan ${command} `));
      assert.deepEqual([run(command, "--help"), run(command, "-h")], [help, help]);
    }
  });

  it("says which command a wrong one is likely to stand for", () => {
    for (const args of [["docter"], ["help", "docter"]]) {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^there is no command "docter"; did you mean "doctor"\?\n\nUsage: /);
    }
    assert.match(run("toString").stderr, /^there is no command "toString"\n/);
  });

  it("says on one line that Node is too old", () => {
    const pretend = `Object.defineProperty(process.versions, "node", { value: "18.20.0" });`;
    const code = `${pretend} process.argv.splice(1, 0, "x"); require(${JSON.stringify(main)});`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", code, "doctor"], { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /^pulumi-image-scan needs Node 22\.19 or later, and this is Node 18\.20\.0 \(.*\n$/);
  });
});
