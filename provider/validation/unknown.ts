// What the engine sends in place of a value that is not known before the update.
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether the value as a whole is not known yet. */
export function isWhollyUnknown(value: unknown): boolean {
  return value === unknownValue;
}

/** Whether the value, or a part of it, is not known yet. */
export function isUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isUnknown);
  return isWhollyUnknown(value);
}
