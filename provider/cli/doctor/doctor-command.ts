import { parseArgs } from "node:util";
import { formatNamespace } from "../../credentials/source.js";
import { describeError } from "../../transport/errors.js";
import { type Command, UsageError } from "../command.js";
import { readOwnPackage } from "../version.js";
import { writeFile } from "../write-file.js";
import { type ActionShape, AnswerShapes, isAnswered } from "./answer-shape.js";
import { noCredentials, noteCredentials } from "./caller.js";
import { type Check, Checks, failed, type Judged, notKnown, ok, warning } from "./check.js";
import { examineHuawei } from "./huawei.js";
import { checkMachine } from "./machine.js";
import { settleQuestions } from "./open-questions.js";
import { hasFailed, renderChecks } from "./render-checks.js";
import type { Given } from "./settings.js";
import { readStackConfig } from "./stack-config.js";
import { examineTencent } from "./tencent.js";

const usage = `Usage: pulumi-image-scan doctor [tencent|huawei] [--account NAME] [--json] [--record FILE]

Checks everything that can be known before the first scan: versions, settings, credentials, rights, licences, registries
and schedules. It only reads. It never starts a scan, and never changes a setting. Without a cloud it checks both.

  --account NAME  the account of this name, as in account: "NAME" of a resource
  --json          prints the checks as JSON
  --record FILE   writes the shapes of the cloud's answers to FILE, without values, and lists what differs from the
                  documents

Exit status: 0 if nothing failed, 1 if a check failed, 2 if the command was called in a wrong way.`;

const vendors = {
  tencent: { title: "Tencent Cloud", examine: examineTencent },
  huawei: { title: "Huawei Cloud", examine: examineHuawei },
} as const;
type Vendor = keyof typeof vendors;

interface Examination {
  readonly vendor: Vendor;
  readonly title: string;
  readonly checks: readonly Check[];
  readonly shapes: AnswerShapes;
  /** Whether there are credentials for it. */
  readonly isUsed: boolean;
}

async function run(args: readonly string[]): Promise<number> {
  const { asked, account, json, record } = readArguments(args);
  const surroundings = { cwd: process.cwd(), env: process.env };
  const checks = await checkMachine(surroundings);
  const config = new Checks("Config");
  const stack = await readStackConfig(config, surroundings);
  const given = { account, stack, env: process.env };
  const examined: Examination[] = [];
  for (const vendor of asked === undefined ? (Object.keys(vendors) as Vendor[]) : [asked])
    examined.push(await examine(vendor, given));
  checks.push(...config.list, ...leaveOutUnused(examined).flatMap((one) => one.checks));
  if (record !== undefined) checks.push(...writeRecord(record, examined));
  const { version } = readOwnPackage();
  const status = hasFailed(checks) ? "failed" : "ok";
  const text = json ? JSON.stringify({ schema: 1, version, status, checks }, undefined, 2) : renderChecks(checks);
  process.stdout.write(`${text}\n`);
  return status === "ok" ? 0 : 1;
}

function readArguments(args: readonly string[]) {
  try {
    const options = { account: { type: "string" }, json: { type: "boolean" }, record: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [cloud, ...more] = positionals;
    if (cloud !== undefined && !Object.hasOwn(vendors, cloud)) throw new Error(`${cloud}: neither tencent nor huawei`);
    if (more.length > 0) throw new Error(`${more.join(" ")}: give one cloud, or none for both`);
    const { account, json = false, record } = values;
    return { asked: cloud as Vendor | undefined, account, json, record };
  } catch (error) {
    throw new UsageError(`${describeError(error)}\n\n${usage}`);
  }
}

async function examine(vendor: Vendor, given: Given): Promise<Examination> {
  const { title, examine: run } = vendors[vendor];
  const heading = `${title} (${formatNamespace(vendor, given.account)})`;
  const checks = new Checks(heading);
  const shapes = new AnswerShapes();
  const noted = noteCredentials(checks, given.env);
  await run(checks, given, { shapes, noted });
  return { vendor, title: heading, checks: checks.list, shapes, isUsed: noted.found.length > 0 };
}

/** Of two clouds, one may be used without the other. */
function leaveOutUnused(examined: readonly Examination[]): readonly Examination[] {
  if (examined.length < 2 || !examined.some(({ isUsed }) => isUsed)) return examined;
  return examined.map((one) => {
    if (one.isUsed) return one;
    const skipped = new Checks(one.title);
    skipped.add("Credentials", notKnown(`${noCredentials}; "doctor ${one.vendor}" shows where it looks`));
    return { ...one, checks: skipped.list };
  });
}

/** Writes the shapes, and lists what the client does not expect, and what the documents leave open. */
function writeRecord(file: string, examined: readonly Examination[]): readonly Check[] {
  const { version } = readOwnPackage();
  const clouds = Object.fromEntries(examined.map(({ vendor, shapes }) => [vendor, shapes.toJson()]));
  const all = Object.assign({}, ...Object.values(clouds)) as Record<string, ActionShape>;
  const questions = settleQuestions(all);
  writeFile(file, `${JSON.stringify({ schema: 1, version, clouds, questions }, undefined, 2)}\n`);
  const checks = new Checks("Answers, compared with the documents");
  for (const [action, shape] of Object.entries(all)) if (isAnswered(shape)) checks.add(action, judgeShape(shape, file));
  if (checks.list.length === 0) checks.add("Answers", notKnown("no read was answered"));
  checks.begin("What the documents leave open");
  for (const { title, answer } of questions)
    checks.add(title, answer === undefined ? notKnown("the account has no example") : ok(answer));
  return checks.list;
}

function judgeShape({ missing, unexpected, unreadable }: ActionShape, file: string): Judged {
  const named = Object.entries({ "of another kind": unreadable, missing });
  const parts = named.flatMap(([what, names]) => (names.length === 0 ? [] : [`${what}: ${names.join(", ")}`]));
  if (unexpected.length > 0) parts.push(`fields not read: ${unexpected.length}`);
  const how = `the cloud may differ from its documents here; if a scan fails, report it with ${file}, which has no values`;
  if (unreadable.length > 0) return failed(parts.join("; "), how);
  return missing.length > 0 ? warning(parts.join("; "), how) : ok(parts.join("; ") || "as expected");
}

export const command: Command = { usage, run };
