import type { Integer } from "../../transport/json.js";
import {
  fields,
  listOf,
  type Read,
  type Shape,
  type Shaped,
  tally,
  text,
  textIfAny,
  textOrNumber,
} from "../../transport/shape.js";
import type { TencentClient } from "./client.js";
import { type Listed, listAnswer } from "./list-answer.js";

// Findings in images, as the lists of TCSS 2020-11-01 show them, by the API's own names.

/** Vulnerabilities of one image by level, in both lists of images. Absent is not zero. */
export const levelCounts = {
  VulCnt: tally,
  CriticalLevelVulCnt: tally,
  HighLevelVulCnt: tally,
  MediumLevelVulCnt: tally,
  LowLevelVulCnt: tally,
  VirusCnt: tally,
};
export type LevelCounts = Read<typeof levelCounts>;

/** A package in lists of registry images: older answers call it `Component`, newer ones `Name`. */
const component = fields({ Component: textIfAny, Name: textIfAny, Version: textIfAny, FixedVersion: textIfAny });
type Component = Shaped<typeof component>;
const components = listOf(component);
/** Only shown to a reader, so a list of another form counts as absent. */
const componentsIfAny: Shape<Component[]> = (value, path) =>
  Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && !Array.isArray(one))
    ? components(value, path)
    : undefined;

const vulnerability = fields({
  CVEID: text,
  POCID: text,
  /** 1 to 4, as a number or as a text. The page does not say which is the worst; the examples fit 4. */
  Level: textOrNumber,
  /** The package and its version, in lists of local images. */
  Component: textIfAny,
  Version: textIfAny,
  /** The same, in lists of registry images. */
  Components: componentsIfAny,
  FixedVersions: textIfAny,
});
export type Vulnerability = Shaped<typeof vulnerability>;

export interface Page {
  readonly Limit: number;
  readonly Offset: number;
}

const list = listAnswer(vulnerability);

/** Of a local image. https://www.tencentcloud.com/document/product/1163/53145 */
export function describeAssetImageVulList(client: TencentClient, imageId: string, page: Page): Listed<Vulnerability> {
  return client.call("DescribeAssetImageVulList", "read", { ImageID: imageId, ...page }, list);
}

/** Of an image of a registry. https://www.tencentcloud.com/document/product/1163/53155 */
export function describeAssetImageRegistryVulList(
  client: TencentClient,
  id: Integer,
  page: Page,
): Listed<Vulnerability> {
  return client.call("DescribeAssetImageRegistryVulList", "read", { Id: id, ...page }, list);
}
