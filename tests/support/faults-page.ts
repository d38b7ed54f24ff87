import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { forgetAll } from "../../provider/lifecycle/run-memory.js";
import { type Subject, tableOf } from "./fault-matrix.js";

const file = resolve(__dirname, "../../../docs/faults.md");
const begin = (name: string) => `<!-- ${name}, written by its test -->`;
const end = "<!-- end -->";

/** The table of a resource, which its page must show as it is. */
export function testOf(subject: Subject): void {
  const { name } = subject;
  describe(`faults of ${name}`, function () {
    this.timeout(300_000);
    after(forgetAll);

    it("cause no second scan and no crash, and end as in docs/faults.md", async () => {
      const { text, injected } = await tableOf(subject);
      process.stdout.write(`      ${injected} faults injected\n`);
      const shown = `${begin(name)}\n\n${text}\n\n${end}`;
      const page = readFileSync(file, "utf8");
      const from = page.indexOf(begin(name));
      const to = page.indexOf(end, from);
      assert(from >= 0 && to > from, `docs/faults.md has no place for ${name}`);
      const there = page.slice(from, to + end.length);
      if (process.env["UPDATE_DOCS"] === "1")
        writeFileSync(
          file,
          page.replace(there, () => shown),
        );
      else assert.equal(there, shown, "run UPDATE_DOCS=1 npm test -- --grep 'faults of'");
    });
  });
}
