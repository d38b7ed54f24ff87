import { findingNames } from "../model/findings.js";
import { nameImage, type Report, type ReportedScan, worstVulnerabilities } from "./report.js";
import { columns, describeResult, describeVulnerability, escapeXml, showCount } from "./words.js";

// JUnit XML, valid by the schemas of Ant and Jenkins: a suite for each scan, with one case for its end
// and one for its verdict. GitLab merges cases of the same classname and name, in all files of a job: it shows only
// the first. In some places it shows no classname. So a name identifies the scan, and is unique in the file. A classname
// identifies the stack and the kind.
// https://docs.gitlab.com/ci/testing/unit_test_reports/

interface Case {
  readonly name: string;
  readonly problem?: {
    readonly element: "failure" | "error";
    readonly type: string;
    readonly message: string;
    readonly details: string;
  };
}

interface Suite {
  readonly name: string;
  readonly kind: string;
  /** Distinguishes the suite from others of the same name. */
  readonly mark: string;
  readonly stack: string | undefined;
  readonly result: string;
  readonly cases: readonly Case[];
  readonly text: string;
}

const maxVulnerabilities = 20;

export function renderJunit({ title, at, stack: own = title, scans, gates, omissions }: Report): string {
  const ofGates = gates.map(
    ({ name, stack, verdict, reason }): Suite => ({
      name: `gate ${name}`,
      kind: "ScanGate",
      mark: "",
      stack,
      result: verdict,
      cases: [judgedCase("verdict", verdict, { reason, details: reason })],
      text: "",
    }),
  );
  const ofScans = scans.map(
    (scan): Suite => ({
      name: scan.name,
      kind: scan.kind ?? "scan",
      mark: scan.ids.join(", "),
      stack: scan.stack,
      result: describeResult(scan),
      cases: listCases(scan),
      text: describeScan(scan),
    }),
  );
  const timestamp = new Date(at).toISOString().slice(0, 19);
  const nameSuite = uniqueNames();
  const notes = omissions.map((one) => `<property name="left out" value="${xml(one)}"/>`).join("");
  const suites = [...ofGates, ...ofScans].map((suite, id) => {
    const { kind, stack = own, result, cases, text } = suite;
    const unique = nameSuite(suite);
    const count = (element: string) => cases.filter(({ problem }) => problem?.element === element).length;
    const numbers = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}"`;
    const classname = `${stack}.${kind}`;
    return [
      `  <testsuite name="${xml(unique)}" package="${xml(title)}" id="${id}" hostname="localhost" timestamp="${timestamp}" ${numbers} time="0">`,
      `    <properties><property name="result" value="${xml(result)}"/>${notes}</properties>`,
      ...cases.map((one) => `    ${renderCase(one, { classname, name: `${unique}: ${one.name}` })}`),
      `    <system-out>${xml(text)}</system-out>`,
      "    <system-err></system-err>",
      "  </testsuite>",
    ].join("\n");
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>", ""].join("\n");
}

/** Gives each suite a unique name: the scan's name, and if that is taken, also its kind, ids or a number. */
function uniqueNames(): (suite: Suite) => string {
  const taken = new Set<string>();
  return ({ name, kind, mark }) => {
    const names = [name, `${name} (${kind})`, `${name} (${kind} ${mark})`];
    while (names.every((one) => taken.has(xml(one)))) names.push(`${name} (${kind} ${mark}) [${names.length - 1}]`);
    const free = names.find((one) => !taken.has(xml(one))) as string;
    taken.add(xml(free));
    return free;
  };
}

function renderCase(
  { problem }: Case,
  { classname, name }: { readonly classname: string; readonly name: string },
): string {
  const opening = `<testcase name="${xml(name)}" classname="${xml(classname)}" time="0"`;
  if (problem === undefined) return `${opening}/>`;
  const { element, type, message, details } = problem;
  return `${opening}><${element} type="${xml(type)}" message="${xml(message)}">${xml(details)}</${element}></testcase>`;
}

function listCases(scan: ReportedScan): Case[] {
  const { status, verdict, outcome, reason = "" } = scan;
  const message = outcome === "pass" ? (status ?? "") : reason;
  const ended: Case =
    status === "SUCCEEDED"
      ? { name: "status" }
      : {
          name: "status",
          problem: {
            element: status === undefined || status === "UNKNOWN" ? "error" : "failure",
            type: status ?? "NOT_ENDED",
            message,
            details: message,
          },
        };
  if (verdict === undefined) return [ended];
  const details = [reason, ...describeVulnerabilities(scan)].join("\n");
  return [ended, judgedCase("verdict", verdict, { reason, details })];
}

function judgedCase(
  name: string,
  verdict: string,
  { reason, details }: { readonly reason: string; readonly details: string },
): Case {
  if (verdict === "PASS") return { name };
  const element = verdict === "FAIL" ? "failure" : "error";
  return { name, problem: { element, type: verdict, message: reason, details } };
}

function describeVulnerabilities(scan: ReportedScan): string[] {
  const all = worstVulnerabilities([scan]).map(({ vulnerability }) => describeVulnerability(vulnerability));
  const more = all.length > maxVulnerabilities ? [`and ${all.length - maxVulnerabilities} more`] : [];
  return [...all.slice(0, maxVulnerabilities), ...more];
}

function describeScan(scan: ReportedScan): string {
  const { ids, findings, omissions } = scan;
  const images = (findings?.images ?? []).map(
    (image) =>
      `${nameImage(image)}: ${findingNames.map((name) => `${columns[name]} ${showCount(image[name])}`).join(", ")}`,
  );
  const task = ids.length === 0 ? [] : [`task ${ids.join(", ")}`];
  return [...task, ...images, ...describeVulnerabilities(scan), ...omissions].join("\n");
}

/** Without the characters that no XML may hold. */
function xml(text: string): string {
  return escapeXml(text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, " "));
}
