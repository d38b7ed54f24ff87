import type { Struct as Message } from "google-protobuf/google/protobuf/struct_pb.js";
import { unknownValue } from "../validation/unknown.js";
import { Struct } from "./sdk.js";

// Values as the engine sends them: secrets are wrapped. The handlers get them in clear, as they do from the SDK.

export type Properties = Readonly<Record<string, unknown>>;

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A secret, or an output. An output that is not known yet has no value. */
interface Wrapped {
  readonly value?: unknown;
}

/** The properties of a message, with wrapped secrets. None if there is no message. */
export function readProperties(message: Message | undefined): Properties {
  return message?.toJavaScript() ?? {};
}

/** A message with these properties. */
export function writeProperties(properties: Properties): Message {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

function isWrapped(value: object): value is Wrapped {
  return [secretSignature, outputSignature].includes(String((value as Properties)[signature]));
}

/** Whether the value, or a part of it, is secret. */
export function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { [signature]: kind, secret } = value as Properties;
  if (kind === secretSignature || (kind === outputSignature && secret === true)) return true;
  return Object.values(value).some(holdsSecret);
}

/** The reason of a failure, which begins with the path of an input. It can repeat the value, so it is hidden if that is secret. */
export function hideSecret(reason: string, inputs: Properties): string {
  const [name = ""] = /^\w+/.exec(reason) ?? [];
  return holdsSecret(inputs[name]) ? `${name} is not valid; its value is secret, so it is not shown` : reason;
}

/** The value in clear. */
export function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  return isWrapped(value) ? unwrap("value" in value ? value.value : unknownValue) : unwrapAll(value as Properties);
}

/** The properties in clear. */
export function unwrapAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, unwrap(value)]));
}

/** The value as a secret of the state. */
export function wrap(value: unknown): unknown {
  return holdsSecret(value) ? value : { [signature]: secretSignature, value };
}

/** Marks a property as secret if the input of the same name is secret. `repeats` names further properties of an input. */
export function wrapRepeated(
  properties: Properties,
  inputs: Properties,
  repeats: Readonly<Record<string, readonly string[]>> = {},
): Properties {
  const secrets = Object.keys(inputs).filter((name) => holdsSecret(inputs[name]));
  const names = new Set(secrets.flatMap((name) => [name, ...(repeats[name] ?? [])]));
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, names.has(name) ? wrap(value) : value]),
  );
}
