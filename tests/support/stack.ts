import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Emulator } from "../../provider/emulator/index.js";

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
const withTencent = 'const pulumi = require("@pulumi/pulumi");\nconst { tencent } = require("pulumi-image-scan");\n';

/** A stack of the real CLI, with a state, a home and a program of its own. */
export class Stack {
  readonly folder = mkdtempSync(join(tmpdir(), "pulumi-image-scan-stack-"));
  readonly #env: NodeJS.ProcessEnv;

  private constructor(env: NodeJS.ProcessEnv) {
    const { NODE_V8_COVERAGE: _, ...rest } = process.env;
    this.#env = {
      ...rest,
      PULUMI_BACKEND_URL: `file://${this.folder}/state`,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_IMAGE_SCAN_LOG_SECONDS: "0.1",
      ...env,
    };
  }

  static async create(emulator: Emulator, program: string, env?: NodeJS.ProcessEnv): Promise<Stack> {
    const { endpoint, secretId, secretKey } = emulator.address.tencent;
    const stack = new Stack(env ?? { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey });
    const at = (...path: string[]) => join(stack.folder, ...path);
    for (const folder of ["state", "home", "node_modules/@pulumi"]) mkdirSync(at(folder), { recursive: true });
    symlinkSync(packageRoot, at("node_modules/pulumi-image-scan"));
    symlinkSync(dirname(require.resolve("@pulumi/pulumi/package.json")), at("node_modules/@pulumi/pulumi"));
    writeFileSync(at("Pulumi.yaml"), "name: app\nruntime: nodejs\n");
    writeFileSync(at("package.json"), '{ "name": "app", "main": "index.js" }');
    writeFileSync(at("Pulumi.dev.yaml"), `config:\n  tencentcloud:endpoint: ${endpoint}\n`);
    stack.program(program);
    await stack.succeed("stack", "init", "dev");
    return stack;
  }

  program(text: string): void {
    writeFileSync(join(this.folder, "index.js"), withTencent + text);
  }

  /** Starts the CLI, and leaves it running. */
  start(...args: string[]): { readonly process: ChildProcess; readonly done: Promise<Run> } {
    const child = spawn("pulumi", [...args, "--non-interactive"], { cwd: this.folder, env: this.#env, detached: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
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

  async remove(): Promise<void> {
    await this.run("cancel", "--yes");
    await this.succeed("destroy", "--yes", "--skip-preview");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
