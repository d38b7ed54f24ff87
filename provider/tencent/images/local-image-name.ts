import { imageText } from "../../validation/image-text.js";
import { digest, type ValueType, valueType } from "../../validation/rules.js";

/** Whether it is the id of a local image, not a text that names one. */
export function isLocalImageId(name: unknown): boolean {
  return typeof name === "string" && /^sha256:/i.test(name);
}

/** A local image by its id, or as one text. */
export const localImageName: ValueType<string> = valueType<string>(
  (name) => (isLocalImageId(name) ? digest(name) : imageText(name)),
  { normalize: (name) => (isLocalImageId(name) ? digest : imageText).normalize?.(name) ?? name },
);
