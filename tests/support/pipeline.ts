import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "./documented-files.js";

// A pipeline as it stands in its file, and its commands as the CI system runs them.

export type Texts = Readonly<Record<string, string>>;

export interface Step {
  readonly name: string;
  readonly run: string;
  readonly env: Texts;
  readonly when: "success" | "canceled" | "always";
}

export interface Job {
  readonly env: Texts;
  readonly steps: readonly Step[];
}

export interface GitHubWorkflow {
  readonly concurrency: object;
  readonly permissions: Texts;
  readonly env: Texts;
  readonly jobs: Readonly<Record<string, GitHubJob>>;
}

interface GitHubJob {
  readonly "timeout-minutes"?: number;
  readonly permissions?: Texts;
  readonly env?: Texts;
  readonly steps: readonly {
    readonly name?: string;
    readonly if?: string;
    readonly run?: string;
    readonly uses?: string;
    readonly env?: Texts;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

export interface GitLabPipeline {
  readonly stages: readonly string[];
  readonly variables: Texts;
  readonly [job: string]: unknown;
}

export interface GitLabJob {
  readonly timeout?: string;
  readonly resource_group?: string;
  readonly interruptible?: boolean;
  readonly id_tokens?: Readonly<Record<string, object>>;
  readonly variables?: Texts;
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly artifacts?: { readonly when?: string; readonly reports?: Texts };
}

export function readPipeline<T>(page: string): T {
  return parse(readFileSync(join(root, page), "utf8")) as T;
}

const conditions: Readonly<Record<string, Step["when"]>> = {
  "": "success",
  "cancelled() && steps.scan.outcome == 'cancelled'": "canceled",
};

/** A job of GitHub, with the values of its expressions. */
export function toGitHubJob({ env, jobs }: GitHubWorkflow, name: string, values: Texts): Job {
  const resolved = (texts: Texts = {}) => mapTexts(texts, (text) => String(text).replace(/\$\{\{ (.*?) \}\}/g, value));
  const value = (_: string, expression: string): string => lookUp(values, expression);
  const { [name]: job } = jobs;
  if (job === undefined) throw new Error(`there is no job ${name}`);
  const steps = job.steps.flatMap(({ run, if: condition = "", ...step }) =>
    run === undefined
      ? []
      : [
          {
            name: step.name ?? run,
            run,
            env: resolved(step.env),
            when: lookUp(conditions, condition.replace(/^\$\{\{ (.*) \}\}$/, "$1")),
          },
        ],
  );
  return { env: { ...resolved(env), ...resolved(job.env) }, steps };
}

export function toGitLabJob(pipeline: GitLabPipeline, name: string): Job {
  const { variables, script, after_script: after = [] } = pipeline[name] as GitLabJob;
  const steps: Step[] = [
    { name: "script", run: `set -o pipefail\n${script.join("\n")}`, env: {}, when: "success" },
    { name: "after_script", run: after.join("\n"), env: {}, when: "always" },
  ];
  return { env: mapTexts({ ...pipeline.variables, ...variables }, String), steps };
}

function mapTexts(texts: Texts, map: (text: string) => string): Texts {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, map(text)]));
}

function lookUp<T>(known: Readonly<Record<string, T>>, name: string): T {
  const found = known[name];
  if (found === undefined) throw new Error(`the pipeline uses ${name}, which this test does not know`);
  return found;
}

export interface JobRun {
  readonly status: "success" | "failed" | "canceled";
  readonly output: string;
}

/** Runs the steps of a job. A canceled job is one whose running step got a SIGKILL. */
export async function runJob(
  { env, steps }: Job,
  {
    folder,
    surroundings,
    cancel,
  }: { folder: string; surroundings: NodeJS.ProcessEnv; cancel: Promise<void> | undefined },
): Promise<JobRun> {
  let status: JobRun["status"] = "success";
  let output = "";
  for (const step of steps) {
    if (step.when !== "always" && step.when !== status) continue;
    const child = spawn("bash", ["-e", "-c", step.run], {
      cwd: folder,
      env: { ...surroundings, ...env, ...step.env, CI_JOB_STATUS: status },
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    let isKilled = false;
    if (status === "success")
      void cancel?.then(() => {
        isKilled = child.exitCode === null && process.kill(-(child.pid as number), "SIGKILL");
      });
    const [code] = (await once(child, "close")) as [number | null];
    if (isKilled) status = "canceled";
    else if (code !== 0 && status === "success") status = "failed";
  }
  return { status, output };
}

/** What a job has written for later jobs: lines such as `DIGEST=sha256:…`. */
export function readVariables(path: string): Texts {
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  return Object.fromEntries(lines.map((line) => line.split("=", 2) as [string, string]));
}
