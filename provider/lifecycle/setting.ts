import type { dynamic } from "@pulumi/pulumi";
import { withCode } from "../model/error-codes.js";
import { type Clock, systemClock } from "../transport/clock.js";
import { describeError } from "../transport/errors.js";
import { canonical, sameValue } from "../validation/canonical.js";
import { findFailures, type InputRules, type Inputs, selectProperties } from "../validation/inputs.js";
import { oneOf } from "../validation/rules.js";
import { tell } from "./engine.js";
import { PartialFailure } from "./partial-failure.js";
import { liveSettings } from "./run-memory.js";
import type { Present, SettingDriver, SettingKind, SettingOnDelete } from "./setting-kind.js";
import { type MayChange, refuseSecondProcess } from "./sole-process.js";
import { accountName } from "./task-inputs.js";

type SettingInputs<Values> = Values & {
  readonly account?: string;
  readonly onDelete?: SettingOnDelete;
  readonly __provider?: unknown;
};

/** The declared inputs, and what the cloud showed. */
type SettingState<Values> = SettingInputs<Values> & {
  /** The setting before the resource was created. */
  readonly previous?: Partial<Values>;
  /** The values of undeclared properties, right after the last write. */
  readonly undeclared?: Partial<Values>;
  readonly lastScanTime?: string;
  readonly scanResult?: string;
};

/** The identity of a part of an account. Two names of the same part have the same identity. */
export type AccountKey = (account: string | undefined, place: object) => string;

/** A schedule of which each account has one. `create` takes it over, and `delete` restores the previous one. */
export function settingProvider<Client, Values extends object>(
  kind: SettingKind<Client, Values>,
  clientOf: (account: string | undefined) => Client,
  accountKey: AccountKey,
  { clock = systemClock, mayChange = () => true }: { readonly clock?: Clock; readonly mayChange?: MayChange } = {},
): dynamic.ResourceProvider {
  const rules: InputRules = {
    ...kind.inputs,
    properties: { ...kind.inputs.properties, account: accountName, onDelete: oneOf("restore", "disable", "retain") },
  };
  const placeOf = (inputs: SettingInputs<Values>) =>
    Object.fromEntries(kind.place.map((name) => [name, inputs[name]])) as Partial<Values>;
  const settingOf = (inputs: SettingInputs<Values>) =>
    new Setting(kind, kind.driver(clientOf(inputs.account), placeOf(inputs)), clock);
  /** The identity of the setting, for each name of its account. */
  const keyOf = (inputs: SettingInputs<Values>) => [kind.token, accountKey(inputs.account, placeOf(inputs))] as const;
  /** The values that the resources of this run declared before. */
  const declaredBefore = new Map<string, Values>();

  return {
    async check(olds: SettingInputs<Values>, news: SettingInputs<Values>) {
      liveSettings.add(...keyOf(news));
      if (olds[kind.enabledBy] !== undefined)
        declaredBefore.set(keyOf(news).join(), selectProperties<Values>(kind.inputs, olds));
      const inputs = { ...news, ...(canonical(selectProperties<Values>(kind.inputs, news)) as object) };
      return { inputs, failures: findFailures(news as Inputs, rules) };
    },

    async diff(_id, olds: SettingState<Values>, news: SettingInputs<Values>) {
      return {
        replaces: ["account", ...kind.place].filter((name) => olds[name as "account"] !== news[name as "account"]),
      };
    },

    async create(inputs: SettingInputs<Values>) {
      if (!mayChange(inputs.account)) refuseSecondProcess();
      liveSettings.add(...keyOf(inputs));
      const setting = settingOf(inputs);
      await setting.markLive();
      const previous = await setting.takeover(inputs, declaredBefore.get(keyOf(inputs).join()));
      return { id: kind.token, outs: await setting.apply(inputs, previous, true) };
    },

    async update(_id, olds: SettingState<Values>, news: SettingInputs<Values>) {
      if (!mayChange(news.account)) refuseSecondProcess();
      liveSettings.add(...keyOf(news));
      const setting = settingOf(news);
      await setting.markLive();
      await setting.warnOfOthers(olds, news);
      return { outs: await setting.apply(news, olds.previous) };
    },

    /** Without a state, it is an import. The id is then the name of the account, or `default`. */
    async read(id, state: SettingState<Values>) {
      if (state[kind.enabledBy] !== undefined) return { id, ...(await settingOf(state).drift(state)) };
      const account = id === "default" || id === kind.token ? {} : { account: id };
      const imported = await settingOf(account as SettingInputs<Values>).adopt();
      if (imported === undefined) return {};
      const { inputs, undeclared } = imported;
      return { id: kind.token, props: { ...account, ...inputs, undeclared }, inputs: { ...account, ...inputs } };
    },

    async delete(_id, state: SettingState<Values>) {
      if (state.onDelete === "retain") return;
      const isLive = liveSettings.has(...keyOf(state)) || (await settingOf(state).isLive());
      if (isLive) return warnOfForgetting(kind, state.previous);
      if (!mayChange(state.account)) {
        const why = "another provider of this update changes the account, so the schedule stays as it is";
        return tell(undefined, withCode("IS-TWO-PROVIDERS", `${kind.token}: ${why}`), "warning");
      }
      await settingOf(state).giveBack(state);
    },
  };
}

const onlyOne =
  "The account has only this one: if two stacks, or a stack and a person, manage it, each undoes what the other does";

/** One setting of an account. */
class Setting<Values extends object> {
  readonly #kind: SettingKind<never, Values>;
  readonly #driver: SettingDriver<Values>;
  readonly #clock: Clock;

  constructor(kind: SettingKind<never, Values>, driver: SettingDriver<Values>, clock: Clock) {
    this.#kind = kind;
    this.#driver = driver;
    this.#clock = clock;
  }

  /**
   * The setting before the first write. Undefined if the stack itself wrote it: then the resource was renamed or
   * replaced, and the setting before the stack is no longer known.
   */
  async takeover(
    inputs: SettingInputs<Values>,
    declaredBefore: Values | undefined,
  ): Promise<Partial<Values> | undefined> {
    const declared = this.#declared(inputs);
    const present = (await this.#driver.read())?.values;
    const isOurs = (values: Values) => this.#differences(values, present ?? {}, values).length === 0;
    if (present === undefined || (declaredBefore !== undefined && isOurs(declaredBefore))) return undefined;
    if (isOurs(declared)) {
      if (present[this.#kind.enabledBy] === true) await this.#warnOfSame();
      return undefined;
    }
    const isSet = (name: string) => name in declared || !isEmpty(present[name as keyof Values]);
    const differing = this.#differences(declared, present, present).filter(isSet);
    if (present[this.#kind.enabledBy] === true) {
      const what = `overwrites an enabled schedule of the account, which differs in ${differing.join(", ")}`;
      // The message keeps it too, because a kill between the write and its state would lose the output.
      const kept = `The output "previous" keeps it: ${JSON.stringify(present)}`;
      await tell(undefined, `${this.#kind.token} ${what}. ${kept}`, "warning");
    }
    return present;
  }

  /** The schedule can be from an interrupted update of this stack, or from somebody else. Nobody can know. */
  async #warnOfSame(): Promise<void> {
    const what = "the account already has an enabled schedule with exactly these values";
    const then = 'pulumi destroy will switch it off; onDelete: "retain" leaves it on';
    await tell(undefined, `${this.#kind.token}: ${what}; ${then}`, "warning");
  }

  /** Warns that somebody else changed the setting since the last update, and that this update overwrites it. */
  async warnOfOthers(state: SettingState<Values>, news: SettingInputs<Values>): Promise<void> {
    // After a failed create, the setting at the cloud is not known.
    if (state.undeclared === undefined) return;
    const present = (await this.#driver.read())?.values ?? this.#off({});
    const known = { ...state.undeclared, ...this.#declared(state) };
    const differing = this.#differences(known, present, known);
    // An update that failed after its write has left the values that are declared now.
    const declared = this.#declared(news);
    if (differing.length === 0 || this.#differences(declared, present, declared).length === 0) return;
    const changed = differing
      .map((name) => `${name} (now ${JSON.stringify(present[name as keyof Values])})`)
      .join(", ");
    const what = `was changed by somebody else since the last update, in ${changed}, and is overwritten`;
    await tell(undefined, `${this.#kind.token} ${what}. ${onlyOne}`, "warning");
  }

  /** Records that a live resource of this run declares this setting. */
  async markLive(): Promise<void> {
    const where = await this.#driver.where?.();
    if (where !== undefined) liveSettings.add(this.#kind.token, "at", where);
  }

  async isLive(): Promise<boolean> {
    const where = await this.#driver.where?.();
    return where !== undefined && liveSettings.has(this.#kind.token, "at", where);
  }

  /** Writes the setting, and reads it again. */
  async apply(
    inputs: SettingInputs<Values>,
    previous: Partial<Values> | undefined,
    isNew = false,
  ): Promise<SettingState<Values>> {
    const declared = this.#declared(inputs);
    const state = { ...inputs, ...(previous === undefined ? {} : { previous }) };
    try {
      await this.#driver.write(declared);
      const present = await this.#settled(declared);
      const undeclared = Object.entries(present?.values ?? {}).filter(([name]) => !(name in declared));
      return { ...state, ...seen(present), undeclared: Object.fromEntries(undeclared) as Partial<Values> };
    } catch (error) {
      // The cloud can have executed an attempt, although the last one failed. The state of an update keeps `previous`.
      // The state of a create gets it with the error.
      throw isNew ? new PartialFailure(this.#kind.token, state, inputs.__provider, describeError(error)) : error;
    }
  }

  /** The setting at the cloud as a program would declare it, without defaults. Undefined if there is none. */
  async adopt(): Promise<{ readonly inputs: Partial<Values>; readonly undeclared: Partial<Values> } | undefined> {
    const present = await this.#driver.read();
    if (present === undefined) return undefined;
    const all = Object.entries(present.values);
    const isDeclared = ([name, value]: [string, unknown]) =>
      this.#kind.inputs.required.includes(name) || !isEmpty(value);
    const pick = (isMeant: (entry: [string, unknown]) => boolean) =>
      Object.fromEntries(all.filter(isMeant)) as Partial<Values>;
    return { inputs: pick(isDeclared), undeclared: pick((entry) => !isDeclared(entry)) };
  }

  async #settled(declared: Values): Promise<Present<Values> | undefined> {
    let differing: string[] = [];
    for (const pauseMs of [0, 1_000, 2_000, 4_000]) {
      await this.#clock.sleep(pauseMs);
      const present = await this.#driver.read();
      differing = this.#differences(declared, present?.values ?? {}, declared);
      if (differing.length === 0) return present;
    }
    throw new Error(
      `the cloud accepted the setting, but shows other values for ${differing.join(", ")}. ` +
        `Perhaps somebody else writes it at this moment. ${onlyOne}`,
    );
  }

  /** The state and the inputs as the cloud has them now. */
  async drift(state: SettingState<Values>): Promise<{ props: object; inputs: object }> {
    const present = await this.#driver.read();
    const actual = present?.values ?? this.#off({});
    const declared = this.#declared(state);
    const undeclared = state.undeclared ?? {};
    const names = [
      ...this.#differences(declared, actual, declared),
      ...this.#differences(undeclared, actual, undeclared),
    ];
    const changed = Object.fromEntries(names.map((name) => [name, actual[name as keyof Values]]));
    const { previous: _p, undeclared: _u, lastScanTime: _l, scanResult: _s, ...inputs } = state;
    return { props: { ...state, ...changed, ...seen(present) }, inputs: { ...inputs, ...changed } };
  }

  /** Restores the previous setting. If that is not possible, switches the present one off. */
  async giveBack({ previous, ...state }: SettingState<Values>): Promise<void> {
    if (state.onDelete !== "disable" && previous?.[this.#kind.enabledBy] === true && this.#isLegal(previous)) {
      return this.#driver.write(previous as Values);
    }
    const present = (await this.#driver.read())?.values;
    if (present?.[this.#kind.enabledBy] !== true) return;
    const values = this.#isLegal(present) ? (present as Values) : this.#declared(state);
    await this.#driver.write(this.#off(values) as Values);
  }

  /** The declared values, without the properties that name the part of the account. */
  #declared(inputs: object): Values {
    const values = selectProperties<Values>(this.#kind.inputs, inputs);
    return Object.fromEntries(
      Object.entries(values).filter(([name]) => !(this.#kind.place as readonly string[]).includes(name)),
    ) as Values;
  }

  #off(values: Partial<Values>): Partial<Values> {
    return { ...values, [this.#kind.enabledBy]: false };
  }

  /**
   * Whether the cloud would accept the values. Cross-field rules do not count, because the cloud's own values can break
   * them.
   */
  #isLegal(values: Partial<Values>): boolean {
    return findFailures(values as Inputs, { ...this.#kind.inputs, crossFieldRules: () => [] }).length === 0;
  }

  /** Properties of `shape` with different values. A property that the cloud does not show is not different. */
  #differences(declared: Partial<Values>, present: Partial<Values>, shape: object): string[] {
    const [a, b] = [this.#kind.normal(declared), this.#kind.normal(present)];
    return Object.keys(shape).filter((name) => {
      const key = name as keyof Values;
      return b[key] !== undefined && !sameValue(a[key], b[key]);
    });
  }
}

async function warnOfForgetting<Values extends object>(
  { token, enabledBy }: SettingKind<never, Values>,
  previous: Partial<Values> | undefined,
): Promise<void> {
  if (previous?.[enabledBy] !== true) return;
  const why = "the resource was renamed or replaced, so the state no longer has the previous schedule";
  await tell(
    undefined,
    `${token}: ${why}, and pulumi destroy will switch the schedule off. It was: ${JSON.stringify(previous)}`,
    "warning",
  );
}

/** Whether a value is the cloud's value for "not set". */
function isEmpty(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}

function seen(present: Present<object> | undefined): { lastScanTime?: string; scanResult?: string } {
  const { lastScanTime, scanResult } = present ?? {};
  return {
    ...(lastScanTime === undefined ? {} : { lastScanTime }),
    ...(scanResult === undefined ? {} : { scanResult }),
  };
}
