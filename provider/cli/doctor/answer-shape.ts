import { InvalidAnswerError, type Shape } from "../../transport/shape.js";

// The shape of answers without their values: what differs from the documents, in a form that can be shown to others.

/** What is kept of one field. */
interface Field {
  /** Kinds of values, and status words that are documented. */
  readonly kinds: Set<string>;
  /** Whether the client reads it. */
  isExpected: boolean;
  isPresent: boolean;
  /** Whether the client could not read it as what it expects. */
  isUnreadable: boolean;
}

export interface ActionShape {
  /** answered, unreadable, or the code of a refusal. */
  readonly outcome: string;
  /** Kinds of values by field. */
  readonly fields: Readonly<Record<string, string>>;
  /** Fields that the client reads, and the answers did not have. */
  readonly missing: readonly string[];
  /** Fields that the client does not read. */
  readonly unexpected: readonly string[];
  /** Fields whose values are not what the client expects. */
  readonly unreadable: readonly string[];
}

const imageWords = ["NOT_SCAN", "WAIT_SCAN", "SCANNING", "SCANNED", "SCAN_ERR", "SCAN_TIMEOUT", "CANCELED"];
const syncWords = ["doing", "success", "failed"];
const imageTypes = ["local", "registry", "private_image", "shared_image", "instance_image", "harbor", "jfrog"];

/** Status words that the vendors document, by field. Others are not kept. */
const words: Readonly<Record<string, readonly string[]>> = {
  Status: [...imageWords, ...syncWords, "READY", "END"],
  SubStatus: ["Success", "Timeout", "Cancel", "Error"],
  ScanStatus: [...imageWords, "FAILED", "FINISHED"],
  CveStatus: imageWords,
  VirusStatus: imageWords,
  RiskStatus: imageWords,
  ErrorStatus: ["TIMEOUT", "TOO_MANY", "OFFLINE"],
  ScanResult: ["Success", "InsufficientLicense", "ImageNeedIsEmpty", "InternalError"],
  SyncStatus: syncWords,
  PurchaseStatus: ["Pending", "Normal", "Isolate"],
  "ScanType[]": ["CVE", "VIRUS", "RISK", "cve", "virus", "risk"],
  scan_status: [
    ...["unscan", "success", "scanning", "failed", "waiting_for_scan", "waiting"],
    ...["download_failed", "image_oversized"],
  ],
  status: ["success", "fail", "accessing"],
  task_type: ["manual", "cycle"],
  image_type: imageTypes,
  registry_type: ["SwrPrivate", "SwrShared", "SwrEnterprise", "Harbor", "Jfrog", "Other", "Local"],
  repair_necessity: ["immediate_repair", "delay_repair", "not_needed_repair"],
};

export function isAnswered({ outcome }: ActionShape): boolean {
  return outcome === "answered" || outcome === "unreadable";
}

/** How the vendors write the names of fields. A name of another form may be a value, and is not kept. */
const fieldName = /^([A-Z][A-Za-z]{0,40}|[a-z]+(_[a-z]+){0,6})$/;

/** Keeps the shapes of the answers of each action. */
export class AnswerShapes {
  readonly #actions = new Map<string, { outcome: string; readonly fields: Map<string, Field> }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The same shape, which also keeps what it reads. */
  observe<T>(action: string, shape: Shape<T>): Shape<T> {
    return (value, path) => {
      const fields = this.#fieldsOf(action);
      const asked: Asked = new Map();
      try {
        const read = shape(watch(value, asked), path);
        this.#note(fields, value, { path: "", asked, read });
        return read;
      } catch (error) {
        if (!(error instanceof InvalidAnswerError)) throw error;
        this.#note(fields, value, { path: "", asked });
        this.#setOutcome(action, "unreadable");
        markUnreadable(fields, error.message);
        throw error;
      }
    };
  }

  /** Keeps that an action was refused; of the code, only the vendors' form. */
  refuse(action: string, code: string | undefined): void {
    this.#setOutcome(action, code !== undefined && /^[A-Za-z]+(\.[A-Za-z0-9]+)*$/.test(code) ? code : "refused");
  }

  toJson(): Record<string, ActionShape> {
    return Object.fromEntries(
      [...this.#actions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([action, kept]) => [action, describe(kept)]),
    );
  }

  #fieldsOf(action: string): Map<string, Field> {
    const kept = this.#actions.get(action) ?? { outcome: "answered", fields: new Map<string, Field>() };
    this.#actions.set(action, kept);
    return kept.fields;
  }

  #setOutcome(action: string, outcome: string): void {
    this.#actions.set(action, { fields: this.#fieldsOf(action), outcome });
  }

  #note(fields: Map<string, Field>, value: unknown, at: Place): void {
    if (Array.isArray(value)) {
      const read = Array.isArray(at.read) ? at.read : [];
      for (const [index, row] of value.entries())
        this.#note(fields, row, { ...at, path: `${at.path}[]`, read: read[index] });
      if (at.path.endsWith("]")) return;
    }
    if (typeof value !== "object" || value === null) {
      if (at.path.endsWith("[]")) fieldAt(fields, at.path, true).kinds.add(describeValue(at.path, value, this.#now()));
      return;
    }
    if (!Array.isArray(value)) this.#noteMembers(fields, value as Record<string, unknown>, at);
  }

  #noteMembers(fields: Map<string, Field>, value: Record<string, unknown>, { path, asked, read }: Place): void {
    const expected = asked.get(value) ?? new Set();
    const own = Object.keys(value).filter((name) => name !== "RequestId" || path !== "");
    for (const name of new Set([...own, ...expected])) {
      const field = fieldAt(fields, join(path, name), expected.has(name));
      const member = value[name];
      if (!Object.hasOwn(value, name)) continue;
      field.isPresent = true;
      field.kinds.add(describeValue(name, member, this.#now()));
      const isRead = (read as Record<string, unknown> | undefined)?.[name] !== undefined;
      field.isUnreadable ||= read !== undefined && expected.has(name) && !isRead && !isEmpty(member);
      const below = (read as Record<string, unknown> | undefined)?.[name];
      this.#note(fields, member, { path: join(path, name), asked, read: below });
    }
  }
}

/** Fields that a shape asked for, by the object that it asked. */
type Asked = Map<object, Set<string>>;

interface Place {
  readonly path: string;
  readonly asked: Asked;
  /** What the client has read of it. */
  readonly read?: unknown;
}

/** The same value, which notes for which fields it is asked. */
function watch(value: unknown, asked: Asked): unknown {
  if (typeof value !== "object" || value === null) return value;
  const note = (name: string | symbol) => {
    if (typeof name !== "string" || Array.isArray(value)) return;
    asked.set(value, (asked.get(value) ?? new Set()).add(name));
  };
  return new Proxy(value, {
    getOwnPropertyDescriptor(target, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    get(target, name) {
      note(name);
      return watch(Reflect.get(target, name), asked);
    },
  });
}

function fieldAt(fields: Map<string, Field>, path: string, isExpected: boolean): Field {
  const field = fields.get(path) ?? { kinds: new Set(), isExpected: false, isPresent: false, isUnreadable: false };
  field.isExpected ||= isExpected;
  fields.set(path, field);
  return field;
}

function join(path: string, name: string): string {
  const known = fieldName.test(name) ? name : "(other name)";
  return path === "" ? known : `${path}.${known}`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "";
}

function describeValue(name: string, value: unknown, now: number): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "empty list" : "list";
  if (typeof value !== "string") return typeof value === "bigint" ? "number" : typeof value;
  const documented = words[name.split(".").at(-1) ?? ""];
  if (documented === undefined || value === "") return describeText(value, now);
  return documented.includes(value) ? value : "text that is not a documented word";
}

function describeText(text: string, now: number): string {
  if (text === "") return "empty text";
  if (/^\d+$/.test(text)) return "text of digits";
  if (/^\d\d:\d\d(:\d\d)?$/.test(text)) return text.length === 5 ? "time hh:mm" : "time hh:mm:ss";
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/.test(text)) return "text";
  if (/(Z|[+-]\d\d:?\d\d)$/.test(text)) return "date and time with a zone";
  const isAhead = Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`) > now + 60_000;
  return `date and time without a zone${isAhead ? ", ahead of UTC" : ""}`;
}

/** A message such as `List[0].Id is a text, not a number` names the field; its value is not kept. */
function markUnreadable(fields: Map<string, Field>, message: string): void {
  const [, path = ""] = /^([\w.[\]]+) is /.exec(message) ?? [];
  const field = fields.get(path.replace(/\[\d+\]/g, "[]"));
  if (field !== undefined) field.isUnreadable = true;
}

function describe({ outcome, fields }: { outcome: string; fields: Map<string, Field> }): ActionShape {
  const all = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  const pathsOf = (is: (field: Field) => boolean) => all.filter(([, field]) => is(field)).map(([path]) => path);
  return {
    outcome,
    fields: Object.fromEntries(
      all.filter(([, { kinds }]) => kinds.size > 0).map(([path, { kinds }]) => [path, [...kinds].sort().join(" | ")]),
    ),
    missing: pathsOf(({ isExpected, isPresent, kinds }) => isExpected && !isPresent && kinds.size === 0),
    unexpected: pathsOf(({ isExpected }) => !isExpected),
    unreadable: pathsOf(({ isUnreadable }) => isUnreadable),
  };
}
