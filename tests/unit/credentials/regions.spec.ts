import assert from "node:assert/strict";
import { resolveHuaweiConnection } from "../../../provider/huawei/credentials/connection.js";
import { resolveTencentConnection } from "../../../provider/tencent/credentials/connection.js";

type Settings = Record<string, string>;
const tencent = (config: Settings, env: Settings = {}) =>
  resolveTencentConnection(
    undefined,
    (key) => ({ "tencentcloud:secretId": "id", "tencentcloud:secretKey": "key", ...config })[key],
    { env },
  );
const huawei = (config: Settings, env: Settings = {}) =>
  resolveHuaweiConnection(
    undefined,
    (key) => ({ "huaweicloud:accessKey": "ak", "huaweicloud:secretKey": "sk", ...config })[key],
    { env },
  );

describe("tencentcloud:region", () => {
  for (const region of ["ap-guangzhou", "na-siliconvalley", "me-saudi-arabia", "ap-guangzhou-open"]) {
    it(`accepts ${region}`, () => assert.equal(tencent({ "tencentcloud:region": region }).region, region));
  }

  it("refuses a financial zone, and names the endpoint setting", () => {
    for (const site of ["intl", "cn"]) {
      assert.throws(
        () => tencent({ "tencentcloud:region": "ap-shanghai-fsi", "tencentcloud:site": site }),
        /tencentcloud:region is "ap-shanghai-fsi", a financial zone.*tencentcloud:endpoint, for example to tcss\.ap-shanghai-fsi\.tencentcloudapi\.com/,
      );
    }
    const endpoint = "tcss.ap-shanghai-fsi.tencentcloudapi.com";
    const own = tencent({ "tencentcloud:region": "ap-shanghai-fsi", "tencentcloud:endpoint": endpoint });
    assert.deepEqual([own.endpoint.host, own.site, own.region], [endpoint, "cn", "ap-shanghai-fsi"]);
  });

  it("refuses a Huawei Cloud region, a zone and other text, from any source", () => {
    const regionOf = (region: string) => () => tencent({ "tencentcloud:region": region });
    assert.throws(regionOf("cn-north-4"), /is "cn-north-4", a region of Huawei Cloud: .* such as ap-singapore/);
    assert.throws(regionOf("ap-guangzhou-3"), /an availability zone: write its region, ap-guangzhou;/);
    for (const region of ["guangzhou", "AP-Guangzhou", "ap_guangzhou", "ap-"])
      assert.throws(regionOf(region), /not a region: write a region of Tencent Cloud/, region);
    assert.throws(
      () => tencent({}, { TENCENTCLOUD_REGION: "cn-north-4" }),
      /variable TENCENTCLOUD_REGION is "cn-north-4"/,
    );
  });

  it("is not checked with a configured endpoint", () => {
    const own = { "tencentcloud:endpoint": "tcss.cloud.example", "tencentcloud:region": "site-1" };
    assert.equal(tencent(own).region, "site-1");
  });
});

describe("huaweicloud:region", () => {
  for (const region of ["cn-north-4", "ap-southeast-3", "my-kualalumpur-1", "eu-west-101"]) {
    it(`accepts ${region}`, () => assert.equal(huawei({ "huaweicloud:region": region }).region, region));
  }

  it("refuses a Tencent Cloud region, a zone, a project and other text, from any source", () => {
    const regionOf = (region: string) => () => huawei({ "huaweicloud:region": region });
    assert.throws(regionOf("ap-singapore"), /huaweicloud:region is "ap-singapore", a region of another cloud/);
    assert.throws(regionOf("cn-north-4a"), /an availability zone: write its region, cn-north-4$/);
    assert.throws(regionOf("cn-north-4_dev"), /a project \(set projectId to its id\): write its region, cn-north-4$/);
    assert.throws(regionOf("north-4"), /not a region: write a region of Huawei Cloud, such as ap-southeast-3/);
    assert.throws(() => huawei({}, { HW_REGION_NAME: "ap-singapore" }), /variable HW_REGION_NAME is "ap-singapore"/);
  });

  it("refuses a European region at the other sites, and the reverse", () => {
    const at = (region: string, HW_CLOUD: string) => () => huawei({ "huaweicloud:region": region }, { HW_CLOUD });
    assert.throws(at("eu-west-101", "myhuaweicloud.com"), /hosts are in myhuaweicloud\.eu, and HW_CLOUD is "myhuawei/);
    assert.throws(at("cn-north-4", "myhuaweicloud.eu"), /hosts are in myhuaweicloud\.com, and HW_CLOUD is "myhuawei/);
  });

  it("accepts any form for partner clouds and configured endpoints", () => {
    assert.equal(
      huawei({ "huaweicloud:region": "eu-de" }, { HW_CLOUD: "otc.example" }).endpoint.host,
      "hss.eu-de.otc.example",
    );
    const own = {
      "huaweicloud:region": "eu-de",
      "huaweicloud:endpoint": "hss.cloud.example",
      "huaweicloud:projectId": "p",
    };
    assert.equal(huawei(own).endpoint.host, "hss.cloud.example");
  });
});
