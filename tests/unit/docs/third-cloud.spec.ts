import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import type { TaskKind } from "../../../provider/lifecycle/task-kind.js";
import { Limiter } from "../../../provider/transport/limiter.js";
import { Account } from "../../support/account.js";
import { loadDocumented } from "../../support/documented-files.js";
import { withServer } from "../../support/stub-server.js";
import { TaskRun } from "../../support/task-run.js";

type Client = object;
const load = loadDocumented("docs/adding-a-cloud.md");
const kind = load("provider/acme/tasks/scan-task.ts")["scanTask"] as TaskKind;
const connectionTo = load("provider/acme/credentials/connection.ts")["acmeConnection"] as (
  account: string | undefined,
  config: (key: string) => string | undefined,
  surroundings: { env: Record<string, string> },
) => object;
const ClientClass = load("provider/acme/api/client.ts")["AcmeClient"] as new (
  connection: object,
  limiter: Limiter,
) => Client;

/** The third cloud itself. */
class Acme {
  readonly scans: { id: string; image: string; state: string; percent: number; high: number }[] = [];
  /** What becomes of the next answer to a submission. */
  loses = false;
  word = "done";

  readonly serve: RequestListener = async (request, response) => {
    const body = await text(request);
    if (request.headers.authorization !== "Bearer secret") return void response.writeHead(401).end();
    if (request.method === "GET") return void response.end(this.#list());
    const [, stopped] = /^\/scans\/(.*)\/stop$/.exec(request.url ?? "") ?? [];
    if (stopped !== undefined) return void response.end(this.#stop(stopped));
    const answer = this.#start(JSON.parse(body).image);
    if (this.loses) response.socket?.destroy();
    else response.end(answer);
    this.loses = false;
  };

  /** What runs is over at the next look. */
  #list(): string {
    const listed = JSON.stringify({ scans: this.scans });
    for (const scan of this.scans) if (scan.state === "running") scan.state = this.word;
    return listed;
  }

  #stop(id: string): string {
    for (const scan of this.scans) if (scan.id === id) scan.state = "stopped";
    return "{}";
  }

  #start(image: string): string {
    const scan = { id: String(this.scans.length + 1), image, state: "running", percent: 5, high: 2 };
    this.scans.push(scan);
    return JSON.stringify(scan);
  }
}

describe("the third cloud of docs/adding-a-cloud.md", () => {
  let account: Account;
  let acme: Acme;
  beforeEach(async () => {
    account = await Account.open();
    acme = new Acme();
  });
  afterEach(() => account.close());

  const withRun = (work: (run: TaskRun) => Promise<void>) =>
    withServer(acme.serve, async ({ href }) => {
      const settings: Record<string, string> = { "acmecloud:endpoint": href };
      const client = new ClientClass(
        connectionTo(undefined, (key) => settings[key], { env: { ACME_KEY: "secret" } }),
        new Limiter(),
      );
      await work(new TaskRun(account, kind, client, { image: "shop/web:1" }));
    });

  it("scans once, and shows the end and the findings", () =>
    withRun(async (run) => {
      const { status, findings } = (await run.run()) as { status: string; findings: { high: number } };
      assert.deepEqual([status, findings.high, acme.scans.length], ["SUCCEEDED", 2, 1]);
    }));

  it("finds the task of a request whose answer was lost", () =>
    withRun(async (run) => {
      acme.loses = true;
      const { status } = await run.run();
      assert.deepEqual([status, acme.scans.length], ["SUCCEEDED", 1]);
    }));

  it("never calls an unknown word a success", () =>
    withRun(async (run) => {
      acme.word = "perhaps";
      assert.equal((await run.run())["status"], "UNKNOWN");
    }));

  it("reports missing settings before any call", () => {
    assert.throws(() => connectionTo(undefined, () => undefined, { env: {} }), /acmecloud:key is not set: .*ACME_KEY/);
    assert.throws(
      () => connectionTo("prod", () => undefined, { env: { ACME_KEY: "x" } }),
      /acmecloud-prod:key is not set/,
    );
  });
});
