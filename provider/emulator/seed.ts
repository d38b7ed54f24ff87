import { createHash } from "node:crypto";
import type { EmulatedImage } from "./local-world.js";

function idOf(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

function image(name: string, more: Partial<EmulatedImage> = {}): Partial<EmulatedImage> & { id: string } {
  return { id: idOf(name), name, running: true, clusters: ["cls-demo"], ...more };
}

const clean = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };

/** The images that a fresh emulator has. The id of each is the SHA-256 of its name. */
export const seedImages: readonly (Partial<EmulatedImage> & { id: string })[] = [
  image("shop/web:1.4.2", { suggested: true, findings: { ...clean, medium: 2, low: 5 } }),
  image("shop/api:2.0.1", { suggested: true, findings: { ...clean, critical: 1, high: 3, medium: 8, low: 11 } }),
  image("shop/worker:2.0.1", { findings: clean }),
  image("tools/backup:0.9", { running: false, findings: { ...clean, sensitive: 1 } }),
  image("legacy/mail:7", { authorized: false, clusters: [] }),
];
