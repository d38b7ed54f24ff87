import { CloudError } from "../transport/errors.js";
import type { AccountCheck } from "../transport/pipeline.js";
import type { Source } from "./source.js";

/** A check that refuses credentials of an account that a setting, such as `allowedAccountIds`, does not name. */
export function createAccountCheck(
  source: Source,
  key: string,
  accountOf: (now: number) => Promise<string>,
): AccountCheck | undefined {
  if (!source.isSet(key)) return undefined;
  const name = `${source.namespace}:${key}`;
  const allowed = (source.get(key) ?? "").split(/[\s,"[\]]+/).filter((id) => id !== "");
  if (allowed.length === 0 || !allowed.every((id) => /^[0-9a-f]{6,}$/.test(id))) {
    source.problems.push(`${name} is not a list of account ids, such as "100012345678"`);
    return undefined;
  }
  return async (now) => {
    const account = await accountOf(now);
    if (allowed.includes(account)) return;
    const message = `the credentials belong to account ${account}, but ${name} allows only ${allowed.join(", ")}; nothing was sent`;
    throw new CloudError({ kind: "config", message });
  };
}
