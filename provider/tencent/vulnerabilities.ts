import type { Answer, Maybe } from "../core/answer.js";
import type { Integer } from "../core/json.js";
import type { TencentClient } from "./client.js";

// What was found in images, as the lists of TCSS 2020-11-01 tell it, by the API's own names.
// Every field of an answer may be missing or null, whatever the API's schema says.

/** Vulnerabilities of one image by level, in both lists of images. Absent is not zero. */
export interface LevelCounts {
  VulCnt?: Maybe<number>;
  CriticalLevelVulCnt?: Maybe<number>;
  HighLevelVulCnt?: Maybe<number>;
  MediumLevelVulCnt?: Maybe<number>;
  LowLevelVulCnt?: Maybe<number>;
  VirusCnt?: Maybe<number>;
}

export interface Vulnerability {
  CVEID?: Maybe<string>;
  POCID?: Maybe<string>;
  /** 1 to 4, as a number or as a text. Which is the worst is not spelled out; the examples fit 4. */
  Level?: Maybe<number | string>;
}

export interface Page {
  readonly Limit: number;
  readonly Offset: number;
}

type Vulnerabilities = Promise<Answer<{ TotalCount?: Maybe<number>; List?: Maybe<Vulnerability[]> }>>;

/** Of a local image. https://www.tencentcloud.com/document/product/1163/53145 */
export function describeAssetImageVulList(client: TencentClient, imageId: string, page: Page): Vulnerabilities {
  return client.call("DescribeAssetImageVulList", "read", { ImageID: imageId, ...page });
}

/** Of an image of a registry. https://www.tencentcloud.com/document/product/1163/53155 */
export function describeAssetImageRegistryVulList(client: TencentClient, id: Integer, page: Page): Vulnerabilities {
  return client.call("DescribeAssetImageRegistryVulList", "read", { Id: id, ...page });
}
