import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { huawei, tencent } from "../../../provider/index.js";
import type * as api from "../../../provider/tencent/api/local-images.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { mappings, outputs } from "../../fixtures/field-map.js";
import { vendorPages } from "../../fixtures/vendor-pages.js";
import { apiTables, fieldsOf, pageOf, wireOf } from "../../support/api-table.js";

const file = resolve(__dirname, "../../../../docs/api.md");

describe("docs/api", () => {
  it("is the table that the code makes", () => {
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, apiTables());
    assert.equal(readFileSync(file, "utf8"), apiTables(), "run UPDATE_DOCS=1 npm test -- --grep docs/api");
  });

  it("has every resource", () => {
    const resources = mappings.map(({ resource }) => resource.split(" ")[0]);
    const all = [
      ...Object.keys(tencent).map((name) => `tencent.${name}`),
      ...Object.keys(huawei).map((name) => `huawei.${name}`),
    ];
    const isLookup = (name: string) => /\.get[A-Z]/.test(name);
    assert.deepEqual([...new Set(resources)].sort(), all.filter((name) => !isLookup(name)).sort());
  });

  it("has every vendor page", () => {
    const shown = [...mappings.map(({ action }) => action), "DescribeAssetImageScanStatus"];
    for (const page of Object.keys(vendorPages)) assert(shown.includes(page), page);
  });

  for (const mapping of mappings) {
    const { action, resource, kind, base, samples, others = [], unset = {} } = mapping;
    it(`sends each property of ${resource} in the field that it names, and knows each field of ${action}`, async () => {
      for (const [property, [field, value, wire = value]] of Object.entries(samples)) {
        const sent = await wireOf(mapping, { ...base, [property]: value });
        assert.deepEqual(sent[field], wire, `${property} → ${field}`);
      }
      assert.deepEqual([...Object.keys(samples), ...others].sort(), Object.keys(kind.inputs.properties).sort());
      const page = pageOf(action);
      const mapped = [...Object.values(samples).map(([field]) => field), ...Object.keys(unset)];
      assert.deepEqual(
        [...new Set([...(page?.input ?? []), ...(page?.newer ?? []), ...fieldsOf(action)])].filter(
          (field) => !mapped.includes(field),
        ),
        [],
        "fields without a property",
      );
      for (const field of page?.output ?? []) assert(outputs[action]?.[field] !== undefined, field);
    });
  }

  it("shows each number of DescribeAssetImageScanStatus where it says", async () => {
    const status: api.AssetImageScanStatus = {
      ImageTotal: 40,
      ImageScanCnt: 20,
      Status: "SCANNING",
      Schedule: 50,
      SuccessCount: 7,
      RiskCount: 3,
      LeftSeconds: 99,
    };
    const client = { call: async () => ({ response: status }) };
    const task = { ids: { taskId: "1" }, request: {}, baseline: { serverTime: 0, lastTaskId: "" }, adopted: false };
    assert.deepEqual(await localScanTask.driver(client as never).look(task), {
      state: "running",
      rawStatus: "SCANNING",
      counts: { total: 40, scanned: 20, risky: 3 },
      percent: 50,
      secondsLeft: 99,
    });
    assert.deepEqual(Object.keys(outputs["DescribeAssetImageScanStatus"] ?? {}), Object.keys(status));
  });
});
