import { findAccounts } from "../handlers.js";
import { lookup } from "../kinds.js";
import { tell } from "../lifecycle/engine.js";
import { type ImageQuery, listDoubts, requireSelector } from "../lifecycle/image-search.js";
import { pluginPackage } from "../model/resource-types.js";
import { type Properties, unwrapAll } from "./values.js";

/** Makes the lookup with this token, such as `image-scan:tencent:getLocalImages`. */
export async function lookUp(type: string, args: Properties): Promise<Properties> {
  const token = type.slice(pluginPackage.length + 1);
  const find = lookup(token);
  const given = Object.entries(unwrapAll(args)).filter(([, value]) => value !== null);
  const query = Object.fromEntries(given) as ImageQuery;
  requireSelector(query);
  const found = await find(findAccounts(token).client(query.account), query);
  for (const doubt of listDoubts(found)) await tell(undefined, `${token}: ${doubt}`, "warning");
  return { ...found };
}
