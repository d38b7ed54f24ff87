// Finds or makes a Pulumi CLI: the user's own, else the official launcher's, else one built from source.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { bin, root, run } from "./setup.mjs";

const oldest = [3, 220, 0];
// The newest engine whose Node language host and policy runner can be built from published Go modules.
const version = "3.220.0";
const languageHost = "pulumi-language-nodejs";
const pulumiHome = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
const launcherFolder = join(pulumiHome, "versions", version, "bin");

/** Puts the folder of a usable CLI first on PATH, and prints its source. */
export function pulumiCli() {
  const tried = [];
  const folder = onPath(tried) ?? launched(tried) ?? built(tried);
  if (folder === undefined) {
    throw new Error(
      ["No usable Pulumi CLI was found or made:", ...tried.map((line) => `  - ${line}`)].join("\n") +
        `\nInstall the Pulumi CLI ${oldest.join(".")} or later and put it on PATH, or install Go and try again.`,
    );
  }
  process.env.PATH = `${folder}${delimiter}${process.env.PATH ?? ""}`;
  return folder;
}

function versionOf(command, env = process.env) {
  const { stdout } = spawnSync(command, ["version"], { encoding: "utf8", env });
  return /v?(\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1];
}

function isRecent(text) {
  const parts = text.split(".").map(Number);
  const at = parts.findIndex((part, index) => part !== oldest[index]);
  return at === -1 || parts[at] > oldest[at];
}

function onPath(tried) {
  // Under npm the launcher is on PATH too. It is the second way, not the first.
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join("node_modules", ".bin")));
  const folder = folders.find((one) => one !== "" && existsSync(join(one, "pulumi")));
  if (folder === undefined) {
    tried.push("PATH holds no pulumi");
    return undefined;
  }
  const found = versionOf(join(folder, "pulumi"));
  if (found === undefined || !isRecent(found)) {
    tried.push(
      `${join(folder, "pulumi")} is ${found ?? "of no readable version"}, and ${oldest.join(".")} or later is needed`,
    );
    return undefined;
  }
  if (!folders.some((one) => existsSync(join(one, languageHost)))) {
    tried.push(`${join(folder, "pulumi")} has no ${languageHost} beside it or on PATH`);
    return undefined;
  }
  console.log(`Pulumi CLI ${found}: found on PATH (${folder})`);
  return folder;
}

function launched(tried) {
  const cached = isComplete(launcherFolder);
  if (!cached) console.log(`Getting the Pulumi CLI ${version} with its official launcher ...`);
  const { status, stderr } = spawnSync(join(bin, "node"), [join(root, "node_modules", "pulumi", "run.js"), "version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_VERSION: version },
    timeout: 300_000,
  });
  if (status === 0 && isComplete(launcherFolder)) {
    console.log(`Pulumi CLI ${version}: from the launcher's folder (${launcherFolder})`);
    return launcherFolder;
  }
  tried.push(`the official launcher (npm package pulumi) failed: ${(stderr ?? "").trim().split("\n").at(-1)}`);
  return undefined;
}

function isComplete(folder) {
  return existsSync(join(folder, "pulumi")) && existsSync(join(folder, languageHost));
}

function built(tried) {
  if (spawnSync("go", ["version"]).status !== 0) {
    tried.push("it cannot be built from source either: there is no Go on PATH");
    return undefined;
  }
  console.log(`Building the Pulumi CLI ${version} from its Go modules (once, about five minutes) ...`);
  mkdirSync(dirname(launcherFolder), { recursive: true });
  // Built beside its final place: the rename then moves it there as a whole.
  const scratch = mkdtempSync(join(dirname(launcherFolder), ".build-"));
  try {
    buildInto(scratch);
    mkdirSync(launcherFolder, { recursive: true });
    // The CLI comes last, because other code checks only for it.
    for (const name of [languageHost, ...helperScripts, "pulumi"])
      renameSync(join(scratch, name), join(launcherFolder, name));
    console.log(`Pulumi CLI ${version}: built from source (${launcherFolder})`);
    return launcherFolder;
  } catch (error) {
    tried.push(`building it from its Go modules failed: ${error.message}`);
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const helperScripts = ["pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"];

const modules = "github.com/pulumi/pulumi";

/** Builds one program from a Go module, in its own module, and returns that module's folder. */
function goBuild(folder, name, { requires, target, flags = [] }) {
  const module = join(folder, `${name}-module`);
  mkdirSync(module);
  writeFileSync(join(module, "go.mod"), ["module build", "go 1.24", ...requires, ""].join("\n"));
  const ldflags = ["-s", "-w", ...flags].join(" ");
  run("go", ["build", ...anyModule, "-ldflags", ldflags, "-o", join(folder, name), target], { cwd: module });
  return module;
}

const anyModule = ["-mod=mod", "-buildvcs=false"];

function buildInto(folder) {
  const flags = [`-X ${modules}/sdk/v3/go/common/version.Version=v${version}`];
  const cli = goBuild(folder, "pulumi", {
    requires: [
      `require ${modules}/pkg/v3 v${version}`,
      `require ${modules}/sdk/v3 v${version}`,
      // Go ignores the replacements of a module that is built from outside, so they are repeated here.
      "replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
    ],
    target: `${modules}/pkg/v3/cmd/pulumi`,
    flags,
  });
  // The last release that has the Node language host in this module.
  const requires = [`require ${modules}/sdk/v3 v3.68.0`];
  goBuild(folder, languageHost, { requires, target: `${modules}/sdk/v3/nodejs/cmd/${languageHost}`, flags });
  const sdk = run("go", ["list", ...anyModule, "-m", "-f", "{{.Dir}}", `${modules}/sdk/v3`], {
    cwd: cli,
    stdio: "pipe",
    encoding: "utf8",
  });
  for (const name of helperScripts) {
    copyFileSync(join(sdk.stdout.trim(), "nodejs", "dist", name), join(folder, name));
    chmodSync(join(folder, name), 0o755);
  }
}

const yamlHost = "pulumi-language-yaml";
const yamlVersion = "1.30.0";

/**
 * Puts the language host for YAML programs on PATH. Official CLIs include it. Without the host and without Go,
 * prints a notice.
 */
export function yamlLanguage() {
  if ((process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, yamlHost))))
    return;
  const home = join(pulumiHome, "versions", `yaml-${yamlVersion}`);
  if (!existsSync(join(home, yamlHost)) && !builtYaml(home)) return;
  process.env.PATH = `${process.env.PATH ?? ""}${delimiter}${home}`;
}

function builtYaml(home) {
  if (spawnSync("go", ["version"]).status !== 0) {
    console.log(`There is no ${yamlHost}, and no Go to build it with: tests that need it are skipped.`);
    return false;
  }
  console.log(`Building ${yamlHost} ${yamlVersion} from its Go module (once, about a minute) ...`);
  mkdirSync(home, { recursive: true });
  const scratch = mkdtempSync(join(dirname(home), ".build-"));
  try {
    goBuild(scratch, yamlHost, {
      requires: [
        `require ${modules}-yaml v${yamlVersion}`,
        // The older versions that it would select do not work together.
        ...["pkg", "sdk"].map((part) => `require ${modules}/${part}/v3 v3.225.0`),
      ],
      target: `${modules}-yaml/cmd/${yamlHost}`,
    });
    renameSync(join(scratch, yamlHost), join(home, yamlHost));
    return true;
  } catch (error) {
    console.log(`${yamlHost} cannot be built, so tests that need it are skipped: ${error.message}`);
    return false;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
