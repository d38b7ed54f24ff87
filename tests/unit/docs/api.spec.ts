import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { huawei, tencent } from "../../../provider/index.js";
import type * as api from "../../../provider/tencent/api/local-images.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { mappings, outputs } from "../../fixtures/field-map.js";
import { vendorPages } from "../../fixtures/vendor-pages.js";
import {
  answeringClient,
  apiTables,
  fieldsOf,
  KeepingClient,
  membersOf,
  pageOf,
  sampleOf,
  sentBy,
  wireOf,
} from "../../support/api-table.js";

const file = resolve(__dirname, "../../../../docs/api.md");

/** A name without what differs between the APIs and this package: capitals, underscores, and the plural. */
function letters(name: string): string {
  return name.toLowerCase().replaceAll("_", "").replace(/s$/, "");
}

describe("docs/api", () => {
  it("is the table that the code generates", () => {
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, apiTables());
    assert.equal(readFileSync(file, "utf8"), apiTables(), "run UPDATE_DOCS=1 npm test -- --grep docs/api");
  });

  it("contains every resource", () => {
    const resources = mappings.map(({ resource }) => resource.split(" ")[0]);
    const all = [
      ...Object.keys(tencent).map((name) => `tencent.${name}`),
      ...Object.keys(huawei).map((name) => `huawei.${name}`),
    ];
    const isLookup = (name: string) => /\.get[A-Z]/.test(name);
    assert.deepEqual([...new Set(resources)].sort(), all.filter((name) => !isLookup(name)).sort());
  });

  it("links every vendor page", () => {
    const shown = [...mappings.map(({ action }) => action), "DescribeAssetImageScanStatus"];
    for (const page of Object.keys(vendorPages)) assert(shown.includes(page), page);
  });

  for (const mapping of mappings) {
    const { action, resource, base, renamed = {}, forms = {}, unset = {} } = mapping;
    const sent = sentBy(mapping);
    const named = Object.values(sent).map(({ wire }) => wire);

    it(`sends each property of ${resource} in the field of its name`, async () => {
      for (const [property, field] of Object.entries(sent)) {
        const { wire = "", type } = field;
        const [value, form] = forms[wire] ?? [sampleOf(field), undefined];
        assert(value !== undefined, `a value of ${property}`);
        const expected = form ?? (type.toWire === undefined ? value : type.toWire(value));
        assert.deepEqual((await wireOf(mapping, { ...base, [property]: value }))[wire], expected, property);
      }
      for (const field of Object.keys(forms)) assert(named.includes(field), field);
    });

    it(`uses the API's name for each property of ${resource}, except ${Object.keys(renamed).join(", ") || "none"}`, () => {
      const members = Object.values(sent).flatMap(({ type }) => Object.entries(membersOf(type) ?? {}));
      for (const [name, { wire = "" }] of [...Object.entries(sent), ...members])
        assert.equal(letters(wire), letters(renamed[name] ?? name));
    });

    it(`has a property of ${resource} for each field of ${action}`, () => {
      const page = pageOf(action);
      const fields = new Set([...(page?.input ?? []), ...(page?.newer ?? []), ...fieldsOf(action)]);
      const known = [...named, ...Object.keys(unset)];
      assert.deepEqual(
        [...fields].filter((field) => !known.includes(field)),
        [],
        "fields without a property",
      );
      const place = ["project_id", "region"];
      const own = named.filter((field) => !fields.has(field ?? "") && !place.includes(field ?? ""));
      assert.deepEqual(own, [], "properties that the API does not know");
      for (const field of page?.output ?? []) assert(outputs[action]?.[field] !== undefined, field);
    });
  }

  for (const mapping of mappings) {
    const { kind, resource } = mapping;
    if ("normal" in kind) {
      it(`reads each property of ${resource} back as it was written`, async () => {
        const samples = Object.entries(sentBy(mapping)).map(([name, field]) => [name, sampleOf(field)] as const);
        const written = Object.fromEntries(samples.filter(([name]) => !(kind.place as string[]).includes(name)));
        const client = new KeepingClient();
        await kind.driver(client as never, {} as never).write(written as never);
        const driver = kind.driver(answeringClient(client.sent) as never, {} as never);
        const read = (await driver.read())?.values;
        assert.deepEqual(read && kind.normal(read), kind.normal(written as never));
      });
    }
  }

  it("shows each number of DescribeAssetImageScanStatus in the documented output", async () => {
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
    assert.deepEqual(await localScanTask.driver(client as never).observe(task), {
      state: "running",
      rawStatus: "SCANNING",
      counts: { total: 40, scanned: 20, risky: 3 },
      percent: 50,
      secondsLeft: 99,
    });
    assert.deepEqual(Object.keys(outputs["DescribeAssetImageScanStatus"] ?? {}), Object.keys(status));
  });
});
