import type { ApiFunction, ApiObject, ApiProperty, ApiResource, ApiType, PublicApi } from "./public-api.js";

/** Interfaces whose properties many resources have: they are shown once. */
const shared: Readonly<Record<string, string>> = {
  TaskOptions: "arguments of each task",
  ScanTask: "outputs of each task",
  ImageQuery: "ImageQuery",
  FindingCounts: "FindingCounts",
};

const intro = `# Reference

Every argument and output of every resource. This page is made from the comments of the code
(\`UPDATE_DOCS=1 npm test -- --grep docs/reference\`), which your editor shows too.

- An argument is optional, unless it is marked as required.
- An argument can be an output of another resource, unless it is marked as plain.
- A field of a request that you omit is not sent, unless a default is shown. The cloud then decides.
- An output that is marked as optional can be undefined.
- A string has 1 to 1024 characters, and no blanks at its ends, unless something else is said.
- "Sent as" names the field of the cloud's API. [From the API to the resources](api.md) is sorted by these fields.`;

/** The text of docs/reference.md. */
export function referencePage({ resources, functions, objects }: PublicApi): string {
  const task = resources.find(({ args }) => args.some(({ declaredBy }) => declaredBy === "TaskOptions"));
  const declared = (properties: readonly ApiProperty[] = [], owner: string) =>
    properties.filter(({ declaredBy }) => declaredBy === owner);
  // The other form of a lookup has the same arguments.
  const shownFunctions = functions.filter(({ name }) => !name.endsWith("Output"));
  const entries = [...resources, ...shownFunctions].sort((a, b) => (placeOf(a.name) < placeOf(b.name) ? -1 : 1));
  const parts = [
    section("Arguments of each task", [listArguments(declared(task?.args, "TaskOptions"), "TaskOptions")]),
    section("Outputs of each task", [listOutputs(declared(task?.properties, "ScanTask"), "ScanTask")]),
    ...Object.entries(objects)
      .filter(([name]) => !isValues(name))
      .map(([name, object]) => describeObject(name, object)),
  ];
  return `${[
    intro,
    entries.map(({ name }) => `- ${link(name)}`).join("\n"),
    ...entries.map((entry) => ("methods" in entry ? describeResource(entry) : describeFunction(entry))),
    ...parts,
  ].join("\n\n")}\n`;
}

/** Tencent Cloud first, as on the other pages, and then what belongs to no cloud. */
function placeOf(name: string): string {
  const cloud = ["tencent", "huawei"].indexOf(name.split(".")[0] ?? "");
  return `${cloud < 0 ? 2 : cloud}${name}`;
}

/** The values of a setting: the arguments of its resource, without those of each setting. */
function isValues(name: string): boolean {
  return name.endsWith("SettingValues");
}

function describeResource({ name, comment, example, args, properties, methods }: ApiResource): string {
  const calls = methods.map(
    (one) => `- \`${one.name}(${one.parameters.map((given) => given.name).join(", ")})\`: ${unwrap(one.comment, "  ")}`,
  );
  const options = methods.flatMap(({ parameters }) => parameters.filter(({ type }) => type.kind === "object"));
  return section(name, [
    unwrap(comment),
    block(example),
    ...(args.length === 0 ? [] : ["**Arguments**", listArguments(args)]),
    "**Outputs**",
    listOutputs(properties),
    ...(calls.length === 0 ? [] : ["**Methods**", calls.join("\n")]),
    ...options.map((one) => `The object \`${one.name}\` is ${describeType(one.type)}.`),
  ]);
}

function describeFunction({ name, comment, example, parameters, returns }: ApiFunction): string {
  const given = parameters.map(
    (one) => `- \`${one.name}\` (${describeType(one.type)})${one.comment === "" ? "" : `: ${one.comment}`}`,
  );
  return section(name, [
    unwrap(comment),
    block(example),
    "**Parameters**",
    given.join("\n"),
    `**Result**: ${describeType(returns)}`,
  ]);
}

function describeObject(name: string, { comment, properties }: ApiObject): string {
  const list = properties.some(({ isInput }) => isInput) ? listArguments : listOutputs;
  return section(name, [unwrap(comment), list(properties, name)]);
}

function section(title: string, parts: readonly (string | undefined)[]): string {
  return [`## ${title}`, ...parts.filter((part) => part)].join("\n\n");
}

function listArguments(properties: readonly ApiProperty[], owner?: string): string {
  return list(properties, owner, ({ type, isOptional, isInput, default: fallback }) => [
    describeType(type),
    ...(isOptional ? [] : ["**required**"]),
    ...(isInput ? [] : ["plain"]),
    ...(fallback === undefined ? [] : [`default: ${/[ `]/.test(fallback) ? fallback : `\`${fallback}\``}`]),
  ]);
}

function listOutputs(properties: readonly ApiProperty[], owner?: string): string {
  return list(properties, owner, ({ type, isOptional }) => [describeType(type), ...(isOptional ? ["optional"] : [])]);
}

/** The properties, with a link in place of those that another section shows. */
function list(
  properties: readonly ApiProperty[],
  owner: string | undefined,
  facts: (property: ApiProperty) => readonly string[],
): string {
  const placeElsewhere = ({ declaredBy = "" }: ApiProperty) => (declaredBy === owner ? undefined : shared[declaredBy]);
  const places = new Set(properties.map(placeElsewhere).filter((place) => place !== undefined));
  const own = properties.filter((property) => placeElsewhere(property) === undefined);
  return [
    ...own.map((property) => {
      const { name, comment, example } = property;
      const told = example === undefined ? comment : `${comment} Example: \`${example}\`.`;
      return `- \`${name}\` (${facts(property).join("; ")}): ${unwrap(told, "  ")}`;
    }),
    ...[...places].map((place) => `- ${own.length === 0 ? "" : "and "}the ${link(place)}`),
  ].join("\n");
}

function describeType(type: ApiType): string {
  switch (type.kind) {
    case "number":
      return "integer";
    case "values":
      return joinWords(type.values.map((value) => `\`${JSON.stringify(value)}\``));
    case "list":
      return `list of ${describeType(type.item)}`;
    case "map":
      return `object with values of ${describeType(type.item)}`;
    case "union":
      return joinWords(type.of.map(describeType));
    case "object":
      return isValues(type.name) ? "object with arguments of this resource" : link(type.name);
    case "resource":
      return `\`${type.name}\``;
    case "any":
      return "any value";
    default:
      return type.kind;
  }
}

/** "a, b or c" */
function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A link to a section of this page, as GitHub names it. */
function link(title: string): string {
  return `[${title}](#${title
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-")})`;
}

function block(example: string | undefined): string | undefined {
  return example === undefined ? undefined : `\`\`\`ts\n${example}\n\`\`\``;
}

/** A comment with each paragraph and each item on one line. */
function unwrap(comment: string, indent = ""): string {
  return comment
    .replace(/([^\n])\n(?!\n|- )/g, "$1 ")
    .replace(/\n\n- /g, "\n- ")
    .replaceAll("\n", `\n${indent}`);
}
