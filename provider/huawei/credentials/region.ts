import type { Source } from "../../credentials/source.js";

const european = "myhuaweicloud.eu";
const others = "myhuaweicloud.com";

/** The domain of a region's hosts: the European site has its own. */
export function resolveDomain(source: Source, region: string): string {
  return source.env("HW_CLOUD") ?? (region.startsWith("eu-west-1") ? european : others);
}

/** Notes a region that has no host at Huawei Cloud. The clouds of its partners name their regions in other ways. */
export function checkRegion(source: Source, region: string): void {
  const domain = resolveDomain(source, region);
  if (domain !== european && domain !== others) return;
  const why = findMistake(region, domain);
  const name =
    source.get("region") === undefined ? "the environment variable HW_REGION_NAME" : `${source.namespace}:region`;
  if (why !== undefined) source.problems.push(`${name} is "${region}", ${why}`);
}

function findMistake(region: string, domain: string): string | undefined {
  const [whole, itsRegion] = /^([a-z]{2}-[a-z]+-\d+)(?:[a-z]|_.+)?$/.exec(region) ?? [];
  const example = "write a region of Huawei Cloud, such as ap-southeast-3";
  if (itsRegion === undefined)
    return /^[a-z]{2}(-[a-z]+)+$/.test(region) ? `a region of another cloud: ${example}` : `not a region: ${example}`;
  if (whole !== itsRegion) {
    const what = region.includes("_") ? "a project (set projectId to its id)" : "an availability zone";
    return `${what}: write its region, ${itsRegion}`;
  }
  const isEuropean = region.startsWith("eu-west-1");
  if (isEuropean === (domain === european)) return undefined;
  return `whose hosts are in ${isEuropean ? european : others}, and HW_CLOUD is "${domain}": unset HW_CLOUD`;
}
