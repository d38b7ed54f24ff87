import { findingNames } from "../model/findings.js";
import { nameOf, type Report, type ReportedScan } from "./report.js";
import { columns, escaped, resultOf, shown } from "./words.js";

// JUnit's XML, as both the schema of Ant and that of Jenkins have it: a suite for each scan, with a case for how it
// ended, and one for its verdict.

interface Case {
  readonly name: string;
  readonly problem?: { readonly element: "failure" | "error"; readonly type: string; readonly message: string };
}

export function junitOf({ title, at, scans, gates }: Report): string {
  const ofGates = gates.map(({ name, verdict, reason }) => ({
    name: `gate ${name}`,
    kind: "ScanGate",
    result: verdict,
    cases: [caseOf("verdict", verdict, reason)],
    text: "",
  }));
  const ofScans = scans.map((scan) => ({
    name: scan.name,
    kind: scan.kind ?? "scan",
    result: resultOf(scan),
    cases: casesOf(scan),
    text: textOf(scan),
  }));
  const timestamp = new Date(at).toISOString().slice(0, 19);
  const suites = [...ofGates, ...ofScans].map(({ name, kind, result, cases, text }, id) => {
    const count = (element: string) => cases.filter(({ problem }) => problem?.element === element).length;
    const numbers = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}"`;
    return [
      `  <testsuite name="${xml(name)}" package="${xml(title)}" id="${id}" hostname="localhost" timestamp="${timestamp}" ${numbers} time="0">`,
      `    <properties><property name="result" value="${xml(result)}"/></properties>`,
      ...cases.map((one) => `    ${elementOf(one, kind)}`),
      `    <system-out>${xml(text)}</system-out>`,
      "    <system-err></system-err>",
      "  </testsuite>",
    ].join("\n");
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...suites, "</testsuites>", ""].join("\n");
}

function elementOf({ name, problem }: Case, kind: string): string {
  const opening = `<testcase name="${xml(name)}" classname="${xml(kind)}" time="0"`;
  if (problem === undefined) return `${opening}/>`;
  const { element, type, message } = problem;
  return `${opening}><${element} type="${xml(type)}" message="${xml(message)}">${xml(message)}</${element}></testcase>`;
}

function casesOf({ status, verdict, outcome, reason = "" }: ReportedScan): Case[] {
  const ended: Case =
    status === "SUCCEEDED"
      ? { name: "status" }
      : {
          name: "status",
          problem: {
            element: status === undefined || status === "UNKNOWN" ? "error" : "failure",
            type: status ?? "NOT_ENDED",
            message: outcome === "pass" ? (status ?? "") : reason,
          },
        };
  return verdict === undefined ? [ended] : [ended, caseOf("verdict", verdict, reason)];
}

function caseOf(name: string, verdict: string, reason: string): Case {
  if (verdict === "PASS") return { name };
  return { name, problem: { element: verdict === "FAIL" ? "failure" : "error", type: verdict, message: reason } };
}

function textOf({ ids, findings }: ReportedScan): string {
  const images = (findings?.images ?? []).map(
    (image) => `${nameOf(image)}: ${findingNames.map((name) => `${columns[name]} ${shown(image[name])}`).join(", ")}`,
  );
  return [...(ids.length === 0 ? [] : [`task ${ids.join(", ")}`]), ...images].join("\n");
}

/** Without the characters that no XML may hold. */
function xml(text: string): string {
  return escaped(text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, " "));
}
