import assert from "node:assert/strict";
import type { Observation, TaskDriver } from "../../../provider/lifecycle/task-kind.js";
import { Account } from "../../support/account.js";
import { clientFor, taskExamples } from "../../support/examples.js";
import { TaskRun } from "../../support/task-run.js";

type Running = Extract<Observation, { state: "running" }>;
type Example = (typeof taskExamples)[number];

/** What the cloud tells of a running scan, apart from that it runs. */
const tellings: Readonly<Record<string, (told: Running) => Running>> = {
  "as the cloud tells it": (told) => told,
  "by a percentage alone": ({ secondsLeft: _, ...told }) => told,
  "without an estimate": ({ secondsLeft: _, percent: __, ...told }) => told,
  "that says 100 % too early": (told) => ({ ...told, percent: 100, secondsLeft: 0 }),
};

/** The example's kind, whose driver tells of a running scan in another way. */
function telling({ kind }: Example, tell: (told: Running) => Running): Example["kind"] {
  return {
    ...kind,
    driver(client) {
      const driver = kind.driver(client);
      const observe: TaskDriver["observe"] = async (task) => {
        const sighting = await driver.observe(task);
        return sighting.state === "running" ? tell(sighting) : sighting;
      };
      return new Proxy(driver, {
        get(target, name) {
          if (name === "observe") return observe;
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

/** Milliseconds between the end of a scan and the end of its wait. */
async function lagOf(example: Example, seconds: number, tell: (told: Running) => Running): Promise<number> {
  const account = await Account.open(seconds);
  try {
    const run = new TaskRun(account, telling(example, tell), clientFor(account, example.kind), example.request);
    const reading = await run.readBaseline();
    const submitted = await run.submit(reading);
    const begun = account.clock.now();
    const { status } = await run.wait(reading, submitted);
    assert.equal(status, "SUCCEEDED");
    return account.clock.now() - begun - seconds * 1000;
  } finally {
    await account.close();
  }
}

describe("the end of a short scan", () => {
  for (const example of taskExamples) {
    for (const [name, tell] of Object.entries(tellings)) {
      for (const seconds of [10, 100]) {
        it(`is seen within 3 s: ${example.kind.token}, ${seconds} s, ${name}`, async () => {
          const lag = await lagOf(example, seconds, tell);
          assert(lag <= 3_000, `${lag} ms`);
        });
      }
    }
  }
});
