import assert from "node:assert/strict";
import type { Field, Fields } from "../../../provider/validation/fields.js";
import { mappings } from "../../fixtures/field-map.js";
import { membersOf, tableOf } from "../../support/api-table.js";
import { type ApiProperty, type ApiType, type PublicApi, readPublicApi } from "../../support/public-api.js";

// What an editor shows of the arguments of each resource, from the declarations that the package ships.

const names = [...new Set(mappings.map(({ resource }) => resource.split(" ")[0] as string))];

/** Says of a field what its table says: its name at the API, its bounds, its default, and whether it is required. */
function requireShown(owner: string, properties: readonly ApiProperty[], fields: Fields): void {
  for (const [name, field] of Object.entries(fields) as [string, Field][]) {
    const shown = properties.find((one) => one.name === name);
    const { comment = "", default: told, isOptional } = shown ?? {};
    const what = `${owner}.${name}: ${comment}`;
    assert(comment.length > 10, what);
    if (field.wire !== undefined) assert(comment.includes(`\`${field.wire}\``), what);
    const { range = "" } = field.type as { readonly range?: string };
    assert(comment.includes(range), `${what} does not say "${range}"`);
    assert.equal(isOptional, !field.required, what);
    // A default of the account is told in words.
    const isOurs = field.default !== undefined || field.wire === undefined;
    assert(isOurs ? told !== undefined : (told ?? "the").startsWith("the"), what);
    if (field.default !== undefined && typeof field.default !== "function")
      assert.equal(told, JSON.stringify(field.default), what);
  }
}

/** The name of the object in a type, in a list of them, or beside other types. */
function objectIn(type: ApiType | undefined): string {
  if (type?.kind === "list") return objectIn(type.item);
  if (type?.kind === "union") return type.of.map(objectIn).join("");
  return type?.kind === "object" ? type.name : "";
}

describe("an editor", function () {
  this.timeout(120_000);
  let api: PublicApi;
  before(() => {
    api = readPublicApi();
  });

  for (const name of names) {
    it(`shows the meaning, the API field and the default of each argument of ${name}`, () => {
      const { args } = api.resources.find((one) => one.name === name) ?? { args: [] };
      const { fields } = tableOf(mappings.find(({ resource }) => resource.startsWith(name)) as never);
      requireShown(name, args, fields);
      for (const [field, { type }] of Object.entries(fields)) {
        const members = membersOf(type);
        const object = objectIn(args.find((one) => one.name === field)?.type);
        if (members !== undefined) requireShown(`${name}.${field}`, api.objects[object]?.properties ?? [], members);
      }
    });
  }
});
