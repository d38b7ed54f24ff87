import { isUnknown } from "../validation/unknown.js";

// Why a scan starts, in words for a preview. A baseline keeps it as an input, because Pulumi shows the program nothing
// of an earlier update. Pulumi hides a name that begins with "__" from people.

const notKnownYet = "not known yet";

/** The cause of a baseline without an earlier one. `--replace` and `state taint` hide the earlier one. */
export const newCause = "new";

/** The cause of a replacement, by the fields that changed. Without one, an option such as `replacementTrigger` asks for it. */
export function describeCause(fields: readonly string[], news: Readonly<Record<string, unknown>>): string {
  if (fields.length === 0) return "replaced by an option";
  const changed = fields.filter((field) => !isUnknown(news[field]));
  return changed.length > 0 ? `${changed.join(" and ")} changed` : `${fields.join(" and ")} ${notKnownYet}`;
}

/** Whether the update can still find that nothing has changed. */
export function isUncertain(cause: string): boolean {
  return cause.endsWith(notKnownYet);
}
