#!/usr/bin/env node
import { nodeProblem } from "../transport/node-version.js";
import { type Command, UsageError } from "./command.js";

// Each command is loaded when it is called: on an older Node the others would fail before anything is said.

interface Entry {
  readonly help: string;
  readonly load: () => { readonly command: Command };
}

const commands: Readonly<Record<string, Entry>> = {
  doctor: {
    help: "checks settings, rights and licences, by reads only",
    load: () => require("./doctor/doctor-command.js"),
  },
  emulator: {
    help: "replaces both clouds on this machine, to try a program",
    load: () => require("./emulator-command.js"),
  },
  gate: { help: "checks a gate in a shell, without a Pulumi program", load: () => require("./gate-command.js") },
  images: { help: "lists images, to find those to scan", load: () => require("./images-command.js") },
  report: { help: "writes reports on the outputs of a stack", load: () => require("./report-command.js") },
};

function describeCommands(): string {
  const lines = Object.entries(commands).map(([name, { help }]) => `  ${name.padEnd(10)} ${help}`);
  return `Usage: pulumi-image-scan COMMAND [OPTION]...

${lines.join("\n")}
  help       shows the options of a command: pulumi-image-scan help COMMAND

  --version  shows the version of this package`;
}

function loadCommand(name: string): Command {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry !== undefined) return entry.load().command;
  const { meant } = require("../validation/nearest.js") as typeof import("../validation/nearest.js");
  const near = meant(name, [...Object.keys(commands), "help"]);
  throw new Error(`there is no command "${name}"${near}\n\n${describeCommands()}`);
}

async function main([name = "", ...rest]: readonly string[]): Promise<number> {
  if (nodeProblem !== undefined) throw new Error(nodeProblem);
  const isHelp = ["help", "--help", "-h"].includes(name);
  const [asked = name] = isHelp ? rest : [];
  if (isHelp && rest.length === 0) return say(describeCommands());
  if (["--version", "-v"].includes(name)) {
    const { readOwnPackage } = require("./version.js") as typeof import("./version.js");
    return say(readOwnPackage().version);
  }
  if (asked === "") throw new Error(describeCommands());
  const { usage, run } = loadCommand(asked);
  return isHelp || rest.includes("--help") || rest.includes("-h") ? say(usage) : run(rest);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
