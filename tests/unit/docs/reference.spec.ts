import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/documented-files.js";
import { readPublicApi } from "../../support/public-api.js";
import { referencePage } from "../../support/reference-page.js";

describe("docs/reference", () => {
  it("is what the comments of the code say", function () {
    this.timeout(60_000);
    const file = join(root, "docs", "reference.md");
    const page = referencePage(readPublicApi());
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, page);
    assert.equal(readFileSync(file, "utf8"), page, "run UPDATE_DOCS=1 npm test -- --grep docs/reference");
  });
});
