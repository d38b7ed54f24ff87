import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { blocksOf, pathOf, root } from "../../support/documented-files.js";
import { kubernetesPackage } from "../../support/kubernetes-package.js";

/** Blocks stand where the package is found by its name, as in a program. */
const place = join(root, "examples", "quickstart");

// They may wait at their top level.
const extension = "mts";

/** What a block may use that stands elsewhere on its page. */
const elsewhere: Readonly<Record<string, string>> = {
  tencent: 'import { tencent } from "pulumi-image-scan";',
  huawei: 'import { huawei } from "pulumi-image-scan";',
  ScanGate: 'import { ScanGate } from "pulumi-image-scan";',
  judge: 'import { judge } from "pulumi-image-scan";',
  requireScanGate: 'import { requireScanGate } from "pulumi-image-scan";',
  findings: 'declare const findings: import("pulumi-image-scan").Findings;',
  tasks: 'declare const tasks: import("pulumi-image-scan").ScanTask[];',
  pulumi: 'import * as pulumi from "@pulumi/pulumi";',
  images: "declare const images: string[];",
  digest: "declare const digest: string;",
  gate: 'declare const gate: import("pulumi-image-scan").ScanGate;',
  args: 'declare const args: ConstructorParameters<typeof import("pulumi-image-scan").tencent.LocalScanTask>[1];',
  group: 'declare const group: import("@pulumi/pulumi").Resource;',
};

function whole(block: string): string {
  const missing = Object.entries(elsewhere).filter(([name]) => {
    const isUsed = new RegExp(`(?<![.\\w"])${name}\\b(?!:)`).test(block);
    return isUsed && !new RegExp(`(const|import)\\b[^=;]*\\b${name}\\b`).test(block);
  });
  return `${missing.map(([, line]) => line).join("\n")}\nexport {};\n${block}`;
}

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const files = new Map([
  [join(place, "kubernetes.d.ts"), `declare module "@pulumi/kubernetes" {${kubernetesPackage["index.d.ts"]}}`] as const,
  ...pages.flatMap((page) =>
    blocksOf(page, "ts").map((block, at) => {
      const path = pathOf(block);
      if (path !== undefined) return [join(root, path), block] as const;
      return [join(place, `${page.replace("/", "-")}-${at}.${extension}`), whole(block)] as const;
    }),
  ),
]);

function problems(): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.Node20,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  // Some stand in folders that are not there yet.
  host.directoryExists = () => true;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...rest) => {
    const block = files.get(path);
    return block === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, block, target);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host)).map((one) => {
    const text = ts.flattenDiagnosticMessageText(one.messageText, "\n");
    return `${relative(place, one.file?.fileName ?? "")}: ${text}`;
  });
}

describe("the code in the docs", () => {
  it("compiles, each block by itself", () => {
    assert(files.size >= 8, `${files.size} blocks`);
    assert.deepEqual(problems(), []);
  });
});
