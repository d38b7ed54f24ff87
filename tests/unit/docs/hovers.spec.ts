import assert from "node:assert/strict";
import { resolve } from "node:path";
import ts from "typescript";
import type { Field, Fields } from "../../../provider/validation/fields.js";
import { mappings } from "../../fixtures/field-map.js";
import { membersOf, tableOf } from "../../support/api-table.js";

// What an editor shows of the arguments of each resource, from the declarations that the package ships.

const index = resolve(__dirname, "../../../provider/index.d.ts");

/** A program that writes each argument once: what is shown there is what a user sees. */
const source = `
import type * as pulumi from "@pulumi/pulumi";
import type { huawei, tencent } from ${JSON.stringify(index.replace(/\.d\.ts$/, ".js"))};
type Of<Class> = Class extends new (name: string, args: infer Args) => unknown ? Args : never;
type Plain<T> = Exclude<T, Promise<unknown> | pulumi.OutputInstance<unknown>>;
type Item<T> = Plain<T> extends readonly (infer One)[] ? Exclude<Plain<One>, string> : Plain<T>;
`;

const names = [...new Set(mappings.map(({ resource }) => resource.split(" ")[0] as string))];

describe("an editor", function () {
  this.timeout(120_000);
  let checker: ts.TypeChecker;
  let file: ts.SourceFile;

  before(() => {
    const path = resolve(__dirname, "hovers.ts");
    const lines = names.flatMap((name) => {
      const { fields } = tableOf(mappings.find(({ resource }) => resource.startsWith(name)) as never);
      const args = `Of<typeof ${name}>`;
      const nested = Object.keys(fields).map(
        (field) => `type ${member(name, field)} = Item<NonNullable<${args}["${field}"]>>;`,
      );
      return [`type ${member(name)} = ${args};`, ...nested];
    });
    const options: ts.CompilerOptions = {
      strict: true,
      module: ts.ModuleKind.Node20,
      types: [],
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
    };
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile;
    host.getSourceFile = (one, ...more) =>
      one === path
        ? ts.createSourceFile(path, [source, ...lines].join("\n"), ts.ScriptTarget.ES2023, true)
        : read(one, ...more);
    const exists = host.fileExists;
    host.fileExists = (one) => one === path || exists(one);
    const program = ts.createProgram([path], options, host);
    checker = program.getTypeChecker();
    file = program.getSourceFile(path) as ts.SourceFile;
    const wrong = program
      .getSemanticDiagnostics(file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
    assert.deepEqual(
      wrong.filter((one) => !one.includes("never used")),
      [],
    );
  });

  function shown(type: string) {
    const alias = file.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === type);
    const properties = checker.getTypeAtLocation(alias as ts.TypeAliasDeclaration).getProperties();
    return (name: string) => {
      const property = properties.find((one) => one.name === name);
      const comment = ts.displayPartsToString(property?.getDocumentationComment(checker));
      const tag = property?.getJsDocTags(checker).find((one) => one.name === "default");
      const isOptional = ((property?.flags ?? 0) & ts.SymbolFlags.Optional) !== 0;
      return { comment, default: tag === undefined ? undefined : ts.displayPartsToString(tag.text), isOptional };
    };
  }

  /** Says of a field what its table says: its name at the API, its default, and whether it is required. */
  function requireShown(type: string, fields: Fields): void {
    const look = shown(type);
    for (const [name, field] of Object.entries(fields) as [string, Field][]) {
      const { comment, default: told, isOptional } = look(name);
      const what = `${type}.${name}: ${comment}`;
      assert(comment.length > 10, what);
      if (field.wire !== undefined) assert(comment.includes(`\`${field.wire}\``), what);
      assert.equal(isOptional, !field.required, what);
      assert.equal(told !== undefined, field.default !== undefined || field.wire === undefined, what);
      if (field.default !== undefined && typeof field.default !== "function")
        assert.equal(told, JSON.stringify(field.default), what);
    }
  }

  for (const name of names) {
    it(`shows the meaning, the API field and the default of each argument of ${name}`, () => {
      const { fields } = tableOf(mappings.find(({ resource }) => resource.startsWith(name)) as never);
      requireShown(member(name), fields);
      for (const [field, { type }] of Object.entries(fields)) {
        const members = membersOf(type);
        if (members !== undefined) requireShown(member(name, field), members);
      }
    });
  }
});

function member(name: string, field = ""): string {
  return `${name.replace(".", "_")}_${field}`;
}
