// node scripts/release-notes.mjs vX.Y.Z: prints the changelog's section for a release. Fails if there is none, or if the tag
// is not the package's version. Then nothing is published.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main, root } from "./setup.mjs";

await main(() => {
  const version = (process.argv[2] ?? "").replace(/^v/, "");
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
  if (version !== own) throw new Error(`the tag is of version ${version}, and package.json of ${own}`);
  const sections = readFileSync(join(root, "CHANGELOG.md"), "utf8").split(/^## /m);
  const notes = sections.find((section) => section.split(/[\s(]/)[0] === version);
  const text = notes?.split("\n").slice(1).join("\n").trim() ?? "";
  if (text === "") throw new Error(`CHANGELOG.md has no section "## ${version}", or an empty one`);
  console.log(text);
});
