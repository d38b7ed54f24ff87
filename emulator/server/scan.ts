// The progress of any scan over time.

export type End = "Success" | "Timeout" | "Cancel" | "Error";

export interface Scan<Image> {
  readonly images: readonly Image[];
  readonly begun: number;
  /** Milliseconds that the scan takes without interruption. */
  readonly length: number;
  ends: number;
  end: End;
  /** The number of images whose turn is over. */
  done: number;
  settled: boolean;
  /** Images whose scan was stopped alone; the scan goes on with the others. */
  readonly stopped: Set<Image>;
  /** Stopped images whose status has not been changed yet. */
  readonly stopping: Set<Image>;
}

/** A scan at its beginning. */
export function beginScan<Image>(
  images: readonly Image[],
  { now, length, ends, end }: { now: number; length: number; ends: number; end: End },
): Scan<Image> {
  return { images, begun: now, length, ends, end, done: 0, settled: false, stopped: new Set(), stopping: new Set() };
}

/** The effects of a scan on its images. */
export interface Effects<Image> {
  /** The image has its turn, which is over at this time. */
  scanned(image: Image, at: number): void;
  /** The scan has ended before the image had its turn. */
  left(image: Image, end: End): void;
}

/** A stop is accepted at once and takes effect a little later. A stop of some images leaves the others to be scanned. */
export function stopScan<Image>(scan: Scan<Image>, now: number, isMeant: (image: Image) => boolean = () => true): void {
  if (scan.settled) return;
  const left = scan.images.slice(scan.done).filter((image) => !scan.stopped.has(image));
  const meant = left.filter(isMeant);
  if (meant.length === left.length) {
    scan.ends = Math.min(scan.ends, now + 200);
    scan.end = "Cancel";
    return;
  }
  for (const image of meant) {
    scan.stopped.add(image);
    scan.stopping.add(image);
  }
}

/** The images that a scan has scanned. */
export function scannedImages<Image>({ images, done, stopped }: Scan<Image>): Image[] {
  return images.slice(0, done).filter((image) => !stopped.has(image));
}

/** Updates a scan to the present moment. */
export function advanceScan<Image>(scan: Scan<Image>, now: number, effects: Effects<Image>): void {
  if (scan.settled) return;
  const { images, begun, length, stopped, stopping } = scan;
  const until = Math.min(now, scan.ends);
  for (const image of stopping) effects.left(image, "Cancel");
  stopping.clear();
  for (let next = images[scan.done]; next !== undefined && scan.end !== "Error"; next = images[scan.done]) {
    const at = begun + (length * (scan.done + 1)) / images.length;
    if (at > until) break;
    scan.done++;
    if (!stopped.has(next)) effects.scanned(next, at);
  }
  if (now < scan.ends) return;
  scan.settled = true;
  for (const image of images.slice(scan.done)) if (!stopped.has(image)) effects.left(image, scan.end);
}

/** Seconds until a scan ends by itself. */
export function secondsLeft({ settled, begun, length }: Scan<unknown>, now: number): number {
  return settled ? 0 : Math.max(0, Math.ceil((begun + length - now) / 1000));
}

/** The form of the newer answers of Tencent Cloud: without a zone, and meant in UTC+8. */
export function localTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

/** The form of registry images: ISO 8601 with an offset. */
export function offsetTime(ms: number): string {
  return `${localTime(ms).replace(" ", "T")}+08:00`;
}
