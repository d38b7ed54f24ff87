import assert from "node:assert/strict";
import { type GitHubWorkflow, type GitLabJob, type GitLabPipeline, readPipeline } from "../../support/pipeline.js";

// What can be read in the files. tests/package/pipelines.spec.ts runs their commands.

describe("docs/pipelines/github-actions.yml", () => {
  const { permissions, concurrency, jobs } = readPipeline<GitHubWorkflow>("docs/pipelines/github-actions.yml");
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("gives each job a time limit, and never cancels a running scan for a later run", () => {
    for (const [name, job] of Object.entries(jobs)) assert(Number(job["timeout-minutes"]) > 0, name);
    assert.deepEqual(concurrency, { group: "release", "cancel-in-progress": false });
  });

  it("lets only the scan ask for a token and publish SARIF, and keeps no token in a checkout", () => {
    assert.deepEqual(permissions, { contents: "read" });
    const rights = Object.entries(jobs).flatMap(([name, job]) => (job.permissions ? [[name, job.permissions]] : []));
    const ofScan = { contents: "read", "id-token": "write", "security-events": "write" };
    assert.deepEqual(rights, [["scan", ofScan]]);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    assert.equal(checkouts.length, 3);
    for (const { with: inputs } of checkouts) assert.equal(inputs?.["persist-credentials"], false);
  });

  it("pins each action to a major version, and writes no expression into a command", () => {
    const actions = steps.flatMap(({ uses = [] }) => uses);
    assert(actions.length > 6, actions.join());
    for (const action of actions) assert.match(action, /^(actions|github|pulumi)\/[\w/-]+@v\d+$/);
    for (const { run = "" } of steps) assert.doesNotMatch(run, /\$\{\{/);
  });

  it("publishes before the gate refuses, and keeps the files of a failed job", () => {
    const names = jobs["scan"]?.steps.map(({ name, uses = "" }) => name ?? uses.replace(/@.*/, "")) ?? [];
    const published = ["Scan", "Report", "github/codeql-action/upload-sarif", "Gate", "actions/upload-artifact"];
    assert.deepEqual(
      names.filter((name) => published.includes(name)),
      published,
    );
    assert.match(String(jobs["scan"]?.steps.at(-1)?.if), /!cancelled\(\)/);
  });
});

describe("docs/pipelines/gitlab-ci.yml", () => {
  const pipeline = readPipeline<GitLabPipeline>("docs/pipelines/gitlab-ci.yml");
  const jobs = pipeline.stages.map((name) => [name, pipeline[name] as GitLabJob] as const);

  it("gives each job a time limit, and never cancels a running scan for a later run", () => {
    assert.equal(jobs.length, 3);
    for (const [name, { timeout }] of jobs) assert.match(timeout ?? "", /^\d+ minutes$/, name);
    const exclusive = jobs.filter(([, job]) => job.resource_group !== undefined && job.interruptible === false);
    assert.deepEqual(
      exclusive.map(([name]) => name),
      ["scan", "deploy"],
    );
  });

  it("lets only the scan have a token, and keeps the files of a failed job", () => {
    assert.deepEqual(
      jobs.filter(([, job]) => job.id_tokens !== undefined).map(([name]) => name),
      ["scan"],
    );
    const { when, reports } = (pipeline["scan"] as GitLabJob).artifacts ?? {};
    assert.deepEqual([when, reports], ["always", { junit: "reports/scans.xml" }]);
  });
});
