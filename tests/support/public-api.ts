import { resolve } from "node:path";
import ts from "typescript";

// The public names as plain data, read from the declarations that the package ships: what an editor shows.

/** What a value may be. */
export type ApiType =
  | { readonly kind: "string" | "number" | "boolean" | "any" }
  | { readonly kind: "values"; readonly values: readonly (string | number | true)[] }
  | { readonly kind: "list" | "map"; readonly item: ApiType }
  /** One of `PublicApi.objects`, or a class of Pulumi. */
  | { readonly kind: "object" | "resource"; readonly name: string }
  | { readonly kind: "union"; readonly of: readonly ApiType[] };

/** A property of an object. Every number is an integer. */
export interface ApiProperty {
  readonly name: string;
  readonly type: ApiType;
  readonly isOptional: boolean;
  /** Whether it can be an output of another resource. Outputs of a resource always can. */
  readonly isInput: boolean;
  /** The interface or class of this package that declares it; absent for a field of a table. */
  readonly declaredBy?: string | undefined;
  readonly comment: string;
  readonly default?: string | undefined;
  readonly example?: string | undefined;
}

export interface ApiObject {
  readonly comment: string;
  readonly properties: readonly ApiProperty[];
}

export interface ApiResource extends ApiObject {
  /** As a program writes it: `tencent.ScanSetting`. */
  readonly name: string;
  readonly example?: string | undefined;
  readonly args: readonly ApiProperty[];
  /** Its outputs. */
  readonly properties: readonly ApiProperty[];
  readonly methods: readonly ApiFunction[];
}

export interface ApiFunction {
  /** As a program writes it: `huawei.getImages`, `ScanGate.require`. */
  readonly name: string;
  readonly comment: string;
  readonly example?: string | undefined;
  readonly parameters: readonly { readonly name: string; readonly type: ApiType; readonly comment: string }[];
  /** What it gives, behind a promise or an output. */
  readonly returns: ApiType;
}

export interface PublicApi {
  readonly resources: readonly ApiResource[];
  readonly functions: readonly ApiFunction[];
  /** The objects inside arguments and outputs, by their names: `tencent.AssetFilter`, `Thresholds`. */
  readonly objects: Readonly<Record<string, ApiObject>>;
}

const folder = resolve(__dirname, "../../provider");
const namespaces = ["tencent", "huawei"];

/** Reads the declarations of the built package. */
export function readPublicApi(): PublicApi {
  const options: ts.CompilerOptions = {
    strict: true,
    module: ts.ModuleKind.Node20,
    target: ts.ScriptTarget.ES2023,
    types: [],
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  };
  const program = ts.createProgram([resolve(folder, "index.d.ts")], options);
  return new Reader(program).read();
}

class Reader {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  /** The name of each exported type, by where it is declared. */
  readonly #names = new Map<ts.Symbol, string>();
  readonly #objects: Record<string, ApiObject> = {};

  constructor(program: ts.Program) {
    this.#program = program;
    this.#checker = program.getTypeChecker();
  }

  read(): PublicApi {
    const index = this.#program.getSourceFile(resolve(folder, "index.d.ts")) as ts.SourceFile;
    const exported = this.#exportsOf(this.#checker.getSymbolAtLocation(index) as ts.Symbol);
    const all = exported.flatMap(([name, symbol]) =>
      namespaces.includes(name)
        ? this.#exportsOf(symbol).map(([member, one]) => [`${name}.${member}`, one] as const)
        : [[name, symbol] as const],
    );
    for (const [name, symbol] of all) this.#names.set(symbol, name);
    const resources = all
      .filter(([, symbol]) => this.#isResource(symbol))
      .map(([name, one]) => this.#resource(name, one));
    const functions = all
      .filter(([, symbol]) => symbol.flags & ts.SymbolFlags.Function)
      .map(([name, symbol]) => this.#function(name, symbol));
    const objects = Object.fromEntries(Object.entries(this.#objects).sort(([a], [b]) => (a < b ? -1 : 1)));
    return { resources, functions, objects };
  }

  #exportsOf(module: ts.Symbol): (readonly [string, ts.Symbol])[] {
    return this.#checker.getExportsOfModule(module).map((symbol) => {
      const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      return [symbol.name, isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol] as const;
    });
  }

  #isResource({ flags, declarations = [] }: ts.Symbol): boolean {
    const isAbstract = declarations.some((one) => ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Abstract);
    return (flags & ts.SymbolFlags.Class) !== 0 && !isAbstract;
  }

  #resource(name: string, symbol: ts.Symbol): ApiResource {
    const [made] = this.#checker.getTypeOfSymbol(symbol).getConstructSignatures() as [ts.Signature];
    const [, args] = isInternal(made.getJsDocTags()) ? [] : made.parameters;
    const instance = made.getReturnType();
    const methods = instance.getProperties().filter((one) => this.#isOwn(one) && isMethod(one));
    return {
      name,
      ...this.#told(symbol),
      args: args === undefined ? [] : this.#properties(this.#checker.getTypeOfSymbol(args), name),
      properties: this.#properties(instance, name),
      methods: methods.map((one) => this.#function(`${name}.${one.name}`, one)),
    };
  }

  #function(name: string, symbol: ts.Symbol): ApiFunction {
    const [signature] = this.#checker.getTypeOfSymbol(symbol).getCallSignatures() as [ts.Signature];
    const parameters = signature.parameters.map((one) => ({
      name: one.name,
      type: this.#type(this.#checker.getTypeOfSymbol(one), `${name}.${one.name}`),
      comment: this.#told(one).comment,
    }));
    const given = signature.getReturnType();
    const returns = this.#type(this.#checker.getAwaitedType(given) ?? given, name);
    return { name, ...this.#told(symbol), parameters, returns };
  }

  #properties(type: ts.Type, owner: string): ApiProperty[] {
    const own = this.#checker.getPropertiesOfType(type).filter((one) => this.#isOwn(one) && !isMethod(one));
    return inWrittenOrder(own).map((property) => this.#property(property, owner));
  }

  /** Members of Pulumi's classes, private ones and internals are not shown. */
  #isOwn(property: ts.Symbol): boolean {
    const isOurs = property.declarations?.some((one) => one.getSourceFile().fileName.startsWith(folder)) === true;
    return isOurs && !property.name.startsWith("#") && !isInternal(property.getJsDocTags(this.#checker));
  }

  #property(property: ts.Symbol, owner: string): ApiProperty {
    const type = this.#checker.getTypeOfSymbol(property);
    const parts = membersOfUnion(type);
    return {
      name: property.name,
      type: this.#type(type, `${owner}.${property.name}`),
      isOptional: (property.flags & ts.SymbolFlags.Optional) !== 0 || parts.some(isUndefined) || this.#isMaybe(type),
      isInput: parts.some((one) => unwrapOutput(one) !== undefined),
      declaredBy: this.#declarerOf(property),
      ...this.#told(property),
    };
  }

  #declarerOf({ declarations: [first] = [] }: ts.Symbol): string | undefined {
    const declarer = first?.parent;
    if (declarer === undefined || !(ts.isInterfaceDeclaration(declarer) || ts.isClassDeclaration(declarer)))
      return undefined;
    const symbol = declarer.name === undefined ? undefined : this.#checker.getSymbolAtLocation(declarer.name);
    return (symbol && this.#names.get(symbol)) ?? declarer.name?.text;
  }

  /** Whether an output can be undefined. */
  #isMaybe(type: ts.Type): boolean {
    const value = unwrapOutput(type);
    return value !== undefined && membersOfUnion(value).some(isUndefined);
  }

  #told(symbol: ts.Symbol) {
    const tags = symbol.getJsDocTags(this.#checker);
    const text = (name: string) => {
      const tag = tags.find((one) => one.name === name);
      return tag === undefined ? undefined : ts.displayPartsToString(tag.text);
    };
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)).replace(/^- /, "");
    return { comment, default: text("default"), example: text("example") };
  }

  /** `path` names an object that has no name of its own. */
  #type(type: ts.Type, path: string): ApiType {
    const output = unwrapOutput(type);
    if (output !== undefined) return this.#type(output, path);
    const parts = membersOfUnion(type).filter((one) => !isUndefined(one) && !isWrapper(one));
    const isBoolean = parts.filter((one) => one.flags & ts.TypeFlags.BooleanLiteral).length === 2;
    const literals = parts.filter((one) => isLiteral(one) && !(isBoolean && one.flags & ts.TypeFlags.BooleanLiteral));
    const others = parts.filter((one) => !isLiteral(one));
    const of: ApiType[] = [
      ...(isBoolean ? [{ kind: "boolean" as const }] : []),
      ...(literals.length > 0 ? [{ kind: "values" as const, values: literals.map(readLiteral).sort(byValue) }] : []),
      ...others.map((one) => this.#single(one, path)),
    ];
    const distinct = [...new Map(of.map((one) => [JSON.stringify(one), one])).values()];
    return distinct.length === 1 ? (distinct[0] as ApiType) : { kind: "union", of: distinct };
  }

  #single(type: ts.Type, path: string): ApiType {
    if (type.flags & ts.TypeFlags.String) return { kind: "string" };
    if (type.flags & ts.TypeFlags.Number) return { kind: "number" };
    if (this.#checker.isArrayType(type) || this.#checker.isTupleType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { kind: "list", item: this.#type(item as ts.Type, path) };
    }
    if ((type.flags & ts.TypeFlags.Object) === 0) return { kind: "any" };
    const entry = type.getStringIndexType();
    if (entry !== undefined) return { kind: "map", item: this.#type(entry, path) };
    const named = type.aliasTypeArguments?.[0] ?? type;
    const symbol = named.symbol as ts.Symbol | undefined;
    if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Class)
      return { kind: "resource", name: this.#names.get(symbol) ?? symbol.name };
    const name = (symbol && this.#names.get(symbol)) ?? path;
    this.#describe(name, symbol, type);
    return { kind: "object", name };
  }

  #describe(name: string, symbol: ts.Symbol | undefined, type: ts.Type): void {
    if (this.#objects[name] !== undefined) return;
    const comment = symbol === undefined ? "" : this.#told(symbol).comment;
    this.#objects[name] = { comment, properties: [] };
    this.#objects[name] = { comment, properties: this.#properties(type, name) };
  }
}

function membersOfUnion(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

/** The value of an output, if the type is one: Pulumi declares it as an object or as an intersection. */
function unwrapOutput(type: ts.Type): ts.Type | undefined {
  // An output of one of several values is declared as one of several outputs.
  if (type.isUnion()) {
    const values = type.types.map(unwrapOutput);
    return values.every((value) => value !== undefined) ? values[0] : undefined;
  }
  if (type.isIntersection()) return type.types.map(unwrapOutput).find((one) => one !== undefined);
  if (type.symbol?.name !== "OutputInstance") return undefined;
  return (type as ts.TypeReference).typeArguments?.[0] ?? type.aliasTypeArguments?.[0];
}

function isInternal(tags: readonly ts.JSDocTagInfo[]): boolean {
  return tags.some(({ name }) => name === "internal");
}

function isMethod({ flags }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.Method) !== 0;
}

function isWrapper(type: ts.Type): boolean {
  return type.symbol?.name === "Promise" || unwrapOutput(type) !== undefined;
}

function isUndefined(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Undefined) !== 0;
}

/** Members as their authors have ordered them: the compiler gives those of mapped types in an order of its own. */
function inWrittenOrder(properties: readonly ts.Symbol[]): ts.Symbol[] {
  const placeOf = ({ declarations: [first] = [] }: ts.Symbol) => ({ parent: first?.parent, at: first?.pos ?? 0 });
  const parents = [...new Set(properties.map((property) => placeOf(property).parent))];
  return [...properties].sort((a, b) => {
    const [one, other] = [placeOf(a), placeOf(b)];
    return parents.indexOf(one.parent) - parents.indexOf(other.parent) || one.at - other.at;
  });
}

function byValue(a: string | number | true, b: string | number | true): number {
  return a < b ? -1 : 1;
}

function isLiteral(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLiteral | ts.TypeFlags.BooleanLiteral)) !== 0;
}

function readLiteral(type: ts.Type): string | number | true {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  return true;
}
