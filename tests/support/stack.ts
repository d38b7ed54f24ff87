import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { Emulator } from "../../emulator/index.js";
import { languageHost } from "./language-host.js";
import { filesIn, requireNoSecret } from "./secrets.js";

export interface Run {
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

interface Deployment {
  readonly resources: readonly StateResource[];
  readonly pending_operations?: readonly unknown[];
}

export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const packageRoot = resolve(__dirname, "../../..");
const pluginLines = `plugins: { providers: [{ name: image-scan, path: ${join(packageRoot, "plugin")} }] }\n`;
/** The stand-in's plugin, as the CLI looks for it. */
export const kubernetesPlugin = `#!/bin/sh\nexec node "${join(__dirname, "pulumi-resource-kubernetes.js")}" "$@"\n`;
const withPackage = [
  'const pulumi = require("@pulumi/pulumi");',
  'const { huawei, tencent, ScanGate, requireScanGate } = require("pulumi-image-scan");',
  "class Deployment extends pulumi.CustomResource {",
  "  constructor(name, image) {",
  "    const spec = { template: { spec: { containers: [{ name, image }] } } };",
  '    super("kubernetes:apps/v1:Deployment", name, { spec });',
  "  }",
  "}\n",
].join("\n");

export interface StackOptions {
  /** Environment of the CLI. Default: the emulator's credentials. */
  readonly env?: NodeJS.ProcessEnv;
  /** Name of the project. Default `app`. */
  readonly project?: string;
  /** A stack whose backend it shares. */
  readonly beside?: Stack;
}

interface Place {
  readonly beside?: Stack;
  readonly folder?: string;
}

/** A stack of the real CLI, with a state, a home and a program of its own. */
export class Stack {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #emulator: Emulator;
  #written = "";

  private constructor(emulator: Emulator, env: NodeJS.ProcessEnv, { beside, folder }: Place = {}) {
    this.#emulator = emulator;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "pulumi-image-scan-stack-"));
    const { NODE_V8_COVERAGE: _, ...rest } = process.env;
    this.#env = {
      ...rest,
      PATH: [join(this.folder, "bin"), process.env["PATH"]].join(delimiter),
      PULUMI_BACKEND_URL: `file://${(beside ?? this).folder}/state`,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_IMAGE_SCAN_LOG_SECONDS: "0.1",
      ...env,
    };
  }

  static async create(emulator: Emulator, program: string, options: StackOptions = {}): Promise<Stack> {
    const { env = credentialsOf(emulator), project = "app", beside } = options;
    const stack = new Stack(emulator, env, beside === undefined ? {} : { beside });
    const at = (...path: string[]) => join(stack.folder, ...path);
    for (const folder of ["state", "home", "bin", "node_modules/@pulumi"]) mkdirSync(at(folder), { recursive: true });
    symlinkSync(packageRoot, at("node_modules/pulumi-image-scan"));
    symlinkSync(dirname(require.resolve("@pulumi/pulumi/package.json")), at("node_modules/@pulumi/pulumi"));
    writeFileSync(at("bin/pulumi-resource-kubernetes"), kubernetesPlugin, { mode: 0o755 });
    writeFileSync(at("Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    writeFileSync(at("package.json"), '{ "name": "app", "main": "index.js" }');
    stack.program(program);
    await stack.#begin(emulator);
    return stack;
  }

  /** One of the examples as it is, in a folder of its own. */
  static async ofExample(emulator: Emulator, name: string): Promise<Stack> {
    const stack = new Stack(emulator, credentialsOf(emulator));
    cpSync(join(packageRoot, "examples", name), stack.folder, {
      recursive: true,
      filter: (source) => !source.includes("node_modules"),
    });
    for (const folder of ["state", "home"]) mkdirSync(join(stack.folder, folder), { recursive: true });
    symlinkSync(join(packageRoot, "node_modules"), join(stack.folder, "node_modules"));
    const project = join(stack.folder, "Pulumi.yaml");
    // The quickstart's is that of the repository.
    if (!existsSync(project)) writeFileSync(project, `name: ${name}\nruntime: nodejs\n`);
    await stack.#begin(emulator);
    return stack;
  }

  /** A program that lies there with all that it needs. */
  static async inFolder(emulator: Emulator, folder: string, env = credentialsOf(emulator)): Promise<Stack> {
    const stack = new Stack(emulator, env, { folder });
    for (const one of ["state", "home"]) mkdirSync(join(folder, one), { recursive: true });
    await stack.#begin(emulator);
    return stack;
  }

  async #begin(emulator: Emulator): Promise<void> {
    const { url, huawei } = emulator.address;
    const settings = {
      "tencentcloud:endpoint": url,
      "tencentcloud:site": emulator.tencent.site,
      "huaweicloud:endpoint": huawei.endpoint,
      "huaweicloud:iamEndpoint": huawei.iamEndpoint,
      "huaweicloud:region": huawei.region,
    };
    // The same for the plugin, which gets only its own namespace.
    const members = (vendor: string) =>
      Object.fromEntries(
        Object.entries(settings).flatMap(([key, value]) =>
          key.startsWith(vendor) ? [[key.split(":")[1], value]] : [],
        ),
      );
    const nested = ["tencentcloud", "huaweicloud"].map((vendor) => [
      `image-scan:${vendor}`,
      JSON.stringify(members(vendor)),
    ]);
    const lines = [...Object.entries(settings), ...nested].map(([key, value]) => `  ${key}: ${value}\n`);
    writeFileSync(join(this.folder, "Pulumi.dev.yaml"), `config:\n${lines.join("")}`);
    await this.succeed("stack", "select", "--create", "dev");
  }

  /** A program in YAML, in place of the one in JavaScript. It can use the plugin. */
  yaml(text: string): void {
    const project = join(this.folder, "Pulumi.yaml");
    const name = /^name: .*$/m.exec(readFileSync(project, "utf8"))?.[0];
    writeFileSync(project, `${name}\nruntime: yaml\n${pluginLines}${text}`);
  }

  /** The program in JavaScript can use the plugin, as a program in another language does. */
  usePlugin(): void {
    appendFileSync(join(this.folder, "Pulumi.yaml"), pluginLines);
  }

  /** Runs the program in JavaScript with a language host that hides nothing of the engine. */
  useOwnHost(): void {
    writeFileSync(join(this.folder, "bin/pulumi-language-nodejs"), languageHost, { mode: 0o755 });
  }

  /** How many workloads are deployed. */
  async deployments(): Promise<number> {
    const { resources } = await this.deployment();
    return resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment").length;
  }

  program(text: string): void {
    writeFileSync(join(this.folder, "index.js"), withPackage + text);
  }

  /** Starts the CLI, and leaves it running. */
  start(...args: string[]): { readonly process: ChildProcess; readonly done: Promise<Run> } {
    const child = spawn("pulumi", [...args, "--non-interactive"], { cwd: this.folder, env: this.#env, detached: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        this.#written += chunk.toString();
      });
    }
    const done = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
    return { process: child, done };
  }

  run(...args: string[]): Promise<Run> {
    return this.start(...args).done;
  }

  async succeed(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  async fail(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code === 0) throw new Error(`pulumi ${args.join(" ")} succeeded:\n${output}`);
    return output;
  }

  up(...args: string[]): Promise<string> {
    return this.succeed("up", "--yes", "--skip-preview", ...args);
  }

  upFails(...args: string[]): Promise<string> {
    return this.fail("up", "--yes", "--skip-preview", ...args);
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.succeed("stack", "output", "--json")) as Record<string, unknown>;
  }

  /** The exported state, as text. */
  exported(): Promise<string> {
    return this.succeed("stack", "export");
  }

  async deployment(): Promise<Deployment> {
    return (JSON.parse(await this.exported()) as { deployment: Deployment }).deployment;
  }

  /** Destroys it, and makes sure that nothing that it wrote or left holds a secret. */
  async remove(): Promise<void> {
    await this.run("cancel", "--yes");
    await this.succeed("destroy", "--yes", "--skip-preview");
    requireNoSecret(this.#emulator, { "the CLI's output": this.#written, ...filesIn(this.folder) });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function credentialsOf({ address: { tencent, huawei } }: Emulator): NodeJS.ProcessEnv {
  return {
    TENCENTCLOUD_SECRET_ID: tencent.secretId,
    TENCENTCLOUD_SECRET_KEY: tencent.secretKey,
    HUAWEICLOUD_SDK_AK: huawei.accessKey,
    HUAWEICLOUD_SDK_SK: huawei.secretKey,
  };
}
