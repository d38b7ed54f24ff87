import { imageText } from "../../validation/image-text.js";
import { digest, shown, text, type ValueType, valueType } from "../../validation/rules.js";

/** Whether it is the id of a local image, not a text that names one. */
export function isLocalImageId(name: unknown): boolean {
  return typeof name === "string" && /^sha256:/i.test(name);
}

/** The id of a local image. */
export const localImageId: ValueType<string> = valueType<string>((id) => text(id) ?? findNoId(id), digest);

function findNoId(id: unknown): string | undefined {
  if (isLocalImageId(id)) return undefined;
  return `is ${shown(id)}, not the id of a local image, such as "sha256:…"; tencent.getLocalImages finds ids by names`;
}

/** A local image by its id, or as one text. */
export const localImageName: ValueType<string> = valueType<string>(
  (name) => (isLocalImageId(name) ? localImageId(name) : imageText(name)),
  { normalize: (name) => (isLocalImageId(name) ? localImageId : imageText).normalize?.(name) ?? name },
);
