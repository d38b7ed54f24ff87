import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

export const root = resolve(__dirname, "../../..");

/** The code of a page, by language. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);
}

/** The file that a block would be, where its first line says so. */
export function pathOf(block: string): string | undefined {
  return /^\/\/ (provider\/\S+\.ts)\n/.exec(block)?.[1];
}

export function asCommonJs(block: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS };
  return ts.transpileModule(block, { compilerOptions }).outputText;
}

/** Loads a file that stands in a page, with what it imports, from there or from the compiled package. */
export function loadDocumented(page: string): (path: string) => Record<string, unknown> {
  const files = new Map(blocksOf(page, "ts").map((block) => [pathOf(block), block]));
  const loaded = new Map<string, Record<string, unknown>>();
  const load = (path: string): Record<string, unknown> => {
    const block = files.get(path);
    const compiled = join(root, "dist", path.replace(/\.ts$/, ".js"));
    const require = createRequire(compiled);
    if (block === undefined) return require(compiled) as Record<string, unknown>;
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const exported: Record<string, unknown> = {};
    loaded.set(path, exported);
    const own = (name: string) =>
      name.startsWith(".") ? load(join(dirname(path), name).replace(/\.js$/, ".ts")) : require(name);
    new Function("exports", "require", asCommonJs(block))(exported, own);
    return exported;
  };
  return load;
}
