import type { Source } from "../../credentials/source.js";

/** The region, which TCSS does not need. Notes a region that the hosts of Tencent Cloud cannot serve. The user's own endpoint may serve any. */
export function readRegion(source: Source): string | undefined {
  const configured = source.get("region");
  const region = configured ?? source.env("TENCENTCLOUD_REGION");
  if (region === undefined || source.get("endpoint") !== undefined) return region;
  const why = findMistake(region, source.namespace);
  const name = configured === undefined ? "the environment variable TENCENTCLOUD_REGION" : `${source.namespace}:region`;
  if (why !== undefined)
    source.problems.push(`${name} is "${region}", ${why}; or unset it, since TCSS needs no region`);
  return region;
}

function findMistake(region: string, namespace: string): string | undefined {
  if (/^[a-z]{2}(-[a-z]+)+-fsi$/.test(region)) {
    const host = `tcss.${region}.tencentcloudapi.com`;
    return `a financial zone. Tencent Cloud documents no TCSS host for financial zones: if your account has one, set ${namespace}:endpoint, for example to ${host}`;
  }
  if (/^[a-z]{2}(-[a-z]+)+$/.test(region)) return undefined;
  const example = "write a region of Tencent Cloud, such as ap-singapore";
  if (/^[a-z]{2}-(north|south|east|west)[a-z]*-\d+[a-z]?$/.test(region)) return `a region of Huawei Cloud: ${example}`;
  const [, itsRegion] = /^([a-z]{2}(?:-[a-z]+)+)-\d+$/.exec(region) ?? [];
  return itsRegion === undefined ? `not a region: ${example}` : `an availability zone: write its region, ${itsRegion}`;
}
