import assert from "node:assert/strict";
import { AnswerShapes } from "../../../provider/cli/doctor/answer-shape.js";
import { ReadingHuaweiClient, ReadingTencentClient } from "../../../provider/cli/doctor/clients.js";
import { modifyImageScanPolicy } from "../../../provider/huawei/api/image-scans.js";
import { describeAssetImageList, modifyAssetImageScanStop } from "../../../provider/tencent/api/local-images.js";
import {
  fields,
  InvalidAnswerError,
  integer,
  listOf,
  readJson,
  tally,
  text,
} from "../../../provider/transport/shape.js";
import { Account, imageId } from "../../support/account.js";

const row = fields({ Id: integer, ScanStatus: text, ScanTime: text, VulCnt: tally, Absent: text });
const answer = fields({ List: listOf(row), TotalCount: integer });

function shapeOf(value: object, now = Date.parse("2026-01-02T03:00:00Z")) {
  const shapes = new AnswerShapes(() => now);
  readJson(JSON.stringify(value), shapes.observe("Action", answer));
  return shapes.toJson()["Action"];
}

describe("the record of answers", () => {
  it("has the kinds of values, documented words, and no values", () => {
    const List = [
      { Id: 8_741_110, ScanStatus: "SCANNED", ScanTime: "2026-01-01T01:02:03+08:00", VulCnt: 3, Owner: "alice" },
      { Id: "8741111", ScanStatus: "QUANTUM", ScanTime: "2026-01-02 10:00:00", VulCnt: "3", Tags: ["alice", null] },
    ];
    assert.deepEqual(shapeOf({ List, RequestId: "a-b-c", "alice@example.com": 1 }), {
      outcome: "answered",
      fields: {
        "(other name)": "number",
        List: "list",
        "List[].Id": "number | text of digits",
        "List[].Owner": "text",
        "List[].ScanStatus": "SCANNED | text that is not a documented word",
        "List[].ScanTime": "date and time with a zone | date and time without a zone, ahead of UTC",
        "List[].Tags": "list",
        "List[].Tags[]": "null | text",
        "List[].VulCnt": "number | text of digits",
      },
      missing: ["List[].Absent", "TotalCount"],
      unexpected: ["(other name)", "List[].Owner", "List[].Tags"],
      unreadable: ["List[].VulCnt"],
    });
  });

  it("names the field that could not be read, and keeps what the answer had", () => {
    const shapes = new AnswerShapes();
    const read = () => readJson('{"List":[{"Id":{"secret":1}}]}', shapes.observe("Action", answer));
    assert.throws(read, InvalidAnswerError);
    const { outcome, unreadable } = shapes.toJson()["Action"] ?? {};
    assert.deepEqual([outcome, unreadable], ["unreadable", ["List[].Id"]]);
  });

  it("keeps the code of a refusal, if it has the form of the vendors' codes", () => {
    const shapes = new AnswerShapes();
    for (const code of ["AuthFailure.UnauthorizedOperation", "HSS.0013", "user alice@example.com", undefined])
      shapes.refuse(String(code), code);
    const outcomes = Object.values(shapes.toJson()).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ["AuthFailure.UnauthorizedOperation", "HSS.0013", "refused", "refused"]);
  });

  describe("of an emulated account", () => {
    let account: Account;
    beforeEach(async () => {
      account = await Account.open(1, Date.now);
    });
    afterEach(() => account.close());

    const clientFor = (shapes: AnswerShapes) => {
      const { endpoint, secretId, secretKey } = account.emulator.address.tencent;
      return new ReadingTencentClient(
        { endpoint: new URL(endpoint), site: "intl", credentials: { secretId, secretKey } },
        shapes,
      );
    };

    it("has nothing of its images", async () => {
      const shapes = new AnswerShapes();
      await describeAssetImageList(clientFor(shapes), { Limit: 10, Offset: 0 });
      const record = JSON.stringify(shapes.toJson());
      assert.match(record, /"List\[\]\.ImageID":"text"/);
      for (const value of ["sha256", imageId("web"), "shop", "1.4.2", "cls-demo"])
        assert(!record.includes(value), value);
    });

    it("shows fields of another kind, and fields that are missing", async () => {
      const types = new AnswerShapes();
      account.emulator.faults.plan({ fault: "types", action: "DescribeAssetImageList", times: 2 });
      await assert.rejects(
        describeAssetImageList(clientFor(types), { Limit: 10, Offset: 0 }),
        /not what the API documents/,
      );
      assert.deepEqual(types.toJson()["DescribeAssetImageList"]?.unreadable, ["List"]);
      const nulls = new AnswerShapes();
      account.emulator.faults.plan({ fault: "nulls", action: "DescribeAssetImageList", times: 2 });
      await assert.rejects(describeAssetImageList(clientFor(nulls), { Limit: 10, Offset: 0 }));
      assert.deepEqual(nulls.toJson()["DescribeAssetImageList"]?.fields, { List: "null", TotalCount: "null" });
    });

    it("comes from clients that refuse to write", async () => {
      await assert.rejects(
        async () => modifyAssetImageScanStop(clientFor(new AnswerShapes()), "1"),
        /the doctor only reads/,
      );
      const { endpoint, accessKey, secretKey, projectId } = account.emulator.address.huawei;
      const url = new URL(endpoint);
      const auth = { by: "keys", accessKey, secretKey } as const;
      const client = new ReadingHuaweiClient({ endpoint: url, iamEndpoint: url, projectId, auth }, new AnswerShapes());
      await assert.rejects(async () => modifyImageScanPolicy(client, {}, {} as never), /the doctor only reads/);
      assert.deepEqual(account.calls(), []);
    });
  });
});
