import type { ImageFindings } from "../../model/findings.js";
import type { Outcome, ScanStatus } from "../../model/status.js";
import { sha256Hex } from "../../transport/digest.js";
import type { TencentClient } from "../api/client.js";
import { type Parts, readNumbers } from "./image-findings.js";
import type { RegistryImageName } from "./registry-image-name.js";
import { isRunningWord, listed, type RegistryRow } from "./registry-rows.js";
import { type RegistryScanType, registryScanTypes } from "./registry-scan-type.js";
import { newestScan, type ScanMark, scannedSince } from "./scan-mark.js";

// Evidence about a scan from the state of its images. For registry images this evidence decides, since the
// status of a task says success even when the virus part of the scan has failed.

/** The state of a request's images, and of the account's newest scan, at one moment. */
export interface RegistryBaseline extends ScanMark {
  /** For few images only, an entry for each: its id, digests of its scan time and statuses, and "!" if a scan was running. */
  readonly targets?: string;
}

/** The requested scan types; undefined if the cloud decides. */
type Asked = readonly RegistryScanType[] | undefined;

/** The part of a request that selects images and scan types. */
interface RegistrySelection {
  readonly ids?: readonly (string | number)[];
  readonly images?: readonly RegistryImageName[];
  readonly scanTypes?: readonly RegistryScanType[];
}

/** A baseline lists at most this many images one by one. */
export const fewImages = 60;

/** Reads the state that a later look compares with. */
export async function readRegistryBaseline(
  client: TencentClient,
  targets: readonly RegistryRow[] | undefined,
): Promise<RegistryBaseline> {
  const mark = await newestScan(listed(client));
  if (targets === undefined || targets.length > fewImages) return mark;
  return { ...mark, targets: targets.map(writeEntry).join(" ") };
}

function writeEntry(row: RegistryRow): string {
  const isBusy = [row.status, ...Object.values(row.types)].some(isRunningWord);
  return [row.id, shorten(row.scanTime), shorten(joinStates(row)) + (isBusy ? "!" : "")].join("|");
}

function joinStates({ status, types }: RegistryRow): string {
  return [status, types.CVE, types.VIRUS, types.RISK].join();
}

function shorten(text: string): string {
  return sha256Hex(text).slice(0, 6);
}

/** The baseline's entry for this image; undefined if the baseline does not list it. */
function before(row: RegistryRow, { targets }: RegistryBaseline) {
  const [, time, states] =
    targets
      ?.split(" ")
      .map((entry) => entry.split("|"))
      .find(([id]) => id === row.id) ?? [];
  if (time === undefined || states === undefined) return undefined;
  return { time, states: states.replace("!", ""), wasBusy: states.endsWith("!") };
}

/** Whether the image has a result that is newer than the baseline. */
export function isFresh(row: RegistryRow, baseline: RegistryBaseline): boolean {
  const known = before(row, baseline);
  return known === undefined
    ? scannedSince(row, baseline)
    : row.scanTime !== "" && shorten(row.scanTime) !== known.time;
}

function hasChanged(row: RegistryRow, baseline: RegistryBaseline): boolean {
  const known = before(row, baseline);
  return known !== undefined && shorten(joinStates(row)) !== known.states;
}

/** Whether a scan of the image was already running when the baseline was read. */
export function wasBusy(row: RegistryRow, baseline: RegistryBaseline): boolean {
  return before(row, baseline)?.wasBusy === true;
}

/** The status of each requested scan type; if the request names none, of each type that was not left out. */
function listStatuses(row: RegistryRow, asked: Asked): string[] {
  if (asked !== undefined) return [...new Set(asked)].map((type) => row.types[type] || row.status);
  return [
    row.status,
    ...registryScanTypes.map((type) => row.types[type]).filter((one) => one !== "" && one !== "NOT_SCAN"),
  ];
}

export function isScanning(row: RegistryRow, asked: Asked): boolean {
  return listStatuses(row, asked).some(isRunningWord);
}

/** Whether a scan of these types has touched the image since the baseline: it runs, has a result, or has failed. */
export function isTouched(row: RegistryRow, baseline: RegistryBaseline, asked: Asked): boolean {
  if (isScanning(row, asked)) return true;
  const statuses = listStatuses(row, asked);
  if (isFresh(row, baseline)) return !statuses.includes("NOT_SCAN");
  return hasChanged(row, baseline) && statuses.some((status) => status !== "SCANNED" && status !== "NOT_SCAN");
}

/** The result of one image: of all types, of some, of none, or not shown yet. */
export function classifyResult(
  row: RegistryRow,
  baseline: RegistryBaseline | undefined,
  asked: Asked,
): "complete" | "partial" | "failed" | "stale" {
  const statuses = listStatuses(row, asked);
  const done = statuses.filter((status) => status === "SCANNED").length;
  if (baseline !== undefined && !isFresh(row, baseline)) {
    const isSettled = !statuses.includes("NOT_SCAN") && !statuses.some(isRunningWord);
    const failed = hasChanged(row, baseline) && done < statuses.length && isSettled;
    return failed ? "failed" : "stale";
  }
  if (done === statuses.length) return "complete";
  return done > 0 ? "partial" : "failed";
}

/** The parts of this scan that have a result for the image. */
function findParts(row: RegistryRow, baseline: RegistryBaseline, asked: Asked): Parts {
  // An overall status does not show that one of the parts has failed.
  const isDone = (type: RegistryScanType) =>
    (asked ?? registryScanTypes).includes(type) && row.types[type] === "SCANNED";
  const result = classifyResult(row, baseline, asked);
  const isShown = result === "complete" || result === "partial";
  return { CVE: isShown && isDone("CVE"), VIRUS: isShown && isDone("VIRUS"), RISK: isShown && isDone("RISK") };
}

/** If a request does not name its images one by one, the cloud silently leaves out images without a licence. */
export function taken(
  rows: readonly RegistryRow[],
  { ids, images, scanTypes }: RegistrySelection,
  baseline: RegistryBaseline,
): readonly RegistryRow[] {
  if (ids !== undefined || images !== undefined) return rows;
  const isLeftOut = (row: RegistryRow) =>
    !row.licensed && !isTouched(row, baseline, scanTypes) && !hasChanged(row, baseline) && row.status !== "SCAN_ERR";
  return rows.filter((row) => !isLeftOut(row));
}

/** The outcome of a scan that has no complete result for these images. */
export function badEnd(bad: readonly RegistryRow[], isPartial: boolean, asked: Asked): Outcome {
  const words = bad.map((row) => [row.status, ...listStatuses(row, asked)]);
  const allSay = (word: string) => words.length > 0 && words.every((one) => one.includes(word));
  const whole: ScanStatus = allSay("SCAN_TIMEOUT") ? "TIMED_OUT" : allSay("CANCELED") ? "CANCELED" : "FAILED";
  return { status: isPartial ? "PARTIAL" : whole, reason: `not scanned: ${listNames(bad, asked)}` };
}

function listNames(bad: readonly RegistryRow[], asked: Asked): string {
  if (bad.length === 0) return "images that the cloud does not name";
  const named = bad.slice(0, 5).map((row) => whyBad(row, asked));
  return named.join("; ") + (bad.length > 5 ? `; and ${bad.length - 5} more` : "");
}

function whyBad(row: RegistryRow, asked: Asked): string {
  const types = (asked ?? registryScanTypes)
    .filter((type) => row.types[type] !== "")
    .map((type) => `${type} ${row.types[type]}`);
  const state = row.status === "" ? "not in the account's images" : row.status;
  const facts = [state, ...types, ...row.remarks, ...(row.licensed ? [] : ["no scan licence"])];
  return `${row.id === row.name ? "" : `${row.id} `}${row.name} (${facts.join(", ")})`;
}

/** The numbers of one image; none if it has no result of this scan, or if that is unknown. */
export function imageFindings(row: RegistryRow, since: RegistryBaseline | undefined, asked: Asked): ImageFindings {
  const { id, name, image } = row;
  const digest = image.ImageDigest ? { digest: image.ImageDigest } : {};
  const numbers = since === undefined ? {} : readNumbers(image, image.SensitiveInfoCnt, findParts(row, since, asked));
  return { id, name, ...digest, ...numbers };
}
