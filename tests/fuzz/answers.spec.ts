import assert from "node:assert/strict";
import fc from "fast-check";
import { forgetAll } from "../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../provider/lifecycle/setting.js";
import { parseJson, writeJson } from "../../provider/transport/json.js";
import { Account } from "../support/account.js";
import { changeAnswers } from "../support/changed-answers.js";
import { requireOurs } from "../support/errors.js";
import { clientFor, settingExamples, taskExamples } from "../support/examples.js";
import { hostile, isPolluted, tried } from "../support/fuzz.js";
import { TaskRun } from "../support/task-run.js";

/** One place of one answer, and what stands there instead. */
interface Change {
  readonly call: number;
  readonly place: number;
  readonly value: unknown;
}

const change = fc.record({ call: fc.nat({ max: 14 }), place: fc.nat({ max: 60 }), value: hostile });
const changes = fc.array(change, { minLength: 1, maxLength: 4 });

/** The answer with another value in one of its places. */
function changed(answer: unknown, { place, value }: Change): unknown {
  const places: { holder: Record<string, unknown>; name: string }[] = [];
  const collect = (holder: unknown) => {
    if (typeof holder !== "object" || holder === null) return;
    for (const name of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, name });
      collect((holder as Record<string, unknown>)[name]);
    }
  };
  const copy = parseJson(writeJson({ answer })) as { answer: unknown };
  collect(copy);
  const chosen = places[place % places.length];
  if (chosen !== undefined) chosen.holder[chosen.name] = value;
  return copy.answer;
}

/** The account's clouds answer with these changes. */
function spoil(account: Account, all: readonly Change[]): void {
  let calls = 0;
  changeAnswers(account, (answer) => {
    const call = calls++;
    return all.filter((one) => one.call === call).reduce<unknown>(changed, answer);
  });
}

function requireTyped(error: unknown): undefined {
  requireOurs(error);
  assert.doesNotMatch(error.message, /(?!\n)\p{Cc}/u);
  return undefined;
}

describe("hostile answers", function () {
  this.timeout(600_000);

  for (const { kind, request } of taskExamples) {
    it(`cause no crash, no second scan and no early success of ${kind.token}`, async () => {
      await tried(
        fc.asyncProperty(changes, async (all) => {
          forgetAll();
          const account = await Account.open(100);
          try {
            spoil(account, all);
            const run = new TaskRun(account, kind, clientFor(account, kind), request);
            const reading = await run.readBaseline().catch(requireTyped);
            const submitted = reading && (await run.submit(reading).catch(requireTyped));
            assert(account.submissions().length <= 1, "started twice");
            if (reading === undefined || submitted === undefined) return;
            const more = { waitTimeoutSeconds: 300, thresholds: { critical: 1_000 } };
            const begun = account.clock.now();
            const waited = await run.wait(reading, submitted, more).catch(requireTyped);
            const isEarly = account.clock.now() - begun < 99_000;
            assert(!(isEarly && waited?.["status"] === "SUCCEEDED"), "a success before the end");
            await Promise.resolve(run.submission.delete?.("id", submitted)).catch(requireTyped);
          } finally {
            await account.close();
          }
          assert(!isPolluted());
        }),
      );
    });
  }

  for (const { kind, declared, other } of settingExamples) {
    it(`cause no crash of ${kind.token}`, async () => {
      await tried(
        fc.asyncProperty(changes, async (all) => {
          forgetAll();
          const account = await Account.open();
          try {
            const client = clientFor(account, kind);
            await kind.driver(client, {}).write({ ...declared, ...other });
            spoil(account, all);
            const provider = settingProvider(
              kind,
              () => client,
              () => account.name,
              { clock: account.clock },
            );
            const created = await provider.create(declared).catch(requireTyped);
            if (created === undefined) return;
            await provider.read?.("id", created.outs).catch(requireTyped);
            await provider.update?.("id", created.outs, { ...declared, ...other }).catch(requireTyped);
            forgetAll();
            await Promise.resolve(provider.delete?.("id", created.outs)).catch(requireTyped);
          } finally {
            await account.close();
          }
          assert(!isPolluted());
        }),
      );
    });
  }
});
