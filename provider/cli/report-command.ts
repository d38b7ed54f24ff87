import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { htmlOf } from "../report/html.js";
import { junitOf } from "../report/junit.js";
import { markdownOf } from "../report/markdown.js";
import { type Report, reportOf } from "../report/report.js";
import { sarifOf } from "../report/sarif.js";
import { summaryOf } from "../report/words.js";

export const reportUsage = `Usage: pulumi stack output --json | pulumi-image-scan report [--html FILE] [--markdown FILE] [--junit FILE] [--sarif FILE]

Tells what the scans have found that a stack exports: tasks, gates, results of gates, wherever in its outputs. Ends
with 0 whatever they have found; what stops a release is the gate.

  --html FILE        a page with charts, which needs nothing else
  --markdown FILE    for a comment on a pull request
  --junit FILE       a suite for each scan; one that has not ended, or of which nobody knows how, is an error
  --sarif FILE       SARIF 2.1.0: a result for each image and kind of finding
  --title TEXT       heading of the report (default "Image scans")

FILE may be - for standard output, once.`;

const forms = {
  html: htmlOf,
  markdown: markdownOf,
  junit: junitOf,
  sarif: (report: Report) => sarifOf(report, ownVersion()),
} as const;
type Form = keyof typeof forms;

/** Writes reports on the outputs at standard input. */
export async function reportCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      html: { type: "string" },
      markdown: { type: "string" },
      junit: { type: "string" },
      sarif: { type: "string" },
      title: { type: "string", default: "Image scans" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    process.stdout.write(`${reportUsage}\n`);
    return 0;
  }
  const wanted = (Object.keys(forms) as Form[]).flatMap((form) => {
    const file = values[form];
    return file === undefined ? [] : [{ form, file }];
  });
  if (wanted.length === 0) throw new Error("say which report to write: --html, --markdown, --junit or --sarif");
  if (wanted.filter(({ file }) => file === "-").length > 1)
    throw new Error("only one report can go to standard output");
  const report = reportOf(outputsIn(await text(process.stdin)), values.title, Date.now());
  for (const { form, file } of wanted) {
    const content = forms[form](report);
    if (file === "-") process.stdout.write(content);
    else writeFileSync(file, content);
  }
  process.stderr.write(`${summaryOf(report)}\n`);
  return 0;
}

function outputsIn(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    const what = given.trim() === "" ? "is empty" : "is not JSON";
    throw new Error(`standard input ${what}: pipe the output of pulumi stack output --json`);
  }
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
