import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { tencentActions } from "../../emulator/tencent/tencent.js";
import type { HuaweiCall } from "../../provider/huawei/api/client.js";
import type { Shape } from "../../provider/transport/shape.js";
import type { Field, Fields, RequestTable } from "../../provider/validation/fields.js";
import type { ValueType } from "../../provider/validation/rules.js";
import { type Mapping, mappings, outputs } from "../fixtures/field-map.js";
import { type VendorPage, vendorPages } from "../fixtures/vendor-pages.js";

type Wire = Readonly<Record<string, unknown>>;

/** A client that sends nothing, and keeps what it would have sent, whole: path, query, headers and body as one. */
export class KeepingClient {
  /** The domestic site knows more fields. */
  readonly site = "cn";
  sent: Wire = {};

  resolvePlace = async (place: Wire) => place;

  call = async (...args: readonly unknown[]) => {
    const [first, , request] = args;
    if (typeof first === "string") this.sent = request as Wire;
    else {
      const { place, query, body } = first as HuaweiCall<unknown>;
      const { projectId, enterpriseProjectId, region } = place;
      this.sent = { project_id: projectId, enterprise_project_id: enterpriseProjectId, region, ...query, ...body };
    }
    return { response: { TaskID: "1", LocalTaskID: 1, RegistryTaskID: 2 }, requestId: "", serverTime: 0 };
  };
}

/** A client that answers with what was written before, as the API shows it. */
export function answeringClient({ registry_info = [], ...sent }: Wire) {
  const registry_list = (registry_info as object[]).map((one) => ({ ...one, is_selected: true }));
  const call = async (...args: readonly unknown[]) => {
    const [first, , , shape = (first as HuaweiCall<object>).answer] = args;
    return { response: (shape as Shape<object>)({ ...sent, registry_list }, "") };
  };
  return { site: "cn", call };
}

/** What goes out for these properties. */
export async function wireOf({ kind }: Mapping, properties: Wire): Promise<Wire> {
  const client = new KeepingClient();
  if ("createPayload" in kind) {
    const driver = kind.driver(client as never);
    await driver.submit(properties as never, await driver.readBaseline(properties as never));
  } else await kind.driver(client as never, properties as never).write(properties as never);
  return client.sent;
}

/** The table of a kind's fields. */
export function tableOf({ kind }: Pick<Mapping, "kind">): RequestTable {
  return kind.inputs as RequestTable;
}

/** The properties that the action is sent. */
export function sentBy(mapping: Pick<Mapping, "kind" | "mode">): Fields {
  const isSent = ({ wire, mode = mapping.mode }: Field) => wire !== undefined && mode === mapping.mode;
  return Object.fromEntries(Object.entries(tableOf(mapping).fields).filter(([, field]) => isSent(field)));
}

type Shown = ValueType<unknown> & {
  readonly fields?: Fields;
  readonly item?: Shown;
  readonly allowed?: readonly unknown[];
  readonly range?: string;
};

/** The fields of an object, or of each of a list of them. */
export function membersOf(type: Shown): Fields | undefined {
  return type.item?.fields ?? type.fields;
}

/** A value that the type accepts, and that is not the default. */
export function sampleOf({ type, default: fallback }: Field): unknown {
  const { item, fields, allowed = [] } = type as Shown;
  if (item !== undefined) return [sampleOf({ type: item, required: false })];
  if (fields !== undefined)
    return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, sampleOf(one)]));
  const candidates = [true, false, "02:00", "8741110", "sha256:8741110", 7, ...allowed];
  return candidates.find((value) => value !== fallback && type(value) === undefined);
}

/** The fields that an action takes, by the emulator, which is written from the documents. */
export function fieldsOf(action: string): string[] {
  const tencent = tencentActions[action];
  if (tencent !== undefined) return Object.keys({ ...tencent.fields, ...tencent.domestic });
  const { query, body = {} } = huaweiOperations[action] ?? { query: {} };
  return Object.keys({ ...query, ...body });
}

export function pageOf(action: string): VendorPage | undefined {
  return (vendorPages as Readonly<Record<string, VendorPage>>)[action];
}

/** The text of docs/api.md. */
export function apiTables(): string {
  const sections = mappings.map((mapping) => {
    const { action, resource, unset = {} } = mapping;
    const page = pageOf(action);
    const fields = [...new Set([...(page?.input ?? []), ...fieldsOf(action), ...Object.keys(unset)])];
    const sent = sentBy(mapping);
    const rows = fields.map((field) => row(field, sent, unset[field]));
    const told = Object.entries(outputs[action] ?? {}).map(([field, where]) => `| \`${field}\` (answer) | ${where} |`);
    return section(`${action} → \`${resource}\``, page, [...rows, ...told]);
  });
  const status = Object.entries(outputs["DescribeAssetImageScanStatus"] ?? {});
  const statusRows = [
    "| `TaskID` | output `taskId` of `tencent.LocalScanTask`, or its `adoptTaskId` |",
    ...status.map(([field, where]) => `| \`${field}\` (answer) | ${where} |`),
  ];
  const last = section(
    "DescribeAssetImageScanStatus → `tencent.LocalScanTask`",
    pageOf("DescribeAssetImageScanStatus"),
    statusRows,
  );
  return `${intro}\n\n${[...sections, last].join("\n\n")}\n`;
}

const intro = `# From the API to the resources

This page lists each field of the API actions that start or schedule a scan, and the argument or output for it.
A test writes this page (\`UPDATE_DOCS=1 npm test -- --grep docs/api\`). The test also sends each argument, and checks that the field has its value.

- The client sends the common parameters (\`Action\`, \`Version\`, \`Region\`). They are not arguments.
- Each error shows the \`RequestId\` of the answer.
- A name with \`.N\` on a vendor's page is a list.`;

function row(wire: string, sent: Fields, why: string | undefined): string {
  const found = Object.entries(sent).find(([, field]) => field.wire === wire);
  if (found === undefined) return `| \`${wire}\` | ${why ?? ""} |`;
  const [property, { type }] = found;
  const { item } = type as Shown;
  const text = item?.fields !== undefined && item("shop/api:2.0.1") === undefined ? "a text, or " : "";
  const members = Object.keys(membersOf(type) ?? {}).map((name) => `\`${name}\``);
  return `| \`${wire}\` | \`${property}\`${members.length === 0 ? "" : `: ${text}${members.join(", ")}`} |`;
}

function section(title: string, page: VendorPage | undefined, rows: readonly string[]): string {
  const source = page?.url === undefined ? "" : `\n<${page.url}>\n`;
  return [
    `## ${title}`,
    source,
    "| field of the API | argument or output of the resource |",
    "| --- | --- |",
    ...rows,
  ].join("\n");
}
