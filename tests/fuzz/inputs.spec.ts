import assert from "node:assert/strict";
import fc from "fast-check";
import { forgetAll } from "../../provider/lifecycle/run-memory.js";
import { argumentRules } from "../../provider/lifecycle/task-inputs.js";
import { CloudError } from "../../provider/transport/errors.js";
import { sanitizeText } from "../../provider/transport/sanitize-text.js";
import { canonical } from "../../provider/validation/canonical.js";
import { findFailures, type InputRules, type Inputs, selectProperties } from "../../provider/validation/inputs.js";
import { isUnknown } from "../../provider/validation/unknown.js";
import { Account } from "../support/account.js";
import { clientFor, settingExamples, taskExamples } from "../support/examples.js";
import { hostile, hostileText, isPolluted, tried, withMember } from "../support/fuzz.js";

/** A good object of which some properties are not. */
function spoiled(good: object, rules: InputRules): fc.Arbitrary<Inputs> {
  const names = Object.keys(rules.properties);
  const change = fc.tuple(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names) }, hostileText), hostile);
  const changed = fc.array(change, { minLength: 1, maxLength: 3 });
  return changed.map(
    (changes) => changes.reduce((inputs, [name, value]) => withMember(inputs, name, value), good) as Inputs,
  );
}

/** Every failure names its property, and says what is wrong in one line. Whatever is given has one normal form. */
function requireReadable(inputs: Inputs, rules: InputRules): boolean {
  const normal = rules.normalize(inputs);
  assert.deepEqual(rules.normalize(normal), normal);
  const failures = findFailures(inputs, rules);
  for (const { property, reason } of failures) {
    const names = [...Object.keys(inputs), ...Object.keys(rules.properties)];
    assert(names.map((name) => sanitizeText(name, 100)).includes(property), property);
    assert(reason.length > 5 && reason.length < 600, reason);
    assert.doesNotMatch(property + reason, /\p{Cc}/u);
  }
  assert(!isPolluted());
  return failures.length === 0;
}

describe("hostile inputs", function () {
  this.timeout(600_000);
  let account: Account;
  before(async () => {
    account = await Account.open(1);
  });
  after(() => account.close());

  for (const { kind, request } of taskExamples) {
    it(`of ${kind.token} are refused by property, or give a valid request`, async () => {
      const rules = argumentRules(kind);
      await tried(
        fc.asyncProperty(spoiled(request, rules), async (inputs) => {
          if (!requireReadable(inputs, rules) || isUnknown(inputs)) return;
          const accepted = canonical(selectProperties<object>(kind.inputs, inputs)) as object;
          const driver = kind.driver(clientFor(account, kind));
          const baseline = await driver.readBaseline(kind.baselineScope?.(accepted) ?? {}).catch(requireAnswer);
          if (baseline !== undefined) await driver.submit(accepted, baseline).catch(requireAnswer);
          account.clock.pass(10_000);
          forgetAll();
        }),
      );
    });
  }

  for (const { kind, declared } of settingExamples) {
    it(`of ${kind.token} are refused by property, or give a valid setting`, async () => {
      await tried(
        fc.asyncProperty(spoiled(declared, kind.inputs), async (inputs) => {
          if (!requireReadable(inputs, kind.inputs) || isUnknown(inputs)) return;
          const values = canonical(selectProperties<object>(kind.inputs, inputs)) as object;
          const place = Object.fromEntries(kind.place.map((name) => [name, (values as Inputs)[name]]));
          const driver = kind.driver(clientFor(account, kind), place);
          await driver.write(values).catch(requireAnswer);
        }),
      );
    });
  }
});

/** What was sent was understood: refused for what it asks, not for its form, and nothing of ours broke. */
function requireAnswer(error: unknown): undefined {
  assert(error instanceof Error);
  if (error.constructor === Error) return undefined;
  assert(error instanceof CloudError, error.stack);
  assert(!["protocol", "ambiguous", "clock", "config"].includes(error.kind), error.message);
  return undefined;
}
