import { withoutLibrary } from "./image-match.js";
import { formatImageReference, parseImageReference } from "./image-reference.js";
import { type Check, shown, type ValueType, valueType } from "./rules.js";

/** One image as people write it, with a tag or a digest: `registry.example/shop/api:2.0.1`. */
export const imageText: ValueType<string> = valueType<string>(findTextFault, {
  normalize: (text) => formatImageReference(withoutLibrary(parseImageReference(text))),
});

function findTextFault(value: unknown): string | undefined {
  if (typeof value !== "string") return `is ${shown(value)}, not a string`;
  try {
    const { tag, digest } = parseImageReference(value);
    if (tag !== undefined || digest !== undefined) return undefined;
    return `has neither a tag nor a digest, so it could mean many images; write one of them, such as "${value}:latest"`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** An image by its fields, or as one text. */
export function orImageText<Image extends object>(byFields: ValueType<Image>): ValueType<string | Image> {
  const check: Check = (value) => (typeof value === "string" ? imageText(value) : byFields(value));
  const { normalize = (image: Image) => image, toWire = (image: Image) => image } = byFields;
  return Object.assign((value: unknown) => check(value), byFields, {
    normalize: (value: string | Image) =>
      typeof value === "string" ? (imageText.normalize?.(value) ?? value) : normalize(value),
    toWire: (value: string | Image) => (typeof value === "string" ? value : toWire(value)),
  });
}
