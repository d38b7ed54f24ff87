import { parseArgs } from "node:util";
import { renderHtml } from "../report/html.js";
import { renderJunit } from "../report/junit.js";
import { renderMarkdown } from "../report/markdown.js";
import { listOmissions, type Report, readReport } from "../report/report.js";
import { renderSarif } from "../report/sarif.js";
import { summarize } from "../report/words.js";
import type { Command } from "./command.js";
import { readStandardInput } from "./standard-input.js";
import { readOwnPackage } from "./version.js";
import { writeFile } from "./write-file.js";

const usage = `Usage: pulumi stack output --json | pulumi-image-scan report [--html FILE] [--markdown FILE] [--junit FILE] [--sarif FILE]

Reports the scans that a stack exports: tasks, gates and results of gates, anywhere in its outputs. Exits with 0
for any findings: use the gate to stop a release. Add --show-secrets to pulumi stack output if outputs are secret.

  --html FILE        a page with charts, in a single file
  --markdown FILE    for a comment on a pull request
  --junit FILE       a suite for each scan; a scan that has not ended, or whose result is unknown, is an error
  --sarif FILE       SARIF 2.1.0: a result for each vulnerability with an id, and for each image and kind of finding
  --title TEXT       heading of the report (default "Image scans"); give each stack its own title if JUnit files of
                     several stacks are merged

FILE can be - for standard output, once.`;

interface Rendered {
  readonly content: string;
  /** Sentences on the parts that this form leaves out. */
  readonly omission?: string | undefined;
}

const forms = {
  html: (report: Report): Rendered => ({ content: renderHtml(report) }),
  markdown: (report: Report): Rendered => ({ content: renderMarkdown(report) }),
  junit: (report: Report): Rendered => ({ content: renderJunit(report) }),
  sarif: (report: Report): Rendered => renderSarif(report, readOwnPackage().version),
} as const;
type Form = keyof typeof forms;

/** Writes reports on the stack outputs that standard input gives. */
async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      html: { type: "string" },
      markdown: { type: "string" },
      junit: { type: "string" },
      sarif: { type: "string" },
      title: { type: "string", default: "Image scans" },
    },
  });
  const wanted = (Object.keys(forms) as Form[]).flatMap((form) => {
    const file = values[form];
    return file === undefined ? [] : [{ form, file }];
  });
  if (wanted.length === 0) throw new Error("say which report to write: --html, --markdown, --junit or --sarif");
  if (wanted.filter(({ file }) => file === "-").length > 1)
    throw new Error("only one report can go to standard output");
  const outputs = await readStandardInput();
  if (outputs === undefined) throw new Error("standard input is empty: pipe the output of pulumi stack output --json");
  const report = readReport(outputs, values.title, Date.now());
  const omissions = listOmissions(report);
  for (const { form, file } of wanted) {
    const { content, omission } = forms[form](report);
    if (omission !== undefined) omissions.push(omission);
    if (file === "-") process.stdout.write(content);
    else writeFile(file, content);
  }
  process.stderr.write([summarize(report), ...omissions.map((one) => `left out: ${one}`), ""].join("\n"));
  return 0;
}

export const command: Command = { usage, run };
