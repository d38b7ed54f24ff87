import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { nothing } from "../../emulator/server/findings.js";
import { Account } from "../support/account.js";
import { blocksOf, root } from "../support/documented-files.js";
import { awaitEnd, cannotInterrupt } from "../support/interrupt.js";
import { kubernetesPackage } from "../support/kubernetes-package.js";
import { npm, type Packed, packed, writeFiles } from "../support/packed.js";
import {
  type GitHubWorkflow,
  type GitLabJob,
  type GitLabPipeline,
  type Job,
  type JobRun,
  readPipeline,
  readVariables,
  runJob,
  type Texts,
  toGitHubJob,
  toGitLabJob,
} from "../support/pipeline.js";
import { kubernetesPlugin } from "../support/stack.js";
import { until } from "../support/until.js";

// The pipelines of docs/pipelines.md: each command as it stands there, with the packed package, the real CLI and the
// emulator. Only docker is a stand-in. It tells the server below what it pushes. That server is GitHub's token service too.

const gitHub = readPipeline<GitHubWorkflow>("docs/pipelines/github-actions.yml");
const gitLab = readPipeline<GitLabPipeline>("docs/pipelines/gitlab-ci.yml");

const docker = `#!/bin/sh -e
case "$1" in
  login) test "$(cat)" = registry-password ;;
  buildx)
    while test $# -gt 1; do
      case "$1" in --tag) tag=$2 ;; --metadata-file) metadata=$2 ;; esac
      shift
    done
    curl --fail --silent --show-error --data "$tag" --output "$metadata" "$STAND_IN/push" ;;
  *) exit 1 ;;
esac
`;
const tools = ["typescript", "ts-node", "@types/node"];

/** What a pipeline runs for, and where it keeps its files. */
interface Commit {
  /** It is the tag of the image too. */
  readonly sha: string;
  readonly temp: string;
  readonly standIn: string;
  readonly digest: string | undefined;
}

interface System {
  job(name: string, commit: Commit): Job;
  /** The file in which the build hands its digest on. */
  output(commit: Commit, checkout: string): string;
}

const role = { provider: "ci", arn: "qcs::cam::uin/100000000001:roleName/scanner" };

/** A job with the variables that the CI system sets. */
const withVariables = ({ env, steps }: Job, variables: Texts): Job => ({ env: { ...variables, ...env }, steps });

const gitHubActions: System = {
  job: (name, { sha, temp, standIn, digest = "" }) => {
    const job = toGitHubJob(gitHub, name, {
      "vars.REGISTRY_USER": "ci",
      "secrets.REGISTRY_PASSWORD": "registry-password",
      "secrets.PULUMI_ACCESS_TOKEN": "not-used",
      "vars.TENCENTCLOUD_PROVIDER_ID": role.provider,
      "vars.TENCENTCLOUD_ROLE_ARN": role.arn,
      "needs.build.outputs.digest": digest,
      "runner.temp": temp,
    });
    const files = { GITHUB_OUTPUT: join(temp, "output"), GITHUB_STEP_SUMMARY: join(temp, "summary.md") };
    const token = gitHub.jobs[name]?.permissions?.["id-token"] === "write" && {
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${standIn}/token?api-version=2`,
    };
    return withVariables(job, { GITHUB_SHA: sha, RUNNER_TEMP: temp, ...files, ...token });
  },
  output: ({ temp }) => join(temp, "output"),
};

const gitLabCi: System = {
  job: (name, { sha, digest = "" }) =>
    withVariables(toGitLabJob(gitLab, name), {
      CI_COMMIT_SHA: sha,
      REGISTRY_USER: "ci",
      REGISTRY_PASSWORD: "registry-password",
      PULUMI_ACCESS_TOKEN: "not-used",
      TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID: role.provider,
      TENCENTCLOUD_ASSUME_ROLE_ARN: role.arn,
      DIGEST: digest,
      ...Object.fromEntries(Object.keys((gitLab[name] as GitLabJob).id_tokens ?? {}).map((key) => [key, "id-token"])),
    }),
  output: (_commit, checkout) => join(checkout, "build.env"),
};

/** The repository of the page. */
function writeRepository({ folder, tarball }: Packed): string {
  const repository = join(folder, "repository");
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: Texts;
  };
  const dependencies = {
    "@pulumi/kubernetes": "file:kubernetes",
    "@pulumi/pulumi": "^3.204.0",
    "pulumi-image-scan": `file:${tarball}`,
    ...Object.fromEntries(tools.map((name) => [name, devDependencies[name]])),
  };
  writeFiles(repository, {
    "package.json": { private: true, dependencies },
    "tsconfig.json": { compilerOptions: { target: "es2022", module: "nodenext", strict: true, types: ["node"] } },
  });
  writeFiles(join(repository, "kubernetes"), kubernetesPackage);
  const programs = blocksOf("docs/pipelines.md", "ts");
  for (const [at, name] of ["scans", "deploy"].entries())
    writeFiles(join(repository, name), {
      "Pulumi.yaml": `name: ${name}\nruntime: nodejs\n`,
      "index.ts": programs[at] ?? "",
    });
  npm(repository, "install", "--package-lock-only", "--prefer-offline");
  return repository;
}

/** A registry to which docker pushes, and GitHub's token service. */
async function serveRegistry({ emulator }: Account): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === "/token?api-version=2&audience=tencentcloud") {
      const isKnown = request.headers.authorization === "bearer request-token";
      return response.writeHead(isKnown ? 200 : 401).end('{ "value": "id-token" }');
    }
    const image = Buffer.concat(chunks).toString();
    const [, tag = ""] = /^demo\.tencentcloudcr\.com\/shop\/web:(\w+)$/.exec(image) ?? [];
    const digest = `sha256:${createHash("sha256").update(image).digest("hex")}`;
    const findings = { ...nothing, critical: tag === "bad" ? 1 : 0, low: 1 };
    const { registry } = emulator.tencent;
    registry.pushed.push({
      id: 9_000_000 + registry.images.size,
      namespace: "shop",
      name: "web",
      tag,
      digest,
      findings,
    });
    return response.end(JSON.stringify({ "image.name": image, "containerimage.digest": digest }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** One pipeline, with a home and a backend of its own. */
class Pipeline {
  readonly #system: System;
  readonly #standIn: string;
  readonly #home: string;
  readonly #surroundings: NodeJS.ProcessEnv;

  constructor(
    system: System,
    { home, repository, standIn, endpoint }: Record<"home" | "repository" | "standIn" | "endpoint", string>,
  ) {
    this.#system = system;
    this.#standIn = standIn;
    this.#home = home;
    const { NODE_V8_COVERAGE: _, ...rest } = process.env;
    this.#surroundings = {
      ...rest,
      // No credentials of this machine's user.
      HOME: home,
      npm_config_cache: npm(home, "config", "get", "cache").trim(),
      PATH: [join(home, "bin"), process.env["PATH"]].join(delimiter),
      PULUMI_BACKEND_URL: `file://${home}/state`,
      PULUMI_HOME: join(home, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      STAND_IN: standIn,
    };
    for (const folder of ["state", "bin"]) mkdirSync(join(home, folder));
    writeFileSync(join(home, "bin/docker"), docker, { mode: 0o755 });
    writeFileSync(join(home, "bin/pulumi-resource-kubernetes"), kubernetesPlugin, { mode: 0o755 });
    cpSync(repository, join(home, "repository"), { recursive: true });
    const [commands = ""] = blocksOf("docs/pipelines.md", "sh");
    const toEmulator = `pulumi config set tencentcloud:endpoint ${endpoint} --cwd scans --stack acme/scans/prod`;
    execFileSync("bash", ["-e", "-c", `${commands}\n${toEmulator}`.replaceAll("acme/", "organization/")], {
      cwd: join(home, "repository"),
      env: this.#surroundings,
      stdio: "pipe",
    });
  }

  /** Builds and pushes the image of a commit. */
  async build(sha: string): Promise<Commit> {
    const commit: Commit = {
      sha,
      temp: mkdtempSync(join(this.#home, "temp-")),
      standIn: this.#standIn,
      digest: undefined,
    };
    const { status, output, folder } = await this.run("build", commit);
    assert.equal(status, "success", output);
    const { DIGEST, digest = DIGEST } = readVariables(this.#system.output(commit, folder));
    assert.match(String(digest), /^sha256:[0-9a-f]{64}$/);
    return { ...commit, digest };
  }

  /** Runs a job in a fresh checkout. */
  async run(name: string, commit: Commit, cancel?: Promise<void>): Promise<JobRun & { readonly folder: string }> {
    const folder = mkdtempSync(join(this.#home, "checkout-"));
    cpSync(join(this.#home, "repository"), folder, { recursive: true });
    const { env, steps } = this.#system.job(name, commit);
    const ofBackend = Object.entries(env).map(([key, value]) => [key, value.replace(/^acme\//, "organization/")]);
    const job = { env: Object.fromEntries(ofBackend) as Texts, steps };
    const run = await runJob(job, { folder, surroundings: this.#surroundings, cancel });
    if (run.status === "canceled") await awaitEnd({ folder: this.#home });
    return { ...run, folder };
  }

  stackOf(name: string): string {
    return readFileSync(join(this.#home, "state/.pulumi/stacks", name, "prod.json"), "utf8");
  }
}

describe("the pipelines of docs/pipelines.md, on the real engine", () => {
  let pack: Packed;
  let repository: string;
  let account: Account;
  let server: Server;
  let standIn: string;
  before(function () {
    if (cannotInterrupt !== undefined) {
      process.stdout.write(`      skipped: ${cannotInterrupt}\n`);
      this.skip();
    }
    this.timeout(240_000);
    pack = packed();
    repository = writeRepository(pack);
  });
  after(() => pack && rmSync(pack.folder, { recursive: true, force: true }));
  beforeEach(async () => {
    account = await Account.open(2, Date.now);
    ({ server, url: standIn } = await serveRegistry(account));
  });
  afterEach(async () => {
    server.close();
    await account.close();
  });

  const open = (system: System) => {
    const home = mkdtempSync(join(pack.folder, "home-"));
    const { endpoint } = account.emulator.address.tencent;
    return new Pipeline(system, { home, repository, standIn, endpoint });
  };
  /** When the cloud is asked how the scan is. */
  const hasBegun = () => {
    const calls = account.calls();
    const submitted = calls.indexOf("CreateAssetImageRegistryScanTask");
    return submitted >= 0 && calls.slice(submitted).some((action) => action.includes("ScanStatus"));
  };

  /** A scan that is canceled, and run again. */
  const scanTwice = async (pipeline: Pipeline, commit: Commit): Promise<JobRun & { readonly folder: string }> => {
    const canceled = await pipeline.run("scan", commit, until("the scan to begin", hasBegun, 120_000));
    assert.equal(canceled.status, "canceled", canceled.output);
    const again = await pipeline.run("scan", commit);
    assert.equal(account.submissions().length, 1, "it was scanned again");
    for (const file of ["scans.html", "scans.xml", "scans.sarif"])
      assert.match(readFileSync(join(again.folder, "reports", file), "utf8"), /shop\/web/);
    return again;
  };

  it("GitHub Actions: a canceled scan goes on in the next run; a bad image is reported, and not deployed", async function () {
    this.timeout(480_000);
    const pipeline = open(gitHubActions);
    const commit = await pipeline.build("bad");
    const { status, output } = await scanTwice(pipeline, commit);
    assert.equal(status, "failed", output);
    assert.match(output, /refused: its verdict is FAIL.*CVE-/);
    assert.match(readFileSync(join(commit.temp, "summary.md"), "utf8"), /CVE-/);
    const deployed = await pipeline.run("deploy", commit);
    assert.equal(deployed.status, "failed", deployed.output);
    assert.match(deployed.output, /its verdict is FAIL/);
    assert.doesNotMatch(pipeline.stackOf("deploy"), /kubernetes:apps/);
  });

  it("GitLab CI: a canceled scan goes on in the next run; a good image is deployed", async function () {
    this.timeout(480_000);
    const pipeline = open(gitLabCi);
    const commit = await pipeline.build("good");
    for (const { status, output } of [await scanTwice(pipeline, commit), await pipeline.run("deploy", commit)])
      assert.equal(status, "success", output);
    assert.match(pipeline.stackOf("deploy"), new RegExp(`"demo.tencentcloudcr.com/shop/web@${commit.digest}"`));
  });
});
