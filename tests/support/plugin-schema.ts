import assert from "node:assert/strict";
import { configKeys } from "../../provider/credentials/config-keys.js";
import { formatNamespace } from "../../provider/credentials/source.js";
import { settingKind } from "../../provider/kinds.js";
import { pluginPackage, settingTypes, taskTokens } from "../../provider/model/resource-types.js";
import { secretKeys } from "../../provider/plugin/configuration.js";
import { type ApiFunction, type ApiProperty, type ApiResource, type ApiType, readPublicApi } from "./public-api.js";

// The schema of the plugin, made from the public classes of the TypeScript package: their arguments, outputs and comments.

type Json = Readonly<Record<string, unknown>>;

const accountText =
  "Name of the account, for programs with several accounts: letters, digits, `-` and `_`. With `prod`, settings and keys " +
  "are the member `prod` of `image-scan:accounts` in the config, or of `accounts` of an explicit provider.";
const anything: Json = { $ref: "pulumi.json#/Any" };
const text: Json = { type: "string" };

/** The whole schema, in the order in which it is written. */
export function buildSchema(): Json {
  return new Builder().build();
}

class Builder {
  readonly #api = readPublicApi();
  readonly #types: Record<string, Json> = {};

  build(): Json {
    const resources = this.#api.resources.map((one) => [toToken(one.name), this.#resource(one)] as const);
    const functions = this.#api.functions
      .filter(({ name }) => /\.get\w+(?<!Output)$/.test(name))
      .map((one) => [toToken(one.name), this.#function(one)] as const);
    return {
      name: pluginPackage,
      displayName: "Image Scan",
      description:
        "Scans of container images on Tencent Cloud (TCSS) and Huawei Cloud (HSS), and gates on what they find.",
      keywords: ["category/cloud", "tencent", "huawei", "container", "image", "scan", "vulnerability"],
      license: "Apache-2.0",
      // No `config`: for config with types, Java's generator writes code that does not compile.
      provider: {
        description: "The accounts of the clouds. Without an explicit provider, the config of the stack says them.",
        inputProperties: this.#settings(),
      },
      resources: Object.fromEntries(resources),
      functions: Object.fromEntries(functions),
      types: Object.fromEntries(Object.entries(this.#types).sort(([a], [b]) => (a < b ? -1 : 1))),
      language: {
        python: { packageName: "pulumi_image_scan", respectSchemaVersion: true, pyproject: { enabled: true } },
        go: { respectSchemaVersion: true, importBasePath: "example.com/pulumi-image-scan/sdk/go/imagescan" },
        csharp: { respectSchemaVersion: true },
      },
    };
  }

  #resource(resource: ApiResource): Json {
    const token = toToken(resource.name).slice(pluginPackage.length + 1);
    if (token === "index:ScanGate") return this.#gate(resource);
    if (token === "index:ScanGatePass") return this.#pass(resource);
    const isTask = taskTokens.includes(token);
    const replaced = Object.hasOwn(settingTypes, token) ? ["account", ...settingKind(token).place] : [];
    const outputs = this.#properties(resource.properties, resource.name);
    return {
      description: resource.comment,
      ...(isTask ? { isComponent: true } : {}),
      inputProperties: Object.fromEntries(
        resource.args.map((one) => [one.name, this.#argument(one, resource.name, replaced.includes(one.name))]),
      ),
      requiredInputs: listRequired(resource.args),
      properties: isTask ? { ...outputs, gated: gatedTask } : outputs,
      required: isTask ? ["gated"] : [],
    };
  }

  #gate({ name, args, properties }: ApiResource): Json {
    const tasks = {
      type: "array",
      items: anything,
      description:
        "The scans to wait for, of one or both clouds: the output `gated` of each task. Each task needs `wait: false`, and " +
        "thresholds of its own or of the gate.",
    };
    const outputs = properties.filter((one) => one.name !== "scanGate");
    // Without a type: an SDK can give the members of a type other names, and then no stack could read the export.
    const scanGate = { ...anything, description: properties.find((one) => one.name === "scanGate")?.comment };
    return {
      description:
        "Waits for many scans at once, and publishes one verdict. It never fails because of a scan. To stop a deployment, " +
        "let it depend on a `ScanGatePass`.",
      inputProperties: { ...this.#properties(args, name), tasks },
      requiredInputs: ["tasks"],
      properties: { ...this.#properties(outputs, name), scanGate },
      required: ["verdict", "results", "scanGate"],
    };
  }

  #pass({ name, comment, properties }: ApiResource): Json {
    const terms = this.#api.objects["RequireScanGateOptions"]?.properties ?? [];
    const term = (asked: string) =>
      this.#properties(
        terms.filter((one) => one.name === asked),
        name,
      );
    return {
      description: comment,
      inputProperties: {
        scanGate: { ...anything, description: "The output `scanGate` of a gate, of this stack or of another one." },
        digests: {
          type: "array",
          items: text,
          description: "Digests that must be among the scanned images: `sha256:` and 64 hexadecimal digits.",
        },
        ...term("maxAge"),
        ...term("notBefore"),
      },
      requiredInputs: ["scanGate"],
      properties: this.#properties(properties, name),
      required: ["taskIds", "admitted"],
    };
  }

  #function({ comment, parameters: [query], returns }: ApiFunction): Json {
    const describe = (type: ApiType | undefined) => {
      const name = type?.kind === "object" ? type.name : "";
      const members = this.#api.objects[name]?.properties ?? [];
      return { properties: this.#properties(members, name), required: listRequired(members) };
    };
    return { description: comment, inputs: describe(query?.type), outputs: describe(returns) };
  }

  #properties(properties: readonly ApiProperty[], owner: string): Json {
    return Object.fromEntries(properties.map((one) => [one.name, this.#property(one, owner)]));
  }

  #argument(property: ApiProperty, owner: string, isReplaced: boolean): Json {
    const { isInput, declaredBy } = property;
    // A field of a table is always an input. Other arguments are where they say so.
    const isPlain = declaredBy !== undefined && !isInput;
    return {
      ...this.#property(property, owner),
      ...(isPlain ? { plain: true } : {}),
      ...(isReplaced ? { willReplaceOnChanges: true } : {}),
    };
  }

  #property({ name, type, comment, default: preset, declaredBy = "" }: ApiProperty, owner: string): Json {
    const home = declaredBy.replace(/(Options|Args|Outputs)$/, "") || owner;
    const whole = name === "account" ? accountText : comment;
    const isSaid = preset === undefined || name === "account";
    const description = isSaid ? whole : `${whole}${whole.endsWith(".") ? "" : "."} Default: ${preset}.`;
    return { ...this.#type(type, `${home}${capitalize(name)}`), description };
  }

  /** `path` names the values of an enumeration. */
  #type(type: ApiType, path: string): Json {
    switch (type.kind) {
      case "string":
      case "boolean":
        return { type: type.kind };
      case "number":
        return { type: "integer" };
      case "any":
      case "resource":
        return anything;
      case "values":
        return this.#values(type.values, path);
      case "list":
        return { type: "array", items: this.#type(type.item, path) };
      case "map":
        return { type: "object", additionalProperties: this.#type(type.item, path) };
      case "object":
        return this.#object(type.name);
      case "union":
        return this.#union(type.of, path);
    }
  }

  #values(values: readonly (string | number | true)[], path: string): Json {
    if (values.every((value) => value === true)) return { type: "boolean" };
    if (values.every((value) => typeof value === "number")) return { type: "integer" };
    // Go's generator cannot name an enumeration of the root of a package whose name has a hyphen.
    const token = toToken(path).replace(":index:", ":model:");
    const type = { type: "string", enum: values.map((value) => ({ value })) };
    this.#types[token] ??= type;
    assert.deepEqual(this.#types[token], type, `two different types would be ${token}`);
    return { $ref: `#/types/${token}` };
  }

  #object(name: string): Json {
    const token = toToken(name);
    const described = this.#api.objects[name];
    if (this.#types[token] === undefined && described !== undefined) {
      // Named before its members, which can name it.
      this.#types[token] = {};
      this.#types[token] = {
        type: "object",
        description: described.comment,
        properties: this.#properties(described.properties, name),
        required: listRequired(described.properties),
      };
    }
    return { $ref: `#/types/${token}` };
  }

  /** An id that can be a number is a text here: not every language has numbers of 64 bits. */
  #union(parts: readonly ApiType[], path: string): Json {
    const kinds = parts.map(({ kind }) => kind);
    if (kinds.every((kind) => kind === "string" || kind === "number")) return text;
    return { oneOf: parts.map((part) => this.#type(part, path)) };
  }

  /** The settings of the accounts: what the stack's config, or an explicit provider, says. */
  #settings(): Json {
    const clouds = Object.entries(configKeys).map(([vendor, keys]) => {
      const namespace = formatNamespace(vendor, undefined);
      const token = toToken(`${capitalize(namespace)}Settings`);
      const settings = keys.map((key) => [
        key,
        {
          ...text,
          description: `As \`${namespace}:${key}\` in docs/settings.md and docs/credentials.md.`,
          ...(secretKeys.includes(key) ? { secret: true } : {}),
        },
      ]);
      this.#types[token] = {
        type: "object",
        description: `Settings and keys of an account of ${capitalize(vendor)} Cloud.`,
        properties: Object.fromEntries(settings),
      };
      return [namespace, { $ref: `#/types/${token}` }] as const;
    });
    const account = toToken("AccountSettings");
    this.#types[account] = {
      type: "object",
      description: "The settings of a named account, of one or both clouds.",
      properties: Object.fromEntries(clouds),
    };
    const own = clouds.map(([namespace, type]) => [
      namespace,
      { ...type, description: "The settings of the default account. The environment is read too.", secret: true },
    ]);
    const accounts = {
      type: "object",
      additionalProperties: { $ref: `#/types/${account}` },
      description: "The settings of other accounts, by the names that the argument `account` of a resource gives.",
      secret: true,
    };
    return { ...Object.fromEntries(own), accounts };
  }
}

const gatedTask: Json = {
  ...anything,
  description: "The task as `tasks` of a `ScanGate` takes it. Only for a task with `wait: false`.",
};

function listRequired(properties: readonly ApiProperty[]): string[] {
  return properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
}

/** `image-scan:tencent:LocalScanTask` of `tencent.LocalScanTask`, `image-scan:index:Thresholds` of `Thresholds`. */
function toToken(name: string): string {
  const [, module = "index", rest = ""] = /^(?:(tencent|huawei)\.)?(.+)$/.exec(name) ?? [];
  return `${pluginPackage}:${module}:${rest.split(".").map(capitalizeLater).join("")}`;
}

function capitalizeLater(part: string, at: number): string {
  return at === 0 ? part : capitalize(part);
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
