import assert from "node:assert/strict";
import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { stsActions } from "../../emulator/tencent/sts.js";
import { tencentActions } from "../../emulator/tencent/tencent.js";
import { hssChanges, type Step, tencentChanges } from "../fixtures/parameter-changes.js";
import { type Answer, EmulatedCalls, type HssRequest, type Request } from "../support/emulated-calls.js";
import { fillWorld, full, observe } from "../support/filled-world.js";
import { describeRules, readModels } from "../support/vendor-models.js";

// Every parameter of the vendors' models acts, and every other one is refused by its name.

const served = { ...tencentActions, ...stsActions };
const nameOf = (member: string) => member.replace("!", "");

/** What no answer shows: it goes into the temporary keys, or into records elsewhere. */
const unseen: Readonly<Record<string, readonly string[]>> = {
  AssumeRole: ["Policy", "ExternalId", "Tags", "SourceIdentity", "SerialNumber", "TokenCode", "RoleSessionName"],
  AssumeRoleWithWebIdentity: ["ProviderId", "WebIdentityToken", "RoleSessionName"],
  // `All` is older, and hidden: without it the scan is of all images as well. A scan of the schedule ends at once here.
  CreateAssetImageScanTask: ["All"],
  CreateAssetImageScanSetting: ["All", "ScanEndTime"],
  UpdateImageRegistryTimingScanTask: ["All", "ScanEndTime"],
};

for (const site of ["cn", "intl"] as const) {
  describe(`the parameters of TCSS on the ${site} site`, () => {
    const models = readModels(`tencent-${site}`);

    for (const [action, { fields, domestic }] of Object.entries(served)) {
      const request = models[action]?.request ?? {};

      it(`of ${action} match the vendor's model in name, type and necessity`, () => {
        const types = { signed: "int64", unsigned: "uint64", string: "string" };
        const known = describeRules(site === "cn" ? { ...fields, ...domestic } : fields, types);
        // The model calls it signed, and its page documents a range above 0.
        const isSigned = action === "AssumeRoleWithWebIdentity";
        assert.deepEqual(known, isSigned ? { ...request, DurationSeconds: "uint64" } : request);
      });

      it(`of ${action}: unknown ones are refused by name`, () => {
        const calls = new EmulatedCalls({ site });
        const { Code, Message } = calls.tencent(action, { NoSuchThing: 1 })["Error"] as Record<string, string>;
        assert.deepEqual([Code, Message], ["UnknownParameter", "The parameter `NoSuchThing` is not recognized."]);
      });

      const changes = tencentChanges[action];
      for (const field of Object.keys(request).map(nameOf)) {
        if (unseen[action]?.includes(field)) continue;
        it(`${field} of ${action} has an effect`, () => {
          const change = changes?.[field];
          assert(change !== undefined, "nothing shows that it acts");
          const look = (more: Request) => {
            const calls = fillWorld(new EmulatedCalls({ site }));
            runSteps(calls, change.before, (step) => calls.tencent(...step));
            const answer = calls.tencent(action, { ...change.base, ...more });
            calls.clock.pass(change.afterMs ?? 20_000);
            return observe(calls, answer);
          };
          requireChange(look, change.more);
        });
      }
    }
  });
}

it("the lists of TCSS refuse unknown filters and sort fields by name", () => {
  const calls = fillWorld(new EmulatedCalls());
  const refusalOf = (action: string, request: Request) =>
    (calls.tencent(action, { ...(tencentChanges[action]?.["Filters"]?.base ?? {}), ...request })["Error"] as Answer) ??
    {};
  const lists = Object.entries(tencentActions).filter(([name]) => name.endsWith("List"));
  assert.equal(lists.length, 6);
  for (const [action, { fields }] of lists) {
    if (action.startsWith("DescribeVulScan")) calls.tencent("CreateVulScanTask", { LocalImageIDs: [full] });
    const { Code, Message } = refusalOf(action, { Filters: [{ Name: "NoSuchThing", Values: ["all"] }] });
    assert.deepEqual([Code, Message], ["InvalidParameter", "The filter `NoSuchThing` is not supported."], action);
    if (!Object.hasOwn(fields, "By")) continue;
    assert.equal(refusalOf(action, { By: "NoSuchThing" })["Message"], "The rows cannot be sorted by `NoSuchThing`.");
    assert.match(String(refusalOf(action, { Order: "sideways" })["Message"]), /`Order` is neither asc nor desc/);
  }
});

describe("the parameters of HSS", () => {
  const models = readModels("huawei");

  for (const [operation, { method, path, query, body }] of Object.entries(huaweiOperations)) {
    const model = models[operation];
    assert(model !== undefined, `there is no model of ${operation}`);

    it(`of ${operation} match the vendor's model in place, name, type and necessity`, () => {
      const types = { signed: "int", unsigned: "int", string: "str" };
      assert.deepEqual(describeRules(query, types), model.request.query);
      assert.deepEqual(describeRules(body ?? {}, types), model.request.body);
      assert.deepEqual(
        [method, `/v5/{project_id}${path}`],
        [model.method, model.path.replace(/\{(?!project_id)\w+\}/, "*")],
      );
    });

    it(`of ${operation}: unknown ones are refused by name`, () => {
      const answer = new EmulatedCalls().huawei(operation, { query: { no_such_thing: 1 } });
      assert.deepEqual(answer["error_msg"], "Invalid parameter: unknown parameter no_such_thing");
    });

    const fields = [...Object.keys(model.request.query), ...Object.keys(model.request.body)].map(nameOf);
    for (const field of fields) {
      it(`${field} of ${operation} has an effect`, () => {
        const change = hssChanges[operation]?.[field];
        assert(change !== undefined, "nothing shows that it acts");
        const look = (more: HssRequest) => {
          const calls = fillWorld(new EmulatedCalls());
          runSteps(calls, change.before, (step) => calls.huawei(...step));
          const { path: place = change.path?.(calls) ?? "", query: asked, body: sent } = change.base ?? {};
          const whole = { path: place, query: { ...asked, ...more.query }, body: { ...sent, ...more.body } };
          const answer = calls.huawei(operation, method === "GET" ? { path: place, query: whole.query } : whole);
          calls.clock.pass(change.afterMs ?? 20_000);
          return observe(calls, answer);
        };
        requireChange(look, change.more);
      });
    }
  }
});

function runSteps<Asked>(
  { clock }: EmulatedCalls,
  steps: readonly Step<Asked>[] = [],
  run: (step: readonly [string, Asked]) => Answer,
): void {
  for (const step of steps) {
    if (typeof step === "number") {
      clock.pass(step);
      continue;
    }
    const answer = run(step);
    assert(!("Error" in answer || "error_code" in answer), JSON.stringify(answer));
  }
}

/** Twice the same without the parameter, and something else with it; where it is refused, then because it names nothing. */
function requireChange<Part>(look: (more: Part) => string, more: Part): void {
  const [before, again, after] = [look({} as Part), look({} as Part), look(more)];
  assert.equal(before, again, "the same request is not answered in the same way");
  assert.notEqual(after, before);
  const [, refusal = ""] = /^\[\{"(?:Error|error_code)"(.*?)\}/.exec(after) ?? [];
  assert.match(refusal, /^$|does not exist|The RoleArn is not of the form/);
}
