import { sha256Hex } from "./digest.js";

// Facts of an image that no scan changes. They are derived from its id, so every run has the same. Their ranges do not
// overlap, so a client that reads the wrong field gets a wrong number.

export interface Traits {
  readonly createdAt: number;
  readonly size: number;
  readonly hosts: number;
  readonly containers: number;
  readonly components: number;
  readonly riskBehaviours: number;
  /** None in about half of the images. */
  readonly unsafeSettings: number;
}

const firstDay = Date.parse("2026-01-01T00:00:00Z");

export function traits(id: string): Traits {
  const seed = Number.parseInt(sha256Hex(id).slice(0, 8), 16);
  return {
    createdAt: firstDay + (seed % 86_400_000),
    size: 20_000_000 + (seed % 10_000_000),
    hosts: 2 + (seed % 7),
    containers: 11 + (seed % 13),
    components: 300 + (seed % 211),
    riskBehaviours: 2_000 + (seed % 997),
    unsafeSettings: seed % 2 === 0 ? 0 : 40 + (seed % 19),
  };
}
