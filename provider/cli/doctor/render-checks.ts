import { type Check, groupBy, type Status } from "./check.js";

const width = 80;
const statusWidth = 11;
const nameWidth = 23;

const signs: Readonly<Record<Status, string>> = {
  ok: "ok",
  warning: "WARNING",
  failed: "FAILED",
  "not known": "not known",
};

/** The checks as a table of 80 columns, then what to do. */
export function renderChecks(checks: readonly Check[]): string {
  const lines: string[] = [];
  for (const [at, check] of checks.entries()) {
    if (check.group !== checks[at - 1]?.group) lines.push(...(at === 0 ? [] : [""]), check.group);
    const head = `  ${signs[check.status].padEnd(statusWidth)}${check.name.padEnd(nameWidth)}`;
    // A name that is too long gets a line of its own.
    const isLong = check.name.length >= nameWidth;
    if (isLong) lines.push(head.trimEnd());
    lines.push(...wrap(check.detail, isLong ? " ".repeat(2 + statusWidth + nameWidth) : head));
  }
  const open = checks.filter(({ advice }) => advice !== undefined);
  if (open.length > 0) lines.push("", "What to do");
  for (const [advice, some] of groupBy(open, (check) => check.advice ?? ""))
    lines.push(...wrap(`${some.map(({ name }) => name).join(", ")}: ${advice}`, "  - "));
  return [...lines, "", summarize(checks)].join("\n");
}

export function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ status }) => status === "failed");
}

function summarize(checks: readonly Check[]): string {
  const counts = (["ok", "warning", "failed", "not known"] as const).flatMap((status) => {
    const count = checks.filter((check) => check.status === status).length;
    return count === 0 ? [] : [`${count} ${signs[status]}`];
  });
  return `${counts.join(", ")}.\nNothing was changed, and no scan was started.`;
}

/** Lines of at most 80 columns; the first begins with `head`, the others are indented as far. A longer word gets a line of its own. */
function wrap(text: string, head: string): string[] {
  const indent = " ".repeat(head.length);
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(" ")) {
    const isFirst = line === head || line === indent;
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
