import assert from "node:assert/strict";
import { scannedSince } from "../../../../provider/tencent/images/scan-mark.js";
import { newestLocalScan as newestScan } from "../../../../provider/tencent/tasks/local/evidence.js";
import { Account, imageId } from "../../../support/account.js";

const row = (id: string, scanTime: string) => ({
  id,
  scanTime,
  status: "SCANNED",
  isScanning: false,
  errors: [],
  licensed: true,
});

describe("newestScan", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open();
  });
  afterEach(() => account.close());

  const scannedAt = (names: string[], time: number) => {
    for (const name of names)
      account.emulator.tencent.local.add({ id: imageId(name), scanTime: time, status: "SCANNED" });
  };

  it("marks the newest scan of the account, and its images", async () => {
    scannedAt(["web"], Date.UTC(2026, 10, 1));
    scannedAt(["api"], Date.UTC(2026, 10, 2));
    const mark = await newestScan(account.client());
    assert.deepEqual(mark, { newestScanTime: "2026-11-02 08:00:00", newestImages: "025a662ce41e" });
    assert.equal(scannedSince(row(imageId("api"), "2026-11-02 08:00:00"), mark), false);
    assert.equal(scannedSince(row(imageId("web"), "2026-11-02 08:00:00"), mark), true);
    assert.equal(scannedSince(row(imageId("web"), "2026-11-02 08:00:01"), mark), true);
    assert.equal(scannedSince(row(imageId("web"), ""), mark), false);
  });

  it("reads further pages if the server does not sort", async () => {
    scannedAt(
      Array.from({ length: 150 }, (_, at) => `old${at}`),
      Date.UTC(2026, 9, 1),
    );
    scannedAt(["last"], Date.UTC(2026, 10, 3));
    account.emulator.faults.plan({ action: "DescribeAssetImageList", fault: "error", code: "InvalidParameter" });
    const mark = await newestScan(account.client());
    assert.deepEqual(mark, { newestScanTime: "2026-11-03 08:00:00", newestImages: "sha256:last".slice(7) });
  });

  it("stays small for many images in the same second", async () => {
    scannedAt(
      Array.from({ length: 90 }, (_, at) => `same${at}`),
      Date.UTC(2026, 10, 4),
    );
    const mark = await newestScan(account.client());
    assert(JSON.stringify(mark).length < 1_000);
    assert.equal(scannedSince(row(imageId("web"), "2026-11-04 08:00:00"), mark), false);
  });

  it("is empty if nothing was ever scanned", async () => {
    assert.deepEqual(await newestScan(account.client()), { newestScanTime: "" });
  });
});
